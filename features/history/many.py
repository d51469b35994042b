"""The history features of many (lead, moment) pairs at once.

An act is seen at a moment when it occurred before it and was known by then; a window of d days is
[moment - d days, moment). All weights are multiples of a small step, so every sum is exact and no
order of adding matters: a lead alone gives the same bits as among a hundred thousand others.
What follows from the sums is made of + - * / only, which have one right answer.
"""

from collections.abc import Iterator

import numpy as np

from features.history import catalogue
from features.history.accounts import colleagues
from features.history.acts import Acts
from features.history.own import Columns, Seen, of_own_acts
from features.history.searching import DAY, bounds_of, expanded, lower_bound

MOST_ROWS = 1_000_000
"""Acts of all pairs together that are looked at in one piece; memory does not grow beyond it."""


def history_of(
    acts: Acts,
    *,
    leads: np.ndarray,
    as_of: np.ndarray,
    created: np.ndarray,
    accounts: np.ndarray,
) -> Columns:
    """The features of m pairs by name, each column of length m, in the catalogue's order.

    leads      (m,) places of the leads
    as_of      (m,) int64 microseconds since 1970
    created    (m,) likewise, when each pair's lead came to be
    accounts   (n_leads,) int64 codes of companies, -1 for none
    """
    parts = [
        of_own_acts(_seen(acts, leads[piece], as_of[piece], bounds))
        for piece, bounds in _pieces(acts, leads, as_of)
    ]
    names = (
        list(parts[0]) if parts else list(of_own_acts(_seen(acts, leads, as_of, (leads, leads))))
    )
    columns = {
        name: np.concatenate([part[name] for part in parts]) if parts else np.empty(0)
        for name in names
    }
    columns["days_since_created"] = np.maximum((as_of - created) // DAY, 0).astype(float)
    columns |= colleagues(acts, leads=leads, as_of=as_of, accounts=accounts)
    return _readable(columns)


def _readable(columns: Columns) -> Columns:
    """In the catalogue's order, numbers to the hundredth: nobody reads 2.3712384 visits."""
    names = [feature.name for feature in catalogue.HISTORY if columns[feature.name].dtype != object]
    numbers = np.stack([columns.pop(name) for name in names])
    np.rint(np.multiply(numbers, 100, out=numbers), out=numbers)
    columns |= dict(zip(names, np.divide(numbers, 100, out=numbers), strict=True))
    return {feature.name: columns[feature.name] for feature in catalogue.HISTORY}


def _pieces(
    acts: Acts, leads: np.ndarray, as_of: np.ndarray
) -> Iterator[tuple[slice, tuple[np.ndarray, np.ndarray]]]:
    """Runs of pairs with not too many acts together, and where the acts of each begin and end."""
    first, end = bounds_of(acts.who, leads)
    last = lower_bound(acts.occurred, first, end, as_of)
    total = np.cumsum(last - first)
    start = 0
    while start < len(leads):
        before = total[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(total, before + MOST_ROWS, side="right")))
        yield slice(start, stop), (first[start:stop], last[start:stop])
        start = stop


def _seen(
    acts: Acts, leads: np.ndarray, as_of: np.ndarray, bounds: tuple[np.ndarray, np.ndarray]
) -> Seen:
    pair, row = expanded(*bounds)
    in_time = acts.known[row] <= as_of[pair]
    if not in_time.all():
        pair, row = pair[in_time], row[in_time]
    return Seen(
        n_pairs=len(leads),
        pair=pair,
        kind=acts.kind[row].astype(np.int64),
        age=as_of[pair] - acts.occurred[row],
        weight=acts.weight_at(row, as_of[pair]),
        campaign=acts.campaign[row],
        seconds=acts.seconds[row],
        rating=acts.rating[row],
    )
