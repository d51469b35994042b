"""Opening the database: one file by default, PostgreSQL when told.

SQLite runs with a write-ahead log and syncs at every commit: what was acknowledged is on disk. A
transaction that will write takes the only writer's place when it begins, so that it never fails
half-way because another one wrote in between.
"""

import json
import re
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from leads.errors import InvalidInput, Unavailable

BUSY_SECONDS = 30
CHECKPOINT_PAGES = 16_000
"""Of the write-ahead log, before they are copied into the file. A chunk of an import writes to
thousands: copied after each chunk, the same pages of an index would be written again and again.
"""
CACHE_KIB = 64 * 1024
"""Of pages a connection remembers, at most. Keys are scattered over their whole index: with
SQLite's own two megabytes an import reads the same pages again and again.
"""
CONNECT_SECONDS = 4
"""Fewer than a request waits for its answer."""
WRITING = "leadflow_writing"
READING = "leadflow_reading"
"""The execution options of a transaction that writes, and of one that must not."""


def open_engine(url: str) -> Engine:
    """An engine for that address; nothing is connected yet.

    Raises InvalidInput for an address we cannot use, Unavailable where no folder can be made.
    Its errors do not show parameters: these are people's data.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    patience = {} if "connect_timeout" in parsed.query else {"connect_timeout": CONNECT_SECONDS}
    return create_engine(
        parsed,
        json_serializer=to_text,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=10,
        connect_args=patience,
    )


def is_made(url: str) -> bool:
    """Whether there may be a database: only an SQLite file can be seen to be missing."""
    parsed = _parsed(url)
    return parsed.get_backend_name() != "sqlite" or Path(parsed.database or "").is_file()


def to_text(value: object) -> str:
    """JSON without spaces, in the letters people typed. Raises InvalidInput for what PostgreSQL
    would not keep and SQLite would.
    """
    text = _JSON.encode(value)
    if "\\u0000" in text and _NUL.search(text):
        raise InvalidInput("a text holds U+0000, which the store does not keep")
    return text


def shown(url: URL) -> str:
    """The address without its password, wherever that stands."""
    bare = url.difference_update_query([key for key in url.query if "password" in key.lower()])
    return bare.render_as_string(hide_password=True)


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_DRIVERS = {
    **dict.fromkeys(("postgres", "postgresql", "postgresql+psycopg"), "postgresql+psycopg"),
    **dict.fromkeys(("sqlite", "sqlite+pysqlite"), "sqlite"),
}


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # ValueError: the port is no number
        raise InvalidInput(
            "the database's address cannot be read; use sqlite:///leadflow.db or"
            " postgresql://user@host/name"
        ) from None
    if parsed.drivername not in _DRIVERS:
        raise InvalidInput(
            f"{parsed.drivername} is not a database we know; use sqlite or postgresql"
        )
    return parsed.set(drivername=_DRIVERS[parsed.drivername])


def _sqlite(url: URL) -> Engine:
    name = url.database or ""
    if not name or ":memory:" in name or name.startswith("file:"):
        raise InvalidInput("an SQLite database needs a file: sqlite:///leadflow.db")
    try:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(f"the database {shown(url)} cannot be used: {error}") from error
    engine = create_engine(
        url,
        json_serializer=to_text,
        hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    """Any: the driver's own connection. Transactions are begun by us, not by the driver."""
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=FAST",  # what is deleted is overwritten, where that costs no extra page
        f"busy_timeout={BUSY_SECONDS * 1000}",
        f"cache_size=-{CACHE_KIB}",
        f"wal_autocheckpoint={CHECKPOINT_PAGES}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    connection.exec_driver_sql(f"PRAGMA query_only={int(bool(options.get(READING)))}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(WRITING) else "BEGIN")
