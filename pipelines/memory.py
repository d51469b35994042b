"""The store, opened from the settings, and the version of its tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pipelines.settings import Settings
from store.database import Store, connection_named
from store.engine import is_made, open_engine
from store.migrate import downgrade, head, upgrade, version_of


def open_store(settings: Settings) -> Store:
    """The store that the settings name; an empty database gets its tables.

    Raises Unavailable when nobody answers there, or its tables are of another version.
    """
    return Store.open(settings.database_url.get_secret_value())


def has_store(settings: Settings) -> bool:
    """Whether there may be a store already: false while its SQLite file was not made yet."""
    return is_made(settings.database_url.get_secret_value())


@contextmanager
def using_store(settings: Settings) -> Iterator[Store]:
    """The store for the length of a block."""
    store = open_store(settings)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def rehearsal_store(settings: Settings) -> Iterator[Store]:
    """The store, or while there is none an empty one that is gone afterwards: to rehearse makes no
    file.
    """
    if has_store(settings):
        with using_store(settings) as store:
            yield store
        return
    with TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{Path(folder) / 'rehearsal.db'}")
        try:
            yield store
        finally:
            store.close()


def move_tables(settings: Settings, revision: str) -> str:
    """Move the tables up; the version they have then. Raises Conflict, Unavailable."""
    with _engine(settings) as engine:
        upgrade(engine, revision)
    return table_versions(settings)[0] or ""


def move_tables_back(settings: Settings, revision: str) -> str | None:
    """Move the tables down; the version they have then. Raises NotFound for one unknown."""
    with _engine(settings) as engine:
        downgrade(engine, revision)
    return table_versions(settings)[0]


def table_versions(settings: Settings) -> tuple[str | None, str]:
    """The version of the tables, None where there are none; and the one this code needs."""
    with _engine(settings) as engine:
        return version_of(engine), head()


@contextmanager
def _engine(settings: Settings) -> Iterator[Any]:  # SQLAlchemy's, which only the store knows
    engine = open_engine(settings.database_url.get_secret_value())
    try:
        with connection_named(engine):
            yield engine
    finally:
        engine.dispose()
