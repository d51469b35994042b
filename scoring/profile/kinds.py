"""The acts a profile may give points for, and the columns in which tables count them."""

from collections.abc import Mapping

from leads.campaigns import TouchpointKind
from leads.events import EventKind

TOUCH = "touch_"
BEHAVIOUR_KINDS = (
    *(str(kind) for kind in EventKind),
    *(f"{TOUCH}{kind}" for kind in TouchpointKind),
)
"""Acts of the lead, and `touch_...`: contacts that a campaign made."""

CONCEPT_OF: Mapping[str, str] = {
    EventKind.EMAIL_OPENED: "email_opens",
    EventKind.EMAIL_CLICKED: "email_clicks",
    EventKind.PAGE_VISITED: "page_visits",
    EventKind.PRICING_VISITED: "pricing_visits",
    EventKind.CONTENT_DOWNLOADED: "downloads",
    EventKind.WEBINAR_ATTENDED: "webinars",
    EventKind.FORM_SUBMITTED: "forms",
    EventKind.DEMO_REQUESTED: "demo_requests",
    EventKind.CALL_ANSWERED: "calls",
}
"""The concept (`scoring.concepts`) of a column that counts acts of a kind."""

WORDS_OF: Mapping[str, str] = {
    EventKind.EMAIL_REPLIED: "email replies",
    EventKind.VIDEO_WATCHED: "videos",
    EventKind.REGISTERED: "registrations",
    EventKind.EVENT_ATTENDED: "events visited",
    EventKind.MEETING_HELD: "meetings",
    EventKind.CHAT_STARTED: "chats",
    EventKind.TRIAL_STARTED: "trials",
}
"""What the history features (`features.history.catalogue`) call counts that are no concept."""
