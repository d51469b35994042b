"""The tables of docs/benchmarks.md, from whatever results there are; a missing cell is "-"."""

from collections.abc import Callable, Iterator

import numpy as np

from benchmarks.peers.contenders import ENTRIES, OURS
from benchmarks.peers.figures import (
    CELLS,
    WITHIN,
    Cell,
    beaten_as_shipped,
    best_kept_up,
    cell,
    difference,
)
from benchmarks.peers.kept import Results
from benchmarks.peers.tables import SOURCES

Cells = dict[tuple[str, str], dict[str, Cell | None]]


def report(results: Results) -> str:
    """Everything, as markdown."""
    cells: Cells = {
        (table, protocol): {
            name: cell(results, name=name, table=table, protocol=protocol) for name in ENTRIES
        }
        for table, protocol in (*CELLS, *((table, "CV") for table in SOURCES))
    }
    return "\n".join(
        [
            *_table("Log loss as shipped", cells, CELLS, lambda one: one.loss("shown")),
            *_table("Log loss with the keeper", cells, CELLS, lambda one: one.loss("kept_up")),
            *_table("AUC of the margin", cells, CELLS, lambda one: one.auc),
            *_folds(cells),
            *_differences("as shipped", "shown", cells),
            *_differences("with the keeper", "kept_up", cells),
            *_aims(cells),
        ]
    )


def _table(
    title: str,
    cells: Cells,
    asked: tuple[tuple[str, str], ...],
    figure: Callable[[Cell], float],
) -> Iterator[str]:
    yield from _head(title, [f"{table} {protocol}" for table, protocol in asked])
    for name in ENTRIES:
        row = [cells[place][name] for place in asked]
        yield _row(name, ["-" if one is None else _short(figure(one)) for one in row])
    yield ""


def _folds(cells: Cells) -> Iterator[str]:
    yield from _head("Random five-fold, AUC / log loss as shipped", list(SOURCES))
    for name, entry in ENTRIES.items():
        if "CV" in entry.in_protocols:
            row = [cells[table, "CV"][name] for table in SOURCES]
            yield _row(name, [_pair(one) for one in row])
    yield ""


def _differences(title: str, kind: str, cells: Cells) -> Iterator[str]:
    heads = [f"{table} {protocol}" for table, protocol in CELLS]
    yield from _head(f"{OURS} less the other, log loss {title}, [95 %]", heads)
    rng = np.random.default_rng(0)
    for name in ENTRIES:
        if name == OURS:
            continue
        row = []
        for place in CELLS:
            ours, theirs = cells[place][OURS], cells[place][name]
            if ours is None or theirs is None:
                row.append("-")
                continue
            apart, low, high = difference(ours, theirs, kind, rng=rng)
            row.append(f"{_signed(apart)} [{_signed(low)}, {_signed(high)}]")
        yield _row(name, row)
    yield ""


def _aims(cells: Cells) -> Iterator[str]:
    within = ready = 0
    yield "**Aims**"
    yield ""
    for place in CELLS:
        ours, others = cells[place][OURS], {**cells[place]}
        if ours is None or sum(one is not None for one in others.values()) < 2:
            continue
        where, waiting = " ".join(place), [name for name, one in others.items() if one is None]
        below, not_below = beaten_as_shipped(others)
        name, loss = best_kept_up(others)
        behind = ours.loss("kept_up") - loss
        ready, within = ready + 1, within + (behind <= WITHIN)
        told = f"not below {', '.join(not_below)}" if not_below else f"below all {len(below)}"
        yield (
            f"- {where}: as shipped {told}; with the keeper {_signed(behind)} to the best ({name})"
            + (f"; still to come: {', '.join(waiting)}" if waiting else "")
        )
    if ready:
        yield ""
        yield f"Within {_short(WITHIN)} of the best with the keeper: {within} of {ready} cells."


def _head(title: str, columns: list[str]) -> Iterator[str]:
    yield f"**{title}**"
    yield ""
    yield _row("", columns)
    yield "|---" * (len(columns) + 1) + "|"


def _row(name: str, values: list[str]) -> str:
    return f"| {name} | " + " | ".join(values) + " |"


def _pair(one: Cell | None) -> str:
    return "-" if one is None else f"{_short(one.auc)} / {_short(one.loss('shown'))}"


def _short(figure: float) -> str:
    return f"{figure:.4f}".replace("0.", ".", 1)


def _signed(figure: float) -> str:
    return f"{figure:+.4f}".replace("0.", ".", 1)
