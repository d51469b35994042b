"""The header of a table: names stripped of spaces, and refused when they could be confused."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from leads.errors import Problem
from pipelines.tables.refusals import SHOWN, refused

LONGEST_NAME = 1_000
LEFTOVER_INDEX = re.compile(r"Unnamed: \d+(_level_\d+)?")


def checked_names(path: Path, header: Sequence[str]) -> list[str]:
    """The column names as they will be used. Raises InvalidInput with every wrong one.

    A leftover pandas index (an empty first name, or `Unnamed: 0`) is refused and not dropped:
    it is the row's place in the file, which in a file in time order is a leak, and a column that
    vanishes silently here would still be expected by whoever sends the same row as JSON.
    """
    names = [name.removeprefix("\ufeff").strip() for name in header]
    problems = [
        *(_naming_problem(at, name) for at, name in enumerate(names, start=1)),
        *(_repetition(names, name) for name, n in Counter(names).items() if n > 1 and name),
    ]
    found = [problem for problem in problems if problem]
    if found:
        count = "1 column name" if len(found) == 1 else f"{len(found):,} column names"
        raise refused(
            path,
            f"{count} cannot be used; each column needs one name of its own in the header",
            found[:SHOWN],
        )
    return names


def _naming_problem(at: int, name: str) -> Problem | None:
    if not name:
        hint = "; if it is a leftover index, write the file without it (pandas: index=False)"
        return _problem(at, "empty_name", f"column {at} has no name{hint if at == 1 else ''}")
    if LEFTOVER_INDEX.fullmatch(name):
        return _problem(
            at,
            "leftover_index",
            f"column {at} is called '{name}': pandas made this name for a column without one,"
            " usually a leftover index; write the file without it (index=False) or give it a name",
        )
    if "\0" in name:
        return _problem(at, "nul", f"the name of column {at} contains U+0000; remove it")
    if len(name) > LONGEST_NAME:
        return _problem(
            at,
            "long_name",
            f"the name of column {at} has {len(name):,} characters and begins '{name[:40]}';"
            f" at most {LONGEST_NAME:,} are accepted (is a line end or the header missing?)",
        )
    return None


def _repetition(names: Sequence[str], name: str) -> Problem:
    places = [at for at, other in enumerate(names, start=1) if other == name]
    told = ", ".join(map(str, places[:SHOWN]))
    return _problem(
        places[1], "duplicate_name", f"'{name[:80]}' names columns {told}; rename all but one"
    )


def _problem(at: int, code: str, detail: str) -> Problem:
    return Problem(pointer=f"column {at}", code=code, detail=detail)
