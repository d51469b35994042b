"""What fits whom: how the visible facts about a lead move its hazard of conversion.

Fit is made of interactions on purpose. No fact is good or bad by itself:
- each group of industries has its own best size of company, and the biggest and
  the smallest suit nobody;
- people with power to decide buy when they were met in person, people who do
  the work buy when they found us on the screen;
- each region wants other products.

A market with drift moves, over its history, from the first tables to the
second ones, and its general level falls and recovers. The level of any market
may jump on one day.
"""

import numpy as np
from numpy.typing import NDArray

from leads.campaigns import Channel
from sandbox.behaviour import Array, Index
from sandbox.campaigns import CHANNELS
from sandbox.spec import MarketSpec

INDUSTRIES = (
    "Software",
    "Media",
    "Professional services",
    "Retail",
    "Logistics",
    "Education",
    "Manufacturing",
    "Finance",
    "Healthcare",
)
P_INDUSTRY: Array = np.array([0.16, 0.08, 0.12, 0.12, 0.09, 0.07, 0.16, 0.11, 0.09])
_GROUP_OF_INDUSTRY: Index = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2])

SIZE_BANDS = ((1, 9), (10, 49), (50, 199), (200, 999), (1000, 4999), (5000, 60000))
# Companies of each size, a row for each group of industries.
_P_BAND: Array = np.array(
    [
        [0.22, 0.24, 0.20, 0.16, 0.11, 0.07],
        [0.18, 0.20, 0.21, 0.19, 0.13, 0.09],
        [0.13, 0.16, 0.20, 0.22, 0.17, 0.12],
    ]
)
_SIZE: Array = np.array(
    [
        [-0.7, 0.5, 0.75, 0.3, -0.6, -1.0],
        [-1.0, 0.2, 0.75, 0.6, -0.4, -1.0],
        [-1.1, 0.0, 0.75, 0.75, -0.1, -0.9],
    ]
)
_SIZE_LATER: Array = np.array(
    [
        [0.4, 0.5, 0.2, -0.3, -0.6, -0.8],
        [-0.2, 0.6, 0.5, -0.1, -0.6, -0.8],
        [-0.8, 0.3, 0.7, 0.3, -0.3, -0.8],
    ]
)

SENIORITIES = ("Junior", "Staff", "Manager", "Director", "Executive")
P_SENIORITY: Array = np.array([0.12, 0.34, 0.28, 0.16, 0.10])
P_RESEARCHER: Array = np.array([0.18, 0.07, 0.04, 0.03, 0.02])
IN_PERSON = (Channel.REFERRAL, Channel.SPONSORSHIP, Channel.SEMINAR, Channel.CONFERENCE)
_MET_IN_PERSON = np.array([channel in IN_PERSON for channel in CHANNELS])
# A row on the screen, a row in person; a column for each seniority.
_PERSON: Array = np.array([[-0.1, 0.2, 0.1, -0.15, -0.25], [-0.25, -0.15, 0.0, 0.25, 0.3]])
_PERSON_LATER: Array = np.array([[-0.1, -0.1, 0.2, 0.1, 0.0], [-0.2, 0.0, -0.2, 0.0, 0.4]])

REGIONS = ("EMEA", "Americas", "APAC")
PRODUCTS = ("Analytics", "Automation", "Integration", "Security")
_PRODUCT: Array = np.array([[0.1, -0.1, 0.1, -0.1], [-0.1, 0.2, 0.0, 0.0], [0.0, 0.0, -0.2, 0.2]])
_FREE_MAIL = -0.3
_LEVEL_SWING = 0.45


def p_industry_and_band() -> Array:
    """Joint distribution of industry and size band among companies, shape (9, 6)."""
    return P_INDUSTRY[:, None] * _P_BAND[_GROUP_OF_INDUSTRY]


def drifted(day: Index, spec: MarketSpec) -> Array:
    """How far the relations have moved by a day: 0 at the start, `spec.drift` at the end."""
    return spec.drift * np.clip(day / spec.history_days, 0.0, 1.0)


def size_fit(industry: Index, band: Index, moved: Array) -> Array:
    """The part of fit that industry and size make together."""
    group = _GROUP_OF_INDUSTRY[industry]
    return (1.0 - moved) * _SIZE[group, band] + moved * _SIZE_LATER[group, band]


def person_fit(
    *,
    seniority: Index,
    channel: Index,
    region: Index,
    product: Index,
    is_free_mail: NDArray[np.bool_],
    moved: Array,
) -> Array:
    """The part of fit that is never missing: person, channel, region, product, mail."""
    place = _MET_IN_PERSON[channel].astype(np.int64)
    person = (1.0 - moved) * _PERSON[place, seniority] + moved * _PERSON_LATER[place, seniority]
    return person + _PRODUCT[region, product] + _FREE_MAIL * is_free_mail


def general_level(moved: Array) -> Array:
    """How much easier (+) or harder (-) selling is by then: a dip in the middle of the drift."""
    return -_LEVEL_SWING * np.sin(np.pi * 1.5 * moved)


def level_jump(day: Index, spec: MarketSpec) -> Array:
    """How much the level has jumped by a day."""
    if spec.shift_day is None:
        return np.zeros(len(day))
    return np.where(day >= spec.shift_day, spec.level_shift, 0.0)
