"""The rows of a file under the names of our fields, as plain Python values."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

from cleansing.mapping import HeaderMapping

if TYPE_CHECKING:
    import pandas as pd

    from pipelines.tables import TableReader


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `number` counts from 1 below the header. Empty cells are None."""

    number: int
    values: Mapping[str, Any]
    attributes: Mapping[str, Any]

    def whole(self, mapping: HeaderMapping) -> dict[str, Any]:
        """The row under the file's own headers, as JSON that any database keeps."""
        told = {header: self.values[field] for header, field in mapping.fields.items()}
        told |= self.attributes
        return {name: storable(value) for name, value in told.items() if value is not None}

    def whole_attributes(self) -> dict[str, Any]:
        """The attributes that are there, as JSON."""
        return {
            name: storable(value) for name, value in self.attributes.items() if value is not None
        }


def rows_of(reader: "TableReader", mapping: HeaderMapping, *, skip: int = 0) -> Iterator[Row]:
    """The rows of a file, but for the first `skip`."""
    number = 0
    for frame in reader:
        if number + len(frame) <= skip:
            number += len(frame)
            continue
        fields = list(mapping.fields.values())
        values = zip(*(_cells(frame[header]) for header in mapping.fields), strict=True)
        kept = list(mapping.attributes)
        others = zip(*(_json_cells(frame[header]) for header in kept), strict=True)
        pairs = zip(
            values if fields else iter([()] * len(frame)),
            others if kept else iter([()] * len(frame)),
            strict=True,
        )
        for one, other in pairs:
            number += 1
            if number > skip:
                yield Row(
                    number,
                    dict(zip(fields, one, strict=True)),
                    dict(zip(kept, other, strict=True)),
                )


def in_chunks(rows: Iterator[Row], *, size: int) -> Iterator[list[Row]]:
    """The rows in lists of that many, the last one shorter."""
    while some := list(islice(rows, size)):
        yield some


def storable(value: Any) -> Any:
    """A value as JSON without what PostgreSQL refuses: U+0000 and halves of characters are
    written out.
    """
    if isinstance(value, str):
        if "\0" in value:
            value = value.replace("\0", "\\u0000")
        return value if value.isascii() else _without_halves(value)
    if isinstance(value, Mapping):
        return {str(storable(str(name))): storable(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [storable(each) for each in value]
    return _plain(value)


def _without_halves(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _cells(column: "pd.Series[Any]") -> list[Any]:
    cells = column.tolist()
    if column.dtype == object:
        return [None if _is_missing(cell) else cell for cell in cells]
    if not column.hasnans:
        return cells
    gone = column.isna().tolist()
    return [None if is_gone else cell for cell, is_gone in zip(cells, gone, strict=True)]


def _json_cells(column: "pd.Series[Any]") -> list[Any]:
    cells = _cells(column)
    return cells if column.dtype == "str" else [_plain(cell) for cell in cells]


def _is_missing(cell: Any) -> bool:
    return cell is None or cell == "" or (isinstance(cell, float) and math.isnan(cell))


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return str(value)
