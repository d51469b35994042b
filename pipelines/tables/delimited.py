"""Reading separated text: every row has exactly the header's fields or the file is refused.

Cells are strings exactly as written; only an empty cell is missing. What a cell means is the
encoder's business. Python's own csv reader decides: it follows quotes strictly and knows the line
of every record, where faster parsers pad short rows or guess. Files without any quote are read by
Arrow, three times as fast, and whatever Arrow stumbles over is given to the exact reader.
"""

import csv
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from leads.errors import InvalidInput
from pipelines.tables.columns import checked_names
from pipelines.tables.diagnosis import diagnosis
from pipelines.tables.encodings import Encoding, encoding_of
from pipelines.tables.records import Row, is_blank, next_record, opened_text, record_reader
from pipelines.tables.refusals import refused
from pipelines.tables.separators import Layout, layout_of
from pipelines.tables.sources import Source, damage_named, unpacked

if TYPE_CHECKING:
    import pandas as pd

TEXT = pa.large_string()
MISSING = pa.scalar(None, TEXT)
BLOCK_ROWS = 2_000  # rows held as Python strings at a time
BLOCK_BYTES = 4 << 20
LONGEST_CELL = 131_072  # what Python's csv reader accepts


@dataclass(frozen=True, slots=True, kw_only=True)
class Delimited:
    """A text table whose encoding, separator and header are known.

    `header_lines` is the number of the line on which the header ends.
    """

    source: Source
    encoding: Encoding
    layout: Layout
    columns: tuple[str, ...]
    header_lines: int


def open_delimited(source: Source, *, encoding: str | None, separator: str | None) -> Delimited:
    """Raises InvalidInput when the file is not readable text or its header is wrong."""
    found = encoding_of(source, declared=encoding)
    with opened_text(source, found.name) as (text, _):
        layout = layout_of(text, tabs_first=".tsv" in source.path.suffixes)
    if separator is not None:
        if len(separator) != 1 or separator in '"\r\n ':
            raise InvalidInput(f"'{separator}' cannot separate fields; name one character")
        layout = Layout(separator=separator, skip=layout.skip)
    header, header_lines = _header(source, found.name, layout)
    return Delimited(
        source=source,
        encoding=found,
        layout=layout,
        columns=tuple(checked_names(source.path, header)),
        header_lines=header_lines,
    )


def chunks(
    table: Delimited, *, chunk_rows: int, warnings: list[str]
) -> Generator[tuple["pd.DataFrame", int]]:
    """Frames of at most `chunk_rows` rows, each with the bytes read so far.

    Blank lines are no rows. Rows without any value at the very end (spreadsheets export their
    formatted, empty lines) are left out and told in `warnings`; elsewhere they are rows.
    """
    read = _plain_parts if table.encoding.is_plain else _parts
    with damage_named(table.source.path), unpacked(table.source) as (file, counter):
        filled = _without_empty_end(read(table, file), warnings)
        for group in _regrouped(filled, chunk_rows):
            yield group.to_pandas(), counter.read_bytes


def _header(source: Source, encoding: str, layout: Layout) -> tuple[Row, int]:
    """The first record and its last line; refuses a file with nothing but blank lines after it."""
    with opened_text(source, encoding) as (text, _):
        reader = record_reader(text, layout)
        try:
            header, line = next_record(reader), layout.skip + reader.line_num
            first = next_record(reader)
        except csv.Error:
            raise diagnosis(source, encoding=encoding, layout=layout) from None
    if header is None:
        raise refused(source.path, "is empty; a header line and at least one row are needed")
    if first is None:
        raise refused(source.path, "has a header but no rows")
    return header, line


def _parts(table: Delimited, file: IO[bytes]) -> Iterator[Any]:
    """Any: pyarrow, whose tables these are, has no types of its own."""
    with TextIOWrapper(file, encoding=table.encoding.name, newline="") as text:
        reader = record_reader(text, table.layout)
        next_record(reader)
        yield from _checked(table, reader)


def _plain_parts(table: Delimited, file: IO[bytes]) -> Iterator[Any]:
    for _ in range(table.header_lines):
        file.readline()
    while block := file.read(BLOCK_BYTES):
        lines = block + file.readline()
        try:
            part = _parsed(lines, table)
        except pa.ArrowInvalid:  # ragged or only odd: the exact reader decides
            text = TextIOWrapper(BytesIO(lines), encoding="utf-8", newline="")
            yield from _checked(
                table, record_reader(text, Layout(separator=table.layout.separator))
            )
        else:
            yield part


def _parsed(lines: bytes, table: Delimited) -> Any:
    """Lines without quotes, read by Arrow. Raises ArrowInvalid when they are ragged."""
    part = arrow_csv.read_csv(
        pa.BufferReader(lines),
        read_options=arrow_csv.ReadOptions(
            column_names=table.columns, block_size=len(lines) + 1, use_threads=False
        ),
        parse_options=arrow_csv.ParseOptions(delimiter=table.layout.separator, quote_char=False),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(table.columns, TEXT),
            null_values=[""],
            strings_can_be_null=True,
        ),
    )
    longest = max(pc.max(pc.binary_length(column)).as_py() or 0 for column in part.columns)
    if longest > LONGEST_CELL:
        raise pa.ArrowInvalid("a cell is too long")
    return part


def _checked(table: Delimited, reader: Iterator[Row]) -> Iterator[Any]:
    wanted = {len(table.columns)}
    while True:
        try:
            rows = list(islice(reader, BLOCK_ROWS))
        except csv.Error:
            raise _refusal(table) from None
        if not rows:
            return
        if set(map(len, rows)) != wanted:
            rows = [row for row in rows if not is_blank(row, n_columns=len(table.columns))]
            if set(map(len, rows)) - wanted:
                raise _refusal(table)
        if rows:
            yield _part(rows, table.columns)


def _part(rows: list[Row], columns: tuple[str, ...]) -> Any:
    written = [pa.array(cells, TEXT) for cells in zip(*rows, strict=True)]
    cells = [pc.if_else(pc.equal(column, ""), MISSING, column) for column in written]
    return pa.Table.from_arrays(cells, columns)


def _without_empty_end(parts: Iterator[Any], warnings: list[str]) -> Iterator[Any]:
    held: list[Any] = []
    for part in parts:
        n_filled = part.num_rows
        while n_filled and not any(column[n_filled - 1].is_valid for column in part.columns):
            n_filled -= 1
        if n_filled:
            yield from held
            yield part.slice(0, n_filled)
            held = []
        held.append(part.slice(n_filled))
    n_empty = sum(part.num_rows for part in held)
    if n_empty:
        warnings.append(f"{n_empty:,} rows without any value at the end of the file were left out")


def _regrouped(parts: Iterator[Any], n_rows: int) -> Iterator[Any]:
    """The same rows in tables of `n_rows`, the last one shorter."""
    held = next(parts, None)
    while held is not None:
        if held.num_rows > n_rows:
            yield held.slice(0, n_rows)
            held = held.slice(n_rows)
        elif (part := next(parts, None)) is not None:
            held = pa.concat_tables([held, part])
        else:
            yield held
            held = None


def _refusal(table: Delimited) -> InvalidInput:
    return diagnosis(table.source, encoding=table.encoding.name, layout=table.layout)
