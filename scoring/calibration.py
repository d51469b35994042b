"""The curve from raw margin to shown probability: knots joined by lines in log-odds.

However a calibrator learns (keeper, sigmoid, isotonic), what is served is this one monotone
curve. It only decides which probability is shown; leads are ranked by the margin. The path for
one lead and the path for an array do the same additions and multiplications in the same order,
so that their results agree to the last bit.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf, isfinite, log
from typing import Any, Self

import numpy as np

P_MIN = 1e-6
P_MAX = 1 - P_MIN
LOG_ODDS_MAX = log(P_MAX / P_MIN)
MARGIN_MAX = 1e6
SLOPE_MAX = 1e12

# Adding and taking away 1.5 * 2**12 rounds log-odds to multiples of 2**-40. Steps that large
# outweigh the last-bit error of any exp, so that the probability is monotone, not almost so.
_GRAIN = 6144.0

METHODS = ("keeper", "sigmoid", "isotonic", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A monotone curve through knots; the first and last slope go on beyond the ends.

    margins      strictly increasing raw margins, at least two
    log_odds     the shown log-odds at each, never falling
    method       what made it: one of METHODS
    kept_until   the newest label it has seen, an ISO date or a row number; None when unknown

    Raises ValueError when the knots do not make a monotone curve.
    """

    margins: tuple[float, ...]
    log_odds: tuple[float, ...]
    method: str
    kept_until: str | None = None
    _segments: "_Segments" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check_knots(self.margins, self.log_odds)
        if self.method not in METHODS:
            raise ValueError(f"method {self.method!r} is none of {', '.join(METHODS)}")
        object.__setattr__(self, "_segments", _Segments.between(self.margins, self.log_odds))

    @classmethod
    def identity(cls) -> Self:
        """The curve that shows the margin's own probability."""
        return cls.sigmoid(slope=1.0, intercept=0.0, method="none")

    @classmethod
    def sigmoid(
        cls,
        *,
        slope: float,
        intercept: float,
        method: str = "sigmoid",
        kept_until: str | None = None,
    ) -> Self:
        """Platt's map: log-odds = slope * margin + intercept, slope not negative."""
        margins = (-12.0, 12.0)
        return cls(
            margins=margins,
            log_odds=tuple(slope * margin + intercept for margin in margins),
            method=method,
            kept_until=kept_until,
        )

    @classmethod
    def isotonic(
        cls,
        margins: Sequence[float],
        probabilities: Sequence[float],
        *,
        kept_until: str | None = None,
    ) -> Self:
        """A curve through the points of an isotonic fit, flat beyond the first and the last."""
        ends = [float(margins[0]) - 1.0, *map(float, margins), float(margins[-1]) + 1.0]
        shown = [probabilities[0], *probabilities, probabilities[-1]]
        return cls.through(ends, shown, method="isotonic", kept_until=kept_until)

    @classmethod
    def through(
        cls,
        margins: Sequence[float],
        probabilities: Sequence[float],
        *,
        method: str,
        kept_until: str | None = None,
    ) -> Self:
        """A curve through (margin, probability) pairs; falls of rounding size are levelled."""
        p = np.clip(np.asarray(probabilities, dtype=np.float64), P_MIN, P_MAX)
        log_odds = np.log(p) - np.log1p(-p)
        levelled = np.maximum.accumulate(log_odds)
        if not np.allclose(levelled, log_odds, rtol=0, atol=1e-9):
            worst = int(np.argmax(levelled - log_odds))
            raise ValueError(f"the probability falls to {p[worst]} at margin {margins[worst]}")
        return cls(
            margins=tuple(float(margin) for margin in margins),
            log_odds=tuple(levelled.tolist()),
            method=method,
            kept_until=kept_until,
        )

    @classmethod
    def of_function(
        cls,
        function: Callable[[np.ndarray], np.ndarray],
        *,
        margins: Sequence[float],
        method: str,
        kept_until: str | None = None,
    ) -> Self:
        """The curve of any monotone function from margins to probabilities, kept at `margins`."""
        shown = function(np.asarray(margins, dtype=np.float64))
        return cls.through(margins, list(shown), method=method, kept_until=kept_until)

    def probability(self, margins: np.ndarray) -> np.ndarray:
        """Shown probabilities of an array of finite margins, same shape, within P_MIN..P_MAX."""
        at = self._segments
        where = np.searchsorted(at.knots_array, margins, side="right")
        z = at.bases_array[where] + at.slopes_array[where] * (margins - at.starts_array[where])
        z = np.minimum(z, at.ceilings_array[where])
        z = np.minimum(np.maximum(z, -LOG_ODDS_MAX), LOG_ODDS_MAX)
        p = 1.0 / (1.0 + np.exp(-((z + _GRAIN) - _GRAIN)))
        return np.asarray(np.minimum(np.maximum(p, P_MIN), P_MAX))

    def probability_one(self, margin: float) -> float:
        """The shown probability of one finite margin; equal to `probability` to the last bit."""
        at = self._segments
        i = bisect_right(at.knots, margin)
        z = at.bases[i] + at.slopes[i] * (margin - at.starts[i])
        z = min(z, at.ceilings[i])
        z = min(max(z, -LOG_ODDS_MAX), LOG_ODDS_MAX)
        # numpy's exp, because math.exp differs from it in the last bit on some machines
        p = 1.0 / (1.0 + float(np.exp(-((z + _GRAIN) - _GRAIN))))
        return min(max(p, P_MIN), P_MAX)

    def to_state(self) -> dict[str, Any]:
        """Everything needed to build it again, for JSON."""
        return {
            "method": self.method,
            "kept_until": self.kept_until,
            "margins": list(self.margins),
            "log_odds": list(self.log_odds),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """The curve `to_state` described. Raises ValueError, KeyError or TypeError if none."""
        return cls(
            margins=tuple(float(margin) for margin in state["margins"]),
            log_odds=tuple(float(value) for value in state["log_odds"]),
            method=state["method"],
            kept_until=state["kept_until"],
        )


@dataclass(frozen=True, slots=True)
class _Segments:
    """The straight pieces, indexed by how many knots are at or below the margin.

    Plain lists for one lead, arrays of the same numbers for many.
    """

    knots: list[float]
    starts: list[float]
    bases: list[float]
    slopes: list[float]
    ceilings: list[float]
    knots_array: np.ndarray
    starts_array: np.ndarray
    bases_array: np.ndarray
    slopes_array: np.ndarray
    ceilings_array: np.ndarray

    @classmethod
    def between(cls, margins: tuple[float, ...], log_odds: tuple[float, ...]) -> Self:
        inner = [
            (high - low) / (right - left)
            for (left, right), (low, high) in zip(
                pairwise(margins), pairwise(log_odds), strict=True
            )
        ]
        if max(inner) > SLOPE_MAX:
            raise ValueError(f"the curve rises by {max(inner):g} a unit: knots stand too close")
        lists = (
            list(margins),
            [margins[0], *margins],
            [log_odds[0], *log_odds],
            [inner[0], *inner, inner[-1]],
            # a line may overshoot the next knot by its rounding; then the curve would fall there
            [*log_odds, inf],
        )
        return cls(*lists, *(np.array(numbers, dtype=np.float64) for numbers in lists))


def _check_knots(margins: tuple[float, ...], log_odds: tuple[float, ...]) -> None:
    if len(margins) != len(log_odds) or len(margins) < 2:
        raise ValueError(
            f"{len(margins)} margins and {len(log_odds)} log-odds: a curve needs two or more pairs"
        )
    for name, numbers in (("margin", margins), ("log-odds", log_odds)):
        for number in numbers:
            if not isfinite(number) or abs(number) > MARGIN_MAX:
                raise ValueError(f"{name} {number} is not within -{MARGIN_MAX:g}..{MARGIN_MAX:g}")
    for left, right in pairwise(margins):
        if left >= right:
            raise ValueError(f"margins must rise from knot to knot: {right} follows {left}")
    for low, high in pairwise(log_odds):
        if low > high:
            raise ValueError(f"log-odds must never fall: {high} follows {low}")
