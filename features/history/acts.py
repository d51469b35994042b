"""Dated acts as columns, the one input of the history features.

An act is something a person did (an event), or something marketing did to the person (a
touchpoint, `touch_...`). Each has two clocks: when it happened and when it became known here.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from features.history.searching import order_by
from leads.campaigns import CampaignKind, TouchpointKind
from leads.events import EventKind

TOUCH = "touch_"
EMAILED = f"{TOUCH}emailed"
"""A mail was sent."""
OTHER_TOUCH = f"{TOUCH}other"
KINDS: tuple[str, ...] = (
    *(kind.value for kind in EventKind),
    *(f"{TOUCH}{kind.value}" for kind in TouchpointKind),
    EMAILED,
    OTHER_TOUCH,
)
"""What an act may be, in the order of its codes."""
CODES = {kind: code for code, kind in enumerate(KINDS)}
CAMPAIGN_KINDS: tuple[str, ...] = tuple(kind.value for kind in CampaignKind)
CAMPAIGN_CODES = {kind: code for code, kind in enumerate(CAMPAIGN_KINDS)}
NO_CAMPAIGN = -1

_GRAIN = 1024.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Acts:
    """Acts of numbered leads, sorted by lead and time; every array has one entry an act.

    who        int64, the lead's place in 0..n_leads-1
    kind       int16, index into KINDS
    occurred   int64, microseconds since 1970
    known      int64, likewise; never before it occurred
    weight     float64 in 0..1, one minus the probability that a machine did it, in steps of
               1/1024: sums of them are exact, whatever the order
    before     likewise, what it weighed until later acts showed what it was
    since      int64, microseconds: from when on `weight` holds; before and since are None where
               no weight ever changed
    campaign   int16, index into CAMPAIGN_KINDS, NO_CAMPAIGN
    seconds    float64, how long it was looked at; NaN
    rating     float64, an answer's rating; NaN
    """

    who: np.ndarray
    kind: np.ndarray
    occurred: np.ndarray
    known: np.ndarray
    weight: np.ndarray
    campaign: np.ndarray
    seconds: np.ndarray
    rating: np.ndarray
    before: np.ndarray | None = None
    since: np.ndarray | None = None

    @classmethod
    def of(
        cls,
        *,
        who: np.ndarray,
        kind: np.ndarray,
        occurred: np.ndarray,
        known: np.ndarray,
        weight: np.ndarray | None = None,
        campaign: np.ndarray | None = None,
        seconds: np.ndarray | None = None,
        rating: np.ndarray | None = None,
        before: np.ndarray | None = None,
        since: np.ndarray | None = None,
    ) -> Self:
        """Acts in any order. Their order among equals changes nothing.

        `before` and `since` come together.
        """
        n = len(who)
        columns: dict[str, np.ndarray] = {
            "who": np.asarray(who, np.int64),
            "kind": np.asarray(kind, np.int16),
            "occurred": np.asarray(occurred, np.int64),
            "known": np.asarray(known, np.int64),
            "weight": _grained(_filled(weight, n, 1.0)),
            "campaign": _filled(campaign, n, NO_CAMPAIGN).astype(np.int16),
            "seconds": _grained(_filled(seconds, n, np.nan).astype(np.float64)),
            "rating": _filled(rating, n, np.nan).astype(np.float64),
        }
        if before is not None and since is not None:
            columns |= {"before": _grained(before), "since": np.asarray(since, np.int64)}
        order = _in_order(columns)
        return cls(**columns if order is None else {k: v[order] for k, v in columns.items()})

    @classmethod
    def none(cls) -> Self:
        """Nobody did anything."""
        nothing = np.empty(0, np.int64)
        return cls.of(who=nothing, kind=nothing, occurred=nothing, known=nothing)

    def __len__(self) -> int:
        return len(self.who)

    def weight_at(self, rows: np.ndarray, moments: np.ndarray) -> np.ndarray:
        """What the acts in `rows` weigh, by what was known of them at each one's moment."""
        weight: np.ndarray = self.weight[rows]
        if self.before is None or self.since is None:
            return weight
        held = self.since[rows] <= moments
        return weight if held.all() else np.where(held, weight, self.before[rows])


def code_of(kind: str, *, is_touch: bool) -> int:
    """The code of an event's or a touchpoint's kind; imports bring touchpoints of any name."""
    return CODES.get(TOUCH + kind, CODES[OTHER_TOUCH]) if is_touch else CODES[kind]


def _filled(column: np.ndarray | None, n: int, value: float) -> np.ndarray:
    return np.full(n, value) if column is None else np.asarray(column)


def _grained(column: np.ndarray) -> np.ndarray:
    return np.asarray(np.rint(column * _GRAIN) / _GRAIN)


def _in_order(columns: dict[str, np.ndarray]) -> np.ndarray | None:
    """How to sort by lead and time, ties by what they are; None when all is in order."""
    who, occurred = columns["who"], columns["occurred"]
    order: np.ndarray | None = None
    rises = (who[1:] > who[:-1]) | ((who[1:] == who[:-1]) & (occurred[1:] >= occurred[:-1]))
    if not rises.all():
        order = order_by(who, occurred)
        who, occurred = who[order], occurred[order]
    same = (who[1:] == who[:-1]) & (occurred[1:] == occurred[:-1])
    if same.any():
        tied = np.flatnonzero(np.append(same, False) | np.insert(same, 0, False))
        order = np.arange(len(who)) if order is None else order
        among = order[tied]
        keys = sorted(columns.keys() - {"who", "occurred"})
        order[tied] = among[np.lexsort([columns[key][among] for key in (*keys, "occurred", "who")])]
    return order
