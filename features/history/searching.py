"""Finding acts: where a lead's begin and end, which lie before a moment, one row for each."""

import numpy as np

DAY = 86_400_000_000
"""In microseconds."""


def order_by(code: np.ndarray, instant: np.ndarray) -> np.ndarray:
    """How to sort by code, then by instant: by both in one number where one can hold them."""
    if not len(code):
        return np.empty(0, np.int64)
    earliest, most = int(instant.min()), int(code.max())
    span = int(instant.max()) - earliest + 1
    if int(code.min()) < 0 or (most + 1) * span > np.iinfo(np.int64).max:
        return np.lexsort((instant, code))
    return np.argsort(code.astype(np.int64) * span + (instant - earliest))


def bounds_of(sorted_codes: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(m,) first and end position of each code in a sorted column."""
    return (
        np.searchsorted(sorted_codes, codes, side="left"),
        np.searchsorted(sorted_codes, codes, side="right"),
    )


def lower_bound(
    values: np.ndarray, first: np.ndarray, end: np.ndarray, targets: np.ndarray
) -> np.ndarray:
    """(m,) the first position in [first, end) whose value is not below the target, else end.

    Within each of these stretches the values rise.
    """
    low, high = first.copy(), end.copy()
    while True:
        open_still = np.flatnonzero(low < high)
        if not len(open_still):
            return low
        middle = (low[open_still] + high[open_still]) // 2
        below = values[middle] < targets[open_still]
        low[open_still[below]] = middle[below] + 1
        high[open_still[~below]] = middle[~below]


def expanded(first: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(stretch, position) for every position of every stretch [first, end), in their order."""
    lengths = end - first
    stretch = np.repeat(np.arange(len(first)), lengths)
    offset = np.repeat(first - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    return stretch, np.arange(len(stretch)) + offset
