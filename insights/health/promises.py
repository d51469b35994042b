"""Whether what was shown comes true: calibration in the large, and watched as labels mature.

Two looks at the same outcomes:

* the newest month alone: conversions against the sum of shown probabilities, beyond a margin;
* all of them in order: a risk-adjusted cumulative sum (Steiner, Cook, Farewell and Treasure, 2000)
  of the log-likelihood of odds R times those shown, against those shown. It rises with every
  conversion that was not expected, falls with every one that was missing, and never below 0.

Both overlook a model that is a little off for ever: a tenth in the first, about a fifth (the
geometric mean of 1 and R) in the second. That is for calibration to mend, not for an alarm.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class InTheLarge:
    """Conversions against what was shown.

    n, converted   leads whose outcome is known, and how many converted
    expected       sum of their shown probabilities
    z              (converted - expected) in standard deviations of the latter
    """

    n: int
    converted: int
    expected: float
    z: float

    @property
    def ratio(self) -> float:
        """Conversions for each that was promised; NaN when none was."""
        return self.converted / self.expected if self.expected else float("nan")

    @property
    def deviation(self) -> float:
        """The standard deviation of the conversions if what was shown is true."""
        return (self.converted - self.expected) / self.z if self.z else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """The cumulative sum on one side.

    odds     the alternative: true odds are this many times those shown
    reached  (n,) the sum after each lead
    began    position of the first lead of the present rise
    """

    odds: float
    reached: Floats
    began: int

    @property
    def now(self) -> float:
        """Where it stands; 0 without leads."""
        return float(self.reached[-1]) if len(self.reached) else 0.0


def in_the_large(shown: Floats, converted: Floats) -> InTheLarge:
    """Of (n,) shown probabilities and (n,) outcomes 0 or 1."""
    expected = float(shown.sum())
    spread = float(np.sqrt((shown * (1 - shown)).sum()))
    happened = int(converted.sum())
    z = (happened - expected) / spread if spread else 0.0
    return InTheLarge(n=len(shown), converted=happened, expected=expected, z=z)


def p_beyond(shown: Floats, converted: Floats, *, margin: float) -> float:
    """Probability of so few or so many conversions if the truth were within a factor of
    1 - margin .. 1 + margin of what was shown; 1 inside it. One-sided, as only one side is near.
    """
    expected, happened = float(shown.sum()), float(converted.sum())
    nearest = float(np.clip(happened, (1 - margin) * expected, (1 + margin) * expected))
    spread = float(np.sqrt((shown * (1 - shown)).sum()))
    if happened == nearest or not spread:
        return 1.0
    return float(norm.sf(abs(happened - nearest) / spread))


def watch(shown: Floats, converted: Floats, *, odds: float) -> Watch:
    """The cumulative sum over (n,) leads in the order in which their outcomes became known."""
    steps = np.where(converted == 1, np.log(odds), 0.0) - np.log1p((odds - 1) * shown)
    total = np.concatenate([[0.0], np.cumsum(steps)])
    lowest = np.minimum.accumulate(total)
    began = int(np.flatnonzero(total == lowest[-1])[-1])
    return Watch(odds=odds, reached=(total - lowest)[1:], began=began)
