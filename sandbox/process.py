"""The market in time: day by day interest moves and people act, then sales takes over.

A day of a lead: it acts according to its state, then the state moves. Hand-over
comes on the morning after the planned nurture days, or the morning after a demo
request (with a fixed probability): it looks at visible things only, so it tells
nothing that the record does not. After hand-over, week by week, the lead converts with
a hazard that depends on the state at that time and on fit, and the state moves on.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leads.events import EventKind
from leads.progress import Progress, silent
from sandbox.behaviour import (
    INTEREST_HAZARD,
    MAIL_CLICKED,
    MAIL_IGNORED,
    MAIL_NONE,
    MAIL_WEEKDAYS,
    WEB_KINDS,
    WEB_RATES,
    WEEKEND,
    Array,
    Index,
    daily_moves,
    is_weekend,
    mail_outcomes,
    weekly_moves,
)
from sandbox.people import People, draw_rows
from sandbox.spec import MarketSpec

P_DEMO_HANDS_OVER = 0.7
_DEMO = WEB_KINDS.index(EventKind.DEMO_REQUESTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What everybody can see of each lead's days before hand-over.

    web         counts of each of WEB_KINDS, shape (longest, n, 6), by day since creation
    mail        what became of that day's mail (MAIL_*), shape (longest, n)
    n_days      days until hand-over; later days hold zeros
    """

    web: NDArray[np.uint8]
    mail: NDArray[np.uint8]
    n_days: Index


def live_until_hand_over(
    people: People, spec: MarketSpec, *, rng: np.random.Generator, progress: Progress = silent
) -> tuple[Record, Index]:
    """The record of all leads, and the (hidden) state of each on the morning of hand-over."""
    n, longest = len(people), int(people.nurture_days.max())
    web = np.zeros((longest, n, len(WEB_KINDS)), dtype=np.uint8)
    mail = np.zeros((longest, n), dtype=np.uint8)
    n_days = people.nurture_days.copy()
    state = people.first_state.copy()
    moves, outcomes = daily_moves(), mail_outcomes(spec.machine_noise)
    for day in range(longest):
        here = np.flatnonzero(day < n_days)
        web[day, here] = _web_acts(state[here], people.created_day[here] + day, rng=rng)
        mail[day, here] = _mail_acts(people, here, day, state[here], outcomes, rng=rng)
        asked = here[(web[day, here, _DEMO] > 0) & (rng.random(len(here)) < P_DEMO_HANDS_OVER)]
        n_days[asked] = day + 1
        state[here] = draw_rows(moves[state[here]], rng=rng)
        progress("simulating the market", day + 1, longest)
    return Record(web=web, mail=mail, n_days=n_days), state


def convert(
    state: Index, log_hazard: Array, spec: MarketSpec, *, rng: np.random.Generator
) -> Index:
    """The week after hand-over in which each lead converts (0, 1, ...), -1 where it does not."""
    week_of = np.full(len(state), -1)
    moves, state = weekly_moves(), state.copy()
    for week in range(spec.label_weeks):
        open_still = np.flatnonzero(week_of < 0)
        p = hazard(log_hazard[open_still], spec)[np.arange(len(open_still)), state[open_still]]
        week_of[open_still[rng.random(len(open_still)) < p]] = week
        state = draw_rows(moves[state], rng=rng)
    return week_of


def hazard(log_hazard: Array, spec: MarketSpec) -> Array:
    """Probability of converting within a week in each state, shape (n, 6).

    log_hazard      everything but the state: general level and fit, one number a lead
    """
    return -np.expm1(-np.exp(log_hazard[:, None] + spec.interest_effect * INTEREST_HAZARD))


def is_mailed(people: People, day: int) -> NDArray[np.bool_]:
    """Who gets a mail `day` days after creation: Tuesdays and Thursdays, with consent."""
    weekday = (people.created_day + day) % 7
    return people.has_consent & np.isin(weekday, MAIL_WEEKDAYS) & (day > 0)


def _web_acts(state: Index, calendar_day: Index, *, rng: np.random.Generator) -> NDArray[np.uint8]:
    pace = np.where(is_weekend(calendar_day), WEEKEND, 1.0)
    acts = rng.poisson(WEB_RATES.T[state] * pace[:, None])
    return np.minimum(acts, np.iinfo(np.uint8).max).astype(np.uint8)


def _mail_acts(
    people: People,
    here: Index,
    day: int,
    state: Index,
    outcomes: Array,
    *,
    rng: np.random.Generator,
) -> NDArray[np.uint8]:
    p = outcomes[:, people.gateway[here], state].T
    acts = np.clip(draw_rows(p, rng=rng) + MAIL_IGNORED, MAIL_IGNORED, MAIL_CLICKED)
    return np.where(is_mailed(people, day)[here], acts, MAIL_NONE).astype(np.uint8)
