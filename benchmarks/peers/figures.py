"""From kept results to figures: losses, differences with paired intervals, the two aims.

As it ships, ours shows the keeper's probabilities and another learner shows its own: the first aim
compares those. The second gives everybody the keeper.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.peers.contenders import ENTRIES, OURS
from benchmarks.peers.kept import Key, Results
from benchmarks.peers.tables import SOURCES, window_names

ROUNDS = 1_000
WITHIN = 0.01
CELLS = tuple((table, protocol) for table in SOURCES for protocol in ("T", "R"))

Difference = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What is known of one contender on one table under one protocol: its windows, in order."""

    windows: tuple[Mapping[str, Any], ...]

    @property
    def auc(self) -> float:
        """Mean over windows."""
        return float(np.mean([window["auc"] for window in self.windows]))

    def loss(self, kind: str) -> float:
        """Mean log loss over windows."""
        return float(np.mean([np.mean(window[kind]) for window in self.windows]))


def cell(results: Results, *, name: str, table: str, protocol: str) -> Cell | None:
    """The cell, None while a window of it is missing."""
    entry = ENTRIES[name]
    found = [
        results.get(Key(entry=entry, source=SOURCES[table], window=window, protocol=protocol))
        for window in window_names(protocol)
    ]
    whole = tuple(window for window in found if window is not None)
    return Cell(windows=whole) if len(whole) == len(found) else None


def difference(ours: Cell, theirs: Cell, kind: str, *, rng: np.random.Generator) -> Difference:
    """Our kept-up loss less their `kind` on the same leads, and its 95 % paired interval.

    Leads are drawn (bootstrap) within each window, both contenders' losses together.
    """
    drawn = np.zeros(ROUNDS)
    exact = 0.0
    for one, other in zip(ours.windows, theirs.windows, strict=True):
        apart = np.array(one["kept_up"]) - np.array(other[kind])
        n = len(apart)
        means = [apart[rng.integers(0, n, n)].mean() for _ in range(ROUNDS)]
        drawn += np.array(means) / len(ours.windows)
        exact += float(apart.mean()) / len(ours.windows)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return exact, float(low), float(high)


def not_beaten(cells: Mapping[str, Cell | None]) -> list[str]:
    """Contenders of one cell that are, as they ship, as good as ours as it ships, or better."""
    ours = cells[OURS]
    assert ours is not None, "asked for cells with ours in them"
    return [
        name
        for name, one in cells.items()
        if one is not None
        and name != OURS
        and ENTRIES[name].shipped
        and one.loss("shown") <= ours.loss("kept_up")
    ]


def best_kept_up(cells: Mapping[str, Cell | None]) -> tuple[str, float]:
    """The best contender of one cell with the keeper, not ours, and its loss."""
    losses = {
        name: one.loss("kept_up")
        for name, one in cells.items()
        if one is not None and not name.startswith(OURS)
    }
    name = min(losses, key=losses.__getitem__)
    return name, losses[name]
