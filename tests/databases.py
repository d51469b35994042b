"""PostgreSQL for tests: found, or skipped with a line that says why (a failure when CI=true).

Making a database costs a tenth of a second and its tables another, so a template with the tables
is made once a process and copied.
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
import pytest

from store.database import Store
from store.engine import open_engine
from store.migrate import upgrade

SERVER = os.environ.get("LEADFLOW_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/test")
KINDS = ("sqlite", "postgresql")


@cache
def why_no_postgres() -> str | None:
    """None when there is a server that makes databases."""
    try:
        with psycopg.connect(SERVER, connect_timeout=3) as connection:
            row = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.OperationalError as error:
        return f"no PostgreSQL at {_named(SERVER)}: {str(error).splitlines()[0]}"
    return None if row and row[0] else f"the role at {_named(SERVER)} may not make databases"


@contextmanager
def empty_database(kind: str, folder: Path) -> Iterator[str]:
    """The address of a database without tables, gone afterwards."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'leadflow.db'}"
        return
    _need_postgres()
    with _database() as url:
        yield url


@contextmanager
def open_store(kind: str, folder: Path) -> Iterator[tuple[Store, str]]:
    """A store with its tables, and its address."""
    if kind == "sqlite":
        url = f"sqlite:///{folder / 'leadflow.db'}"
        (folder / "leadflow.db").write_bytes(_sqlite_template())
        store = Store.open(url)
        try:
            yield store, url
        finally:
            store.close()
        return
    _need_postgres()
    with _database(template=_postgres_template()) as url:
        store = Store.open(url)
        try:
            yield store, url
        finally:
            store.close()


def _need_postgres() -> None:
    why = why_no_postgres()
    if why and os.environ.get("CI") == "true":
        pytest.fail(f"{why}; CI=true does not skip it (set LEADFLOW_TEST_POSTGRES_URL)")
    if why:
        pytest.skip(f"{why}; set LEADFLOW_TEST_POSTGRES_URL")


@cache
def _sqlite_template() -> bytes:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.db"
        engine = open_engine(f"sqlite:///{path}")
        upgrade(engine)
        engine.dispose()
        return path.read_bytes()


@cache
def _postgres_template() -> str:
    """Made once a process and left to be dropped at its end."""
    import atexit

    name = f"leadflow_template_{os.getpid()}_{uuid.uuid4().hex[:6]}"
    _execute(f'CREATE DATABASE "{name}"')
    atexit.register(_execute, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    engine = open_engine(_address(name))
    upgrade(engine)
    engine.dispose()
    return name


@contextmanager
def _database(*, template: str | None = None) -> Iterator[str]:
    name = f"leadflow_test_{os.getpid()}_{uuid.uuid4().hex[:10]}"
    _execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
    try:
        yield _address(name)
    finally:
        _execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _execute(statement: str) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement)


def _address(name: str) -> str:
    return SERVER.rsplit("/", 1)[0] + f"/{name}"


def _named(url: str) -> str:
    return url.rsplit("@", 1)[-1]
