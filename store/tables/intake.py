"""Imports: what was handed in, and what became of each row."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.tables.base import Base


class ImportBatchRow(Base):
    """One file handed in. `done_rows` grows with each chunk, in the chunk's transaction."""

    __tablename__ = "import_batches"
    __table_args__ = (Index(None, "file_digest"),)

    batch_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]  # leads, events, campaigns, costs, touchpoints, opportunities, stages
    source: Mapped[str]
    file_name: Mapped[str]
    file_digest: Mapped[str]
    options: Mapped[dict[str, Any]]  # mapping and what else decides how rows are read
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    actor: Mapped[str]
    done_rows: Mapped[int]
    imported: Mapped[int]
    updated: Mapped[int]
    merged: Mapped[int]
    unchanged: Mapped[int]
    quarantined: Mapped[int]
    in_review: Mapped[int]  # of those imported: a person is asked whether they are double


class ImportRowRow(Base):
    """The one outcome of one row of a file; rows are counted from 1 below the header."""

    __tablename__ = "import_rows"
    __table_args__ = (Index(None, "record_id"),)

    batch_id: Mapped[str] = mapped_column(ForeignKey("import_batches.batch_id"), primary_key=True)
    row_number: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[str]
    record_id: Mapped[str | None]  # of the lead, event, campaign, ... it became


class QuarantineRow(Base):
    """A field that kept a row out, and the row as it was handed in."""

    __tablename__ = "quarantine"
    __table_args__ = (Index(None, "batch_id", "row_number"),)

    quarantine_id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("import_batches.batch_id"))
    row_number: Mapped[int]
    field: Mapped[str]
    value: Mapped[str | None]
    code: Mapped[str]
    reason: Mapped[str]
    row: Mapped[dict[str, Any] | None]  # with the first of its problems only
