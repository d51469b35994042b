"""The day-one score behind the doors: the profile answers while there is no champion.

It was read when the service started. A profile that cannot be used stops nothing but itself: the
champion serves on, and /v1/status says what is wrong.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog

from leads.clock import Clock
from leads.errors import LeadflowError
from leads.fields import DERIVED
from leads.score import Explanation, Locale, Score
from serving.answering import Known
from serving.answers import Members
from serving.metrics import DAY_ONE
from serving.store_desk import StoreDesk

if TYPE_CHECKING:
    from leads.lead import Lead
    from scoring.profile import Following, Profile
    from scoring.profile.acts import Acts
    from store.unit_of_work import UnitOfWork

COUNT_EVERY_SECONDS = 60.0

log = structlog.get_logger()

ProfileReader = Callable[[], "Profile"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Minimum:
    """How many outcomes are known, None before they were counted, and how many it takes."""

    outcomes: int | None
    needed: int

    def sentence(self, *, answers: bool) -> str:
        """In words; `answers` says whether the profile does."""
        if self.outcomes is None:
            return f"outcomes have not been counted; {self.needed} are the minimum of history"
        if self.outcomes < self.needed:
            return f"below the minimum of history: {self.outcomes:,} of {self.needed} outcomes"
        counts = f"{self.outcomes:,} outcomes, {self.needed} are needed"
        if not answers:
            return f"a model was promoted; there is enough history to learn from ({counts})"
        return f"there is enough history to learn from ({counts}): train and promote a model"


class DayOne:
    """The profile as somebody who answers, and the rules of whom to follow up."""

    def __init__(
        self, profile: "Profile", *, name: str, store: StoreDesk, has_store: Callable[[], bool]
    ) -> None:
        from pipelines.day_one import LEAST_OUTCOMES, names_looked_at
        from scoring.profile import MustFollow, ProfileScorer

        self.profile = profile
        self.named = {
            "name": name,
            "version": profile.version,
            "features": profile.digest[:12],
        }
        self.is_calibrated = False
        self.names = self.keeps = names_looked_at()
        self._scorer = ProfileScorer(profile)
        self._rules = MustFollow(profile.must_follow)
        self._cleans = bool(self._rules.fields & DERIVED.keys())
        if self._cleans:
            self._told({})  # what cleansing loads takes a second, which no request should wait for
        self._store, self._has_store = store, has_store
        self._needed = LEAST_OUTCOMES
        self._outcomes: int | None = None
        self._counted_at: datetime | None = None

    # Answering

    def as_of(self, attributes: Mapping[str, Any], now: datetime) -> datetime:  # noqa: ARG002
        """Now: a profile knows of no other moment."""
        return now

    def score(
        self, attributes: Mapping[str, Any], *, now: datetime, acts: "Acts | None" = None
    ) -> Score:
        """One lead's score."""
        told = self._told(attributes)
        return _on_day_one(self._scorer.score_one(told, as_of=now, acts=acts))

    def explain(
        self,
        attributes: Mapping[str, Any],
        *,
        top: int,
        locale: Locale,
        now: datetime,
        acts: "Acts | None" = None,
    ) -> Explanation:
        """One lead's score with every line that gave points."""
        found = self._scorer.explain(
            self._told(attributes), top=top, locale=locale, as_of=now, acts=acts
        )
        return replace(found, score=_on_day_one(found.score))

    def known(
        self, leads: "Mapping[str, Lead]", unit: "UnitOfWork | None", *, now: datetime
    ) -> Mapping[str, Known]:
        """Their fields, and what they did."""
        from pipelines.day_one import acts_of

        if not leads:
            return {}
        assert unit is not None
        acts = acts_of(unit, {lead.lead_id for lead in leads.values()}, now=now)
        return {
            asked: Known(
                lead.lead_id, {**lead.attributes, **lead.fields}, acts.get(lead.lead_id, {})
            )
            for asked, lead in leads.items()
        }

    # Whom to follow up

    def following(self, lead: Mapping[str, Any], locale: Locale) -> "Following | None":
        """The first rule by which a lead goes to sales at once."""
        return self._rules.of(self._told(lead) if self._cleans else lead, locale)

    def _told(self, attributes: Mapping[str, Any]) -> Mapping[str, Any]:
        from pipelines.day_one import known_of_inline

        return known_of_inline(attributes)

    # How far it is to a model

    def minimum(self, now: datetime) -> Minimum:
        """What was counted last; counted again, off this path, when that is a minute ago."""
        if self._is_due(now):
            self._counted_at = now
            if self._has_store():
                self._store.soon(self._count)
            else:
                self._outcomes = 0
        return Minimum(outcomes=self._outcomes, needed=self._needed)

    def _is_due(self, now: datetime) -> bool:
        at = self._counted_at
        return at is None or (now - at).total_seconds() >= COUNT_EVERY_SECONDS

    def _count(self, unit: "UnitOfWork") -> None:
        self._outcomes = unit.outcomes.converted()


class Fallback:
    """The day-one score, if there is a profile that can be used; else why there is none."""

    def __init__(
        self,
        reader: ProfileReader | None,
        *,
        name: str,
        store: StoreDesk,
        has_store: Callable[[], bool],
        clock: Clock,
    ) -> None:
        self.day_one: DayOne | None = None
        self.error: str | None = None
        self._clock = clock
        if reader is None:
            return
        try:
            self.day_one = DayOne(reader(), name=name, store=store, has_store=has_store)
        except LeadflowError as error:
            problems = [problem.detail for problem in getattr(error, "problems", ())]
            self.error = "; ".join([str(error), *problems])
            log.error("profile_unusable", why=self.error)  # noqa: TRY400

    def following(self, lead: Mapping[str, Any], locale: Locale) -> "Following | None":
        """The rule by which a lead goes to sales at once."""
        return None if self.day_one is None else self.day_one.following(lead, locale)

    def members(self, *, answers: bool) -> Members | None:
        """What /v1/status says of it; None when the service was started without a profile."""
        if self.day_one is None:
            if self.error is None:
                return None
            nothing = {"version": None, "answers": False, "outcomes": None, "needed": None}
            return {**nothing, "note": self.error}
        minimum = self.day_one.minimum(self._clock())
        return {
            "version": self.day_one.profile.version,
            "answers": answers,
            "outcomes": minimum.outcomes,
            "needed": minimum.needed,
            "note": minimum.sentence(answers=answers),
        }


def _on_day_one(score: Score) -> Score:
    return replace(score, warnings=(*score.warnings, DAY_ONE))
