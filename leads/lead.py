"""A lead, what is said of it, and what others call it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from leads.clock import ClockBasis
from leads.fields import Value
from leads.lifecycle import Stage

Fields = Mapping[str, Value]
"""Values under the names of `leads.fields`."""
Attributes = Mapping[str, Any]
"""Values a source sent under its own names; any JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """One lead as it stands. After a merge, `root_id` speaks for it and the rest is empty.

    created_at      when it came to be, by its source; known_at when it reached us
    typed           what was typed, for the fields whose normal form differs
    account         the company it came with, by its domain or else its name. It never changes: what
                    is said of colleagues as of a moment must not rest on what came later
    """

    lead_id: str
    root_id: str
    created_at: datetime
    known_at: datetime
    updated_at: datetime
    stage: Stage = Stage.NEW
    stage_since: datetime
    fields: Fields = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    attributes: Attributes = field(default_factory=dict)
    merged_into: str | None = None
    erased_at: datetime | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadVersion:
    """One statement about a lead: the fields it speaks about, and only those.

    A field that is there with None was emptied by its source.
    occurred_at     since when it is so, as far as `clock` says; known_at when it reached us
    origin          the source's name, `person`, `form`, or `enrichment:<provider>`
    actor           the key, person or import that said so
    """

    lead_id: str
    occurred_at: datetime
    known_at: datetime
    clock: ClockBasis
    origin: str
    actor: str | None = None
    batch_id: str | None = None
    fields: Fields = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideId:
    """What a source calls a lead. `digest` is that of the row last taken in."""

    source: str
    external_id: str
    lead_id: str
    digest: str
    batch_id: str | None = None
    row_number: int | None = None
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StageMove:
    """A lead went from one stage to another; who moved it, why, and by which standard."""

    lead_id: str
    from_stage: Stage
    to_stage: Stage
    occurred_at: datetime
    known_at: datetime
    clock: ClockBasis
    actor: str
    cause: str
    reason: str | None = None
    comment: str | None = None
    definition_version: str
    merge_id: str | None = None
    batch_id: str | None = None
