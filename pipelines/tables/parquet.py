"""Reading Parquet: types are kept; what is no table cell (lists, structures) is refused."""

import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from leads.errors import Problem
from pipelines.tables.columns import checked_names
from pipelines.tables.refusals import SHOWN, refused
from pipelines.tables.sources import Source, seekable

if TYPE_CHECKING:
    import pandas as pd

PANDAS_INDEX = re.compile(r"__index_level_\d+__")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParquetTable:
    """A Parquet file whose columns are usable. `stored` are their names as the file has them."""

    source: Source
    columns: tuple[str, ...]
    stored: tuple[str, ...]
    n_rows: int
    warnings: tuple[str, ...]


def open_parquet(source: Source) -> ParquetTable:
    """Raises InvalidInput when the file is damaged, empty, or has columns that are no cells."""
    with _damage_named(source.path), seekable(source) as file:
        found = pq.ParquetFile(file)
        schema, n_rows = found.schema_arrow, found.metadata.num_rows
    index = [name for name in schema.names if PANDAS_INDEX.fullmatch(name)]
    fields = [field for field in schema if field.name not in index]
    columns = checked_names(source.path, [field.name for field in fields])
    _refuse_nested(source.path, fields)
    if not columns or not n_rows:
        raise refused(source.path, "has no rows" if columns else "has no columns")
    return ParquetTable(
        source=source,
        columns=tuple(columns),
        stored=tuple(field.name for field in fields),
        n_rows=n_rows,
        warnings=tuple(f"'{name}' is a pandas index and was left out" for name in index),
    )


def chunks(table: ParquetTable, *, chunk_rows: int) -> Generator[tuple["pd.DataFrame", int]]:
    """Frames of at most `chunk_rows` rows, each with the bytes read so far (by share of rows)."""
    n_read = 0
    with _damage_named(table.source.path), seekable(table.source) as file:
        stored = pq.ParquetFile(file)
        for batch in stored.iter_batches(batch_size=chunk_rows, columns=list(table.stored)):
            _refuse_nul(table.source.path, batch, first_row=n_read + 1)
            n_read += batch.num_rows
            share = n_read / table.n_rows
            yield _frame(batch, table.columns), int(table.source.total_bytes * share)


def _frame(batch: Any, columns: tuple[str, ...]) -> "pd.DataFrame":
    """Any: pyarrow has no types of its own."""
    cells = [_plain(column) for column in batch.columns]
    table = pa.Table.from_arrays(cells, names=list(columns))
    frame: pd.DataFrame = table.to_pandas(date_as_object=False)
    gaps = {
        name: column.to_pandas(types_mapper=_with_gaps)
        for name, column in zip(columns, cells, strict=True)
        if column.null_count and pa.types.is_integer(column.type)
    }
    return frame.assign(**gaps) if gaps else frame


def _with_gaps(kind: Any) -> Any:
    """Whole numbers that may be missing: as floats, 123 would be 123.0 and long ids be rounded."""
    import pandas as pd

    return pd.UInt64Dtype() if pa.types.is_uint64(kind) else pd.Int64Dtype()


def _plain(column: Any) -> Any:
    """Categories as their values, decimals as floats, nothing-at-all as missing text."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _plain(column.cast(kind.value_type))
    if pa.types.is_decimal(kind):
        return column.cast(pa.float64())
    return column.cast(pa.large_string()) if pa.types.is_null(kind) else column


def _refuse_nested(path: Path, fields: list[Any]) -> None:
    problems = [
        Problem(
            pointer=f"column {field.name}",
            code="no_cell",
            detail=f"'{field.name}' holds {field.type};"
            " accepted are numbers, text, booleans, dates and times",
        )
        for field in fields
        if pa.types.is_nested(field.type) or _is_binary(field.type)
    ]
    if problems:
        raise refused(path, "has columns whose cells are no single values", problems[:SHOWN])


def _is_binary(kind: Any) -> bool:
    return bool(
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
    )


def _refuse_nul(path: Path, batch: Any, *, first_row: int) -> None:
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
            continue
        at = pc.index(pc.match_substring(column, "\0"), value=True).as_py()
        if at >= 0:
            row = first_row + at
            detail = f"column '{name}' has U+0000 in data row {row}; remove it"
            problem = Problem(pointer=f"row {row}", code="nul", detail=detail)
            raise refused(path, "contains U+0000, which no cell may", [problem])


@contextmanager
def _damage_named(path: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        first_line = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise refused(
            path, f"is a damaged Parquet file ({first_line}); copy or write it again"
        ) from error
