"""Who there is: companies, and the people of companies whom campaigns bring.

Facts are drawn independently of interest, except two that a person leaks on the
first day: whether the form's industry and size fields were filled in. A lead's
missing field is known to the market and hidden from the record.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sandbox.behaviour import (
    P_EMPLOYEES_MISSING,
    P_GATEWAY,
    P_INDUSTRY_MISSING,
    Array,
    Index,
    first_states,
    is_weekend,
)
from sandbox.campaigns import Campaigns, draw_campaign
from sandbox.fit import (
    P_RESEARCHER,
    P_SENIORITY,
    PRODUCTS,
    SENIORITIES,
    SIZE_BANDS,
    p_industry_and_band,
)
from sandbox.places import P_COUNTRY, REGION_OF_COUNTRY
from sandbox.spec import MarketSpec

_LEADS_PER_COMPANY = 1.8
_P_FREE_MAIL = 0.16
_RESEARCHER_ON_FREE_MAIL = 0.08
_P_CONSENT = 0.85
_WEEKEND_ARRIVALS = 0.35

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Companies:
    """All companies, one entry each. `employees` lies within the size band and says no more."""

    industry: Index
    band: Index
    employees: Index
    country: Index
    gateway: Index


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """All leads, one entry each; what a record shows and, where said, what it hides.

    industry, band              hidden where `has_industry`, `has_employees` is False
    created_day                 counted from the market's first day, a Monday
    nurture_days                planned days until hand-over; a demo request can shorten them
    first_state                 hidden: the state on the first day
    p_first_state               its distribution, given the visible facts, shape (n, 6)
    """

    company: Index
    industry: Index
    band: Index
    employees: Index
    has_industry: Flags
    has_employees: Flags
    country: Index
    region: Index
    seniority: Index
    product: Index
    campaign: Index
    channel: Index
    is_free_mail: Flags
    gateway: Index
    has_consent: Flags
    created_day: Index
    nurture_days: Index
    first_state: Index
    p_first_state: Array

    def __len__(self) -> int:
        return len(self.company)


def draw_companies(n_companies: int, *, rng: np.random.Generator) -> Companies:
    """Companies, each drawn independently."""
    joint = p_industry_and_band()
    cell = rng.choice(joint.size, size=n_companies, p=joint.ravel())
    industry, band = np.divmod(cell, joint.shape[1])
    low, high = np.array(SIZE_BANDS, dtype=np.float64)[band].T
    spread = rng.random(n_companies)
    employees = np.floor(low * ((high + 1) / low) ** spread).astype(np.int64)
    return Companies(
        industry=industry,
        band=band,
        employees=np.clip(employees, low, high).astype(np.int64),
        country=rng.choice(len(P_COUNTRY), size=n_companies, p=P_COUNTRY),
        gateway=rng.choice(len(P_GATEWAY), size=n_companies, p=P_GATEWAY),
    )


def draw_people(
    *,
    companies: Companies,
    campaigns: Campaigns,
    created_day: Index,
    nurture_days: Index,
    spec: MarketSpec,
    rng: np.random.Generator,
) -> People:
    """People created on the given days, each of some company, brought by some campaign."""
    n = len(created_day)
    company = rng.integers(len(companies.industry), size=n)
    campaign = draw_campaign(campaigns, created_day, rng=rng)
    seniority = rng.choice(len(SENIORITIES), size=n, p=P_SENIORITY)
    is_free_mail = rng.random(n) < _P_FREE_MAIL
    p_researcher = P_RESEARCHER[seniority] + _RESEARCHER_ON_FREE_MAIL * is_free_mail
    p_first = first_states(campaigns.appeal[campaign], p_researcher)
    first_state = draw_rows(p_first, rng=rng)
    own_gateway = rng.choice(len(P_GATEWAY), size=n, p=P_GATEWAY)
    country = companies.country[company]
    return People(
        company=company,
        industry=companies.industry[company],
        band=companies.band[company],
        employees=companies.employees[company],
        has_industry=rng.random(n) >= P_INDUSTRY_MISSING[first_state] * spec.missing,
        has_employees=rng.random(n) >= P_EMPLOYEES_MISSING[first_state] * spec.missing,
        country=country,
        region=REGION_OF_COUNTRY[country],
        seniority=seniority,
        product=rng.integers(len(PRODUCTS), size=n),
        campaign=campaign,
        channel=campaigns.channel[campaign],
        is_free_mail=is_free_mail,
        gateway=np.where(is_free_mail, own_gateway, companies.gateway[company]),
        has_consent=rng.random(n) < _P_CONSENT,
        created_day=created_day,
        nurture_days=nurture_days,
        first_state=first_state,
        p_first_state=p_first,
    )


def n_companies_for(n_leads: int) -> int:
    """How many companies a market of so many leads has."""
    return max(1, round(n_leads / _LEADS_PER_COMPANY))


def draw_arrivals(n: int, *, first: int, last: int, rng: np.random.Generator) -> Index:
    """Days of creation in first..last, fewer on Saturdays and Sundays."""
    days = np.arange(first, last + 1)
    weights = np.where(is_weekend(days), _WEEKEND_ARRIVALS, 1.0)
    return rng.choice(days, size=n, p=weights / weights.sum())


def draw_rows(p: Array, *, rng: np.random.Generator) -> Index:
    """One column of each row, drawn by the row's probabilities."""
    below = np.cumsum(p, axis=1) <= rng.random(len(p))[:, None]
    drawn: Index = np.minimum(below.sum(axis=1, dtype=np.int64), p.shape[1] - 1)
    return drawn
