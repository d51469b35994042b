"""Durable work."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"  # until its lease is over: then another worker takes it up
    DONE = "done"
    DEAD = "dead"  # tried too often; a person looks at it


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of work. Of each kind and key at most one waits.

    tries        how often it was begun
    last_error   what went wrong last, short and without a person's data
    """

    job_id: str
    kind: str
    key: str
    payload: Mapping[str, Any]
    state: JobState
    run_at: datetime
    lease_until: datetime | None = None
    tries: int = 0
    last_error: str | None = None
    created_at: datetime
    finished_at: datetime | None = None
