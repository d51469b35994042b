"""Writing a table file in chunks; the file appears complete at the end or not at all.

The suffix decides: .csv or .tsv, either with .gz, .parquet or .xlsx. Text is UTF-8 with
line feeds and missing cells empty. Cells are written verbatim, also those that begin with
= + - @, because ids are the user's own and must match on the way back; in XLSX such text is
stored as text and never becomes a formula, but a spreadsheet that opens the CSV may calculate it.
"""

import csv
import gzip
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol, Self, cast

from leads.errors import InvalidInput
from pipelines.files import replacing

if TYPE_CHECKING:
    import pandas as pd

SUFFIXES = ".csv, .csv.gz, .tsv, .tsv.gz, .parquet or .xlsx"
MOST_SHEET_ROWS = 1_048_576


class TableWriter(Protocol):
    """Takes frames with the same columns, one after the other."""

    def write(self, frame: "pd.DataFrame") -> None:
        """Append the frame's rows; its index is not written."""


@contextmanager
def open_writer(path: Path | str) -> Iterator[TableWriter]:
    """A writer to `path`, which is replaced when the block ends without an error.

    Raises InvalidInput for an unknown suffix, NotFound when the folder does not exist.
    """
    path = Path(path)
    kind = _kind(path)
    with replacing(path) as partial, ExitStack() as files:
        file: IO[bytes] = files.enter_context(partial.open("wb"))
        if path.suffix.lower() == ".gz":
            # no name and no time inside, so that equal tables are equal files
            packed = gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0)
            file = cast("IO[bytes]", files.enter_context(packed))
        yield files.enter_context(WRITERS[kind](path, file))


def write_table(path: Path | str, frame: "pd.DataFrame") -> None:
    """Write one frame; its index is not written."""
    with open_writer(path) as writer:
        writer.write(frame)


def _kind(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    kind = suffixes[-2:-1] if suffixes[-1:] == [".gz"] else suffixes[-1:]
    allowed = PACKABLE if suffixes[-1:] == [".gz"] else WRITERS
    if not kind or kind[0] not in allowed:
        raise InvalidInput(f"{path}: the name must end in {SUFFIXES}")
    return kind[0]


class _Closing:
    """A writer that finishes its file only when nothing went wrong."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.finish()
        else:
            self.abandon()

    def finish(self) -> None: ...

    def abandon(self) -> None: ...

    def write(self, frame: "pd.DataFrame") -> None: ...


class _TextWriter(_Closing):
    separator = ","

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self._path, self._file, self._header = path, file, True

    def write(self, frame: "pd.DataFrame") -> None:
        frame.to_csv(
            self._file,
            sep=self.separator,
            index=False,
            header=self._header,
            lineterminator="\n",
            encoding="utf-8",
            quoting=csv.QUOTE_ALL if _has_lone_return(frame) else csv.QUOTE_MINIMAL,
        )
        self._header = False


class _TabWriter(_TextWriter):
    separator = "\t"


class _ParquetWriter(_Closing):
    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self._path, self._file = path, file
        self._writer: Any = None

    def write(self, frame: "pd.DataFrame") -> None:
        """The first frame decides the types."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            if self._writer is None:
                table = _without_null_types(pa.Table.from_pandas(frame, preserve_index=False))
                self._writer = pq.ParquetWriter(self._file, table.schema)
            else:
                schema = self._writer.schema
                table = pa.Table.from_pandas(frame, schema=schema, preserve_index=False)
            self._writer.write_table(table)
        except pa.ArrowException as error:
            raise InvalidInput(f"{self._path}: Parquet cannot hold these cells: {error}") from error

    def finish(self) -> None:
        if self._writer is not None:
            self._writer.close()

    abandon = finish  # else it would close itself later, when its file is gone


class _SheetWriter(_Closing):
    def __init__(self, path: Path, file: IO[bytes]) -> None:
        from openpyxl import Workbook

        self._path, self._file = path, file
        self._book = Workbook(write_only=True)
        self._sheet: Any = self._book.create_sheet("leads")
        self._n_rows = 0

    def write(self, frame: "pd.DataFrame") -> None:
        if not self._n_rows:
            self._append(list(frame.columns))
        for cells in frame.itertuples(index=False, name=None):
            self._append(cells)

    def _append(self, cells: Any) -> None:
        from openpyxl.utils.exceptions import IllegalCharacterError

        self._n_rows += 1
        if self._n_rows > MOST_SHEET_ROWS:
            raise InvalidInput(
                f"{self._path}: a sheet holds {MOST_SHEET_ROWS:,} rows; write .csv or .parquet"
            )
        try:
            self._sheet.append([_sheet_cell(self._sheet, cell) for cell in cells])
        except (IllegalCharacterError, ValueError) as error:
            raise InvalidInput(
                f"{self._path}: row {self._n_rows} cannot stand in a sheet: {error!r}"
            ) from error

    def finish(self) -> None:
        self._book.save(self._file)

    def abandon(self) -> None:
        self._sheet.close()


PACKABLE = (".csv", ".tsv")  # the others are compressed inside
WRITERS: dict[str, Any] = {
    ".csv": _TextWriter,
    ".tsv": _TabWriter,
    ".parquet": _ParquetWriter,
    ".xlsx": _SheetWriter,
}


def _has_lone_return(frame: "pd.DataFrame") -> bool:
    """Python before 3.13 leaves a carriage return unquoted, which would read as a line end."""
    texts = frame.select_dtypes(include=["object", "str"])
    in_cells = any(
        column.astype("str").str.contains("\r", regex=False, na=False).any()
        for _, column in texts.items()
    )
    return in_cells or any("\r" in str(name) for name in frame.columns)


def _without_null_types(table: Any) -> Any:
    """A column that is missing all over the first frame may bring text in a later one."""
    import pyarrow as pa

    fields = [
        field.with_type(pa.large_string()) if pa.types.is_null(field.type) else field
        for field in table.schema
    ]
    return table.cast(pa.schema(fields))


def _sheet_cell(sheet: Any, cell: Any) -> Any:
    import pandas as pd
    from openpyxl.cell import WriteOnlyCell

    if isinstance(cell, str):
        written = WriteOnlyCell(sheet, cell)
        written.data_type = "s"  # never a formula
        return written
    return None if pd.isna(cell) else cell
