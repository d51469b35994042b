"""What the levels of one pair add up to, what each field had to do with it, and what forbids."""

import math
from collections.abc import Mapping, Sequence

from cleansing.matching.comparer import Form
from cleansing.matching.mail import differ_in_number
from cleansing.matching.words import Level

LOG2 = math.log(2)

_AGREEING_MAIL = frozenset({Level.EXACT, Level.CLOSE, Level.LOCAL})
_AGREEING_COMPANY = frozenset({Level.EXACT, Level.CLOSE})


def odds_of(
    logs: Sequence[tuple[float, float, float]], shares: tuple[float, float, float]
) -> tuple[float, list[float], float]:
    """Log odds of "the same", each field's part of them, and the rest, natural logarithms.

    `logs` has a field's log chance in each class (same, related, strangers). Against what a field
    is weighed is a mixture: where two people share a company anyway, agreeing on it says nothing.
    """
    same, near, apart = (math.log(share) if share else -math.inf for share in shares)
    for one, other, third in logs:
        same += one
        near += other
        apart += third
    high = max(near, apart)
    against = high + math.log(math.exp(near - high) + math.exp(apart - high))
    related = math.exp(near - against)
    parts = [one - related * other - (1 - related) * third for one, other, third in logs]
    odds = same - against
    return odds, parts, odds - sum(parts)


def probability_of(odds: float, *, slope: float, intercept: float) -> float:
    """Calibrated probability of log odds."""
    shown = slope * odds + intercept
    if shown < -700:
        return 0.0
    return 1 / (1 + math.exp(-shown))


def veto_of(levels: Mapping[str, Level], *, numbered: bool) -> str | None:
    """Why two records are never merged by themselves; levels by their comparer's name.

    two_people        names that differ at one company, and no address in common
    shared_address    an address in common, and neither name
    numbered          one company, addresses that differ in a number only: john.smith2@
    """
    missing = Level.MISSING
    given, family = levels.get("given", missing), levels.get("family", missing)
    mail = levels.get("email", missing)
    if numbered:
        return "numbered"
    if mail in _AGREEING_MAIL:
        return "shared_address" if given is family is Level.DIFFERS else None
    at_one_company = (
        levels.get("company") in _AGREEING_COMPANY
        or levels.get("domain") in _AGREEING_COMPANY
        or mail is Level.COLLEAGUE
    )
    return "two_people" if at_one_company and Level.DIFFERS in (given, family) else None


def is_numbered(left: Form, right: Form) -> bool:
    """Whether two addresses, as far as there are two, differ in a number only."""
    return left is not None and right is not None and differ_in_number(left, right)


VETOING = ("given", "family", "email", "company", "domain")
"""The comparisons a veto looks at."""
