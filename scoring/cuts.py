"""Where to cut a number into bands that people would have chosen.

Values that many leads share stand alone (zero above all); the rest is cut near its quantiles, at
the roundest number there is; bands with too few leads join a neighbour.
"""

from collections.abc import Sequence
from math import ceil, floor, inf, log10, nextafter

import numpy as np

MIN_LEADS = 30
"""Fewest leads whose conversion rate is worth a sentence."""

MAX_BANDS = 8
FREQUENT = 1 / 8
"""Share of the leads from which on a value stands alone."""

FREQUENT_ZERO = 1 / 20
_ROUNDING = 0.03
"""How far, in share of the leads, a cut may move from its quantile to a rounder number."""

AGE_CUTS = (0.0, 7.0, 30.0, 90.0, 180.0, 365.0, 730.0, 1825.0, 3650.0, 7300.0)
"""Customary ages, in days."""

COMPANY_SIZE_CUTS = (10.0, 50.0, 200.0, 500.0, 1000.0, 5000.0)
"""Customary size classes of companies, in people."""


def number_cuts(values: np.ndarray, *, whole: bool) -> list[float]:
    """Rising cuts of a number's known values: band i holds cuts[i-1] <= value < cuts[i]."""
    if not len(values):
        return []
    alone = _values_alone(values, whole=whole)
    rest = np.sort(values[~np.isin(values, alone)])
    cuts = set(_quantile_cuts(rest, len(values), whole=whole))
    fixed = set()
    for value in alone:
        fixed |= {value, value + 1 if whole else nextafter(value, inf)}
    inside = {cut for cut in cuts if any(value < cut < value + whole for value in alone)}
    return _merge(sorted((cuts - inside) | fixed), values, keep=fixed)


def merged(cuts: Sequence[float], values: np.ndarray) -> list[float]:
    """Customary cuts, without those that would leave a band of too few leads."""
    return _merge(list(cuts), values, keep=set())


def roundest(low: float, high: float, *, whole: bool) -> float:
    """The number in low..high with the fewest digits.

    >>> roundest(1183, 1302, whole=True)
    1200.0
    >>> roundest(0.1284, 0.1312, whole=False)
    0.13
    """
    if low <= 0 <= high:
        return 0.0
    exponent = floor(log10(max(abs(low), abs(high))))
    for power in range(exponent, exponent - 17, -1):
        for factor in (1, 0.5, 0.2):
            step = factor * 10.0**power
            if whole and step < 1:
                return float(ceil(low))
            candidate = ceil(low / step) * step
            if low <= candidate <= high:
                return float(round(candidate, max(0, 1 - power)))
    return high


def _values_alone(values: np.ndarray, *, whole: bool) -> list[float]:
    distinct, counts = np.unique(values, return_counts=True)
    few = whole and len(distinct) <= MAX_BANDS
    least = max(MIN_LEADS, 0 if few else FREQUENT * len(values))
    least_zero = max(MIN_LEADS, FREQUENT_ZERO * len(values))
    alone = (counts >= least) | ((distinct == 0) & (counts >= least_zero))
    return [float(value) for value in distinct[alone]]


def _quantile_cuts(rest: np.ndarray, n_all: int, *, whole: bool) -> list[float]:
    n_bands = int(len(rest) // max(2 * MIN_LEADS, n_all / MAX_BANDS))
    cuts = []
    for k in range(1, n_bands):
        near = [k / n_bands - _ROUNDING, k / n_bands + _ROUNDING]
        low, high = np.quantile(rest, near, method="nearest")
        cuts.append(roundest(float(low), float(high), whole=whole))
    return cuts


def _merge(cuts: list[float], values: np.ndarray, *, keep: set[float]) -> list[float]:
    """Drop the cut beside the smallest band until every band that can grow has enough leads."""
    ordered = np.sort(values)
    while cuts:
        edges = np.concatenate([[0], np.searchsorted(ordered, cuts), [len(ordered)]])
        counts = np.diff(edges)
        small = [i for i in np.argsort(counts, kind="stable") if counts[i] < MIN_LEADS]
        gone = next((cut for i in small if (cut := _cut_beside(cuts, counts, int(i), keep))), None)
        if gone is None:
            return cuts
        cuts = [cut for cut in cuts if cut is not gone]
    return cuts


def _cut_beside(cuts: list[float], counts: np.ndarray, band: int, keep: set[float]) -> float | None:
    """The cut to drop so that `band` joins its smaller neighbour; None when both must stay."""
    sides = []
    if band > 0 and cuts[band - 1] not in keep:
        sides.append((counts[band - 1], cuts[band - 1]))
    if band < len(cuts) and cuts[band] not in keep:
        sides.append((counts[band + 1], cuts[band]))
    return min(sides)[1] if sides else None
