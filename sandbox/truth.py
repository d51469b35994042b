"""Each lead's true probability of converting, computed exactly from how the market works.

Given what is observable at hand-over (the record of dated acts and mails, the filled-in
fields, which fields were left empty, campaign and dates), the hidden state is a hidden
Markov model and the probability follows without approximation:

1. start: the distribution of the first state given person and campaign, weighted by how
   likely each state leaves the fields empty that are empty;
2. forward filter over the days: weight by the likelihood of the day's acts (mails opened
   or clicked by machines are integrated out in `mail_outcomes`), then move;
3. backward over the weeks of the label window: from each state the probability to stay
   unconverted, by the hazard of the week and the weekly moves;
4. average over the filtered state and, where industry or size is missing, over what they
   may be. That needs no joint filter: both are independent of the acts.

`p_full` is the same with the state and the missing fields known: what an omniscient would
say at hand-over. A lead's record is its own; colleagues' records are not consulted.
"""

from dataclasses import dataclass

import numpy as np

from sandbox.behaviour import (
    MAIL_IGNORED,
    MAIL_NONE,
    P_EMPLOYEES_MISSING,
    P_INDUSTRY_MISSING,
    WEB_RATES,
    WEEKEND,
    Array,
    Index,
    daily_moves,
    is_weekend,
    mail_outcomes,
    weekly_moves,
)
from sandbox.fit import (
    drifted,
    general_level,
    level_jump,
    p_industry_and_band,
    person_fit,
    size_fit,
)
from sandbox.people import People
from sandbox.process import Record, hazard
from sandbox.spec import MarketSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What the market knows about each lead, incoming ones included.

    p_observable    P(converts | what is observable at hand-over)
    p_full          P(converts | that, the hidden state at hand-over, the missing fields)
    """

    lead_id: tuple[str, ...]
    p_observable: Array
    p_full: Array


def p_given_record(people: People, record: Record, spec: MarketSpec, *, intercept: float) -> Array:
    """P(converts | observable) of each lead, shape (n,)."""
    state = filtered_states(people, record, spec)
    lead, weight, industry, band = _possible_companies(people)
    day = people.created_day + record.n_days
    moved = drifted(day, spec)
    known = _known_log_hazard(people, day, spec, intercept=intercept)
    log_hazard = known[lead] + spec.fit_effect * size_fit(industry, band, moved[lead])
    p = 1.0 - (state[lead] * staying_open(log_hazard, spec)).sum(axis=1)
    p_of_lead = np.zeros(len(people))
    np.add.at(p_of_lead, lead, weight * p)
    return p_of_lead


def p_given_all(people: People, state: Index, log_hazard: Array, spec: MarketSpec) -> Array:
    """P(converts | everything, with the state at hand-over) of each lead, shape (n,)."""
    return 1.0 - staying_open(log_hazard, spec)[np.arange(len(people)), state]


def true_log_hazard(people: People, n_days: Index, spec: MarketSpec, *, intercept: float) -> Array:
    """Log hazard of each lead but for its state, as of the day of hand-over, nothing missing."""
    day = people.created_day + n_days
    moved = drifted(day, spec)
    known = _known_log_hazard(people, day, spec, intercept=intercept)
    return known + spec.fit_effect * size_fit(people.industry, people.band, moved)


def filtered_states(people: People, record: Record, spec: MarketSpec) -> Array:
    """Distribution of the state on the morning of hand-over given the record, shape (n, 6)."""
    belief = people.p_first_state * _likelihood_of_gaps(people, spec)
    belief /= belief.sum(axis=1, keepdims=True)
    moves, log_rates = daily_moves(), np.log(WEB_RATES)
    log_mail = np.log(mail_outcomes(spec.machine_noise))
    for day in range(len(record.web)):
        here = np.flatnonzero(day < record.n_days)
        pace = np.where(is_weekend(people.created_day[here] + day), WEEKEND, 1.0)
        logs = record.web[day, here] @ log_rates - pace[:, None] * WEB_RATES.sum(axis=0)
        mail = record.mail[day, here]
        sent = mail != MAIL_NONE
        logs[sent] += log_mail[mail[sent] - MAIL_IGNORED, people.gateway[here[sent]]]
        seen = belief[here] * np.exp(logs - logs.max(axis=1, keepdims=True))
        belief[here] = (seen / seen.sum(axis=1, keepdims=True)) @ moves
    return belief


def staying_open(log_hazard: Array, spec: MarketSpec) -> Array:
    """Probability not to convert within the label window from each state, shape (n, 6)."""
    stays = 1.0 - hazard(log_hazard, spec)
    moves = weekly_moves()
    still_open = stays
    for _ in range(spec.label_weeks - 1):
        still_open = stays * (still_open @ moves.T)
    return still_open


def _known_log_hazard(people: People, day: Index, spec: MarketSpec, *, intercept: float) -> Array:
    """Of leads handed over on a day; all but what industry and size add."""
    moved = drifted(day, spec)
    fit = person_fit(
        seniority=people.seniority,
        channel=people.channel,
        region=people.region,
        product=people.product,
        is_free_mail=people.is_free_mail,
        moved=moved,
    )
    level = general_level(moved) + level_jump(day, spec)
    return intercept + level + spec.fit_effect * fit


def _likelihood_of_gaps(people: People, spec: MarketSpec) -> Array:
    """P(these fields are empty, the others filled | first state), shape (n, 6)."""
    no_industry = P_INDUSTRY_MISSING * spec.missing
    no_employees = P_EMPLOYEES_MISSING * spec.missing
    industry = np.where(people.has_industry[:, None], 1.0 - no_industry, no_industry)
    employees = np.where(people.has_employees[:, None], 1.0 - no_employees, no_employees)
    return industry * employees


def _possible_companies(people: People) -> tuple[Index, Array, Index, Index]:
    """(lead, weight, industry, band) of all a lead's company may be; a lead's weights sum to 1."""
    joint = p_industry_and_band()
    industry, band = np.divmod(np.arange(joint.size), joint.shape[1])
    gap = np.flatnonzero(~(people.has_industry & people.has_employees))
    fits = (industry == people.industry[gap, None]) | ~people.has_industry[gap, None]
    fits &= (band == people.band[gap, None]) | ~people.has_employees[gap, None]
    weight = fits * joint.ravel()
    weight /= weight.sum(axis=1, keepdims=True)
    row, cell = np.nonzero(fits)
    whole = np.flatnonzero(people.has_industry & people.has_employees)
    return (
        np.concatenate([whole, gap[row]]),
        np.concatenate([np.ones(len(whole)), weight[row, cell]]),
        np.concatenate([people.industry[whole], industry[cell]]),
        np.concatenate([people.band[whole], band[cell]]),
    )
