"""The store behind the doors: opened when it is first needed, used in a few threads.

Scoring works without a store. A route that needs one answers 503 while it is away, and so does
one that would have to wait too long for a thread. Who writes has threads of its own: writers wait
for each other (an import holds the store for a while), and whoever only reads need not.
"""

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from pydantic_core import to_json

from leads.errors import Conflict, LeadflowError, Unavailable
from serving.errors import Refusal

if TYPE_CHECKING:
    from pipelines.once import Kept
    from store.database import Store
    from store.unit_of_work import UnitOfWork

THREADS = 4
"""For those who write, and as many for everybody else."""
WAITING = 64
"""Requests that may be in the hands of such threads or waiting for one."""

log = structlog.get_logger()

T = TypeVar("T")
Opener = Callable[[], "Store"]


def _nothing() -> None:
    """Nobody wants to be told."""


class Crew:
    """A few threads with a queue that does not grow for ever."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix=name)
        self._places = threading.BoundedSemaphore(WAITING)

    def submit(self, work: Callable[[], T]) -> "Future[T] | None":
        """Have it done; None when too many are waiting."""
        if not self._places.acquire(blocking=False):
            return None
        future = self._pool.submit(work)
        future.add_done_callback(lambda _: self._places.release())
        return future

    def close(self, *, wait: bool = False) -> None:
        """Begin nothing more."""
        self._pool.shutdown(wait=wait, cancel_futures=not wait)


class StoreDesk:
    """Runs use cases on the store."""

    def __init__(self, opener: Opener | None) -> None:
        self._opener = opener
        self._store: Store | None = None
        self._opening = threading.Lock()
        self._crew, self.writers = Crew("store"), Crew("store-writing")
        self._in_flight: set[tuple[str, str]] = set()

    def close(self) -> None:
        """Let go of the threads and the connections."""
        self._crew.close()
        self.writers.close()
        store, self._store = self._store, None
        if store is not None:
            store.close()

    def store(self) -> "Store":
        """The store, opened; for threads. Raises Unavailable."""
        if self._store is None:
            if self._opener is None:
                raise Unavailable("this service has no store: set LEADFLOW_DATABASE_URL")
            with self._opening:
                if self._store is None:
                    self._store = self._opener()
        return self._store

    async def run(
        self,
        work: "Callable[[Store], T]",
        *,
        deadline: float | None = None,
        finished: Callable[[], None] = _nothing,
        crew: Crew | None = None,
    ) -> T:
        """What `work` makes of the store, in a thread. Raises Refusal (503) or LeadflowError.

        Why a store is away names its address: that is for the log.
        """
        try:
            return await self.aside(
                lambda: work(self.store()), deadline=deadline, finished=finished, crew=crew
            )
        except Unavailable as error:
            log.warning("store_away", why=str(error))
            raise Refusal(
                status=503, detail="the store is away; try again later", retry_after=5
            ) from None

    async def aside(
        self,
        work: Callable[[], T],
        *,
        deadline: float | None = None,
        finished: Callable[[], None] = _nothing,
        crew: Crew | None = None,
    ) -> T:
        """What `work` makes, in one of the threads; `finished` is told when it really ended."""
        future = (crew or self._crew).submit(work)
        if future is None:
            finished()
            raise Refusal(
                status=503, detail="too many requests wait for the store; try again", retry_after=1
            )
        future.add_done_callback(lambda _: finished())
        try:
            async with asyncio.timeout_at(deadline):
                return await asyncio.wrap_future(future)
        except TimeoutError:
            raise Refusal(
                status=503,
                detail="the store did not answer in time; the request may still be carried out",
                retry_after=2,
            ) from None

    async def reading(
        self, work: "Callable[[UnitOfWork], T]", *, deadline: float | None = None
    ) -> T:
        """What `work` finds in a transaction that only reads."""

        def read(store: "Store") -> T:
            with store.reading() as unit:
                return work(unit)

        return await self.run(read, deadline=deadline)

    async def writing(
        self, work: "Callable[[UnitOfWork], T]", *, deadline: float | None = None
    ) -> T:
        """What `work` makes in one transaction."""

        def write(store: "Store") -> T:
            with store.writing() as unit:
                return work(unit)

        return await self.run(write, deadline=deadline, crew=self.writers)

    async def writing_once(
        self,
        work: "Callable[[UnitOfWork], Mapping[str, Any]]",
        *,
        status: int,
        deadline: float | None = None,
        **request: Any,  # what pipelines.once.Request says
    ) -> "Kept":
        """The answer `work` makes, carried out once for the request's key (pipelines/once.py).

        Raises what `run` does, Conflict while the same request is being carried out.
        """

        def write(store: "Store") -> "Kept":
            from pipelines.once import Request, answer_once

            with store.writing() as unit:
                return answer_once(
                    unit,
                    Request(**request),
                    lambda unit: to_json(work(unit)).decode(),
                    status=status,
                )

        mark = (request["caller"], request["key"])
        if request["key"] is None:
            return await self.run(write, deadline=deadline, crew=self.writers)
        if mark in self._in_flight:
            from pipelines.once import IN_FLIGHT

            raise Conflict(IN_FLIGHT)
        self._in_flight.add(mark)
        finished = partial(self._in_flight.discard, mark)  # not before the thread has finished
        return await self.run(write, deadline=deadline, finished=finished, crew=self.writers)

    def soon(self, work: "Callable[[UnitOfWork], object]") -> None:
        """Read something nobody waits for; a failure is logged."""

        def read() -> None:
            try:
                with self.store().reading() as unit:
                    work(unit)
            except LeadflowError as error:
                log.warning("store_work_failed", why=str(error))

        self._crew.submit(read)

    def later(self, work: "Callable[[UnitOfWork], object]") -> None:
        """Do something nobody waits for; a failure is logged."""

        def write() -> None:
            try:
                with self.store().writing() as unit:
                    work(unit)
            except LeadflowError as error:
                log.warning("store_work_failed", why=str(error))

        self.writers.submit(write)
