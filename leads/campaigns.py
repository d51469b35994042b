"""Campaigns and the touchpoints they make: what marketing did, for whom, and what it cost.

A campaign's *kind* is what was done (a user conference), its *channel* the way it reaches people
(conference): a kind has one usual channel, and is usually online or not. Money is in minor units
beside its currency; `cleansing.money` reads and shows it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from leads.clock import ClockBasis


class Channel(StrEnum):
    """The way a campaign reaches people."""

    PAID_SEARCH = "paid_search"
    ORGANIC = "organic"
    CONTENT = "content"
    EMAIL = "email"
    SOCIAL = "social"
    REFERRAL = "referral"
    SPONSORSHIP = "sponsorship"
    SEMINAR = "seminar"
    CONFERENCE = "conference"
    DIRECT = "direct"
    OTHER = "other"


class CampaignKind(StrEnum):
    """What is done."""

    SEO = "seo"
    SEM = "sem"
    CONTENT = "content"
    EMAIL = "email"
    SOCIAL = "social"
    REFERRAL = "referral"
    WEBINAR = "webinar"
    SPONSORSHIP = "sponsorship"
    TRADE_FAIR = "trade_fair"
    SEMINAR = "seminar"
    USER_CONFERENCE = "user_conference"
    TELEPHONE = "telephone"
    OTHER = "other"


USUAL: Mapping[CampaignKind, tuple[Channel, bool]] = {
    CampaignKind.SEO: (Channel.ORGANIC, True),
    CampaignKind.SEM: (Channel.PAID_SEARCH, True),
    CampaignKind.CONTENT: (Channel.CONTENT, True),
    CampaignKind.EMAIL: (Channel.EMAIL, True),
    CampaignKind.SOCIAL: (Channel.SOCIAL, True),
    CampaignKind.REFERRAL: (Channel.REFERRAL, False),
    CampaignKind.WEBINAR: (Channel.SEMINAR, True),
    CampaignKind.SPONSORSHIP: (Channel.SPONSORSHIP, False),
    CampaignKind.TRADE_FAIR: (Channel.SPONSORSHIP, False),
    CampaignKind.SEMINAR: (Channel.SEMINAR, False),
    CampaignKind.USER_CONFERENCE: (Channel.CONFERENCE, False),
    CampaignKind.TELEPHONE: (Channel.DIRECT, False),
    CampaignKind.OTHER: (Channel.OTHER, True),
}
"""Each kind's usual channel, and whether it usually happens online."""


class Goal(StrEnum):
    """What a campaign is to bring."""

    LEADS = "leads"
    OPPORTUNITIES = "opportunities"
    REVENUE = "revenue"


class CampaignState(StrEnum):
    """Planned, then open, then closed; never back."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


class TouchpointKind(StrEnum):
    """How a campaign touched somebody; imports may bring other words."""

    INVITED = "invited"
    REGISTERED = "registered"
    ATTENDED = "attended"
    FOLLOWED_UP = "followed_up"
    FEEDBACK = "feedback"
    VISIT = "visit"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """Something marketing does and pays for.

    external_id     the campaign's own id where it was made here
    goal_amount     a count, or minor units of `currency` for revenue
    ends_at         None for one that runs until it is closed
    """

    campaign_id: str
    source: str
    external_id: str
    name: str
    kind: CampaignKind
    channel: Channel
    is_online: bool
    goal: Goal | None = None
    goal_amount: int | None = None
    budget_minor: int | None = None
    currency: str | None = None
    product_line: str | None = None
    audience: str | None = None
    starts_at: datetime
    ends_at: datetime | None = None
    state: CampaignState = CampaignState.PLANNED
    created_at: datetime
    updated_at: datetime
    digest: str | None = None
    batch_id: str | None = None
    row_number: int | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignCost:
    """Money that was spent on a day. A mistake is voided, never overwritten."""

    cost_id: str
    source: str
    external_id: str
    campaign_id: str
    spent_on: date
    amount_minor: int
    currency: str
    kind: str | None = None
    note: str | None = None
    known_at: datetime
    voided_at: datetime | None = None
    digest: str | None = None
    batch_id: str | None = None
    row_number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Something a campaign needs made: a landing page, a flyer, a mail."""

    material_id: str
    campaign_id: str
    name: str
    kind: str
    language: str
    version: str
    owner: str
    due_on: date | None = None
    ready_at: datetime | None = None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Touchpoint:
    """One dated contact between a campaign and a lead, or a visitor not known yet."""

    touchpoint_id: str
    source: str
    external_id: str
    lead_id: str | None = None
    anonymous_id: str | None = None
    campaign_id: str
    kind: str
    occurred_at: datetime
    known_at: datetime
    clock: ClockBasis
    attributes: Mapping[str, Any] = field(default_factory=dict)
    batch_id: str | None = None


class InvitationStep(StrEnum):
    """What an invited lead went through, in this order; steps may be left out, never taken back."""

    INVITED = "invited"
    REGISTERED = "registered"
    ATTENDED = "attended"
    FOLLOWED_UP = "followed_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A lead was invited to a campaign, by a link of its own.

    token       of the personal link: 128 random bits, worth as much as the invitation itself
    """

    invitation_id: str
    campaign_id: str
    lead_id: str
    token: str
    invited_at: datetime
    registered_at: datetime | None = None
    attended_at: datetime | None = None
    followed_up_at: datetime | None = None

    @property
    def step(self) -> InvitationStep:
        """The furthest step so far."""
        dated = zip(InvitationStep, self._dates(), strict=True)
        return [step for step, at in dated if at is not None][-1]

    def _dates(self) -> tuple[datetime | None, ...]:
        return (self.invited_at, self.registered_at, self.attended_at, self.followed_up_at)
