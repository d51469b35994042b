"""A lead as it is handed in, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from cleansing.survivorship import ENRICHMENT, FORM, PERSON
from leads.errors import Problem

OURS = frozenset({PERSON, FORM, "invitation", "leadflow"})
"""Origins and sources that no caller may claim."""


class Outcome(StrEnum):
    """What became of one record; each has exactly one."""

    CREATED = "created"
    UPDATED = "updated"
    MERGED = "merged"  # created, and at once joined with the lead it is a double of
    UNCHANGED = "unchanged"
    REVIEW = "review"  # created, and a person is asked whether it is a double
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """One record from outside.

    source, external_id   whose record it is and its id there; without an id its values name it
    fields                under the names of `leads.fields.GIVEN`, as typed. A name that is absent
                          says nothing; one that is there and empty says that it was emptied
    attributes            everything else, under the source's own names; JSON
    occurred_at           since when it is so (the source's time of change)
    created_at            when the source came to know the lead
    anonymous_id          the visitor it is known to have been
    origin                the source's name, "form" or "person"; the source's name by default
    actor                 the key, person or import that handed it in
    row_number            of the file it stands in, from 1
    """

    source: str
    external_id: str | None = None
    fields: Mapping[str, object]
    attributes: Mapping[str, Any] = field(default_factory=dict)
    occurred_at: datetime | None = None
    created_at: datetime | None = None
    anonymous_id: str | None = None
    origin: str | None = None
    actor: str | None = None
    row_number: int | None = None

    @property
    def said_by(self) -> str:
        """The origin of what it says."""
        return self.origin or self.source


def is_ours(source: str) -> bool:
    """Whether a name means more than whose record it is: who bears it would be believed as if
    a person had put something right, or pass for what came through a form.
    """
    return source in OURS or source.startswith(ENRICHMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of one record.

    lead_id       the lead that speaks for it now; None when it was refused
    recorded_on   the lead it was recorded on, which a later merge never changes
    review_ids    the questions a person is asked
    problems      why it was refused, or remarks about values that were kept as typed
    """

    outcome: Outcome
    lead_id: str | None = None
    recorded_on: str | None = None
    review_ids: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
