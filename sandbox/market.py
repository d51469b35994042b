"""The market as a whole: a seeded history of leads, and what is true of each.

The same seed and spec give the same tables to the last byte. `world` fixes the campaigns
apart from the leads: two markets of one world differ only in who came and what they did.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from leads.errors import InvalidInput
from leads.progress import Progress, silent
from sandbox.behaviour import Index
from sandbox.campaigns import Campaigns, plan_campaigns
from sandbox.people import (
    Companies,
    People,
    draw_arrivals,
    draw_companies,
    draw_people,
    n_companies_for,
)
from sandbox.process import convert, live_until_hand_over
from sandbox.spec import MarketSpec, spec_of
from sandbox.tables import campaign_table, event_table, lead_table, mail_table, outcome_table
from sandbox.truth import Truth, p_given_all, p_given_record, true_log_hazard

_WEEK = 7
_INCOMING_DAYS = 10
_PILOT_LEADS = 16_000
_PILOT_SEED = 20_240_101


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """A simulated history, as tables, with its truth.

    leads           handed over long enough ago that their outcome is known, oldest first;
                    `converted` is yes or no
    incoming        handed over just before the export, the same columns without the outcome
    events          every act of all of them before hand-over
    mails           every mail they were sent before hand-over
    campaigns       what marketing ran
    outcomes        when those of `leads` that converted did so
    truth           row by row for `leads`, then `incoming`
    """

    spec: MarketSpec
    leads: pd.DataFrame
    incoming: pd.DataFrame
    events: pd.DataFrame
    mails: pd.DataFrame
    campaigns: pd.DataFrame
    outcomes: pd.DataFrame
    truth: Truth


def simulate(
    *,
    seed: int,
    n_leads: int,
    market: str | MarketSpec = "plain",
    n_incoming: int = 0,
    world: int | None = None,
    progress: Progress = silent,
) -> Market:
    """A market of `n_leads` with known outcome and `n_incoming` without.

    Raises InvalidInput for an unknown market or fewer than one lead.
    """
    spec = spec_of(market)
    if n_leads < 1 or n_incoming < 0:
        raise InvalidInput(f"n_leads is {n_leads} and n_incoming {n_incoming}, need >= 1 and >= 0")
    campaigns = _campaigns(spec, world=seed if world is None else world)
    rng = np.random.default_rng([seed, 2])
    created, nurture = _schedule(spec, n_leads=n_leads, n_incoming=n_incoming, rng=rng)
    companies, people = _population(spec, campaigns, created, nurture, rng=rng)
    record, state = live_until_hand_over(people, spec, rng=rng, progress=progress)
    intercept = intercept_of(spec)
    log_hazard = true_log_hazard(people, record.n_days, spec, intercept=intercept)
    week_of = convert(state, log_hazard, spec, rng=rng)
    p_observable = p_given_record(people, record, spec, intercept=intercept)
    p_full = p_given_all(people, state, log_hazard, spec)
    table = lead_table(
        people=people, companies=companies, campaigns=campaigns, record=record, spec=spec, rng=rng
    )
    events = event_table(table, people, record, rng=rng)
    mails = mail_table(table, people, record)
    table["converted"] = np.where(week_of >= 0, "yes", "no")
    order = _by_hand_over(table, n_leads)
    outcomes = outcome_table(table.iloc[:n_leads], week_of[:n_leads], rng=rng)
    table = table.iloc[order].reset_index(drop=True)
    return Market(
        spec=spec,
        leads=table.iloc[:n_leads],
        incoming=table.iloc[n_leads:].drop(columns="converted").reset_index(drop=True),
        events=events,
        mails=mails,
        campaigns=campaign_table(campaigns),
        outcomes=outcomes,
        truth=Truth(
            lead_id=tuple(table["lead_id"]),
            p_observable=p_observable[order],
            p_full=p_full[order],
        ),
    )


@lru_cache(maxsize=16)
def intercept_of(spec: MarketSpec) -> float:
    """The general level at which the market converts at its base rate.

    Found by bisection on the mean true probability of a fixed pilot population, brought by
    campaigns of average quality, so it is a property of the spec alone: no market's own
    leads have a say in it, and none of what breaks in later.
    """
    spec = spec.before_changes
    rng = np.random.default_rng(_PILOT_SEED)
    created, nurture = _schedule(spec, n_leads=_PILOT_LEADS, n_incoming=0, rng=rng)
    campaigns = plan_campaigns(n_days=_export_day(spec) + 1, rng=rng, variety=0.0)
    _, people = _population(spec, campaigns, created, nurture, rng=rng)
    record, state = live_until_hand_over(people, spec, rng=rng)
    low, high = -20.0, 5.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        log_hazard = true_log_hazard(people, record.n_days, spec, intercept=middle)
        is_low = p_given_all(people, state, log_hazard, spec).mean() < spec.base_rate
        low, high = (middle, high) if is_low else (low, middle)
    return low


def _campaigns(spec: MarketSpec, *, world: int) -> Campaigns:
    return plan_campaigns(
        n_days=_export_day(spec) + 1,
        rng=np.random.default_rng([world, 1]),
        newcomer_day=spec.newcomer_day,
    )


def _export_day(spec: MarketSpec) -> int:
    last_hand_over = spec.history_days - 1 + spec.nurture_days[1]
    return last_hand_over + _WEEK * spec.label_weeks + 1


def _schedule(
    spec: MarketSpec, *, n_leads: int, n_incoming: int, rng: np.random.Generator
) -> tuple[Index, Index]:
    """Days of creation and planned nurture days, known leads first, in order of creation."""
    shortest, longest = spec.nurture_days
    nurture = rng.integers(shortest, longest + 1, n_leads + n_incoming)
    known = draw_arrivals(n_leads, first=0, last=spec.history_days - 1, rng=rng)
    handed_over = _export_day(spec) - rng.integers(0, _INCOMING_DAYS, n_incoming)
    return np.concatenate([np.sort(known), handed_over - nurture[n_leads:]]), nurture


def _population(
    spec: MarketSpec,
    campaigns: Campaigns,
    created: Index,
    nurture: Index,
    *,
    rng: np.random.Generator,
) -> tuple[Companies, People]:
    companies = draw_companies(n_companies_for(len(created)), rng=rng)
    people = draw_people(
        companies=companies,
        campaigns=campaigns,
        created_day=created,
        nurture_days=nurture,
        spec=spec,
        rng=rng,
    )
    return companies, people


def _by_hand_over(table: pd.DataFrame, n_leads: int) -> Index:
    is_incoming = np.arange(len(table)) >= n_leads
    order = np.lexsort((table["lead_id"], table["handed_over_at"], is_incoming))
    return order.astype(np.int64)
