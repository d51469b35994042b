"""What a profile says, typed and checked."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from leads.conditions import Condition
from leads.score import Locale, Tier
from scoring.calibration import Curve

Text = Mapping[Locale, str]
HALF, FULL = 50.0, 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FitLine:
    """Points for who a lead is. `text` is said in place of the condition's own words."""

    name: str
    when: Condition
    points: float
    text: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """Points for each act of a kind, of which half is left after `half_life_days`.

    cap    the most all acts of the kind make together, without sign
    """

    kind: str
    points: float
    cap: float
    half_life_days: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MustFollowLine:
    """Who goes to sales at once, whatever the score says."""

    name: str
    when: Condition
    text: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probability:
    """Assumed conversion rates, 0..1: of all leads, and at 0, 50 and 100 points. They rise."""

    average: float
    at_0: float
    at_50: float
    at_100: float

    def margin(self, points: float) -> float:
        """Log-odds at any number of points; the lines go on below 0 and above 100, to rank by."""
        low, middle, high = self._log_odds
        if points < HALF:
            return low + points * ((middle - low) / HALF)
        return middle + (points - HALF) * ((high - middle) / HALF)

    def margins(self, points: np.ndarray) -> np.ndarray:
        """Log-odds of (n,) points, equal to `margin` to the last bit."""
        low, middle, high = self._log_odds
        first = low + points * ((middle - low) / HALF)
        second = middle + (points - HALF) * ((high - middle) / HALF)
        return np.where(points < HALF, first, second)

    def curve(self) -> Curve:
        """What is shown for a margin: never below the rate at 0 points or above that at 100."""
        low, middle, high = self._log_odds
        return Curve(
            margins=(low - 1, low, middle, high, high + 1),
            log_odds=(low, low, middle, high, high),
            method="none",
        )

    @property
    def _log_odds(self) -> tuple[float, float, float]:
        rates = (self.at_0, self.at_50, self.at_100)
        low, middle, high = (math.log(rate / (1 - rate)) for rate in rates)
        return low, middle, high


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """An ideal customer profile.

    tiers     the fewest points of tiers A, B and C
    digest    of the file's bytes; its first eight digits name the version
    """

    title: Text
    fit: tuple[FitLine, ...]
    behaviour: tuple[Behaviour, ...]
    must_follow: tuple[MustFollowLine, ...]
    probability: Probability
    tiers: tuple[float, float, float]
    digest: str

    @property
    def version(self) -> str:
        """How answers name it."""
        return f"profile-{self.digest[:8]}"

    def tier(self, points: float) -> Tier:
        """The tier of a number of points."""
        letters = (Tier.A, Tier.B, Tier.C)
        for letter, least in zip(letters, self.tiers, strict=True):
            if points >= least:
                return letter
        return Tier.D
