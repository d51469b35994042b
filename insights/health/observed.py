"""What model health is worked out from: plain arrays, whoever made them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insights.health.shift import Counts

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int64]
Moments = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """A field, or the score, when the model was made.

    counts    (k,) leads in each band
    missing   the band of leads without a value; None when there is none
    usual     index of the newest quarter of the training leads against those before: how much
              this field moves anyway (campaigns come and go); 0 where that is not known
    """

    name: str
    counts: Counts
    missing: int | None = None
    usual: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """Scored leads, one entry each, oldest first.

    moments      (n,) as of when each was scored, datetime64[us]; None when that is not known
    bands        (n, n_fields) band of each field
    score_bands  (n,) band of the score
    tiers        (n,) letters
    shown        (n,) probabilities
    calibrated   (n,) False where the day-one rules scored
    outcomes     (n,) 1 converted, 0 not, NaN not known yet
    known_at     (n,) when the outcome was or will be known, datetime64[us]; None without moments
    delays       (n,) days from the score to the conversion; NaN without one
    """

    moments: Moments | None
    bands: Codes
    score_bands: Codes
    tiers: NDArray[np.str_]
    shown: Floats
    calibrated: Flags
    outcomes: Floats
    known_at: Moments | None
    delays: Floats

    def __len__(self) -> int:
        return len(self.shown)

    @property
    def is_known(self) -> Flags:
        """(n,) whether the outcome is known."""
        return np.asarray(np.isfinite(self.outcomes))
