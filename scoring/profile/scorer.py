"""One lead's day-one score with its reasons: every line that gave points.

Points become log-odds by the profile's assumed rates. Base value is the log-odds at 0 points; each
line's contribution is its share of what the points add, so that base + reasons + other = margin.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from features.values import is_missing
from leads.conditions import compile_condition, fields_of
from leads.score import Direction, Explanation, Locale, Reason, Score
from scoring.profile import words
from scoring.profile.acts import Acts, acts_from_counts, capped, decayed
from scoring.profile.columns import READERS, known_by_field
from scoring.profile.records import FULL, HALF, Behaviour, FitLine, Profile

NO_HISTORY = "no_history"
"""The warning that nothing is known of what the lead did, which is not the same as nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """Points a line gave. `n` is how many acts, `latest` how many days ago the last one was."""

    line: FitLine | Behaviour
    points: float
    n: float = 0.0
    latest: float | None = None


class ProfileScorer:
    """Scores and explains leads by a profile; has what serving asks of a `Scorer`."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.curve = profile.probability.curve()
        self._fit = [(line, compile_condition(line.when, READERS)) for line in profile.fit]
        looked_at = [fields_of(line.when) for line in profile.fit]
        self.fields = tuple(sorted(frozenset().union(*looked_at)))

    def score_one(
        self,
        lead: Mapping[str, object],
        *,
        as_of: datetime | None = None,  # noqa: ARG002  acts come with their ages
        acts: Acts | None = None,
    ) -> Score:
        """One lead's score. `acts` is None when its history is not known, empty for none."""
        known = known_by_field(lead)
        return self._score(known, self._given(known, acts), acts)

    def points_one(self, lead: Mapping[str, object], *, acts: Acts | None = None) -> float:
        """Points before they are cut at 0 and 100."""
        return sum((given.points for given in self._given(known_by_field(lead), acts)), 0.0)

    def explain(
        self,
        lead: Mapping[str, object],
        *,
        top: int = 5,
        locale: Locale = Locale.EN,
        as_of: datetime | None = None,  # noqa: ARG002  acts come with their ages
        acts: Acts | None = None,
    ) -> Explanation:
        """One lead's score with the `top` lines that moved it most."""
        known = known_by_field(lead)
        given = self._given(known, acts)
        score = self._score(known, given, acts)
        base, slope = self._base_and_slope(given, score)
        order = sorted(given, key=lambda one: -abs(one.points))[:top]
        told = tuple(_reason(one, known, slope, locale) for one in order if one.points)
        rest = score.margin - base - sum(reason.contribution for reason in told)
        return Explanation(score=score, base_value=base, reasons=told, other=rest)

    def _score(self, known: Mapping[str, object], given: list[_Given], acts: Acts | None) -> Score:
        total = sum((one.points for one in given), 0.0)
        margin = self.profile.probability.margin(total)
        shown = self.curve.probability_one(margin)
        points = min(max(total, 0.0), FULL)
        return Score(
            p_convert=shown,
            times_average=shown / self.profile.probability.average,
            points=round(points),
            tier=self.profile.tier(points),
            margin=margin,
            imputed=tuple(name for name in self.fields if is_missing(known.get(name))),
            warnings=() if self._knows_behaviour(known, acts) else (NO_HISTORY,),
        )

    def _knows_behaviour(self, known: Mapping[str, object], acts: Acts | None) -> bool:
        if acts is not None or not self.profile.behaviour:
            return True
        headers = tuple(known)
        return any(
            acts_from_counts(line, headers, known.get) is not None
            for line in self.profile.behaviour
        )

    def _given(self, known: Mapping[str, object], acts: Acts | None) -> list[_Given]:
        """What each line gave, in the order of the file."""
        found = [_Given(line=line, points=line.points) for line, holds in self._fit if holds(known)]
        headers = tuple(known)
        for line in self.profile.behaviour:
            if acts is not None:
                of_kind = acts.get(line.kind, ())
                left = decayed(of_kind, half_life_days=line.half_life_days)
                n = sum(weight for _, weight in of_kind)
                latest = min((age for age, _ in of_kind), default=None)
                found.append(_Given(line=line, points=capped(line, left), n=n, latest=latest))
            elif (counted := acts_from_counts(line, headers, known.get)) is not None:
                left, n = counted
                found.append(_Given(line=line, points=capped(line, left), n=n))
        return found

    def _base_and_slope(self, given: list[_Given], score: Score) -> tuple[float, float]:
        """Log-odds at 0 points, and what a point adds on the way from there to the margin."""
        rates = self.profile.probability
        base = rates.margin(0.0)
        total = sum((one.points for one in given), 0.0)
        if abs(total) < 1e-9:  # no way to go; a point more would add this
            return base, (rates.margin(HALF) - base) / HALF
        return base, (score.margin - base) / total


def _reason(given: _Given, known: Mapping[str, object], slope: float, locale: Locale) -> Reason:
    line = given.line
    if isinstance(line, Behaviour):
        told = words.behaviour(line, given.points, n=given.n, latest=given.latest, locale=locale)
    else:
        told = words.fit(line, known, locale)
    return Reason(
        field=told.field,
        label=told.label,
        value=told.value,
        contribution=given.points * slope,
        direction=Direction.RAISES if given.points > 0 else Direction.LOWERS,
        text=told.text,
    )
