"""What is in a store, as plain data: for comparing two stores, and for looking for a person."""

from datetime import date, datetime

from sqlalchemy import JSON, delete, insert, select

from store.tables import metadata
from tests.factories import NOON

PLAIN = {datetime: NOON, date: NOON.date(), str: "x", int: 1, float: 0.5, bool: True}


def everything(store, *, without=()):
    """Table -> its rows in a fixed order, `without` these columns."""
    with store.engine.connect() as connection:
        return {
            table.name: sorted(
                (
                    {name: value for name, value in row._mapping.items() if name not in without}
                    for row in connection.execute(select(table))
                ),
                key=repr,
            )
            for table in metadata.sorted_tables
        }


def clear(store):
    """Take everything out; quicker than another database."""
    with store.engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))


def put_row(store, name, /, **given):
    """One row of a table; what is needed and not given is filled in."""
    table = metadata.tables[name]
    row = dict(given)
    for column in table.columns:
        if column.name not in row and not column.nullable and column.autoincrement is not True:
            if column.primary_key and column.type.python_type is int:
                continue
            row[column.name] = _plain(column)
    with store.engine.begin() as connection:
        connection.execute(insert(table), row)


def _plain(column):
    if isinstance(column.type, JSON):
        return [] if column.name in ("evidence", "scopes") else {}
    return PLAIN.get(column.type.python_type, NOON)  # a type of our own is a time
