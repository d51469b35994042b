"""Reading one sheet of an Excel workbook: cells keep their types, dates are timestamps.

What a formula shows is read, never computed; a formula whose value was never stored is refused,
because it would look like a missing cell.
"""

import re
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from warnings import catch_warnings, simplefilter
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from pipelines.tables.columns import checked_names
from pipelines.tables.refusals import ACCEPTED, refused, refused_rows, row_problem
from pipelines.tables.sources import Source, seekable

if TYPE_CHECKING:
    import pandas as pd

    from leads.errors import Problem

EXCEL_ERRORS = frozenset(
    {"#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
)
FORMULA = re.compile(rb"<(\w+:)?f[ >/]")
LONGEST_INT = 1 << 63
Cells = tuple[Any, ...]  # a cell is whatever the user typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet whose header is usable. `header_row` is its row in the sheet, counted from 1."""

    source: Source
    name: str
    header_row: int
    columns: tuple[str, ...]
    warnings: tuple[str, ...]


def open_sheet(source: Source, *, sheet: str | None) -> Sheet:
    """The named sheet, or the first one. Raises InvalidInput when it cannot be read."""
    with _workbook(source) as book:
        names = book.sheetnames
        name = _chosen(source.path, names, sheet)
        found = next(_numbered(book[name]), None)
    if found is None:
        raise refused(source.path, f"has nothing on the sheet '{name}'")
    header_row, header = found
    columns = checked_names(source.path, [_name_of(cell) for cell in _trimmed(header)])
    _refuse_unvalued_formulas(source, name)
    others = f"only the first of {len(names)} sheets, '{name}', was read"
    return Sheet(
        source=source,
        name=name,
        header_row=header_row,
        columns=tuple(columns),
        warnings=(others,) if len(names) > 1 and sheet is None else (),
    )


def chunks(
    table: Sheet, *, chunk_rows: int, warnings: list[str]
) -> Generator[tuple["pd.DataFrame", int]]:
    """Frames of at most `chunk_rows` rows, each with the bytes read so far.

    A sheet does not say how many rows it has; until the last chunk, half the file counts as read.
    """
    errors: list[str] = []
    with _workbook(table.source) as book:
        rows = _rows(table, book[table.name], errors)
        done = 0
        while group := list(islice(rows, chunk_rows)):
            done += len(group)
            yield _frame(group, table.columns), table.source.total_bytes // 2
    if not done:
        raise refused(table.source.path, f"has a header but no rows on the sheet '{table.name}'")
    if errors:
        warnings.append(
            f"{len(errors):,} cells show an Excel error (the first: {errors[0]})"
            " and were read as missing"
        )


def _rows(table: Sheet, sheet: Any, errors: list[str]) -> Iterator[Cells]:
    width = len(table.columns)
    numbered = (row for row in _numbered(sheet) if row[0] > table.header_row)
    for number, cells in numbered:
        if any(cell is not None for cell in cells[width:]):
            raise _beyond_the_header(table, sheet)
        padded = (*cells[:width], *([None] * (width - len(cells))))
        yield tuple(_value(cell, number, errors) for cell in padded)


def _value(cell: Any, row: int, errors: list[str]) -> Any:
    if isinstance(cell, str):
        if cell in EXCEL_ERRORS:
            errors.append(f"{cell} in row {row}")
            return None
        return cell or None
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return datetime.combine(cell, time())
    return cell


def _frame(rows: list[Cells], columns: tuple[str, ...]) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame(
        {
            name: column_of(cells)
            for name, cells in zip(columns, zip(*rows, strict=True), strict=True)
        }
    )


def column_of(cells: Cells) -> "pd.Series[Any]":
    """One column with the narrowest type all its cells share; mixed cells stay what they are."""
    import pandas as pd

    kinds = {type(cell) for cell in cells if cell is not None}
    if not kinds or kinds == {str}:
        return pd.Series(cells, dtype="str")
    if kinds == {int} and None in cells and all(abs(cell or 0) < LONGEST_INT for cell in cells):
        return pd.Series(cells, dtype="Int64")
    if kinds <= {int, float}:
        return pd.Series(cells, dtype="float64" if None in cells or float in kinds else None)
    if kinds == {datetime}:
        return pd.Series(pd.to_datetime(list(cells)))
    return pd.Series(cells, dtype="bool" if kinds == {bool} and None not in cells else "object")


def _numbered(sheet: Any) -> Iterator[tuple[int, Cells]]:
    """(row number in the sheet, cells) of every row that has a value."""
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        if any(cell is not None and cell != "" for cell in cells):
            yield number, cells


def _trimmed(header: Cells) -> Cells:
    """Without the nameless cells at the right end, which only carry formatting."""
    width = max(at for at, cell in enumerate(header, start=1) if cell not in (None, ""))
    return header[:width]


def _name_of(cell: Any) -> str:
    return "" if cell is None else str(cell)


def _chosen(path: Path, names: list[str], wanted: str | None) -> str:
    if not names:
        raise refused(path, "has no sheet with cells")
    if wanted is not None and wanted not in names:
        raise refused(path, f"has no sheet '{wanted}'; its sheets are {', '.join(names)}")
    return wanted or names[0]


def _beyond_the_header(table: Sheet, sheet: Any) -> Exception:
    width = len(table.columns)
    problems = (
        row_problem(number, "ragged", f"row {number} has a value right of column {width}, the last")
        for number, cells in _numbered(sheet)
        if any(cell is not None for cell in cells[width:])
    )
    return refused_rows(
        table.source.path, "has cells right of the last column that has a name", problems
    )


def _refuse_unvalued_formulas(source: Source, name: str) -> None:
    """Only workbooks that contain formulas at all are read a second time."""
    if not _has_formulas(source):
        return
    problems: list[Problem] = []
    with _workbook(source) as shown, _workbook(source, formulas=True) as written:
        pairs = zip(shown[name].iter_rows(), written[name].iter_rows(), strict=True)
        for values, formulas in pairs:
            problems += [
                row_problem(
                    formula.row, "formula", f"the formula in {formula.coordinate} has no value"
                )
                for value, formula in zip(values, formulas, strict=True)
                if value.value is None and formula.value is not None and formula.data_type == "f"
            ]
    if problems:
        raise refused_rows(
            source.path,
            "has formulas that were never calculated; open and save it in Excel",
            problems,
        )


def _has_formulas(source: Source) -> bool:
    with seekable(source) as file, ZipFile(file) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        return any(FORMULA.search(archive.read(name)) for name in sheets)


@contextmanager
def _workbook(source: Source, *, formulas: bool = False) -> Iterator[Any]:
    """Any: a read-only workbook differs from the one that the type stubs describe."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    damage = (BadZipFile, zlib.error, ParseError, InvalidFileException, KeyError, ValueError)
    with seekable(source) as file:
        try:
            with catch_warnings():
                simplefilter("ignore", UserWarning)  # about styles and validations, not cells
                book = load_workbook(file, read_only=True, data_only=not formulas)
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # some programs write a wrong extent, which would cut rows
            yield book
            book.close()
        except (*damage, IndexError, TypeError, EOFError, OSError) as error:
            raise refused(
                source.path,
                f"is no readable Excel workbook ({error}); save it as .xlsx again."
                f" Accepted: {ACCEPTED}",
            ) from error
