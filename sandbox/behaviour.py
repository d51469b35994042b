"""How interest moves, and what people (and machines) do at each level of it.

A lead is at any day in one of six hidden states: five levels of interest, from
dormant to buying, between which it moves from day to day by single steps, and
one more kind of person, the researcher (student, competitor, supplier), who
reads everything, stays a researcher, and practically never buys.

    dormant <-> curious <-> exploring <-> evaluating <-> buying        researcher

Given the state, what happens on a day is independent of everything before:
web acts are Poisson, a mail is opened and clicked with given probabilities, or
by the recipient's mail machine whatever the person thinks.
"""

import numpy as np
from numpy.typing import NDArray

from leads.events import EventKind

Array = NDArray[np.float64]
Index = NDArray[np.int64]

STATES = ("dormant", "curious", "exploring", "evaluating", "buying", "researcher")
N_LEVELS = 5
RESEARCHER = 5

WEB_KINDS = (
    EventKind.PAGE_VISITED,
    EventKind.PRICING_VISITED,
    EventKind.CONTENT_DOWNLOADED,
    EventKind.WEBINAR_ATTENDED,
    EventKind.FORM_SUBMITTED,
    EventKind.DEMO_REQUESTED,
)

# Acts per working day, a row for each of WEB_KINDS, a column for each of STATES.
WEB_RATES: Array = np.array(
    [
        [0.020, 0.080, 0.220, 0.450, 0.700, 2.200],
        [0.002, 0.011, 0.045, 0.140, 0.320, 0.010],
        [0.003, 0.008, 0.020, 0.030, 0.030, 0.800],
        [0.006, 0.008, 0.010, 0.012, 0.012, 0.012],
        [0.006, 0.010, 0.014, 0.020, 0.022, 0.014],
        [0.0002, 0.001, 0.003, 0.010, 0.030, 0.001],
    ]
)
SATURDAY = 5
WEEKEND = 0.35  # factor on web acts on Saturdays and Sundays

# What a person does with a mail, by state.
P_OPEN: Array = np.array([0.08, 0.16, 0.32, 0.45, 0.50, 0.30])
P_CLICK_IF_OPENED: Array = np.array([0.10, 0.12, 0.16, 0.18, 0.20, 0.12])
MAIL_WEEKDAYS = (1, 3)  # Tuesday and Thursday

# What the recipient's mail machine does with it, whoever the person is.
GATEWAYS = ("Microsoft 365", "Google", "Apple", "Secure gateway", "Own server")
P_GATEWAY: Array = np.array([0.38, 0.27, 0.12, 0.10, 0.13])
P_MACHINE_OPEN: Array = np.array([0.02, 0.05, 0.60, 0.10, 0.0])
P_MACHINE_CLICK: Array = np.array([0.0, 0.0, 0.0, 0.30, 0.0])

# Log hazard of converting, by state, before scaling; the researcher's is out of reach.
INTEREST_HAZARD: Array = np.array([-3.2, -1.7, 0.0, 1.4, 2.1, -4.2])

# How often a person leaves a field of the form empty, by the state on the first day:
# the less interested, the lazier.
P_INDUSTRY_MISSING: Array = np.array([0.16, 0.13, 0.10, 0.07, 0.05, 0.15])
P_EMPLOYEES_MISSING: Array = np.array([0.20, 0.16, 0.12, 0.09, 0.07, 0.22])

_UP: Array = np.array([0.006, 0.007, 0.008, 0.007])
_DOWN: Array = np.array([0.009, 0.009, 0.010, 0.010])

MAIL_NONE, MAIL_IGNORED, MAIL_OPENED, MAIL_CLICKED = 0, 1, 2, 3


def daily_moves() -> Array:
    """Transition probabilities of one day (from row to column), shape (6, 6)."""
    moves = np.zeros((len(STATES), len(STATES)))
    for level in range(N_LEVELS - 1):
        moves[level, level + 1] = _UP[level]
        moves[level + 1, level] = _DOWN[level]
    return moves + np.diag(1.0 - moves.sum(axis=1))


def weekly_moves() -> Array:
    """Transition probabilities of seven days, shape (6, 6)."""
    return np.linalg.matrix_power(daily_moves(), 7)


def mail_outcomes(machine_noise: float) -> Array:
    """Probability that a mail is ignored, opened, clicked; shape (3, gateways, states).

    A click of either party counts as an open too; machine and person act independently.
    """
    machine_click = np.minimum(P_MACHINE_CLICK * machine_noise, 0.9)[:, None]
    machine_open = np.minimum(P_MACHINE_OPEN * machine_noise, 0.9)[:, None]
    clicked = 1.0 - (1.0 - P_OPEN * P_CLICK_IF_OPENED) * (1.0 - machine_click)
    ignored = (1.0 - P_OPEN) * (1.0 - machine_click) * (1.0 - machine_open)
    return np.stack([ignored, 1.0 - ignored - clicked, clicked])


def first_states(appeal: Array, p_researcher: Array) -> Array:
    """Distribution of the state on the first day, shape (n_leads, 6).

    appeal          how much the campaign draws interested people, one number a lead
    p_researcher    probability that the person is a researcher
    """
    logits = np.array([0.4, 0.7, 0.4, -0.6, -1.8]) + appeal[:, None] * np.arange(N_LEVELS)
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    levels = weights / weights.sum(axis=1, keepdims=True)
    return np.column_stack([levels * (1.0 - p_researcher[:, None]), p_researcher])


def is_weekend(calendar_day: Index) -> NDArray[np.bool_]:
    """Whether days since the market's first Monday are Saturdays or Sundays."""
    return calendar_day % 7 >= SATURDAY
