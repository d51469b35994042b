"""The cohort as a table: one row a snapshot, made of nothing but what was known at its moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from features.history.acts import Acts
from features.history.catalogue import HISTORY_NAMES
from features.values import EPOCH, MICROSECOND
from leads.errors import InvalidInput
from pipelines.cohort.acts import read_acts
from pipelines.cohort.asked import Asked
from pipelines.cohort.course import read_course
from pipelines.cohort.fields import Known, unknown_shares
from pipelines.cohort.looking import Changes, known_at, looked_at
from store.columns import NEVER, Roster
from store.unit_of_work import UnitOfWork
from training.cohort import Cohort, Course, Fate, at_hand_over, every, label
from training.labels import LOWEST_MIN_CLASS, MIN_CLASS

TARGET, TIME, GROUP, LEAD = "converted", "as_of", "account", "lead_id"
POSITIVE, NEGATIVE = "yes", "no"
CONVERTED_AT = "converted_at"
OURS = (LEAD, TIME, GROUP, TARGET, CONVERTED_AT)


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortTable:
    """What is learnt from, and what is known about it.

    frame         OURS, fields, attributes and history, which wins over an attribute; by time
    unknown       column -> the share of its values whose history is not known
    changes       column -> (lead, instant) of all changes that are known
    known_until   as of when outcomes are known
    """

    asked: Asked
    frame: pd.DataFrame
    cohort: Cohort
    unknown: Mapping[str, float]
    changes: Changes
    known_until: datetime
    warnings: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """For report and card: the label, and what became of every candidate."""
        fates = dict(self.cohort.fates)
        learnt = {name: fates.pop(name, 0) for name in (Fate.CONVERTED, Fate.NOT_CONVERTED)}
        return {
            **self.asked.to_json(),
            "known_until": self.known_until.isoformat(timespec="seconds"),
            "candidates": sum(self.cohort.fates.values()),
            "learnt": sum(learnt.values()),
            "converted": learnt[Fate.CONVERTED],
            "rejected_by_sales": self.cohort.rejected,
            "immature": fates.pop(Fate.IMMATURE, 0),
            "excluded": {str(name): n for name, n in sorted(fates.items())},
        }


def cohort_table(
    unit: UnitOfWork, asked: Asked, *, now: datetime, min_class: int = MIN_CLASS
) -> CohortTable:
    """The cohort of a store. Raises InvalidInput when there is too little to learn from."""
    instant = (now - EPOCH) // MICROSECOND
    roster = unit.population.roster()
    if not len(roster):
        raise InvalidInput(
            "there are no leads in the store; bring them in with `leadflow import leads`, or name a"
            " table with --data"
        )
    course = read_course(unit, roster, known_by=instant)
    known_until = _known_until(course, instant)
    if asked.every_days is None:
        snapshots = at_hand_over(course)
    else:
        snapshots = every(course, asked.every_days, conversion=asked.conversion, until=known_until)
    cohort = label(
        course,
        snapshots,
        conversion=asked.conversion,
        window_days=asked.window_days,
        known_until=known_until,
    )
    _check(cohort, asked, course, known_until=known_until, min_class=min_class)
    acts = read_acts(unit, roster)
    rows, changes = known_at(unit, roster, cohort.leads, cohort.as_of)
    return CohortTable(
        asked=asked,
        frame=_frame(rows, cohort, roster, acts),
        cohort=cohort,
        unknown={
            name: share
            for name, share in unknown_shares(rows).items()
            if name not in HISTORY_NAMES and name not in OURS
        },
        changes=changes,
        known_until=EPOCH + known_until * MICROSECOND,
        warnings=_of_the_future({"stage moves": course.moved, "acts": acts.occurred}, instant),
    )


def _frame(rows: Sequence[Known], cohort: Cohort, roster: Roster, acts: Acts) -> pd.DataFrame:
    accounts = roster.accounts[cohort.leads]
    lead_ids = [roster.lead_ids[lead] for lead in cohort.leads.tolist()]
    columns: dict[str, Any] = {
        LEAD: lead_ids,
        TIME: _instants(cohort.as_of),
        GROUP: [
            f"account {account}" if account >= 0 else lead_id
            for account, lead_id in zip(accounts.tolist(), lead_ids, strict=True)
        ],
        TARGET: np.where(cohort.converted, POSITIVE, NEGATIVE),
        CONVERTED_AT: _instants(np.where(cohort.converted, cohort.converted_at, NEVER)),
    }
    told = looked_at(rows, cohort.leads, cohort.as_of, roster=roster, acts=acts)
    return pd.DataFrame(columns | {name: told[name] for name in told if name not in OURS})


def _instants(micros: np.ndarray) -> pd.Series:
    """Aware; NEVER, which is numpy's own mark, is missing."""
    return pd.Series(micros.astype("datetime64[us]")).dt.tz_localize("UTC")


def _known_until(course: Course, now: int) -> int:
    """The newest stage move or deal: what came of leads after it, the store does not know."""
    instants = np.concatenate([course.moved, course.opened[1], course.won[1]])
    past = instants[instants <= now]
    if not len(past):
        raise InvalidInput(
            "the store knows no stage move and no opportunity, so nobody knows who converted; bring"
            " them in with `leadflow import stages` or `leadflow import opportunities`"
        )
    return int(past.max())


def _check(
    cohort: Cohort, asked: Asked, course: Course, *, known_until: int, min_class: int
) -> None:
    """Enough of both outcomes, or a sentence that says what is missing."""
    won = int(cohort.converted.sum())
    lost = len(cohort) - won
    until = _day(known_until)
    immature = cohort.fates.get(Fate.IMMATURE, 0)
    if immature and not len(cohort):
        raise InvalidInput(
            f"--window {asked.window_days}d is longer than the history: outcomes are known until "
            f"{until} and the first lead came on {_day(int(course.born.min()))}; all "
            f"{immature:,} snapshots are immature"
        )
    if min(won, lost) >= min_class:
        return
    left_out = ", ".join(
        f"{n:,} {fate.replace('_', ' ')}"
        for fate, n in sorted(cohort.fates.items())
        if fate not in (Fate.CONVERTED, Fate.NOT_CONVERTED)
    )
    offer = ""
    if min(won, lost) >= LOWEST_MIN_CLASS:
        offer = f" (--min-class {LOWEST_MIN_CLASS} accepts fewer, with a warning)"
    raise InvalidInput(
        f"too little is known to learn from: of {sum(cohort.fates.values()):,} leads and moments "
        f"{won:,} converted ({asked.conversion} within {asked.window_days} days) and {lost:,} did "
        f"not; at least {min_class} of each are needed{offer}"
        + (f"; left out: {left_out}" if left_out else "")
        + ". Until then leads are scored by the rules of the day-one profile"
    )


def _of_the_future(facts: Mapping[str, np.ndarray], now: int) -> tuple[str, ...]:
    told = []
    for what, instants in facts.items():
        late = instants[instants > now]
        if len(late):
            when = f"dated in the future (first: {_day(int(late.min()))})"
            told.append(f"{len(late):,} {what} are {when} and count nowhere yet")
    return tuple(told)


def _day(instant: int) -> str:
    return f"{EPOCH + instant * MICROSECOND:%Y-%m-%d}"
