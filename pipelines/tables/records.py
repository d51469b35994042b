"""The records of a text file as Python's csv reader gives them, strictly."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TYPE_CHECKING, TextIO

from pipelines.tables.separators import Layout
from pipelines.tables.sources import CountingFile, Source, damage_named, unpacked

if TYPE_CHECKING:
    from _csv import Reader  # the reader's type has no public name

Row = list[str]


@contextmanager
def opened_text(source: Source, encoding: str) -> Iterator[tuple[TextIOWrapper, CountingFile]]:
    """The file as text with its line ends untouched, and the counter of bytes read."""
    with damage_named(source.path), unpacked(source) as (file, counter):
        yield TextIOWrapper(file, encoding=encoding, newline=""), counter


def record_reader(text: TextIO, layout: Layout) -> "Reader":
    """Strict: a quote left open or text after a closing quote is an error, never a guess."""
    for _ in range(layout.skip):
        next(text)
    return csv.reader(text, delimiter=layout.separator, strict=True)


def next_record(reader: Iterator[Row]) -> Row | None:
    """The next record that is no blank line, None at the end."""
    return next((row for row in reader if any(cell.strip() for cell in row) or len(row) > 1), None)


def is_blank(row: Row, *, n_columns: int) -> bool:
    """Whether a record is a blank line: nothing on it, or only spaces where cells should be."""
    return not row or (n_columns > 1 and len(row) == 1 and not row[0].strip())
