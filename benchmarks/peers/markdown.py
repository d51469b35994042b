"""The tables of docs/benchmarks.md, from whatever results there are.

A cell that is not there yet is "-"; a contender with none is named at the end.
"""

from collections.abc import Callable, Iterator

import numpy as np

from benchmarks.peers.contenders import ENTRIES, OURS, OURS_TUNED
from benchmarks.peers.figures import (
    CELLS,
    WITHIN,
    Cell,
    best_kept_up,
    cell,
    difference,
    not_beaten,
)
from benchmarks.peers.kept import Results
from benchmarks.peers.tables import SOURCES
from leads.errors import InvalidInput

MISSING = "-"
BEGINNING, END = "<!-- python -m benchmarks.peers --table -->", "<!-- end -->"

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
            *_table(
                "Log loss of each learner's own probabilities",
                cells,
                CELLS,
                lambda one: one.loss("shown"),
            ),
            *_table(
                "Log loss with the keeper (as Leadflow ships)",
                cells,
                CELLS,
                lambda one: one.loss("kept_up"),
            ),
            *_table("AUC of the margin", cells, CELLS, lambda one: one.auc),
            *_folds(cells),
            *_differences("both as they ship", "shown", cells),
            *_differences("both with the keeper", "kept_up", cells),
            *_aims(cells),
        ]
    )


def put_into(document: str, tables: str) -> str:
    """A document with the tables between its two marks in place of what was there."""
    before, beginning, rest = document.partition(BEGINNING)
    _, end, after = rest.partition(END)
    if not (beginning and end):
        raise InvalidInput(f"the document lacks the lines {BEGINNING} and {END}, in this order")
    return f"{before}{BEGINNING}\n\n{tables.strip()}\n\n{END}{after}"


def _table(
    title: str,
    cells: Cells,
    asked: tuple[tuple[str, str], ...],
    figure: Callable[[Cell], float],
) -> Iterator[str]:
    yield from _head(title, [f"{table} {protocol}" for table, protocol in asked])
    for name in ENTRIES:
        row = [cells[place][name] for place in asked]
        if any(row):
            yield _row(name, [MISSING if one is None else _short(figure(one)) for one in row])
    yield ""


def _folds(cells: Cells) -> Iterator[str]:
    yield from _head("Random five-fold, AUC / log loss of its own probabilities", list(SOURCES))
    for name, entry in ENTRIES.items():
        row = [cells[table, "CV"][name] for table in SOURCES]
        if "CV" in entry.in_protocols and any(row):
            yield _row(name, [_pair(one) for one in row])
    yield ""


def _differences(title: str, kind: str, cells: Cells) -> Iterator[str]:
    heads = [f"{table} {protocol}" for table, protocol in CELLS]
    yield from _head(f"{OURS} less the other, log loss, {title}, [95 %]", heads)
    rng = np.random.default_rng(0)
    for name in ENTRIES:
        if name == OURS:
            continue
        row = []
        for place in CELLS:
            ours, theirs = cells[place][OURS], cells[place][name]
            if ours is None or theirs is None:
                row.append(MISSING)
                continue
            apart, low, high = difference(ours, theirs, kind, rng=rng)
            row.append(f"{_signed(apart)} [{_signed(low)}, {_signed(high)}]")
        if set(row) != {MISSING}:
            yield _row(name, row)
    yield ""


def _aims(cells: Cells) -> Iterator[str]:
    below = within = ready = 0
    yield "**Aims**"
    yield ""
    for place in CELLS:
        row = cells[place]
        ours, there = row[OURS], [name for name, one in row.items() if one is not None]
        if ours is None or set(there) <= {OURS, OURS_TUNED}:
            continue
        others, (name, loss) = not_beaten(row), best_kept_up(row)
        behind = ours.loss("kept_up") - loss
        ready += 1
        below += not others
        within += behind <= WITHIN
        yield (
            f"- {' '.join(place)} ({len(there)} of {len(ENTRIES)} there): as they ship "
            + (f"not below {', '.join(others)}" if others else "below all")
            + f"; with the keeper {_signed(behind)} to the best, {name}"
        )
    if ready:
        yield ""
        yield (
            f"As they ship below all: {below} of {ready} cells. "
            f"Within {_short(WITHIN)} of the best with the keeper: {within} of {ready}."
        )
    waiting = [name for name in ENTRIES if not all(cells[place][name] for place in CELLS)]
    if waiting:
        yield ""
        yield f"Still to come, at least in part: {'; '.join(waiting)}."


def _head(title: str, columns: list[str]) -> Iterator[str]:
    yield f"**{title}**"
    yield ""
    yield _row("", columns)
    yield "|---" * (len(columns) + 1) + "|"


def _row(name: str, values: list[str]) -> str:
    return f"| {name} | " + " | ".join(values) + " |"


def _pair(one: Cell | None) -> str:
    return MISSING if one is None else f"{_short(one.auc)} / {_short(one.loss('shown'))}"


def _short(figure: float) -> str:
    return f"{figure:.4f}".replace("0.", ".", 1)


def _signed(figure: float) -> str:
    return f"{figure:+.4f}".replace("0.", ".", 1)
