"""The worker: takes one job after another, and one that fails up again later.

A worker that is killed loses its lease, and the job is taken up again: what a handler does must be
the same done twice.
"""

import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import structlog

from leads.clock import Clock
from leads.errors import LeadflowError, Unavailable
from leads.work import Job
from pipelines.settings import Settings
from store.database import Store

Handler = Callable[[Store, Job], None]

LEASE = timedelta(minutes=5)
MOST_TRIES = 8
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=6)
KEPT = timedelta(days=7)
"""How long a job that was done can still be looked at."""
CLEANING = timedelta(hours=1)
"""How often those that are older are taken away."""
POLL_SECONDS = 1.0
AWAY_SECONDS = 5.0
"""How long a database that does not answer is left alone."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """What a worker did before it had nothing left to do or was asked to end."""

    n_done: int = 0
    n_failed: int = 0


class Worker:
    """Does the jobs that it has handlers for."""

    def __init__(
        self, store: Store, handlers: Mapping[str, Handler], *, clock: Clock, chance: Random
    ) -> None:
        self._store, self._handlers, self._clock, self._chance = store, handlers, clock, chance
        self._ending = threading.Event()
        self._cleaned_at: datetime | None = None

    def end(self) -> None:
        """Stop after the job in hand."""
        self._ending.set()

    def run(self, *, once: bool = False) -> Worked:
        """Work until asked to end; `once`: until nothing is due."""
        done = failed = 0
        while not self._ending.is_set():
            try:
                self._clean()
                succeeded = self.work_one()
            except Unavailable as error:  # a job in hand is taken up again when its lease is over
                if once:
                    raise
                log.warning("store_unavailable", error=told_of(error))
                self._ending.wait(AWAY_SECONDS)
                continue
            if succeeded is not None:
                done, failed = done + succeeded, failed + (not succeeded)
            elif once:
                break
            else:
                self._ending.wait(POLL_SECONDS)
        return Worked(n_done=done, n_failed=failed)

    def _clean(self) -> None:
        """Now and then: a worker may run for a year."""
        now = self._clock()
        if self._cleaned_at is not None and now - self._cleaned_at < CLEANING:
            return
        with self._store.writing() as unit:
            unit.jobs.forget_done(before=now - KEPT)
        self._cleaned_at = now

    def work_one(self) -> bool | None:
        """Do the next job: whether it went well, None when there is none."""
        now = self._clock()
        with self._store.writing() as unit:
            job = unit.jobs.claim(now=now, lease_until=now + LEASE, kinds=list(self._handlers))
        if job is None:
            return None
        if job.tries > MOST_TRIES:  # its workers died on it
            self._give_up(job, "the worker ended each time it tried")
            return False
        try:
            self._handlers[job.kind](self._store, job)
        except Exception as error:  # noqa: BLE001  whatever it is, the queue goes on
            self._failed(job, told_of(error))
            return False
        with self._store.writing() as unit:
            unit.jobs.finish(job, now=self._clock())
        return True

    def _failed(self, job: Job, error: str) -> None:
        if job.tries >= MOST_TRIES:
            self._give_up(job, error)
            return
        run_at = self._clock() + back_off(job.tries, chance=self._chance)
        with self._store.writing() as unit:
            unit.jobs.retry_later(job, run_at=run_at, error=error)
        log.warning("job_failed", job=job.job_id, kind=job.kind, tries=job.tries, error=error)

    def _give_up(self, job: Job, error: str) -> None:
        with self._store.writing() as unit:
            unit.jobs.bury(job, now=self._clock(), error=error)
        log.error("job_given_up", job=job.job_id, kind=job.kind, tries=job.tries, error=error)


def back_off(tries: int, *, chance: Random) -> timedelta:
    """How long to wait after so many tries: thrice as long each time, give or take a half."""
    wait: timedelta = min(FIRST_WAIT * 3 ** min(tries - 1, 20), LONGEST_WAIT)
    return wait * chance.uniform(0.5, 1.5)


def told_of(error: Exception) -> str:
    """An error without what it was about: messages of strangers may hold a person's data."""
    kind = type(error)
    named = isinstance(error, LeadflowError) or kind.__module__ == "builtins"
    return kind.__name__ if named else f"{kind.__module__}.{kind.__name__}"


def handlers_of(settings: Settings, *, clock: Clock) -> dict[str, Handler]:
    """Every kind of job there is, and who does it."""
    from pipelines import enrichment, keeping_job, privacy, retraining

    of_now = enrichment.Providers(settings)
    of_now()  # a register that cannot be read is told at once

    def enrich(store: Store, job: Job) -> None:
        providers = of_now()
        if not providers:  # there is nobody to ask for any of them
            with store.writing() as unit:
                unit.jobs.drop_waiting(enrichment.KIND)
        enrichment.enrich(store, job, providers=providers, clock=clock)

    def compact(store: Store, job: Job) -> None:  # noqa: ARG001
        store.compact()

    def keep(store: Store, job: Job) -> None:
        keeping_job.keep_calibration(store, job, settings=settings, clock=clock)

    def retrain(store: Store, job: Job) -> None:
        retraining.retrain(store, job, settings=settings, clock=clock)

    return {
        enrichment.KIND: enrich,
        privacy.COMPACT: compact,
        keeping_job.KIND: keep,
        retraining.KIND: retrain,
    }


def end_on_signals(worker: Worker) -> None:
    """Let SIGTERM and Ctrl-C end it after the job in hand; a second one ends it at once."""

    def ask(number: int, _frame: object) -> None:
        worker.end()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
