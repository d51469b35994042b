"""Small helpers for statements about many rows."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from store.tables.base import Base
from store.tables.leads import LeadRow

T = TypeVar("T")

PARAMETERS = 900
"""Values in one statement; SQLite takes 999 in its older builds."""


def chunks(values: Collection[T], *, size: int = PARAMETERS) -> Iterator[list[T]]:
    """The values in lists short enough for one statement."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some


def members(record: Any) -> dict[str, Any]:
    """A record's members by name, as they stand: unlike `asdict` it does not copy."""
    return {name: getattr(record, name) for name in _names(type(record))}


def insert_texts(
    connection: Connection,
    table: type[Base],
    names: Sequence[str],
    rows: Sequence[tuple[str, ...]],
) -> None:
    """Rows of nothing but text, given to the driver as they are: where there are ten of them for
    each lead, making every one ready costs more than writing it.
    """
    if rows:
        mark = "%s" if connection.dialect.name == "postgresql" else "?"
        marks = ", ".join([mark] * len(names))
        connection.exec_driver_sql(
            f"INSERT INTO {table.__tablename__} ({', '.join(names)}) VALUES ({marks})",  # noqa: S608  names of ours
            list(rows),
        )


def cluster_of(lead_id: str) -> Any:
    """A sub-query (Any: of a type no caller needs): the ids of all leads that are spoken for by
    the same root as this one.
    """
    root = select(LeadRow.root_id).where(LeadRow.lead_id == lead_id).scalar_subquery()
    return select(LeadRow.lead_id).where(LeadRow.root_id == root)


def _names(kind: Any) -> tuple[str, ...]:
    found = _KNOWN.get(kind)
    if found is None:
        found = _KNOWN[kind] = tuple(field.name for field in fields(kind))
    return found


_KNOWN: dict[type, tuple[str, ...]] = {}
