"""The keeper in production: what it remembers between two updates.

The keeper refits on each hundred of matured labels. Labels come a few a day, so those that do not
fill a hundred wait here, and feeding a thousand at once or one by one leads to the same state to
the last bit. The curve that is shown counts the waiting ones too.

No label counts twice: labels come in the order in which they matured, and the newest instant is
remembered together with digests of the leads that matured in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from scoring.calibration import Curve
from training.keeper import REFIT_EVERY, Keeper


@dataclass(frozen=True, slots=True, kw_only=True)
class Matured:
    """Leads whose outcome has become known, in order of (keys, digests).

    margins   (n,) what the trees said of each
    labels    (n,) 1 converted, 0 not
    keys      (n,) when the outcome was known: microseconds since 1970, or the number that a
              column of numbers gave
    digests   (n,) uint64, equal for leads that cannot be told apart
    newest    when the newest of these leads came: an ISO date or a number; None without any
    left_out  leads without an outcome, or too young to have one
    """

    margins: np.ndarray
    labels: np.ndarray
    keys: np.ndarray
    digests: np.ndarray
    newest: str | None = None
    left_out: int = 0

    @classmethod
    def none(cls) -> Self:
        """Nothing has matured."""
        empty, digests = np.empty(0), np.empty(0, dtype=np.uint64)
        return cls(margins=empty, labels=empty, keys=empty, digests=digests)

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, chosen: np.ndarray) -> "Matured":
        """Some of them, by a mask."""
        return replace(
            self,
            margins=self.margins[chosen],
            labels=self.labels[chosen],
            keys=self.keys[chosen],
            digests=self.digests[chosen],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveKeeper:
    """A keeper with the labels that wait for their hundred, and what it has seen.

    margins, labels   (< 100,) waiting
    until             the newest key seen; None before any
    ties              how many leads of each digest had that very key
    fed               labels since training
    """

    keeper: Keeper
    margins: np.ndarray
    labels: np.ndarray
    until: float | None
    ties: Mapping[int, int]
    fed: int = 0

    @classmethod
    def trained(cls, keeper: Keeper, *, until: float | None, digests: np.ndarray) -> Self:
        """The keeper as training left it; `digests` of the leads that matured at `until`."""
        empty = np.empty(0)
        return cls(keeper=keeper, margins=empty, labels=empty, until=until, ties=_counted(digests))

    def unseen(self, matured: Matured) -> np.ndarray:
        """(n,) whether each of these is new."""
        if self.until is None:
            return np.ones(len(matured), dtype=bool)
        new = matured.keys > self.until
        left = dict(self.ties)
        for i in np.flatnonzero(matured.keys == self.until):
            digest = int(matured.digests[i])
            if left.get(digest, 0):
                left[digest] -= 1
            else:
                new[i] = True
        return np.asarray(new)

    def feed(self, new: Matured) -> "LiveKeeper":
        """The state after these; they must all be `unseen`."""
        if not len(new):
            return self
        margins = np.concatenate([self.margins, new.margins])
        labels = np.concatenate([self.labels, new.labels.astype(np.float64)])
        whole = len(margins) - len(margins) % REFIT_EVERY
        until = float(new.keys[-1])
        ties = _counted(new.digests[new.keys == until])
        if until == self.until:
            ties = {key: ties.get(key, 0) + self.ties.get(key, 0) for key in {*ties, *self.ties}}
        return LiveKeeper(
            keeper=self.keeper.update(margins[:whole], labels[:whole]),
            margins=margins[whole:],
            labels=labels[whole:],
            until=until,
            ties=ties,
            fed=self.fed + len(new),
        )

    def curve(self, *, kept_until: str | None) -> Curve:
        """What is to be shown, with the waiting labels counted as if their hundred were full."""
        return self.keeper.update(self.margins, self.labels).curve(kept_until=kept_until)

    def outcomes(self) -> tuple[float, float]:
        """Weight of leads in the longest memory that converted, and that did not."""
        won = float(self.labels.sum())
        return (
            float(self.keeper.positive[-1].sum()) + won,
            float(self.keeper.negative[-1].sum()) + len(self.labels) - won,
        )

    def to_state(self) -> dict[str, Any]:
        """Everything needed to go on, for JSON."""
        return {
            "keeper": self.keeper.to_state(),
            "margins": self.margins.tolist(),
            "labels": self.labels.tolist(),
            "until": self.until,
            "ties": {str(digest): n for digest, n in sorted(self.ties.items())},
            "fed": self.fed,
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """The state `to_state` described. Raises KeyError, TypeError or ValueError if none."""
        return cls(
            keeper=Keeper.from_state(state["keeper"]),
            margins=np.array(state["margins"], dtype=np.float64),
            labels=np.array(state["labels"], dtype=np.float64),
            until=state["until"],
            ties={int(digest): int(n) for digest, n in state["ties"].items()},
            fed=int(state["fed"]),
        )


def _counted(digests: np.ndarray) -> dict[int, int]:
    values, counts = np.unique(digests, return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))
