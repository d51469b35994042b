"""Which lines of a profile the won deals speak for: the lift of each, with its interval.

    lift = conversion rate of the leads that fulfil the line / rate of all leads

Its interval comes from the delta method on log lift, the leads inside and outside of the line
taken as two binomial samples, half a lead added to each cell so that none is empty. A lift seen in
few leads is mostly chance; each log lift is shrunk towards 0 by t^2 / (t^2 + se^2), with t^2 the
spread that the lines have beyond their own errors (DerSimonian and Laird, 1986).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log, sqrt
from typing import Any

import numpy as np

from features.values import boolean_of, category_of, number_of
from leads.conditions import read_condition
from leads.errors import Problem
from scoring.profile import PROFILE_FIELDS

FEWEST = 20
"""Leads inside a line; of fewer nothing is said."""
MOST_VALUES = 40
NUMBERS: Mapping[str, Sequence[float]] = {
    "employees": (10, 50, 250, 1_000),
    "revenue": (1_000_000, 10_000_000, 50_000_000),
}
WORDS = (
    *("industry", "seniority", "department", "country_code", "region", "language"),
    *("lead_source", "product_interest"),
)
YES = ("email_is_free", "email_is_role", "email_is_disposable", "phone_is_valid")
_WIDTH = 1.96


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A line that could be: field, operator and value, and what was counted."""

    field: str
    op: str
    value: Any  # a number, two, a text or a boolean, as TOML has them
    n: int
    won: int
    log_lift: float
    error: float

    @property
    def lift(self) -> float:
        """How many times as often such leads were won."""
        return exp(self.log_lift)

    @property
    def interval(self) -> tuple[float, float]:
        """95 %."""
        half = _WIDTH * self.error
        return exp(self.log_lift - half), exp(self.log_lift + half)

    @property
    def is_sure(self) -> bool:
        """Whether the interval excludes 1."""
        low, high = self.interval
        return low > 1 or high < 1


def candidates(leads: Sequence[Mapping[str, Any]], won: np.ndarray) -> list[Candidate]:
    """Every line there is something to say about, from leads as fields and (n,) outcomes 0 or 1."""
    found = []
    for field, op, value, inside in _lines(leads):
        n = int(inside.sum())
        if FEWEST <= n <= len(leads) - FEWEST:
            found.append(_counted(field, op, value, inside, won))
    return found


def shrunk(found: Sequence[Candidate]) -> list[float]:
    """The log lift of each, drawn towards 0 as far as it may be chance."""
    if not found:
        return []
    lifts = np.array([one.log_lift for one in found])
    weights = 1 / np.array([one.error for one in found]) ** 2
    spread = float((weights * lifts**2).sum()) - len(found)
    beyond = max(0.0, spread / float(weights.sum()))
    return [float(lift * beyond / (beyond + 1 / w)) for lift, w in zip(lifts, weights, strict=True)]


def _counted(field: str, op: str, value: Any, inside: np.ndarray, won: np.ndarray) -> Candidate:
    n, rest = float(inside.sum()) + 1, float((~inside).sum()) + 1
    p, q = (won[inside].sum() + 0.5) / n, (won[~inside].sum() + 0.5) / rest
    share = n / (n + rest)
    rate = share * p + (1 - share) * q
    by_p, by_q = 1 / p - share / rate, (1 - share) / rate
    variance = by_p**2 * p * (1 - p) / n + by_q**2 * q * (1 - q) / rest
    return Candidate(
        field=field,
        op=op,
        value=value,
        n=int(inside.sum()),
        won=int(won[inside].sum()),
        log_lift=log(p / rate),
        error=sqrt(variance),
    )


def _lines(
    leads: Sequence[Mapping[str, Any]],
) -> Iterator[tuple[str, str, Any, np.ndarray]]:
    for field, cuts in NUMBERS.items():
        read = [number_of(lead.get(field)) for lead in leads]
        numbers = np.array([np.nan if one is None else one for one in read])
        yield field, "lt", cuts[0], numbers < cuts[0]
        for low, high in pairwise(cuts):
            yield field, "between", [low, high - 1], (numbers >= low) & (numbers <= high - 1)
        yield field, "ge", cuts[-1], numbers >= cuts[-1]
    for field in WORDS:
        words = np.array([category_of(lead.get(field)) for lead in leads], dtype=object)
        different, counts = np.unique([w for w in words if w is not None], return_counts=True)
        for word in different[np.argsort(-counts, kind="stable")][:MOST_VALUES].tolist():
            if _may_be_said(field, word):
                yield field, "eq", word, words == word
    for field in YES:
        yield field, "eq", True, np.array([boolean_of(lead.get(field)) is True for lead in leads])


def _may_be_said(field: str, word: str) -> bool:
    """Whether a profile takes the word: a table may have words of its own for seniorities."""
    problems: list[Problem] = []
    node = {"field": field, "op": "eq", "value": word}
    read_condition(node, pointer=field, problems=problems, fields=PROFILE_FIELDS)
    return not problems
