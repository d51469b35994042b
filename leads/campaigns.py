"""Campaigns and the touchpoints they make: what marketing did."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """Something marketing did and paid for."""

    campaign_id: str
    name: str
    channel: Channel
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Touchpoint:
    """One dated contact between a campaign and a lead."""

    lead_id: str
    campaign_id: str
    occurred_at: datetime
