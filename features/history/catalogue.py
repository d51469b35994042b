"""Every history feature: its name and its kind.

They are named as a marketer would name the column (`pricing_visits_30d`). The message catalogue has
a concept for each, which is found by the name (`scoring.concepts`): so they need no label of their
own, and reasons speak of them naturally.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from features.history.acts import CODES, EMAILED, TOUCH
from features.schema import Kind
from leads.events import EventKind

E = EventKind


def _touch(kind: str) -> str:
    return TOUCH + kind


GROUPS: Mapping[str, tuple[str, ...]] = {
    "page_visits": (E.PAGE_VISITED,),
    "pricing_visits": (E.PRICING_VISITED,),
    "emails_sent": (EMAILED,),
    "email_opens": (E.EMAIL_OPENED,),
    "email_clicks": (E.EMAIL_CLICKED,),
    "email_replies": (E.EMAIL_REPLIED,),
    "unsubscribes": (E.EMAIL_UNSUBSCRIBED,),
    "downloads": (E.CONTENT_DOWNLOADED,),
    "videos": (E.VIDEO_WATCHED,),
    "webinars": (E.WEBINAR_ATTENDED,),
    "events_visited": (E.EVENT_ATTENDED, E.WEBINAR_ATTENDED),
    "registrations": (E.REGISTERED,),
    "invitations": (_touch("invited"),),
    "forms": (E.FORM_SUBMITTED,),
    "demo_requests": (E.DEMO_REQUESTED,),
    "trials": (E.TRIAL_STARTED,),
    "feedback_given": (E.FEEDBACK_GIVEN,),
    "calls": (E.CALL_ANSWERED,),
    "meetings": (E.MEETING_HELD,),
    "chats": (E.CHAT_STARTED,),
    "web_acts": (
        *(E.PAGE_VISITED, E.PRICING_VISITED, E.CONTENT_DOWNLOADED, E.VIDEO_WATCHED),
        *(E.FORM_SUBMITTED, E.DEMO_REQUESTED, E.CHAT_STARTED, E.TRIAL_STARTED),
    ),
    "responses": (E.EMAIL_OPENED, E.EMAIL_CLICKED, E.EMAIL_REPLIED),
    "activity": tuple(kind for kind in EventKind if kind is not E.EMAIL_UNSUBSCRIBED),
}
"""Acts that are counted together. `activity` is all that the person did."""

INSTEAD: Mapping[str, tuple[str, ...]] = {
    "events_visited": (_touch("attended"),),
    "registrations": (_touch("registered"),),
    "feedback_given": (_touch("feedback"),),
}
"""Contacts that tell of the same acts another way. A form or a check-in notes both, an imported
list only one of them: whichever are more count, never their sum."""

COUNTED: Mapping[str, tuple[int, ...]] = {
    "page_visits": (1, 7, 30, 90),
    "pricing_visits": (1, 7, 30, 90),
    "emails_sent": (7, 30, 90),
    "email_opens": (7, 30, 90),
    "email_clicks": (7, 30, 90),
    "email_replies": (30, 90),
    "unsubscribes": (90,),
    "downloads": (7, 30, 90),
    "videos": (30,),
    "webinars": (30, 90),
    "events_visited": (30, 90),
    "registrations": (30, 90),
    "invitations": (90,),
    "forms": (7, 30, 90),
    "demo_requests": (7, 30, 90),
    "trials": (30,),
    "feedback_given": (90,),
    "calls": (30,),
    "meetings": (30, 90),
    "chats": (30,),
}
"""Windows of each count, in days."""
ACTIVE_DAYS = (7, 30, 90)
HALF_LIVES: Mapping[str, int] = {"fresh": 7, "lasting": 30}
"""In days: an act of one half-life ago counts half."""
FADING = ("page_visits", "pricing_visits", "web_acts", "downloads", "email_opens", "email_clicks")
SINCE: Mapping[str, str] = {
    "days_since_last_activity": "activity",
    "days_since_last_visit": "web_acts",
    "days_since_last_pricing_visit": "pricing_visits",
    "days_since_last_response": "responses",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFeature:
    """One column."""

    name: str
    kind: Kind = Kind.NUMBER


def codes_of(group: str) -> list[int]:
    """The codes of a group's kinds."""
    return [CODES[kind] for kind in GROUPS[group]]


_NUMBERS = (
    *(f"{group}_{days}d" for group, windows in COUNTED.items() for days in windows),
    *(f"active_days_{days}d" for days in ACTIVE_DAYS),
    *(f"{fresh}_{group}" for group in FADING for fresh in HALF_LIVES),
    *SINCE,
    *("days_since_first_activity", "days_since_created"),
    *("website_trend", "kinds_of_acts_90d"),
    *("email_open_percent_90d", "email_click_percent_90d", "emails_since_response"),
    *("seconds_on_pages_30d", "last_rating", "campaign_kinds_90d"),
    *("colleagues_active_30d", "colleague_activity_30d", "colleague_pricing_visits_30d"),
)

HISTORY: tuple[HistoryFeature, ...] = (
    *(HistoryFeature(name=name) for name in _NUMBERS),
    HistoryFeature(name="first_campaign_kind", kind=Kind.CATEGORY),
    HistoryFeature(name="last_campaign_kind", kind=Kind.CATEGORY),
)
"""All of them, in the order of the columns."""

HISTORY_NAMES = frozenset(feature.name for feature in HISTORY)
