"""Engagement events: what the lead did, one dated act each."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EventKind(StrEnum):
    """Past participles; what the lead did, never what we did."""

    EMAIL_OPENED = "email_opened"
    EMAIL_CLICKED = "email_clicked"
    PAGE_VISITED = "page_visited"
    PRICING_VISITED = "pricing_visited"
    CONTENT_DOWNLOADED = "content_downloaded"
    WEBINAR_ATTENDED = "webinar_attended"
    FORM_SUBMITTED = "form_submitted"
    DEMO_REQUESTED = "demo_requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class EngagementEvent:
    """One act of one lead, under two clocks.

    occurred_at     when it happened
    known_at        when it reached us; never before it happened
    """

    lead_id: str
    kind: EventKind
    occurred_at: datetime
    known_at: datetime
