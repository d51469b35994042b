"""How far a distribution has moved, and whether that is more than chance.

The population stability index grows with bad luck as well: two samples of n and N leads of one
distribution over k bands have an expected index of about (k - 1)(1/n + 1/N), which among 100 leads
and ten bands is .09. So an index is only taken seriously beside a test that knows n and N.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

Counts = NDArray[np.int64]

FEWEST = 5.0
"""Expected leads from which on a band stands alone in the test (Cochran, 1954)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One distribution against another.

    psi      population stability index, in nats
    chance   what it would be on average if nothing had moved
    p        probability of so large a difference if nothing had moved (Pearson's chi-square)
    """

    psi: float
    chance: float
    p: float

    @property
    def excess(self) -> float:
        """The index beyond what chance alone makes."""
        return max(self.psi - self.chance, 0.0)


def shift_between(reference: Counts, current: Counts) -> Shift:
    """From (k,) counts of leads in bands then to those now.

    Raises ValueError when either has no leads or they have different bands.
    """
    n_then, n_now = _sizes(reference, current)
    used = (reference + current) > 0
    return Shift(
        psi=psi(reference, current),
        chance=float((used.sum() - 1) * (1 / n_then + 1 / n_now)),
        p=homogeneity(reference, current),
    )


def psi(reference: Counts, current: Counts) -> float:
    """Sum over bands of (now - then) log(now / then); an empty band counts as half a lead."""
    _sizes(reference, current)
    return float(terms(reference, current).sum())


def terms(reference: Counts, current: Counts) -> NDArray[np.float64]:
    """What each band adds to the index, shape (k,)."""
    then, now = _shares(reference), _shares(current)
    used = (reference + current) > 0
    return np.where(used, (now - then) * np.log(now / then), 0.0)


def homogeneity(reference: Counts, current: Counts) -> float:
    """P value of Pearson's chi-square that both samples are of one distribution.

    Bands in which either sample would have fewer than FEWEST leads are joined, the rarest first.
    """
    n_then, n_now = _sizes(reference, current)
    pooled = reference + current
    least = FEWEST * (n_then + n_now) / min(n_then, n_now)
    group = _joined(pooled, least=least)
    k = int(group.max()) + 1
    if k < 2:
        return 1.0
    both = np.array([np.bincount(group, weights=one, minlength=k) for one in (reference, current)])
    expected = both.sum(axis=0) * np.array([[n_then], [n_now]]) / (n_then + n_now)
    return float(chi2.sf(((both - expected) ** 2 / expected).sum(), k - 1))


def _joined(pooled: Counts, *, least: float) -> Counts:
    """The group of each band: groups hold at least `least` leads, or there is only one."""
    group = np.zeros(len(pooled), dtype=np.int64)
    held, number = 0, 0
    for band in np.argsort(pooled, kind="stable"):
        group[band] = number
        held += int(pooled[band])
        if held >= least:
            held, number = 0, number + 1
    if held:
        group[group == number] = max(number - 1, 0)
    return group


def _shares(counts: Counts) -> NDArray[np.float64]:
    return np.asarray(np.where(counts > 0, counts, 0.5) / counts.sum())


def _sizes(reference: Counts, current: Counts) -> tuple[int, int]:
    if reference.shape != current.shape:
        raise ValueError(f"bands differ: {reference.shape} then, {current.shape} now")
    n_then, n_now = int(reference.sum()), int(current.sum())
    if not n_then or not n_now:
        raise ValueError(f"{n_then} leads then and {n_now} now cannot be compared")
    return n_then, n_now
