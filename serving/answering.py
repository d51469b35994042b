"""Who answers a request for scores: a model, or on day one the profile."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from leads.score import Explanation, Locale, Score

if TYPE_CHECKING:
    from leads.lead import Lead
    from scoring.profile.acts import Acts
    from store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Known:
    """What is told of a stored lead.

    root_id      the lead that speaks for it
    attributes   under the names of whoever answers
    acts         what it did; None where that is not asked for
    """

    root_id: str
    attributes: Mapping[str, Any]
    acts: "Acts | None" = None


class Answering(Protocol):
    """What `serving.desk` asks of whoever answers."""

    @property
    def named(self) -> dict[str, str]:
        """How answers name it."""

    @property
    def is_calibrated(self) -> bool:
        """Whether its probabilities were held against outcomes."""

    @property
    def names(self) -> list[str]:
        """What it looks at, by its own names."""

    @property
    def keeps(self) -> list[str]:
        """The names of what is kept beside a score."""

    def as_of(self, attributes: Mapping[str, Any], now: datetime) -> datetime:
        """As of when a lead's facts are true."""

    def score(
        self, attributes: Mapping[str, Any], *, now: datetime, acts: "Acts | None" = None
    ) -> Score:
        """One lead's score."""

    def explain(
        self,
        attributes: Mapping[str, Any],
        *,
        top: int,
        locale: Locale,
        now: datetime,
        acts: "Acts | None" = None,
    ) -> Explanation:
        """One lead's score with its reasons."""

    def known(
        self, leads: "Mapping[str, Lead]", unit: "UnitOfWork | None", *, now: datetime
    ) -> Mapping[str, Known]:
        """What it is told of stored leads, by the ids they were asked for by."""
