"""What the other people of the same company did lately."""

from collections.abc import Iterator

import numpy as np

from features.history import catalogue
from features.history.acts import KINDS, Acts
from features.history.searching import DAY, bounds_of, expanded, lower_bound, order_by

WINDOW = 30 * DAY
MOST_ROWS = 1_000_000
_HUMAN = 0.5


def colleagues(
    acts: Acts, *, leads: np.ndarray, as_of: np.ndarray, accounts: np.ndarray
) -> dict[str, np.ndarray]:
    """Of each pair: colleagues active in 30 days, their acts, their pricing visits.

    NaN where the company is not known. Arguments as for `history_of`.
    """
    own = accounts[leads] if len(leads) else np.empty(0, np.int64)
    n = len(leads)
    active, done, pricing = np.zeros(n), np.zeros(n), np.zeros(n)
    of_person = np.zeros(len(KINDS), dtype=bool)
    of_person[catalogue.codes_of("activity")] = True
    asked = np.zeros(int(accounts.max(initial=-1)) + 2, dtype=bool)
    asked[own] = np.bincount(accounts + 1)[own + 1] > 1  # alone in a company: no colleagues
    asked[-1] = False  # the place of -1
    rows = np.flatnonzero(of_person[acts.kind] & asked[accounts[acts.who]])
    if len(rows):
        code = accounts[acts.who[rows]]
        order = order_by(code, acts.occurred[rows])
        rows, code = rows[order], code[order]
        is_pricing = np.isin(acts.kind[rows], catalogue.codes_of("pricing_visits"))
        for piece, first, end in _pieces(code, acts.occurred[rows], own, as_of):
            pair, at = expanded(first, end)
            others = acts.who[rows[at]] != leads[piece][pair]
            seen = others & (acts.known[rows[at]] <= as_of[piece][pair])
            pair, at = pair[seen], at[seen]
            weight = acts.weight_at(rows[at], as_of[piece][pair])
            size = len(first)
            done[piece] = np.bincount(pair, weight, minlength=size)
            chosen = is_pricing[at]
            pricing[piece] = np.bincount(pair[chosen], weight[chosen], minlength=size)
            active[piece] = _people(pair, acts.who[rows[at]], weight, size=size)
    unknown = own < 0
    columns = {
        "colleagues_active_30d": active,
        "colleague_activity_30d": done,
        "colleague_pricing_visits_30d": pricing,
    }
    return {name: np.where(unknown, np.nan, column) for name, column in columns.items()}


def _pieces(
    code: np.ndarray, occurred: np.ndarray, own: np.ndarray, as_of: np.ndarray
) -> Iterator[tuple[slice, np.ndarray, np.ndarray]]:
    """Runs of pairs, and where the acts of each one's company in the window begin and end."""
    begin, end = bounds_of(code, own)
    begin = np.where(own < 0, end, begin)
    first = lower_bound(occurred, begin, end, as_of - WINDOW)
    last = lower_bound(occurred, begin, end, as_of)
    total = np.cumsum(last - first)
    start = 0
    while start < len(own):
        before = total[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(total, before + MOST_ROWS, side="right")))
        yield slice(start, stop), first[start:stop], last[start:stop]
        start = stop


def _people(pair: np.ndarray, who: np.ndarray, weight: np.ndarray, *, size: int) -> np.ndarray:
    """How many different people there are behind the human acts of each pair."""
    human = weight >= _HUMAN
    n_people = int(who.max(initial=0)) + 1
    couples = np.unique(pair[human] * n_people + who[human])
    return np.bincount(couples // n_people, minlength=size).astype(float)
