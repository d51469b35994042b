"""Which fields say who a lead is and which say what it does, by their names.

Whatever is not plainly something they did is fit: where they come from, what they are, how long
we have known them. Both sides together are the whole score, so nothing falls between.
"""

from collections.abc import Mapping
from dataclasses import replace

from features.history.catalogue import HISTORY_NAMES
from features.schema import DeclaredField, Schema, Side
from scoring.concepts import concept_of, read_column

BEHAVIOUR = frozenset(
    concept
    for concept in map(concept_of, HISTORY_NAMES)
    if concept is not None and concept != "days_since_created"
)
"""The concepts that say what a lead does: those of the history features, but how long ago a lead
came in, which it does not do."""

_LATELY = frozenset({"hours", "days", "weeks"})


def side_of(name: str) -> Side:
    """The side a column belongs to, going by its name.

    A well-known thing is what it is known as. Of the others, the history features say what was
    done, and so does what is counted over days or weeks; over months or years it is as likely a
    fact about their company.

    >>> side_of("pricing_visits_30d"), side_of("员工人数"), side_of("replies_90d")
    (<Side.ENGAGEMENT: 'engagement'>, <Side.FIT: 'fit'>, <Side.ENGAGEMENT: 'engagement'>)
    """
    column = read_column(name)
    if column.concept is not None:
        return Side.ENGAGEMENT if column.concept in BEHAVIOUR else Side.FIT
    lately = column.window is not None and column.window.unit in _LATELY
    return Side.ENGAGEMENT if lately or name in HISTORY_NAMES else Side.FIT


def with_sides(schema: Schema, declared: Mapping[str, DeclaredField]) -> Schema:
    """The schema with the side of every field: as declared, else by its name."""
    said = {name: field.side for name, field in declared.items()}
    fields = tuple(
        replace(field, side=said.get(field.name) or side_of(field.name)) for field in schema.fields
    )
    return replace(schema, fields=fields)
