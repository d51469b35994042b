"""Leads and what is known of them.

A lead is a row that never moves. Merging writes a pointer (`merged_into`, `root_id`), and whoever
reads a lead's history reads it through the pointer: the facts of all rows with the same `root_id`.
So a merge loses nothing, and undoing it is exact: facts stay where they were recorded, and what
the current `fields` are is worked out from the facts again.

Facts are append-only and have two clocks: `occurred_at`, when it was so, and `known_at`, when it
reached us. What an import says without a time of its own has `clock` = unknown: it may be older.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.tables.base import Base


class LeadRow(Base):
    """One lead as it first came. `fields` and what follows speak for the root and are empty
    elsewhere: a view of the facts, kept for reading and searching.
    """

    __tablename__ = "leads"
    __table_args__ = (
        Index(None, "root_id"),
        Index(None, "updated_at", "lead_id"),
        Index(None, "account"),
    )

    lead_id: Mapped[str] = mapped_column(primary_key=True)
    root_id: Mapped[str]  # itself, or the lead it was merged into in the end
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("leads.lead_id"))
    created_at: Mapped[datetime]  # by its source; when the lead came to be
    known_at: Mapped[datetime]
    updated_at: Mapped[datetime]  # when `fields` or `stage` last changed
    stage: Mapped[str]
    stage_since: Mapped[datetime]
    fields: Mapped[dict[str, Any]]  # leads.fields, current
    typed: Mapped[dict[str, Any]]  # what was typed, where it differs
    attributes: Mapped[dict[str, Any]]  # everything else, under the source's own headers
    erased_at: Mapped[datetime | None]
    account: Mapped[str | None]  # the company it came with; never changed


class OutsideIdRow(Base):
    """What a source calls a lead. A row without an id is known by its digest (`row:...`)."""

    __tablename__ = "outside_ids"
    __table_args__ = (Index(None, "lead_id"),)

    source: Mapped[str] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(primary_key=True)
    lead_id: Mapped[str] = mapped_column(ForeignKey("leads.lead_id"))  # as first recorded
    digest: Mapped[str]  # of the row that was last taken in
    batch_id: Mapped[str | None]  # the import that last took it in
    row_number: Mapped[int | None]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]


class LeadVersionRow(Base):
    """One statement about a lead: the fields it speaks about, and only those.

    A field's history is the versions that hold it, by `occurred_at`. None says that the source
    emptied the field.
    """

    __tablename__ = "lead_versions"
    __table_args__ = (Index(None, "lead_id", "occurred_at"),)

    version_id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[str] = mapped_column(ForeignKey("leads.lead_id"))
    occurred_at: Mapped[datetime]
    known_at: Mapped[datetime]
    clock: Mapped[str]  # leads.clock.ClockBasis
    origin: Mapped[str]  # salesforce, form, person, enrichment:<provider>, ...
    actor: Mapped[str | None]  # who, when a person or a key did it
    batch_id: Mapped[str | None]
    fields: Mapped[dict[str, Any]]
    typed: Mapped[dict[str, Any]]
    attributes: Mapped[dict[str, Any]]


class LeadKeyRow(Base):
    """A value that leads are looked up and compared by; `kind` as `cleansing.matching` names it.

    It is nothing but its primary key: SQLite keeps it once, in that order, and not also as rows.
    """

    __tablename__ = "lead_keys"
    __table_args__ = (Index(None, "lead_id"), {"sqlite_with_rowid": False})

    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    lead_id: Mapped[str] = mapped_column(ForeignKey("leads.lead_id"), primary_key=True)


class StageMoveRow(Base):
    """A lead went from one stage to another."""

    __tablename__ = "stage_moves"
    __table_args__ = (Index(None, "lead_id", "occurred_at"),)

    move_id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[str] = mapped_column(ForeignKey("leads.lead_id"))
    from_stage: Mapped[str]
    to_stage: Mapped[str]
    occurred_at: Mapped[datetime]
    known_at: Mapped[datetime]
    clock: Mapped[str]
    actor: Mapped[str]  # system, key:<id>, rep:<id>, import:<batch>
    cause: Mapped[str]  # a short word: import, crossing, accepted, rejected, merge, ...
    reason: Mapped[str | None]  # code, where one is asked for
    comment: Mapped[str | None]
    definition_version: Mapped[str]  # of the shared MQL/SQL standard
    merge_id: Mapped[str | None]  # the stage was taken over with a merge; void when it is undone
    batch_id: Mapped[str | None]


class AnonymousIdRow(Base):
    """A visitor's cookie, once it is known whose it is; what came before is read through it."""

    __tablename__ = "anonymous_ids"
    __table_args__ = (Index(None, "lead_id"),)

    anonymous_id: Mapped[str] = mapped_column(primary_key=True)
    lead_id: Mapped[str] = mapped_column(ForeignKey("leads.lead_id"))
    stitched_at: Mapped[datetime]
    cause: Mapped[str]


class EventRow(Base):
    """One act of a lead or of a visitor not known yet."""

    __tablename__ = "events"
    __table_args__ = (
        Index(None, "source", "message_id", unique=True),
        Index(None, "lead_id", "occurred_at"),
        Index(None, "anonymous_id", "occurred_at"),
        Index(None, "campaign_id"),
    )

    event_id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    message_id: Mapped[str]
    lead_id: Mapped[str | None] = mapped_column(ForeignKey("leads.lead_id"))
    anonymous_id: Mapped[str | None]
    kind: Mapped[str]
    occurred_at: Mapped[datetime]
    known_at: Mapped[datetime]
    clock: Mapped[str]
    campaign_id: Mapped[str | None]
    attributes: Mapped[dict[str, Any]]
    batch_id: Mapped[str | None]


class ScoreRow(Base):
    """One model's opinion of one lead at one moment, with what it was told."""

    __tablename__ = "scores"
    __table_args__ = (Index(None, "lead_id", "scored_at"),)

    prediction_id: Mapped[str] = mapped_column(primary_key=True)
    lead_id: Mapped[str | None] = mapped_column(ForeignKey("leads.lead_id"))
    external_id: Mapped[str | None]
    model_name: Mapped[str]
    model_version: Mapped[str]
    as_of: Mapped[datetime]
    scored_at: Mapped[datetime]
    probability: Mapped[float]
    margin: Mapped[float]
    points: Mapped[int]
    tier: Mapped[str]
    calibrated: Mapped[bool]
    cause: Mapped[str]
    inputs: Mapped[dict[str, Any]]


class OpportunityRow(Base):
    """A deal in the making; its history is in `opportunity_versions`."""

    __tablename__ = "opportunities"
    __table_args__ = (Index(None, "source", "external_id", unique=True), Index(None, "lead_id"))

    opportunity_id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    external_id: Mapped[str]
    lead_id: Mapped[str] = mapped_column(ForeignKey("leads.lead_id"))
    digest: Mapped[str]
    name: Mapped[str | None]
    state: Mapped[str]  # open, won, lost
    amount_minor: Mapped[int | None]
    currency: Mapped[str | None]
    product: Mapped[str | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    known_at: Mapped[datetime]
    batch_id: Mapped[str | None]
    row_number: Mapped[int | None]


class OpportunityVersionRow(Base):
    """What an opportunity was said to be, whenever that changed."""

    __tablename__ = "opportunity_versions"
    __table_args__ = (Index(None, "opportunity_id", "occurred_at"),)

    version_id: Mapped[int] = mapped_column(primary_key=True)
    opportunity_id: Mapped[str] = mapped_column(ForeignKey("opportunities.opportunity_id"))
    occurred_at: Mapped[datetime]
    known_at: Mapped[datetime]
    clock: Mapped[str]
    origin: Mapped[str]
    batch_id: Mapped[str | None]
    fields: Mapped[dict[str, Any]]


class ConsentRow(Base):
    """Somebody agreed or withdrew, in these words."""

    __tablename__ = "consents"
    __table_args__ = (Index(None, "lead_id", "occurred_at"),)

    consent_id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[str] = mapped_column(ForeignKey("leads.lead_id"))
    purpose: Mapped[str]  # email, phone, tracking
    is_granted: Mapped[bool]
    wording: Mapped[str | None]  # what the person read
    wording_version: Mapped[str | None]
    locale: Mapped[str | None]
    occurred_at: Mapped[datetime]
    known_at: Mapped[datetime]
    source: Mapped[str]
    batch_id: Mapped[str | None]


class MergeRow(Base):
    """Two leads turned out to be one person, until somebody undid it."""

    __tablename__ = "merges"
    __table_args__ = (Index(None, "survivor_id"), Index(None, "absorbed_id"))

    merge_id: Mapped[str] = mapped_column(primary_key=True)
    survivor_id: Mapped[str] = mapped_column(ForeignKey("leads.lead_id"))
    absorbed_id: Mapped[str] = mapped_column(ForeignKey("leads.lead_id"))
    merged_at: Mapped[datetime]
    actor: Mapped[str]
    cause: Mapped[str]  # matching, review, person
    probability: Mapped[float | None]
    evidence: Mapped[list[Any]]  # field by field, why
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]
    batch_id: Mapped[str | None]


class ReviewRow(Base):
    """A pair that a person should look at; `lead_a` < `lead_b`. `different` is remembered."""

    __tablename__ = "reviews"
    __table_args__ = (
        Index(None, "lead_a", "lead_b", unique=True),
        Index(None, "state", "opened_at"),
        Index(None, "lead_b"),
    )

    review_id: Mapped[str] = mapped_column(primary_key=True)
    lead_a: Mapped[str] = mapped_column(ForeignKey("leads.lead_id"))
    lead_b: Mapped[str] = mapped_column(ForeignKey("leads.lead_id"))
    probability: Mapped[float]
    evidence: Mapped[list[Any]]
    state: Mapped[str]  # open, merged, different
    opened_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    batch_id: Mapped[str | None]


class EnrichmentRow(Base):
    """What a provider said about a company, kept so that it is asked once."""

    __tablename__ = "enrichments"

    provider: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)  # domain:acme.com, name:acme
    facts: Mapped[dict[str, Any] | None]  # None: the provider knows nothing
    as_of: Mapped[datetime | None]  # when the provider says it was so
    fetched_at: Mapped[datetime]
