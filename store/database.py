"""The store as a whole: opened once, and transactions on it.

store = Store.open(url)
with store.writing() as unit:      one transaction, committed at the end of the block
    unit.leads.add(...)
with store.reading() as unit: ...
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    DBAPIError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    StatementError,
)
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from leads.errors import InvalidInput, Unavailable
from store.engine import READING, WRITING, open_engine, shown
from store.migrate import ensure_schema
from store.unit_of_work import UnitOfWork


class Store:
    """A database whose tables are of this version."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str) -> Self:
        """Connect, making the tables of an empty database.

        Raises InvalidInput for an address we cannot use, Unavailable when nobody answers there
        or the tables are of another version.
        """
        engine = open_engine(url)
        with connection_named(engine):
            try:
                ensure_schema(engine)
            except ProgrammingError as error:  # an unknown option, no right to make tables
                raise _unavailable(engine, error) from error
        return cls(engine)

    @property
    def engine(self) -> Engine:
        """For the store's own modules and tests; nobody else writes queries."""
        return self._engine

    @contextmanager
    def writing(self) -> Iterator[UnitOfWork]:
        """A transaction that may write. On SQLite it is the only one; elsewhere `lock` helps."""
        with (
            connection_named(self._engine),
            self._engine.connect().execution_options(**{WRITING: True}) as connection,
            connection.begin(),
        ):
            yield UnitOfWork(connection)

    @contextmanager
    def rehearsing(self) -> Iterator[UnitOfWork]:
        """A transaction that may write and of which nothing is kept."""
        with (
            connection_named(self._engine),
            self._engine.connect().execution_options(**{WRITING: True}) as connection,
            connection.begin() as transaction,
        ):
            try:
                yield UnitOfWork(connection)
            finally:
                transaction.rollback()

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """A transaction that only reads, and sees one moment of the store."""
        with connection_named(self._engine), self._snapshot() as connection, connection.begin():
            yield UnitOfWork(connection)

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()

    def compact(self) -> None:
        """Leave nothing of what was deleted in the database's files (SQLite; PostgreSQL's own
        vacuum does it in time). Raises Unavailable while somebody else is busy.
        """
        if self._engine.dialect.name != "sqlite":
            return
        with connection_named(self._engine), self._engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            try:
                raw.execute("VACUUM")
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except sqlite3.OperationalError as error:
                raise Unavailable(f"the database cannot be compacted now: {error}") from error

    def is_reachable(self) -> bool:
        """Whether the database answers now."""
        try:
            with connection_named(self._engine), self._engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except Unavailable:
            return False
        return True

    def _snapshot(self) -> Connection:
        connection = self._engine.connect()
        if self._engine.dialect.name == "postgresql":
            return connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        return connection.execution_options(**{READING: True})


@contextmanager
def connection_named(engine: Engine) -> Iterator[None]:
    """Turn what a database cannot do into our own words, without its password.

    Raises Unavailable when it does not answer (or is none), InvalidInput for a value it cannot
    keep: trying again would not help.
    """
    try:
        yield
    except NoFreeConnection as error:
        raise Unavailable("all connections to the database are in use: try again") from error
    except UnicodeEncodeError as error:
        raise InvalidInput(
            f"a text cannot be kept: {error.reason} (half of a character)"
        ) from error
    except StatementError as error:
        if isinstance(error.orig, InvalidInput):
            raise error.orig from error
        if not isinstance(error, DBAPIError):
            raise
        if isinstance(error, DataError) or _is_too_large(error):
            raise InvalidInput(f"a value cannot be kept: {_first_line(error)}") from error
        # SQLite says DatabaseError itself of a file that is damaged or no database.
        if isinstance(error, (OperationalError, InterfaceError)) or type(error) is DatabaseError:
            raise _unavailable(engine, error) from error
        raise


def _unavailable(engine: Engine, error: DBAPIError) -> Unavailable:
    return Unavailable(f"the database {shown(engine.url)} cannot be used: {_first_line(error)}")


def _first_line(error: DBAPIError) -> str:
    """What happened; the lines below it may show what was to be kept."""
    return next(iter(str(error.orig).splitlines()), type(error.orig).__name__)


def _is_too_large(error: DBAPIError) -> bool:
    """PostgreSQL's "program limit exceeded": a value longer than an index takes, for one."""
    return str(getattr(error.orig, "sqlstate", None) or "").startswith("54")
