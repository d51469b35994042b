"""The store for a command, and who is at the keyboard."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from store.unit_of_work import UnitOfWork

ACTOR = "cli"


@contextmanager
def writing() -> "Iterator[tuple[UnitOfWork, datetime]]":
    """One transaction that writes, and the present moment."""
    from pipelines.clock import system_clock
    from pipelines.memory import using_store
    from pipelines.settings import load_settings

    with using_store(load_settings()) as store, store.writing() as unit:
        yield unit, system_clock()


@contextmanager
def reading() -> "Iterator[tuple[UnitOfWork, datetime]]":
    """One transaction that reads, and the present moment."""
    from pipelines.clock import system_clock
    from pipelines.memory import using_store
    from pipelines.settings import load_settings

    with using_store(load_settings()) as store, store.reading() as unit:
        yield unit, system_clock()
