"""Who may do what, who did what, and which request was already answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from store.tables.base import Base


class ApiKeyRow(Base):
    """A key `lf_<key_id>_<secret>`; the secret itself is nowhere."""

    __tablename__ = "api_keys"

    key_id: Mapped[str] = mapped_column(primary_key=True)
    secret_hash: Mapped[str]
    name: Mapped[str]
    scopes: Mapped[list[Any]]
    per_minute: Mapped[int | None]  # None: the service's own limit
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    replaced_by: Mapped[str | None]
    last_used_at: Mapped[datetime | None]


class IdempotencyRow(Base):
    """A request that was, or is being, answered."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index(None, "created_at"),)

    caller: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    route: Mapped[str]
    payload_digest: Mapped[str]
    created_at: Mapped[datetime]
    status: Mapped[int | None]  # None: in flight
    answer: Mapped[str | None]


class AuditRow(Base):
    """Something was done that somebody may ask about; never a person's data."""

    __tablename__ = "audit_log"
    __table_args__ = (Index(None, "subject_id"), Index(None, "at"))

    audit_id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]  # lead_merged, merge_undone, lead_erased, key_made, ...
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    details: Mapped[dict[str, Any]]


class ErasureRow(Base):
    """What an erased person was called by a source, as a digest: it must not come back unasked."""

    __tablename__ = "erasures"

    digest: Mapped[str] = mapped_column(primary_key=True)  # sha256 of source and external id
    lead_id: Mapped[str]
    erased_at: Mapped[datetime]
