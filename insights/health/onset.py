"""Since when: the moment at which a stream of yes and no most likely changed."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

FEWEST = 10
"""Leads on either side without which no change is placed."""


def change_point(marked: NDArray[np.bool_]) -> int | None:
    """Position of the first lead after the likeliest single change of the rate in (n,) leads in
    time order; None when there are too few. Maximum likelihood (Hinkley, 1970).
    """
    n = len(marked)
    if n < 2 * FEWEST:
        return None
    before = np.arange(FEWEST, n - FEWEST + 1)
    hits = np.cumsum(marked, dtype=np.int64)[before - 1]
    gain = _log_likelihood(hits, before) + _log_likelihood(int(marked.sum()) - hits, n - before)
    return int(before[int(np.argmax(gain))])


def _log_likelihood(hits: NDArray[np.int64], n: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(xlogy(hits, hits / n) + xlogy(n - hits, 1 - hits / n))
