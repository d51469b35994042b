"""What follows from a lead's own acts: counts, days, fading sums, ages, responses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from features.history import catalogue
from features.history.acts import CAMPAIGN_KINDS, CODES, KINDS, NO_CAMPAIGN
from features.history.searching import DAY

Columns = dict[str, np.ndarray]
"""By the names of the catalogue; numbers float64 with NaN, categories object with None."""

_EDGES = np.array([1, 7, 28, 30, 90]) * DAY
_N_AGES = len(_EDGES) + 1
_AGE_OF = {days: place for place, days in enumerate((1, 7, 28, 30, 90))}
_HOUR = DAY // 24


def _kinds_of(groups: Mapping[str, Sequence[str]]) -> np.ndarray:
    """(groups, kinds) 1 where a kind belongs to a group; a product with it sums by group."""
    found = np.zeros((len(groups), len(KINDS)))
    for place, kinds in enumerate(groups.values()):
        found[place, [CODES[kind] for kind in kinds]] = 1.0
    return found


_IN_GROUP = _kinds_of(catalogue.GROUPS)
_PLACE = {group: place for place, group in enumerate(catalogue.GROUPS)}
_INSTEAD = _kinds_of(catalogue.INSTEAD)
_TOLD_TWICE = [_PLACE[group] for group in catalogue.INSTEAD]
_COUNTED = {
    f"{group}_{days}d": (_PLACE[group], _AGE_OF[days])
    for group, windows in catalogue.COUNTED.items()
    for days in windows
}
_COUNTED_GROUP, _COUNTED_AGE = (list(places) for places in zip(*_COUNTED.values(), strict=True))
_HUMAN = 0.5
"""From this weight on an act makes its day an active one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
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


def of_own_acts(seen: Seen) -> Columns:
    """Everything that follows from the lead's own acts."""
    ages = np.searchsorted(_EDGES, seen.age)  # an act exactly d days ago is within d days
    counts = _by_kind_and_age(seen, ages, seen.weight)
    within = counts.cumsum(axis=2)
    sums = _IN_GROUP @ within
    sums[:, _TOLD_TWICE] = np.maximum(sums[:, _TOLD_TWICE], _INSTEAD @ within)
    counted = np.ascontiguousarray(sums[:, _COUNTED_GROUP, _COUNTED_AGE].T)
    columns: Columns = dict(zip(_COUNTED, counted, strict=True))
    return columns | _days(seen) | _fading(seen) | _since(seen) | _response(seen, within, sums)


def _by_kind_and_age(seen: Seen, ages: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(pairs, kinds, ages) sums of weights."""
    n_kinds = len(KINDS)
    cell = (seen.pair * n_kinds + seen.kind) * _N_AGES + ages
    sums = np.bincount(cell, weights, minlength=seen.n_pairs * n_kinds * _N_AGES)
    return sums.reshape(seen.n_pairs, n_kinds, _N_AGES)


def _days(seen: Seen) -> Columns:
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


def _fading(seen: Seen) -> Columns:
    """Acts that count half as much each half-life; ages are taken in whole hours."""
    columns: Columns = {}
    n_kinds = len(KINDS)
    cell = seen.pair * n_kinds + seen.kind
    hours = (seen.age - 1) // _HOUR
    for fresh, table in _TABLES.items():
        faded = seen.weight * table[np.minimum(hours, len(table) - 1)]
        sums = np.bincount(cell, faded, minlength=seen.n_pairs * n_kinds)
        by_group = sums.reshape(seen.n_pairs, n_kinds) @ _IN_GROUP.T
        columns |= {
            f"{fresh}_{group}": by_group[:, _PLACE[group]].copy() for group in catalogue.FADING
        }
    return columns


def _table(half_life: int) -> np.ndarray:
    """What an act of each age in hours still counts, in steps of 2**-20, down to nothing.

    A table and not a power: powers may differ in the last bit between the places of an array.
    """
    hours = np.arange(24 * half_life * 22)
    return np.asarray(np.rint(2.0**20 * 0.5 ** (hours / (24 * half_life))) / 2.0**20)


_TABLES = {fresh: _table(days) for fresh, days in catalogue.HALF_LIVES.items()}


def _since(seen: Seen) -> Columns:
    columns: Columns = {}
    for name, group in catalogue.SINCE.items():
        pairs, rows = seen.last_of(_is_of(seen, group) & (seen.weight >= _HUMAN))
        columns[name] = _put(seen.n_pairs, pairs, seen.age[rows] // DAY)
    pairs, rows = seen.first_of(_is_of(seen, "activity") & (seen.weight >= _HUMAN))
    columns["days_since_first_activity"] = _put(seen.n_pairs, pairs, seen.age[rows] // DAY)
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


def _response(seen: Seen, within: np.ndarray, sums: np.ndarray) -> Columns:
    """What is made of several counts."""
    quarter = _AGE_OF[90]

    def counted(group: str, age: int) -> np.ndarray:
        return np.asarray(sums[:, _PLACE[group], age])

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
        "website_trend": (week + 0.5) / ((month_of_visits - week) / 3 + 0.5),
        "kinds_of_acts_90d": (acts > 0).sum(axis=1).astype(float),
        "email_open_percent_90d": np.where(sent > 0, 100 * (opened + 0.5) / (sent + 2), np.nan),
        "email_click_percent_90d": np.where(sent > 0, 100 * (clicked + 0.2) / (sent + 2), np.nan),
        "emails_since_response": _unanswered(seen),
        "seconds_on_pages_30d": seconds,
        "campaign_kinds_90d": touched.sum(axis=1).astype(float),
    }


def _unanswered(seen: Seen) -> np.ndarray:
    """Mails of the last 90 days that nobody has opened, clicked or answered since."""
    pairs, rows = seen.last_of(_is_of(seen, "responses") & (seen.weight >= _HUMAN))
    answered = np.full(seen.n_pairs, 90 * DAY)
    answered[pairs] = np.minimum(seen.age[rows], 90 * DAY)
    is_sent = _is_of(seen, "emails_sent") & (seen.age < answered[seen.pair])
    return np.bincount(seen.pair[is_sent], minlength=seen.n_pairs).astype(float)


def _is_of(seen: Seen, group: str) -> np.ndarray:
    return np.asarray(_IN_GROUP[_PLACE[group]].astype(bool)[seen.kind])


def _put(n: int, places: np.ndarray, values: np.ndarray) -> np.ndarray:
    """(n,) values at their places, NaN elsewhere."""
    column = np.full(n, np.nan)
    column[places] = values
    return column
