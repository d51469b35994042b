"""Reading separated text: every row has exactly the header's fields or the file is refused.

Cells are strings exactly as written; only an empty cell is missing. What a cell means is the
encoder's business. Python's own csv reader is the one engine: it follows quotes exactly and knows
the line of every record, where the faster parsers pad short rows silently or lose the line.
"""

import csv
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from leads.errors import InvalidInput
from pipelines.tables.columns import checked_names
from pipelines.tables.diagnosis import diagnosis
from pipelines.tables.encodings import encoding_of
from pipelines.tables.records import Row, is_blank, next_record, opened_text, record_reader
from pipelines.tables.refusals import refused
from pipelines.tables.separators import Layout, layout_of
from pipelines.tables.sources import Source

if TYPE_CHECKING:
    import pandas as pd

TEXT = pa.large_string()
MISSING = pa.scalar(None, TEXT)
BLOCK_ROWS = 2_000  # rows held as Python strings at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Delimited:
    """A text table whose encoding, separator and header are known."""

    source: Source
    encoding: str
    layout: Layout
    columns: tuple[str, ...]
    warnings: tuple[str, ...]


def open_delimited(source: Source, *, encoding: str | None, separator: str | None) -> Delimited:
    """Raises InvalidInput when the file is not readable text or its header is wrong."""
    found = encoding_of(source, declared=encoding)
    with opened_text(source, found.name) as (text, _):
        layout = layout_of(text, tabs_first=".tsv" in source.path.suffixes)
    if separator:
        layout = Layout(separator=separator, skip=layout.skip)
    columns = _header(source, found.name, layout)
    return Delimited(
        source=source,
        encoding=found.name,
        layout=layout,
        columns=tuple(checked_names(source.path, columns)),
        warnings=found.warnings,
    )


def chunks(
    table: Delimited, *, chunk_rows: int, warnings: list[str]
) -> Generator[tuple["pd.DataFrame", int]]:
    """Frames of at most `chunk_rows` rows, each with the bytes read so far.

    Blank lines are no rows. Rows without any value at the very end (spreadsheets export their
    formatted, empty lines) are left out and told in `warnings`; elsewhere they are rows.
    """
    with opened_text(table.source, table.encoding) as (text, counter):
        reader = record_reader(text, table.layout)
        next_record(reader)
        blocks = _checked(table, reader, block_rows=min(BLOCK_ROWS, chunk_rows))
        filled = _without_empty_end(blocks, warnings)
        while group := list(islice(filled, max(1, chunk_rows // BLOCK_ROWS))):
            yield _frame(group, table.columns), counter.read_bytes


def _header(source: Source, encoding: str, layout: Layout) -> Row:
    """The first record; refuses a file that has nothing but blank lines after it."""
    with opened_text(source, encoding) as (text, _):
        reader = record_reader(text, layout)
        try:
            header, first = next_record(reader), next_record(reader)
        except csv.Error:
            raise _refusal(source, encoding, layout) from None
    if header is None:
        raise refused(source.path, "is empty; a header line and at least one row are needed")
    if first is None:
        raise refused(source.path, "has a header but no rows")
    return header


def _checked(table: Delimited, reader: Iterator[Row], *, block_rows: int) -> Iterator[list[Row]]:
    wanted = {len(table.columns)}
    while True:
        try:
            rows = list(islice(reader, block_rows))
        except csv.Error:
            raise _refusal(table.source, table.encoding, table.layout) from None
        if not rows:
            return
        if set(map(len, rows)) != wanted:
            rows = [row for row in rows if not is_blank(row, n_columns=len(table.columns))]
            if set(map(len, rows)) - wanted:
                raise _refusal(table.source, table.encoding, table.layout)
        yield rows


def _without_empty_end(blocks: Iterator[list[Row]], warnings: list[str]) -> Iterator[list[Row]]:
    held: list[Row] = []
    for block in blocks:
        rows = held + block
        n_filled = len(rows)
        while n_filled and not any(rows[n_filled - 1]):
            n_filled -= 1
        held = rows[n_filled:]
        if n_filled:
            yield rows[:n_filled]
    if held:
        warnings.append(
            f"{len(held):,} rows without any value at the end of the file were left out"
        )


def _frame(group: list[list[Row]], columns: tuple[str, ...]) -> "pd.DataFrame":
    parts = [
        pa.Table.from_arrays([pa.array(cells, TEXT) for cells in zip(*rows, strict=True)], columns)
        for rows in group
    ]
    table = pa.concat_tables(parts)
    cells = [pc.if_else(pc.equal(column, ""), MISSING, column) for column in table.columns]
    frame: pd.DataFrame = pa.Table.from_arrays(cells, columns).to_pandas()
    return frame


def _refusal(source: Source, encoding: str, layout: Layout) -> InvalidInput:
    return diagnosis(source, encoding=encoding, layout=layout)
