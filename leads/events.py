"""Engagement events: what the lead did, one dated act each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from leads.clock import ClockBasis


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
    EMAIL_REPLIED = "email_replied"
    EMAIL_UNSUBSCRIBED = "email_unsubscribed"
    VIDEO_WATCHED = "video_watched"
    REGISTERED = "registered"
    EVENT_ATTENDED = "event_attended"
    FEEDBACK_GIVEN = "feedback_given"
    CALL_ANSWERED = "call_answered"
    MEETING_HELD = "meeting_held"
    CHAT_STARTED = "chat_started"
    TRIAL_STARTED = "trial_started"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """An act as it is kept: of a lead, or of a visitor (`anonymous_id`) not known yet.

    source, message_id   name it, so that it counts once however often it is handed in
    """

    source: str
    message_id: str
    lead_id: str | None = None
    anonymous_id: str | None = None
    kind: EventKind
    occurred_at: datetime
    known_at: datetime
    clock: ClockBasis
    campaign_id: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    batch_id: str | None = None
