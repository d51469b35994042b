"""Campaigns: what marketing did, for whom, with what, and what it cost."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.tables.base import Base


class CampaignRow(Base):
    """Something marketing does and pays for."""

    __tablename__ = "campaigns"
    __table_args__ = (
        Index(None, "source", "external_id", unique=True),
        CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name="ends_after_start"),
        CheckConstraint("budget_minor IS NULL OR budget_minor >= 0", name="budget_not_negative"),
    )

    campaign_id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    external_id: Mapped[str]  # the campaign's own id where it was made here
    name: Mapped[str]
    kind: Mapped[str]
    channel: Mapped[str]  # leads.campaigns.Channel
    is_online: Mapped[bool]
    goal: Mapped[str | None]  # leads, opportunities, revenue
    goal_amount: Mapped[int | None]  # a count, or minor units of `currency` for revenue
    budget_minor: Mapped[int | None]
    currency: Mapped[str | None]
    product_line: Mapped[str | None]
    audience: Mapped[str | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    state: Mapped[str]  # planned, open, closed
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    digest: Mapped[str | None]
    batch_id: Mapped[str | None]
    row_number: Mapped[int | None]
    attributes: Mapped[dict[str, Any]]


class CampaignCostRow(Base):
    """Money that was spent. Corrected by a second, negative-free entry: costs are only added or
    voided.
    """

    __tablename__ = "campaign_costs"
    __table_args__ = (
        Index(None, "source", "external_id", unique=True),
        Index(None, "campaign_id", "spent_on"),
        CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
    )

    cost_id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    external_id: Mapped[str]
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaigns.campaign_id"))
    spent_on: Mapped[date]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    kind: Mapped[str | None]
    note: Mapped[str | None]
    known_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
    digest: Mapped[str | None]
    batch_id: Mapped[str | None]
    row_number: Mapped[int | None]


class MaterialRow(Base):
    """Something a campaign needs made: a landing page, a flyer, a mail."""

    __tablename__ = "materials"
    __table_args__ = (Index(None, "campaign_id"),)

    material_id: Mapped[str] = mapped_column(primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaigns.campaign_id"))
    name: Mapped[str]
    kind: Mapped[str]
    language: Mapped[str]
    version: Mapped[str]
    owner: Mapped[str]
    due_on: Mapped[date | None]
    ready_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class InvitationRow(Base):
    """A lead was invited to a campaign, by a link of its own."""

    __tablename__ = "invitations"
    __table_args__ = (
        Index(None, "campaign_id", "lead_id", unique=True),
        Index(None, "token", unique=True),
        Index(None, "lead_id"),
    )

    invitation_id: Mapped[str] = mapped_column(primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaigns.campaign_id"))
    lead_id: Mapped[str] = mapped_column(ForeignKey("leads.lead_id"))
    token: Mapped[str]  # of the personal link
    invited_at: Mapped[datetime]
    registered_at: Mapped[datetime | None]
    attended_at: Mapped[datetime | None]
    followed_up_at: Mapped[datetime | None]


class FormRow(Base):
    """A hosted form of a campaign: registration, feedback or check-in."""

    __tablename__ = "forms"
    __table_args__ = (Index(None, "campaign_id"),)

    form_id: Mapped[str] = mapped_column(primary_key=True)  # in the form's address
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaigns.campaign_id"))
    kind: Mapped[str]  # registration, feedback, check_in
    definition: Mapped[dict[str, Any]]  # fields asked, products, texts by language
    consent: Mapped[dict[str, Any]]  # wording by language
    consent_version: Mapped[str]
    is_open: Mapped[bool]
    created_at: Mapped[datetime]


class TouchpointRow(Base):
    """One dated contact between a campaign and a lead, or a visitor not known yet."""

    __tablename__ = "touchpoints"
    __table_args__ = (
        Index(None, "source", "external_id", unique=True),
        Index(None, "lead_id", "occurred_at"),
        Index(None, "anonymous_id"),
        Index(None, "campaign_id", "occurred_at"),
    )

    touchpoint_id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    external_id: Mapped[str]
    lead_id: Mapped[str | None] = mapped_column(ForeignKey("leads.lead_id"))
    anonymous_id: Mapped[str | None]
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaigns.campaign_id"))
    kind: Mapped[str]  # invited, registered, attended, form, visit, feedback, imported, ...
    occurred_at: Mapped[datetime]
    known_at: Mapped[datetime]
    clock: Mapped[str]
    attributes: Mapped[dict[str, Any]]  # UTM and the like
    batch_id: Mapped[str | None]
