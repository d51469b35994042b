"""When a lead converts, if it does so within the window: a hazard for each week.

Whether a lead converts is the model's business; those who did say when. So the chance of
converting within w weeks is the shown probability times the share of the first w weeks, and the
shares of all weeks add up to one. Hazards are those of converting in a week, of the leads that
are still to convert within the window: in the last week all that are left do.

    log-odds of a week's hazard = intercept + slope * (base + trees)

base is everybody's, the trees say how a lead differs from it (their last column is the week), and
slope and intercept were calibrated for each week on leads the trees had not seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Self

import lightgbm as lgb
import numpy as np

from features.encoder import safe_names
from leads.score import Locale, TimeToConvert
from scoring import wording

HALF = 0.5
MOST_WEEKS = 104
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Timing:
    """Hazards of the weeks of a window; one number for each week but the last.

    booster   None where the fields do not tell when, and all leads share the base

    Raises ValueError when the numbers do not make hazards.
    """

    base: tuple[float, ...]
    slope: tuple[float, ...]
    intercept: tuple[float, ...]
    booster: lgb.Booster | None

    def __post_init__(self) -> None:
        numbers = (*self.base, *self.slope, *self.intercept)
        if not 1 <= len(self.base) < MOST_WEEKS or len(numbers) != 3 * len(self.base):
            raise ValueError(f"a window has 2 to {MOST_WEEKS} weeks, with three numbers for each")
        if not all(map(isfinite, numbers)) or min(self.slope) <= 0:
            raise ValueError("hazards need finite numbers and slopes above 0")

    @classmethod
    def of_everybody(cls, base: Sequence[float] | np.ndarray) -> Self:
        """The same hazards for all leads."""
        n = len(base)
        found = tuple(float(log_odds) for log_odds in base)
        return cls(base=found, slope=(1.0,) * n, intercept=(0.0,) * n, booster=None)

    @property
    def weeks(self) -> int:
        """Whole weeks of the window."""
        return len(self.base) + 1

    def shares(self, rows: np.ndarray) -> np.ndarray:
        """The chance of each week given that the lead converts, shape (n_leads, weeks).

        rows   (n_leads, n_features) encoded leads
        """
        log_odds = np.array(self.slope) * (np.array(self.base) + self._trees(rows))
        hazard = 1 / (1 + np.exp(-(log_odds + np.array(self.intercept))))
        ones = np.ones((len(rows), 1))
        still = np.hstack([ones, np.cumprod(1 - hazard, axis=1)])
        return np.asarray(still * np.hstack([hazard, ones]))

    def of_lead(self, values: Sequence[float], *, locale: Locale) -> TimeToConvert:
        """When one encoded lead converts, if it does."""
        shares = self.shares(np.array([values]))
        (low,), (high,) = spans(shares)
        median = int(np.argmax(np.cumsum(shares[0]) >= HALF - _ROUNDING)) + 1
        return TimeToConvert(
            low_weeks=int(low),
            high_weeks=int(high),
            median_weeks=median,
            text=wording.weeks(int(low), int(high), locale),
        )

    def to_state(self) -> dict[str, Any]:
        """Everything but the trees, for JSON."""
        return {
            "base": list(self.base),
            "slope": list(self.slope),
            "intercept": list(self.intercept),
            "trees": self.booster is not None,
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any], booster: lgb.Booster | None) -> Self:
        """What `to_state` described. Raises ValueError, KeyError or TypeError if none."""
        if state["trees"] is not (booster is not None):
            raise ValueError("trees are told of that are not there, or the other way round")
        base, slope, intercept = (
            tuple(float(number) for number in state[name])
            for name in ("base", "slope", "intercept")
        )
        return cls(base=base, slope=slope, intercept=intercept, booster=booster)

    def _trees(self, rows: np.ndarray) -> np.ndarray:
        """(n_leads, weeks - 1) what the trees add."""
        n_weeks = len(self.base)
        if self.booster is None or not len(rows):
            return np.zeros((len(rows), n_weeks))
        weekly = with_weeks(rows, np.full(len(rows), n_weeks))
        added = self.booster.predict(weekly, raw_score=True, num_threads=1, validate_features=False)
        return np.asarray(added).reshape(len(rows), n_weeks)


def with_weeks(rows: np.ndarray, n_weeks: np.ndarray) -> np.ndarray:
    """Each row `n_weeks` times with the week 0, 1, ... as a last column."""
    starts = np.cumsum(n_weeks) - n_weeks
    week = np.arange(int(n_weeks.sum())) - np.repeat(starts, n_weeks)
    return np.column_stack([np.repeat(rows, n_weeks, axis=0), week])


def hazard_names(names: Sequence[str]) -> list[str]:
    """What the trees of hazards call their columns: the encoder's, and the week."""
    return safe_names([*names, "week"])


def spans(shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The shortest span of whole weeks that holds half of each lead's chance.

    First week and end, each (n_leads,): a span from 3 to 6 is the weeks 3, 4 and 5, counted from
    0. Of equally short ones the fullest, of equally full ones the first.
    """
    n, weeks = shares.shape
    until = np.hstack([np.zeros((n, 1)), np.cumsum(shares, axis=1)])
    low, high = np.zeros(n, dtype=int), np.full(n, weeks)
    open_still = np.ones(n, dtype=bool)
    for length in range(1, weeks + 1):
        held = until[:, length:] - until[:, :-length]
        start = (held >= held.max(axis=1, keepdims=True) - _ROUNDING).argmax(axis=1)
        found = open_still & (held.max(axis=1) >= HALF - _ROUNDING)
        low[found], high[found] = start[found], start[found] + length
        open_still &= ~found
    return low, high
