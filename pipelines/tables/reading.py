"""One way in for every table file, whole or in chunks."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from pipelines.tables import delimited, jsonl, parquet, workbook
from pipelines.tables.refusals import refused
from pipelines.tables.sources import Format, Source, find_source

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    import pandas as pd

CHUNK_ROWS = 50_000
WHOLE = 1 << 40  # more rows than any file has


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOptions:
    """What a person says about a file that would otherwise be found out; see `open_table`."""

    sheet: str | None = None
    encoding: str | None = None
    separator: str | None = None

    def arguments(self) -> dict[str, Any]:
        """As keyword arguments of `open_table` and `read_table`; Any: they are of several types."""
        return {name: getattr(self, name) for name in self.__slots__}


AS_FOUND = TableOptions()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table file read whole.

    frame      text files: every column of dtype `str` with cells as written, empty = missing;
               Parquet and XLSX: the file's own types. Rows in file order, index 0..n-1
    warnings   what was decided while reading and should be told
    digest     SHA-256 of the file's bytes, in hex
    """

    path: Path
    format: Format
    frame: "pd.DataFrame"
    warnings: tuple[str, ...]
    digest: str


class TableReader:
    """A table file read in chunks; iterate it once for its frames.

    `columns` and `total_bytes` are known before the first chunk; `read_bytes` grows up to
    `total_bytes`. `warnings` is complete when the last chunk has been taken. A ragged line far
    into the file raises InvalidInput there: write what comes of the chunks with `open_writer`,
    which leaves nothing behind then.
    """

    def __init__(
        self,
        *,
        source: Source,
        columns: tuple[str, ...],
        warnings: list[str],
        chunks: "Generator[tuple[pd.DataFrame, int]]",
    ) -> None:
        self.path, self.format = source.path, source.format
        self.total_bytes, self.read_bytes = source.total_bytes, 0
        self.columns, self.n_rows = columns, 0
        self._warnings, self._chunks = warnings, chunks

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was decided while reading so far and should be told."""
        return tuple(self._warnings)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._chunks.close()

    def __iter__(self) -> "Iterator[pd.DataFrame]":
        for frame, read_bytes in self._chunks:
            self.read_bytes = read_bytes
            self.n_rows += len(frame)
            yield frame
        if not self.n_rows:
            raise refused(self.path, "has a header but no row with a value")
        self.read_bytes = self.total_bytes


def open_table(
    path: Path | str,
    *,
    chunk_rows: int = CHUNK_ROWS,
    sheet: str | None = None,
    encoding: str | None = None,
    separator: str | None = None,
    nested: bool = False,
) -> TableReader:
    """A reader of the file's chunks. Raises NotFound, or InvalidInput for what is no table.

    `sheet` names the sheet of a workbook (the first one otherwise); `encoding` and `separator`
    overrule what would be found out for a text file. `nested` lets objects and lists of JSON
    Lines be cells.
    """
    source = find_source(Path(path))
    _refuse_unfitting(source, sheet=sheet, encoding=encoding, separator=separator)
    warnings: list[str] = []
    table: delimited.Delimited | parquet.ParquetTable | workbook.Sheet | jsonl.Lines
    if source.format is Format.PARQUET:
        table = parquet.open_parquet(source)
        warnings += table.warnings
        chunks = parquet.chunks(table, chunk_rows=chunk_rows)
    elif source.format is Format.XLSX:
        table = workbook.open_sheet(source, sheet=sheet)
        warnings += table.warnings
        chunks = workbook.chunks(table, chunk_rows=chunk_rows, warnings=warnings)
    elif source.format is Format.JSONL:
        table = jsonl.open_lines(source, nested=nested)
        chunks = jsonl.chunks(table, chunk_rows=chunk_rows)
    else:
        table = delimited.open_delimited(source, encoding=encoding, separator=separator)
        warnings += table.encoding.warnings
        chunks = delimited.chunks(table, chunk_rows=chunk_rows, warnings=warnings)
    return TableReader(source=source, columns=table.columns, warnings=warnings, chunks=chunks)


def _refuse_unfitting(source: Source, **options: str | None) -> None:
    """An option that would be passed over has probably met the wrong file."""
    fitting = {Format.PARQUET: (), Format.XLSX: ("sheet",), Format.JSONL: ()}
    for name, told in options.items():
        if told is not None and name not in fitting.get(source.format, ("encoding", "separator")):
            raise refused(source.path, f"is {source.format} and has no {name} to choose")


def read_table(
    path: Path | str,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    separator: str | None = None,
) -> Table:
    """The whole file as one frame; arguments and errors as for `open_table`."""
    import pandas as pd

    path = Path(path)
    with open_table(
        path, chunk_rows=WHOLE, sheet=sheet, encoding=encoding, separator=separator
    ) as reader:
        frames = list(reader)
    frame = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
    return Table(
        path=path,
        format=reader.format,
        frame=frame,
        warnings=reader.warnings,
        digest=digest_of(path),
    )


def digest_of(path: Path) -> str:
    """SHA-256 of the file's bytes as they lie on disk, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
