"""The history features of many (lead, moment) pairs at once.

An act is seen at a moment when it occurred before it and was known by then; a window of d days is
[moment - d days, moment). All weights are multiples of a small step, so every sum is exact and no
order of adding matters: a lead alone gives the same bits as among a hundred thousand others.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from features.history import catalogue
from features.history.accounts import colleagues
from features.history.acts import CAMPAIGN_KINDS, KINDS, NO_CAMPAIGN, Acts
from features.history.searching import DAY, bounds_of, expanded, lower_bound

Columns = dict[str, np.ndarray]
"""By the names of the catalogue; numbers float64 with NaN, categories object with None."""

MOST_ROWS = 1_000_000
"""Acts of all pairs together that are looked at in one piece; memory does not grow beyond it."""

_EDGES = np.array([1, 7, 28, 30, 90]) * DAY
_N_AGES = len(_EDGES) + 1
_AGE_OF = {days: place for place, days in enumerate((1, 7, 28, 30, 90))}
_FINE = 2.0**30
_HUMAN = 0.5
"""From this weight on an act makes its day an active one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """The acts that the pairs of one piece see, by pair and rising time.

    pair   which pair sees it
    age    microseconds before the pair's moment, above 0
    """

    n_pairs: int
    pair: np.ndarray
    kind: np.ndarray
    age: np.ndarray
    weight: np.ndarray
    campaign: np.ndarray
    seconds: np.ndarray
    rating: np.ndarray

    def last_of(self, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(pairs, rows): the newest chosen act of each pair that has any."""
        rows = np.flatnonzero(chosen)
        of = self.pair[rows]
        ends = np.flatnonzero(np.append(of[1:] != of[:-1], True)) if len(rows) else rows
        return of[ends], rows[ends]

    def first_of(self, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(pairs, rows): the oldest one."""
        rows = np.flatnonzero(chosen)
        of = self.pair[rows]
        starts = np.flatnonzero(np.insert(of[1:] != of[:-1], 0, True)) if len(rows) else rows
        return of[starts], rows[starts]


def history_of(
    acts: Acts,
    *,
    leads: np.ndarray,
    as_of: np.ndarray,
    created: np.ndarray,
    accounts: np.ndarray,
) -> Columns:
    """The features of m pairs, each column of length m.

    leads      (m,) places of the leads
    as_of      (m,) int64 microseconds since 1970
    created    (m,) likewise, when each pair's lead came to be
    accounts   (n_leads,) int64 codes of companies, -1 for none
    """
    parts = [
        _own(_seen(acts, leads[piece], as_of[piece], bounds))
        for piece, bounds in _pieces(acts, leads, as_of)
    ]
    names = list(parts[0]) if parts else list(_own(_seen(acts, leads, as_of, (leads, leads))))
    columns = {
        name: np.concatenate([part[name] for part in parts]) if parts else np.empty(0)
        for name in names
    }
    columns["days_since_created"] = (as_of - created) / DAY
    columns |= colleagues(acts, leads=leads, as_of=as_of, accounts=accounts)
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
) -> _Seen:
    pair, row = expanded(*bounds)
    in_time = acts.known[row] <= as_of[pair]
    if not in_time.all():
        pair, row = pair[in_time], row[in_time]
    return _Seen(
        n_pairs=len(leads),
        pair=pair,
        kind=acts.kind[row].astype(np.int64),
        age=as_of[pair] - acts.occurred[row],
        weight=acts.weight[row],
        campaign=acts.campaign[row],
        seconds=acts.seconds[row],
        rating=acts.rating[row],
    )


def _own(seen: _Seen) -> Columns:
    """Everything that follows from the lead's own acts."""
    ages = np.searchsorted(_EDGES, seen.age)  # an act exactly d days ago is within d days
    counts = _by_kind_and_age(seen, ages, seen.weight)
    within = counts.cumsum(axis=2)
    columns: Columns = {}
    for group, windows in catalogue.COUNTED.items():
        codes = catalogue.codes_of(group)
        for days in windows:
            columns[f"{group}_{days}d"] = within[:, codes, _AGE_OF[days]].sum(axis=1)
    return columns | _days(seen) | _fading(seen) | _since(seen) | _response(seen, within)


def _by_kind_and_age(seen: _Seen, ages: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(pairs, kinds, ages) sums of weights."""
    n_kinds = len(KINDS)
    cell = (seen.pair * n_kinds + seen.kind) * _N_AGES + ages
    sums = np.bincount(cell, weights, minlength=seen.n_pairs * n_kinds * _N_AGES)
    return sums.reshape(seen.n_pairs, n_kinds, _N_AGES)


def _days(seen: _Seen) -> Columns:
    """Distinct days with an act of the person's own, counted back from the moment."""
    rows = np.flatnonzero(_is_of(seen, "activity") & (seen.weight >= _HUMAN))
    pair, day = seen.pair[rows], (seen.age[rows] - 1) // DAY
    new = np.ones(len(rows), dtype=bool)
    new[1:] = (pair[1:] != pair[:-1]) | (day[1:] != day[:-1])
    pair, day = pair[new], day[new]
    return {
        f"active_days_{days}d": np.bincount(pair[day < days], minlength=seen.n_pairs).astype(float)
        for days in catalogue.ACTIVE_DAYS
    }


def _fading(seen: _Seen) -> Columns:
    """Acts that count half as much each half-life."""
    columns: Columns = {}
    n_kinds = len(KINDS)
    cell = seen.pair * n_kinds + seen.kind
    for days in catalogue.HALF_LIVES:
        faded = np.rint(seen.weight * np.exp2(-seen.age / (days * DAY)) * _FINE) / _FINE
        sums = np.bincount(cell, faded, minlength=seen.n_pairs * n_kinds)
        by_kind = sums.reshape(seen.n_pairs, n_kinds)
        for group in catalogue.FADING:
            codes = catalogue.codes_of(group)
            columns[f"recent_{group}_{days}d"] = by_kind[:, codes].sum(axis=1)
    return columns


def _since(seen: _Seen) -> Columns:
    columns: Columns = {}
    for name, group in catalogue.SINCE.items():
        pairs, rows = seen.last_of(_is_of(seen, group) & (seen.weight >= _HUMAN))
        columns[name] = _put(seen.n_pairs, pairs, seen.age[rows] / DAY)
    pairs, rows = seen.first_of(_is_of(seen, "activity"))
    columns["days_since_first_activity"] = _put(seen.n_pairs, pairs, seen.age[rows] / DAY)
    pairs, rows = seen.last_of(~np.isnan(seen.rating))
    columns["last_rating"] = _put(seen.n_pairs, pairs, seen.rating[rows])
    has_campaign = seen.campaign != NO_CAMPAIGN
    for name, found in (
        ("first_campaign_kind", seen.first_of(has_campaign)),
        ("last_campaign_kind", seen.last_of(has_campaign)),
    ):
        words = np.full(seen.n_pairs, None, dtype=object)
        words[found[0]] = np.array(CAMPAIGN_KINDS, dtype=object)[seen.campaign[found[1]]]
        columns[name] = words
    return columns


def _response(seen: _Seen, within: np.ndarray) -> Columns:
    """What is made of several counts."""
    quarter = _AGE_OF[90]

    def counted(group: str, age: int) -> np.ndarray:
        return np.asarray(within[:, catalogue.codes_of(group), age].sum(axis=1))

    sent = counted("emails_sent", quarter)
    opened, clicked = counted("email_opens", quarter), counted("email_clicks", quarter)
    week, month_of_visits = counted("web_acts", _AGE_OF[7]), counted("web_acts", _AGE_OF[28])
    acts = within[:, catalogue.codes_of("activity"), quarter]
    recent = (seen.age <= 30 * DAY) & ~np.isnan(seen.seconds)
    seconds = np.bincount(seen.pair[recent], seen.seconds[recent], minlength=seen.n_pairs)
    in_quarter = (seen.campaign != NO_CAMPAIGN) & (seen.age <= 90 * DAY)
    touched = np.zeros((seen.n_pairs, len(CAMPAIGN_KINDS)), dtype=bool)
    touched[seen.pair[in_quarter], seen.campaign[in_quarter]] = True
    return {
        "visit_trend": np.log2((week + 0.5) / ((month_of_visits - week) / 3 + 0.5)),
        "kinds_of_acts_90d": (acts > 0).sum(axis=1).astype(float),
        "email_open_rate_90d": np.where(sent > 0, (opened + 0.5) / (sent + 2), np.nan),
        "email_click_rate_90d": np.where(sent > 0, (clicked + 0.2) / (sent + 2), np.nan),
        "emails_since_response": _unanswered(seen),
        "seconds_on_pages_30d": seconds,
        "campaigns_90d": touched.sum(axis=1).astype(float),
    }


def _unanswered(seen: _Seen) -> np.ndarray:
    """Mails of the last 90 days that nobody has opened, clicked or answered since."""
    pairs, rows = seen.last_of(_is_of(seen, "responses") & (seen.weight >= _HUMAN))
    answered = np.full(seen.n_pairs, 90 * DAY)
    answered[pairs] = np.minimum(seen.age[rows], 90 * DAY)
    is_sent = _is_of(seen, "emails_sent") & (seen.age < answered[seen.pair])
    return np.bincount(seen.pair[is_sent], minlength=seen.n_pairs).astype(float)


def _is_of(seen: _Seen, group: str) -> np.ndarray:
    chosen = np.zeros(len(KINDS), dtype=bool)
    chosen[catalogue.codes_of(group)] = True
    return np.asarray(chosen[seen.kind])


def _put(n: int, places: np.ndarray, values: np.ndarray) -> np.ndarray:
    """(n,) values at their places, NaN elsewhere."""
    column = np.full(n, np.nan)
    column[places] = values
    return column
