"""Fit and engagement: how much of a margin comes from who a lead is and from what it does.

The contributions of the fields of each side, summed: base value + fit + engagement = margin. A
lead is graded by the rank of each part among the reference leads, at the same top shares as the
tiers: fit A to D, engagement 1 to 4. Of whom nothing is known on a side has no grade there, which
is not the same as the worst.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isnan
from typing import Any, Self

import numpy as np

from features.encoder import Encoder
from features.schema import Side
from leads.score import Parts

FIT = ("D", "C", "B", "A")
ENGAGEMENT = (4, 3, 2, 1)
FEWEST = 50
"""Reference leads of whom something is known on a side, for a rank among them to mean anything."""

Cuts = tuple[float, float, float]
"""Log-odds from which the best grade, the second and the third begin, falling; infinite where
nobody is that good, because too many share the highest value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartCuts:
    """Where the grades of both parts begin; None for a part that tells nobody apart.

    Raises ValueError when cuts rise.
    """

    fit: Cuts | None
    engagement: Cuts | None

    def __post_init__(self) -> None:
        for cuts in (self.fit, self.engagement):
            if cuts is not None and any(isnan(a) or not a >= b for a, b in pairwise(cuts)):
                raise ValueError(f"cuts of a part must fall, not {cuts}")

    def to_state(self) -> dict[str, Any]:
        """Everything needed to build it again, for JSON."""
        return {"fit": _state_of(self.fit), "engagement": _state_of(self.engagement)}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """The cuts `to_state` described. Raises ValueError, KeyError or TypeError if none."""
        return cls(fit=_cuts_of(state["fit"]), engagement=_cuts_of(state["engagement"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Grades:
    """Fit and engagement of a table's leads, each of shape (n_leads,), in the table's order.

    fit, engagement                       grades as objects: letters and whole numbers, or None
    fit_log_odds, engagement_log_odds     what each part adds to the margin
    """

    fit: np.ndarray
    engagement: np.ndarray
    fit_log_odds: np.ndarray
    engagement_log_odds: np.ndarray


class Grader:
    """Takes margins apart and grades the parts, for one lead and for many alike."""

    def __init__(self, encoder: Encoder, cuts: PartCuts) -> None:
        self._cuts = cuts
        self._encoder = encoder
        self._at = {side: features_of(encoder, side) for side in Side}
        self._names = {
            side: frozenset(field.name for field in encoder.fields if field.side is side)
            for side in Side
        }

    def parts(self, contributions: Sequence[float]) -> Parts:
        """The parts of one lead, from what its columns add."""
        return Parts(
            fit=_sum(contributions, self._at[Side.FIT]),
            engagement=_sum(contributions, self._at[Side.ENGAGEMENT]),
        )

    def grade(self, parts: Parts, imputed: tuple[str, ...]) -> tuple[str | None, int | None]:
        """Fit and engagement of one lead; `imputed` names its fields that are missing."""
        fit = engagement = None
        if self._cuts.fit is not None and not self._names[Side.FIT].issubset(imputed):
            fit = FIT[_rank(parts.fit, self._cuts.fit)]
        if self._cuts.engagement is not None and not self._names[Side.ENGAGEMENT].issubset(imputed):
            engagement = ENGAGEMENT[_rank(parts.engagement, self._cuts.engagement)]
        return fit, engagement

    def grades(self, rows: np.ndarray, contributions: np.ndarray) -> Grades:
        """Those of many leads: encoded rows, and contributions of (n_leads, n_features + 1)."""
        fit, engagement = (parts_of(contributions, self._at[side]) for side in Side)
        known = {side: is_known(self._encoder, rows, side) for side in Side}
        return Grades(
            fit=_graded(fit, self._cuts.fit, FIT, known[Side.FIT]),
            engagement=_graded(
                engagement, self._cuts.engagement, ENGAGEMENT, known[Side.ENGAGEMENT]
            ),
            fit_log_odds=fit,
            engagement_log_odds=engagement,
        )


def part_cuts(
    encoder: Encoder, rows: np.ndarray, contributions: np.ndarray, *, shares: Sequence[float]
) -> PartCuts:
    """The cuts that grade these leads at the top `shares`, three of them, rising.

    rows            (n_leads, n_features) the reference leads, encoded
    contributions   (n_leads, n_features + 1) what their columns add
    """
    found = {}
    for side in Side:
        part = parts_of(contributions, features_of(encoder, side))
        found[side] = _cuts_at(part[is_known(encoder, rows, side)], shares)
    return PartCuts(fit=found[Side.FIT], engagement=found[Side.ENGAGEMENT])


def features_of(encoder: Encoder, side: Side) -> list[int]:
    """The columns of the encoder that are made from fields of that side."""
    of_feature = encoder.field_of_feature
    return [at for at, i in enumerate(of_feature) if encoder.fields[i].side is side]


def parts_of(contributions: np.ndarray, at: Sequence[int]) -> np.ndarray:
    """(n_leads,) what the columns `at` add together."""
    return np.asarray(_sum(contributions.T, at) + np.zeros(len(contributions)))


def is_known(encoder: Encoder, rows: np.ndarray, side: Side) -> np.ndarray:
    """(n_leads,) whether anything of that side is known of a lead."""
    at = features_of(encoder, side)
    return np.asarray((~encoder.is_imputed(rows)[:, at]).any(axis=1))


def _sum(columns: Any, at: Sequence[int]) -> Any:  # Any: floats, or arrays of them
    """One after the other, so that one lead and many agree to the last bit."""
    total = 0.0
    for i in at:
        total = total + columns[i]
    return total


def _rank(part: float, cuts: Cuts) -> int:
    """How many of the cuts a part reaches."""
    best, second, third = cuts
    return (part >= third) + (part >= second) + (part >= best)


def _graded(
    part: np.ndarray, cuts: Cuts | None, grades: Sequence[object], known: np.ndarray
) -> np.ndarray:
    if cuts is None:
        return np.full(len(part), None, dtype=object)
    rank = (part[:, None] >= np.array(cuts)).sum(axis=1)
    return np.asarray(np.where(known, np.array(grades, dtype=object)[rank], None))


def _cuts_at(part: np.ndarray, shares: Sequence[float]) -> Cuts | None:
    """The lowest value whose middle rank among all lies within each top share."""
    distinct, counts = np.unique(part, return_counts=True)
    if len(part) < FEWEST or len(distinct) < 2:
        return None
    rank = (np.cumsum(counts) - counts / 2) / len(part)
    best, second, third = (
        next(iter(distinct[rank >= 1 - share].tolist()), inf) for share in shares
    )
    return best, second, third


def _state_of(cuts: Cuts | None) -> list[float | None] | None:
    return None if cuts is None else [None if cut == inf else cut for cut in cuts]


def _cuts_of(state: Any) -> Cuts | None:  # Any: a file's JSON
    if state is None:
        return None
    best, second, third = (inf if cut is None else float(cut) for cut in state)
    return best, second, third
