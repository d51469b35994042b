"""Which fields say who a lead is and which say what it does, by their names.

Whatever is not plainly something they did is fit: where they come from, what they are, how long
we have known them. Both sides together are the whole score, so nothing falls between.
"""

from collections.abc import Mapping
from dataclasses import replace

from features.schema import DeclaredField, Schema, Side
from scoring.concepts import concept_of

BEHAVIOUR = frozenset(
    {
        *("email_opens", "email_clicks", "emails_sent", "page_visits", "pricing_visits"),
        *("downloads", "webinars", "demo_requests", "forms", "calls", "active_days"),
        *("days_since_visit", "days_since_activity"),
    }
)
"""The concepts that say what a lead does."""


def side_of(name: str) -> Side:
    """The side a column belongs to, going by its name.

    >>> side_of("pricing_visits_30d"), side_of("员工人数")
    (<Side.ENGAGEMENT: 'engagement'>, <Side.FIT: 'fit'>)
    """
    return Side.ENGAGEMENT if concept_of(name) in BEHAVIOUR else Side.FIT


def with_sides(schema: Schema, declared: Mapping[str, DeclaredField]) -> Schema:
    """The schema with the side of every field: as declared, else by its name."""
    said = {name: field.side for name, field in declared.items()}
    fields = tuple(
        replace(field, side=said.get(field.name) or side_of(field.name)) for field in schema.fields
    )
    return replace(schema, fields=fields)
