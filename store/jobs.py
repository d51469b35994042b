"""Durable work: enqueued with what caused it, claimed by one worker at a time.

A claim is a lease: a worker that dies loses it, and the job is taken up again. What a job does must
therefore be the same done twice.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, exists, func, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from leads.errors import Conflict, NotFound
from leads.ids import new_ids
from leads.work import Job, JobState
from store.tables.work import JobRow

MOST_CHARACTERS = 200
"""Of an error that is kept."""


class JobRepository:
    """A queue in a table."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def enqueue(
        self,
        kind: str,
        key: str,
        *,
        now: datetime,
        payload: Mapping[str, Any] | None = None,
        run_at: datetime | None = None,
    ) -> None:
        """Ask for work. Asked again while it waits, it stays one job, to be done at the earlier
        of both times, with the newer payload.
        """
        self.enqueue_all([(kind, key, payload or {}, run_at or now)], now=now)

    def enqueue_all(
        self, asked: Sequence[tuple[str, str, Mapping[str, Any], datetime]], *, now: datetime
    ) -> None:
        """Many at once: kind, key, payload, time."""
        last = {(kind, key): (payload, run_at) for kind, key, payload, run_at in asked}
        rows = [
            {
                "job_id": job_id,
                "kind": kind,
                "key": key,
                "payload": dict(last[kind, key][0]),
                "state": JobState.WAITING,
                "run_at": last[kind, key][1],
                "tries": 0,
                "created_at": now,
            }
            for job_id, (kind, key) in zip(new_ids(len(last), at=now), sorted(last), strict=True)
        ]
        if not rows:
            return
        build = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        statement = build.insert(JobRow)
        least = func.least if self._connection.dialect.name == "postgresql" else func.min
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["kind", "key"],
                index_where=text("state = 'waiting'"),  # as the index says it, word for word
                set_={
                    "payload": statement.excluded.payload,
                    "run_at": least(JobRow.run_at, statement.excluded.run_at),
                },
            ),
            rows,
        )

    def claim(
        self, *, now: datetime, lease_until: datetime, kinds: Sequence[str] | None = None
    ) -> Job | None:
        """Begin the job that has waited longest, or one whose worker's lease is over.

        Work under one kind and key is done by one worker at a time.
        """
        other = aliased(JobRow)
        is_busy = exists().where(
            other.kind == JobRow.kind,
            other.key == JobRow.key,
            other.state == JobState.RUNNING,
            other.lease_until >= now,
            other.job_id != JobRow.job_id,
        )
        ready = or_(
            and_(JobRow.state == JobState.WAITING, JobRow.run_at <= now),
            and_(JobRow.state == JobState.RUNNING, JobRow.lease_until < now),
        )
        chosen = select(JobRow.job_id).where(ready, ~is_busy)
        if kinds is not None:
            chosen = chosen.where(JobRow.kind.in_(kinds))
        chosen = chosen.order_by(JobRow.run_at, JobRow.job_id).limit(1)
        if self._connection.dialect.name == "postgresql":
            chosen = chosen.with_for_update(skip_locked=True)
        row = self._connection.execute(
            update(JobRow)
            .where(JobRow.job_id == chosen.scalar_subquery())
            .values(state=JobState.RUNNING, lease_until=lease_until, tries=JobRow.tries + 1)
            .returning(JobRow.__table__)
        ).one_or_none()
        return None if row is None else _job(row)

    def finish(self, job: Job, *, now: datetime) -> bool:
        """Note that a job is done; False when its lease was over and another worker has it."""
        return self._end(job, state=JobState.DONE, finished_at=now, last_error=None)

    def retry_later(self, job: Job, *, run_at: datetime, error: str) -> bool:
        """Let a job that failed wait; one that was asked for meanwhile takes its place."""
        waiting = self._waiting(job.kind, job.key)
        if waiting is None:
            told = {"run_at": run_at, "last_error": _short(error)}
            try:
                with self._connection.begin_nested():
                    return self._end(job, state=JobState.WAITING, **told)
            except IntegrityError:  # asked for in this very moment
                waiting = self._waiting(job.kind, job.key)
        if waiting is not None:
            done = self._connection.execute(
                delete(JobRow).where(JobRow.job_id == job.job_id, *_still_ours(job))
            )
            if done.rowcount:
                self._connection.execute(
                    update(JobRow)
                    .where(JobRow.job_id == waiting)
                    .values(tries=job.tries, last_error=_short(error), run_at=run_at)
                )
            return bool(done.rowcount)
        return False

    def bury(self, job: Job, *, now: datetime, error: str) -> bool:
        """Give a job up until a person asks for it again."""
        return self._end(job, state=JobState.DEAD, finished_at=now, last_error=_short(error))

    def revive(self, job_id: str, *, now: datetime) -> Job:
        """Try a dead job again, from the beginning. Raises NotFound, Conflict."""
        job = self.get(job_id)
        if job.state is not JobState.DEAD:
            raise Conflict(f"job {job_id} is {job.state}; only a dead one is tried again")
        self._connection.execute(delete(JobRow).where(JobRow.job_id == job_id))
        self.enqueue(job.kind, job.key, now=now, payload=job.payload)
        waiting = self._waiting(job.kind, job.key)
        assert waiting is not None
        return self.get(waiting)

    def get(self, job_id: str) -> Job:
        """Raises NotFound."""
        row = self._connection.execute(
            select(JobRow.__table__).where(JobRow.job_id == job_id)
        ).one_or_none()
        if row is None:
            raise NotFound(f"there is no job {job_id}; `leadflow jobs list` names them")
        return _job(row)

    def page(self, *, state: JobState | None = None, limit: int = 50) -> list[Job]:
        """Jobs in that state, the earliest due first; all that are not done by default."""
        wanted = JobRow.state != JobState.DONE if state is None else JobRow.state == state
        statement = (
            select(JobRow.__table__)
            .where(wanted)
            .order_by(JobRow.run_at, JobRow.job_id)
            .limit(limit)
        )
        return [_job(row) for row in self._connection.execute(statement)]

    def dead(self) -> list[Job]:
        """All jobs that were given up."""
        statement = select(JobRow.__table__).where(JobRow.state == JobState.DEAD)
        return [_job(row) for row in self._connection.execute(statement)]

    def counts(self) -> dict[str, int]:
        """How many jobs there are in each state."""
        statement = select(JobRow.state, func.count()).group_by(JobRow.state)
        counted = {row[0]: row[1] for row in self._connection.execute(statement)}
        return {str(state): counted.get(state, 0) for state in JobState}

    def next_at(self) -> datetime | None:
        """When the next job is due, or a lease is over."""
        waiting = select(func.min(JobRow.run_at)).where(JobRow.state == JobState.WAITING)
        running = select(func.min(JobRow.lease_until)).where(JobRow.state == JobState.RUNNING)
        found = [self._connection.execute(one).scalar_one() for one in (waiting, running)]
        return min((one for one in found if one is not None), default=None)

    def drop_waiting(self, kind: str) -> None:
        """Take away work of a kind that nobody can do here."""
        self._connection.execute(
            delete(JobRow).where(JobRow.kind == kind, JobRow.state == JobState.WAITING)
        )

    def forget_done(self, *, before: datetime) -> int:
        """Take away jobs that were done long ago; how many."""
        gone = self._connection.execute(
            delete(JobRow).where(JobRow.state == JobState.DONE, JobRow.finished_at < before)
        )
        return int(gone.rowcount)

    def _waiting(self, kind: str, key: str) -> str | None:
        statement = select(JobRow.job_id).where(
            JobRow.kind == kind, JobRow.key == key, JobRow.state == JobState.WAITING
        )
        return self._connection.execute(statement).scalar_one_or_none()

    def _end(self, job: Job, **values: Any) -> bool:
        done = self._connection.execute(
            update(JobRow)
            .where(JobRow.job_id == job.job_id, *_still_ours(job))
            .values(lease_until=None, **values)
        )
        return bool(done.rowcount)


def _still_ours(job: Job) -> tuple[Any, ...]:
    """Nobody has taken it up since: each claim counts one try more."""
    return JobRow.state == JobState.RUNNING, JobRow.tries == job.tries


def _short(error: str) -> str:
    return error if len(error) <= MOST_CHARACTERS else error[: MOST_CHARACTERS - 1] + "…"


def _job(row: Row[Any]) -> Job:
    told = dict(row._mapping)
    return Job(**{**told, "state": JobState(told["state"])})
