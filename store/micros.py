"""Instants as whole microseconds since 1970, worked out by the database: a million of them reach
numpy in a second, where a million aware datetimes take many.
"""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class micros(FunctionElement[int]):  # noqa: N801  it reads as the function it is
    """The microseconds of an instant's column; NULL stays NULL."""

    type = BigInteger()
    inherit_cache = True

    def __init__(self, column: ColumnElement[Any] | Any) -> None:
        super().__init__(column)


@compiles(micros, "sqlite")
def _on_sqlite(element: micros, compiler: Any, **options: Any) -> str:
    """Instants are texts of one form: 2026-03-02 12:00:00.000000. Any: SQLAlchemy's own."""
    text = compiler.process(element.clauses, **options)
    seconds = f"CAST(strftime('%s', {text}) AS INTEGER)"
    return f"({seconds} * 1000000 + CAST(substr({text}, 21, 6) AS INTEGER))"


@compiles(micros, "postgresql")
def _on_postgresql(element: micros, compiler: Any, **options: Any) -> str:
    """`extract` gives a numeric, which is exact. Any: SQLAlchemy's own."""
    instant = compiler.process(element.clauses, **options)
    return f"CAST(extract(epoch FROM {instant}) * 1000000 AS BIGINT)"
