"""Whom to learn from, as of when, and what became of them: snapshots and labels.

A *snapshot* is a lead at a moment (`as_of`), either once, when it was handed over to sales, or
again and again while it is open. It is labelled by whether the lead converted within the label
window after that moment. Every candidate has exactly one fate: it is learnt from, or it is left
out for a reason that is counted. A window that is not over by the time until which outcomes are
known makes a snapshot immature whatever happened in it so far: whoever counted early winners
alone would learn that young leads win.

Sales' rejections are labels like any other outcome, except those that say nothing about the lead:
it was somebody else's, it was there already, it was no person at all.

Instants are microseconds since 1970, FOREVER where something never happened.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from leads.lifecycle import Stage

FOREVER = np.iinfo(np.int64).max
HOUR = 3_600_000_000
DAY = 24 * HOUR
FIRST_LOOK = HOUR
"""How long after it came a lead is first looked at: what comes with it has then arrived."""


class Conversion(StrEnum):
    """What counts as converted."""

    SQL = "sql"  # sales qualified it
    OPPORTUNITY = "opportunity"  # a deal was opened
    WON = "won"  # a deal was won


class Fate(StrEnum):
    """What becomes of a candidate, apart from rejections that say nothing (`rejected_as_...`)."""

    CONVERTED = "converted"
    NOT_CONVERTED = "not_converted"
    IMMATURE = "immature"
    NEVER_HANDED_OVER = "never_handed_over"
    CONVERTED_BEFORE = "converted_before"
    NOTHING_KNOWN = "nothing_known"


LEARNT = (Fate.CONVERTED, Fate.NOT_CONVERTED)

_REACHED: Mapping[Conversion, frozenset[Stage]] = {
    Conversion.SQL: frozenset({Stage.SQL, Stage.OPPORTUNITY, Stage.CUSTOMER}),
    Conversion.OPPORTUNITY: frozenset({Stage.OPPORTUNITY, Stage.CUSTOMER}),
    Conversion.WON: frozenset({Stage.CUSTOMER}),
}
_WITH_SALES = frozenset({Stage.MQL, Stage.SAL, Stage.SQL, Stage.OPPORTUNITY, Stage.CUSTOMER})
_REJECTED = frozenset({Stage.RECYCLED, Stage.DISQUALIFIED})
_BETWEEN = re.compile(r"[\W_]+")
_SAYS_NOTHING = {
    **dict.fromkeys(("wrong_match", "wrong_rep", "wrong_team", "分配错误"), "wrong_match"),
    **dict.fromkeys(("duplicate", "duplicate_lead", "double", "重复", "重复线索"), "duplicate"),
    **dict.fromkeys(("invalid", "invalid_data", "spam", "test", "无效", "测试"), "invalid"),
}
"""Reasons that are not about how good a lead is, in the words of several systems."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What leads went through.

    born                    (n,) when each lead came, and something of it was known
    who, stage, moved, reason  moves: the lead's place, where to, when, and the reason given
    opened, won             (place, instant) pairs of deals
    """

    born: np.ndarray
    who: np.ndarray
    stage: Sequence[Stage]
    moved: np.ndarray
    reason: Sequence[str | None]
    opened: tuple[np.ndarray, np.ndarray]
    won: tuple[np.ndarray, np.ndarray]

    def __len__(self) -> int:
        return len(self.born)

    def first(self, stages: frozenset[Stage]) -> np.ndarray:
        """(n,) when each lead first came to one of these stages."""
        chosen = np.fromiter((stage in stages for stage in self.stage), bool, len(self.stage))
        return _earliest(len(self), self.who[chosen], self.moved[chosen])


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshots:
    """Candidates: lead (place) and moment; FOREVER for a lead that has no such moment."""

    leads: np.ndarray
    as_of: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """What is learnt from, in the order of time, and what became of every candidate.

    leads, as_of, converted   (k,) of the snapshots that are learnt from
    converted_at              (k,) when, FOREVER if not (yet)
    fates                     fate -> candidates; they add up to all of them
    rejected                  not converted, and rejected by sales for a reason about the lead
    """

    leads: np.ndarray
    as_of: np.ndarray
    converted: np.ndarray
    converted_at: np.ndarray
    fates: Mapping[str, int]
    rejected: int

    def __len__(self) -> int:
        return len(self.leads)


def at_hand_over(course: Course) -> Snapshots:
    """Each lead once, at the moment it first went to sales."""
    return Snapshots(leads=np.arange(len(course)), as_of=course.first(_WITH_SALES))


def every(course: Course, days: int, *, conversion: Conversion, until: int) -> Snapshots:
    """Each lead an hour after it came and every so many days after, while it is open."""
    over = np.minimum(
        converted_at(course, conversion), course.first(frozenset({Stage.DISQUALIFIED}))
    )
    first = course.born + FIRST_LOOK
    over = np.minimum(over, until)
    times = np.maximum((over - 1 - first) // (days * DAY) + 1, 0)
    times[first >= over] = 0
    leads = np.repeat(np.arange(len(course)), times)
    nth = np.arange(len(leads)) - np.repeat(np.cumsum(times) - times, times)
    return Snapshots(leads=leads, as_of=first[leads] + nth * days * DAY)


def converted_at(course: Course, conversion: Conversion) -> np.ndarray:
    """(n,) when each lead converted; a later stage or a deal implies the earlier ones."""
    found = course.first(_REACHED[conversion])
    deals = [course.won] if conversion is Conversion.WON else [course.opened, course.won]
    for who, at in deals:
        found = np.minimum(found, _earliest(len(course), who, at))
    return found


def label(
    course: Course,
    snapshots: Snapshots,
    *,
    conversion: Conversion,
    window_days: int,
    known_until: int,
) -> Cohort:
    """What became of each candidate, and those that are learnt from."""
    leads, as_of = snapshots.leads, snapshots.as_of
    has_moment = as_of != FOREVER
    moment = np.where(has_moment, as_of, 0)
    over = moment + window_days * DAY
    won_at = converted_at(course, conversion)[leads]
    fates = np.full(len(leads), Fate.NOT_CONVERTED, dtype=object)
    is_won = (won_at > moment) & (won_at <= over)
    fates[is_won] = Fate.CONVERTED
    reasons = _rejections(course, leads, moment, over)
    for place, reason in reasons.items():
        if not is_won[place] and reason is not None:
            fates[place] = f"rejected_as_{reason}"
    fates[over > known_until] = Fate.IMMATURE
    fates[has_moment & (course.born[leads] > moment)] = Fate.NOTHING_KNOWN
    fates[has_moment & (won_at <= moment)] = Fate.CONVERTED_BEFORE
    fates[~has_moment] = Fate.NEVER_HANDED_OVER
    learnt = np.flatnonzero(np.isin(fates.astype(str), LEARNT))
    learnt = learnt[np.lexsort((leads[learnt], as_of[learnt]))]
    told, counts = np.unique(fates.astype(str), return_counts=True)
    rejected = [p for p, reason in reasons.items() if fates[p] == Fate.NOT_CONVERTED]
    return Cohort(
        leads=leads[learnt],
        as_of=as_of[learnt],
        converted=is_won[learnt],
        converted_at=won_at[learnt],
        fates=dict(zip(told.tolist(), counts.tolist(), strict=True)),
        rejected=len(rejected),
    )


def says_nothing(reason: str | None) -> str | None:
    """The reason, where it is not about the lead: "Wrong match" is `wrong_match`."""
    if reason is None:
        return None
    return _SAYS_NOTHING.get(_BETWEEN.sub("_", reason.strip().casefold()).strip("_"))


def _rejections(
    course: Course, leads: np.ndarray, after: np.ndarray, until: np.ndarray
) -> dict[int, str | None]:
    """Snapshots whose lead sales rejected in the time, and why where that says nothing of it."""
    by_lead: dict[int, list[tuple[int, str | None]]] = {}
    rows = zip(course.who.tolist(), course.stage, course.moved.tolist(), course.reason, strict=True)
    for who, stage, at, reason in rows:
        if stage in _REJECTED and reason is not None:
            by_lead.setdefault(who, []).append((at, says_nothing(reason)))
    found: dict[int, str | None] = {}
    for place in np.flatnonzero(np.isin(leads, list(by_lead))).tolist():
        within = [
            told
            for told in sorted(by_lead[int(leads[place])], key=lambda told: told[0])
            if after[place] < told[0] <= until[place]
        ]
        if within:
            found[place] = within[0][1]
    return found


def _earliest(n: int, who: np.ndarray, at: np.ndarray) -> np.ndarray:
    found = np.full(n, FOREVER)
    np.minimum.at(found, who, at)
    return found
