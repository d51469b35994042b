"""The kinds of tables that are imported, and the fields each of them knows."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from leads.errors import InvalidInput
from leads.fields import GIVEN

ATTRIBUTE, IGNORE = "attribute", "ignore"
"""What a header may be told to be instead of a field: kept under its own name, or left out."""

KINDS: Mapping[str, tuple[str, ...]] = {
    "leads": ("external_id", "created_at", "updated_at", "anonymous_id", *GIVEN),
    "events": (
        *("lead", "email", "kind", "occurred_at", "known_at", "message_id", "campaign"),
        *("anonymous_id", "url", "duration_seconds"),
    ),
    "campaigns": (
        *("external_id", "name", "kind", "channel", "is_online", "goal", "budget", "cost"),
        *("currency", "starts_at", "ends_at", "product_line", "audience", "status", "description"),
    ),
    "costs": ("external_id", "campaign", "spent_on", "amount", "currency", "kind", "note"),
    "touchpoints": ("external_id", "lead", "email", "campaign", "kind", "occurred_at"),
    "opportunities": (
        *("external_id", "lead", "email", "name", "stage", "status", "amount", "currency"),
        *("product", "opened_at", "closed_at", "updated_at"),
    ),
    "stages": ("lead", "email", "stage", "occurred_at", "actor", "reason"),
}
"""`lead` is the lead's id in the source; where it is missing, `email` may stand for it."""


def fields_of(kind: str) -> tuple[str, ...]:
    """The fields of that kind of table. Raises InvalidInput for an unknown kind."""
    if kind not in KINDS:
        raise InvalidInput(f"there is no kind of table {kind!r}{meant(kind, KINDS)}")
    return KINDS[kind]


def meant(word: str, known: Iterable[str]) -> str:
    """What to add to a message about an unknown word: the nearest known one, or all of them."""
    by_small = {name.lower(): name for name in known}
    near = get_close_matches(word.strip().lower(), by_small, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {by_small[near[0]]!r}?"
    return f"; choose one of: {', '.join(by_small.values())}"
