"""Files that are handed in: what kind of table, and what became of each row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class ImportKind(StrEnum):
    """What the rows of a file are."""

    LEADS = "leads"
    EVENTS = "events"
    CAMPAIGNS = "campaigns"
    COSTS = "costs"
    TOUCHPOINTS = "touchpoints"
    OPPORTUNITIES = "opportunities"
    STAGES = "stages"


class RowOutcome(StrEnum):
    """What became of a row; each has exactly one."""

    IMPORTED = "imported"
    UPDATED = "updated"
    MERGED = "merged"
    UNCHANGED = "unchanged"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One file handed in.

    options      the mapping and what else decides how rows are read: a batch that was cut short
                 goes on only with the same
    done_rows    rows whose outcome is written
    in_review    of those imported: a person is asked whether they are double
    """

    batch_id: str
    kind: ImportKind
    source: str
    file_name: str
    file_digest: str
    options: Mapping[str, Any] = field(default_factory=dict)
    started_at: datetime
    finished_at: datetime | None = None
    actor: str
    done_rows: int = 0
    imported: int = 0
    updated: int = 0
    merged: int = 0
    unchanged: int = 0
    quarantined: int = 0
    in_review: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """Rows by outcome; they add up to `done_rows`."""
        return {outcome.value: getattr(self, outcome.value) for outcome in RowOutcome}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A field that kept a row out. `row` is the row as handed in, with its first problem only."""

    row_number: int
    field: str
    value: str | None
    code: str
    reason: str
    row: Mapping[str, Any] | None = None
