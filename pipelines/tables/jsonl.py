"""Reading JSON Lines: one object a line; the columns are all names that occur, in order of sight.

The whole file is read once before the first row is handed out: only then all columns are known.
Objects and lists within a row are cells only for who asks for them (`nested`); elsewhere they are
refused, as in Parquet.
"""

import json
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from leads.errors import Problem
from pipelines.tables.columns import checked_names
from pipelines.tables.refusals import refused, refused_rows, row_problem
from pipelines.tables.sources import CountingFile, Source, damage_named, unpacked

if TYPE_CHECKING:
    import pandas as pd

LONGEST_LINE = 8 << 20
MOST_COLUMNS = 20_000
Object = dict[str, Any]  # a stranger's values


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """A file of objects whose names are usable. `stored` are the names as the file has them."""

    source: Source
    columns: tuple[str, ...]
    stored: tuple[str, ...]
    nested: bool


def open_lines(source: Source, *, nested: bool) -> Lines:
    """Raises InvalidInput naming the first bad lines and counting all of them."""
    names: dict[str, None] = {}
    has_structures: dict[str, None] = {}
    problems: list[Problem] = []
    with damage_named(source.path), unpacked(source) as (file, _):
        for number, line in _lines(file):
            told = _object(line)
            if isinstance(told, str):
                problems.append(row_problem(number, "not_an_object", f"line {number} {told}"))
                continue
            names |= dict.fromkeys(told)
            for name, value in told.items():
                if isinstance(value, (dict, list)):
                    has_structures[name] = None
            if len(names) > MOST_COLUMNS:
                raise refused(source.path, f"has more than {MOST_COLUMNS:,} different names")
    if problems:
        raise refused_rows(source.path, "every line needs to be one JSON object", problems)
    if not names:
        raise refused(source.path, "has no object with a name in it")
    if has_structures and not nested:
        shown = ", ".join(repr(name) for name in islice(has_structures, 5))
        raise refused(source.path, f"has objects or lists in {shown}; cells are single values")
    columns = checked_names(source.path, list(names))
    return Lines(source=source, columns=tuple(columns), stored=tuple(names), nested=nested)


def chunks(table: Lines, *, chunk_rows: int) -> Generator[tuple["pd.DataFrame", int]]:
    """Frames of at most `chunk_rows` rows, each with the bytes read so far."""
    with damage_named(table.source.path), unpacked(table.source) as (file, counter):
        rows = _rows(file)
        while group := list(islice(rows, chunk_rows)):
            yield _frame(group, table), counter.read_bytes


def _frame(rows: list[Object], table: Lines) -> "pd.DataFrame":
    import pandas as pd

    from pipelines.tables.workbook import column_of

    cells = (tuple(_cell(row.get(name)) for row in rows) for name in table.stored)
    return pd.DataFrame(
        {name: column_of(column) for name, column in zip(table.columns, cells, strict=True)}
    )


def _cell(value: Any) -> Any:
    return None if value == "" else value


def _rows(file: IO[bytes]) -> Iterator[Object]:
    for _, line in _lines(file):
        told = _object(line)
        assert not isinstance(told, str)  # opening it has read every line
        yield told


def _lines(file: IO[bytes] | CountingFile) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, by number."""
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line.strip():
            yield number, line


def _object(line: bytes) -> Object | str:
    """The object, or what is wrong with the line."""
    if len(line) >= LONGEST_LINE:
        return f"has more than {LONGEST_LINE:,} bytes"
    try:
        told = json.loads(line.decode("utf-8"), parse_constant=_no_number)
    except UnicodeDecodeError:
        return "is not UTF-8"
    except ValueError as error:
        return f"is not JSON ({error})"
    except RecursionError:
        return "is nested too deeply"
    if not isinstance(told, dict):
        return f"is {type(told).__name__}, an object is needed: {{...}}"
    return told


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number in JSON")
