"""Every history feature: its name, its kind, and what people call it.

Counts are named as a marketer would name the column (`pricing_visits_30d`), so that reasons speak
of them naturally; the others bring a label of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from features.history.acts import CODES, EMAILED, TOUCH
from features.schema import Kind
from leads.events import EventKind
from leads.messages import messages
from leads.score import Locale

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
    "events_visited": (E.EVENT_ATTENDED, _touch("attended")),
    "registrations": (E.REGISTERED, _touch("registered")),
    "invitations": (_touch("invited"),),
    "forms": (E.FORM_SUBMITTED,),
    "demo_requests": (E.DEMO_REQUESTED,),
    "trials": (E.TRIAL_STARTED,),
    "feedback": (E.FEEDBACK_GIVEN, _touch("feedback")),
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
    "feedback": (90,),
    "calls": (30,),
    "meetings": (30, 90),
    "chats": (30,),
}
"""Windows of each count, in days."""
ACTIVE_DAYS = (7, 30, 90)
HALF_LIVES = (3, 10)
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
    """One column. `label` is empty where the name says it all."""

    name: str
    kind: Kind
    label: Mapping[str, str]


def codes_of(group: str) -> list[int]:
    """The codes of a group's kinds."""
    return [CODES[kind] for kind in GROUPS[group]]


def _named(name: str, kind: Kind = Kind.NUMBER) -> HistoryFeature:
    """A feature with what the message catalogue calls it, if anything."""
    labels = {}
    for locale in Locale:
        text = messages(locale).get(f"history.{name}")
        if text is not None:
            labels[locale.value] = text
    return HistoryFeature(name=name, kind=kind, label=labels)


def _counted(group: str, days: int) -> HistoryFeature:
    return _windowed(f"{group}_{days}d", f"history.{group}", days=days)


def _windowed(name: str, key: str, *, days: int) -> HistoryFeature:
    labels = {}
    for locale in Locale:
        texts = messages(locale)
        if key in texts:
            labels[locale.value] = texts[key] + texts["window_label.days"].format(length=days)
    return HistoryFeature(name=name, kind=Kind.NUMBER, label=labels)


def _fading(group: str, days: int) -> HistoryFeature:
    labels = {}
    for locale in Locale:
        texts = messages(locale)
        what = texts[f"history.fading_{group}"]
        labels[locale.value] = texts["history.fading"].format(what=what, days=days)
    return HistoryFeature(name=f"recent_{group}_{days}d", kind=Kind.NUMBER, label=labels)


HISTORY: tuple[HistoryFeature, ...] = (
    *(_counted(group, days) for group, windows in COUNTED.items() for days in windows),
    *(_named(f"active_days_{days}d") for days in ACTIVE_DAYS),
    *(_fading(group, days) for group in FADING for days in HALF_LIVES),
    *(_named(name) for name in SINCE),
    _named("days_since_first_activity"),
    _named("days_since_created"),
    _named("visit_trend"),
    _named("kinds_of_acts_90d"),
    _named("email_open_rate_90d"),
    _named("email_click_rate_90d"),
    _named("emails_since_response"),
    _named("seconds_on_pages_30d"),
    _named("last_rating"),
    _named("campaigns_90d"),
    _named("first_campaign_kind", Kind.CATEGORY),
    _named("last_campaign_kind", Kind.CATEGORY),
    _named("colleagues_active_30d"),
    _named("colleague_activity_30d"),
    _named("colleague_pricing_visits_30d"),
)
"""All of them, in the order of the columns."""

HISTORY_NAMES = frozenset(feature.name for feature in HISTORY)
