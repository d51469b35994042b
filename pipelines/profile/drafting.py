"""A draft of `profile.toml` from won deals: what speaks for itself, for marketing to edit.

Only lines whose 95 % interval excludes a lift of 1 are written. Points are proportional to the
shrunk log lift, 20 for twice as often. The lines are counted one by one: where two go together
(large companies in one industry) both get the points, which is one reason to edit.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Any

import numpy as np

from leads.conditions import compile_condition
from leads.errors import InvalidInput
from pipelines.day_one import LEAST_OUTCOMES
from pipelines.profile.lifts import Candidate, candidates, shrunk
from pipelines.profile.won_deals import WonDeals
from scoring.profile import Profile
from scoring.profile.columns import READERS
from scoring.profile.reading import parse_profile

TWICE = 20
MOST = 40
_SHARES = (0.05, 0.20, 0.50)
_RATE_MAX = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A draft: its text, the lines in it with their points, and how many had nothing to say."""

    text: str
    lines: tuple[tuple[Candidate, int], ...]
    unsure: int


def draft(deals: WonDeals, *, present: Profile) -> Drafted:
    """The draft. What leads do is taken over from the present profile: it is not counted here.

    Raises InvalidInput when there are too few won deals, or no line is sure.
    """
    n, won = len(deals.won), int(deals.won.sum())
    if won < LEAST_OUTCOMES or n - won < LEAST_OUTCOMES:
        raise InvalidInput(
            f"there are {won:,} won deals among {n:,} leads with an outcome; a profile is drafted "
            f"from at least {LEAST_OUTCOMES} of either kind. Until then write it by hand, or start "
            "from the packaged one (leadflow profile show)" + _left_out(deals)
        )
    found = candidates(deals.leads, deals.won)
    points = [round(TWICE * one / log(2)) for one in shrunk(found)]
    kept = [
        (one, max(-MOST, min(MOST, given)))
        for one, given in zip(found, points, strict=True)
        if one.is_sure and given
    ]
    if not kept:
        raise InvalidInput(
            f"none of {len(found):,} lines tells won deals from others: every interval of the lift "
            "includes 1, so chance explains it; keep the present profile"
        )
    kept.sort(key=lambda pair: -abs(pair[1]))
    body = _lines(kept) + _behaviour(present)
    totals = _totals(body, deals)
    text = _head(deals, kept, totals) + body
    parse_profile(text.encode(), name="the draft")
    return Drafted(text=text, lines=tuple(kept), unsure=len(found) - len(kept))


def _head(deals: WonDeals, kept: Sequence[Any], totals: np.ndarray) -> str:
    rate = float(deals.won.mean())
    step, base = log(2) / TWICE, log(rate / (1 - rate))
    at = [_rate(base + step * (points - float(totals.mean()))) for points in (0, 50, 100)]
    a, b, c = _tiers(totals)
    notes = "".join(f"# Left out: {told}.\n" for told in deals.left_out)
    return f"""\
# A draft from {int(deals.won.sum()):,} won deals among {len(deals.won):,} leads, to be edited.
# Each line says how many times as often as average such leads were won, with its 95 % interval,
# and how many there were; {len(kept)} lines are sure to differ from 1. Points are proportional to
# the log of the lift, drawn towards 0 where few leads speak: {TWICE} are twice as often.
# Lines that go together (large companies of one industry) both count: mind that.
{notes}
title = {{ en = "Drafted from won deals", zh = "根据成交客户起草" }}

# As if every line were independent of the others: check them.
[probability]
average = {rate:.4f}
at_0 = {at[0]:.6f}
at_50 = {at[1]:.6f}
at_100 = {at[2]:.6f}

# The top 5, 20 and 50 % of these leads, before anything they did.
[tiers]
A = {a:g}
B = {b:g}
C = {c:g}

"""


def _rate(log_odds: float) -> float:
    return min(_RATE_MAX, 1 / (1 + exp(-log_odds)))


def _tiers(totals: np.ndarray) -> tuple[float, float, float]:
    """The fewest points of A, B and C; apart from each other and above 0."""
    found = [float(np.clip(np.quantile(totals, 1 - share), 1, 100)) for share in _SHARES]
    a, b, c = (round(points) for points in found)
    c = min(max(c, 1), 98)
    b = min(max(b, c + 1), 99)
    return float(max(a, b + 1)), float(b), float(c)


def _totals(body: str, deals: WonDeals) -> np.ndarray:
    """(n,) points of the drafted lines for these very leads."""
    rates = "[probability]\naverage = 0.1\nat_0 = 0.1\nat_50 = 0.2\nat_100 = 0.3\n"
    tiers = "[tiers]\nA = 3\nB = 2\nC = 1\n"
    profile = parse_profile((rates + tiers + body).encode(), name="the draft")
    tests = [(compile_condition(line.when, READERS), line.points) for line in profile.fit]
    return np.array(
        [sum(points for holds, points in tests if holds(lead)) for lead in deals.leads], float
    )


def _lines(kept: Sequence[tuple[Candidate, int]]) -> str:
    return "".join(
        f"# lift {one.lift:.2f} ({one.interval[0]:.2f} to {one.interval[1]:.2f}), {one.n:,} leads, "
        f"{one.won:,} won\n[[fit]]\nname = {_toml(_name(one))}\npoints = {points}\n"
        f'when = {{ field = "{one.field}", op = "{one.op}", value = {_toml(one.value)} }}\n\n'
        for one, points in kept
    )


def _name(one: Candidate) -> str:
    value = f"{one.value[0]:,} to {one.value[1]:,}" if one.op == "between" else f"{one.value}"
    word = {"lt": "below ", "ge": "from "}.get(one.op, "")
    return f"{one.field} {word}{value}"[:120]


def _behaviour(present: Profile) -> str:
    """What leads do, from the present profile: points that are not drafted from data."""
    return "".join(
        f'[[behaviour]]\nkind = "{line.kind}"\npoints = {line.points:g}\ncap = {line.cap:g}\n'
        f"half_life_days = {line.half_life_days:g}\n\n"
        for line in present.behaviour
    )


def _left_out(deals: WonDeals) -> str:
    return f". Left out: {'; '.join(deals.left_out)}" if deals.left_out else ""


def _toml(value: Any) -> str:
    """A value as TOML writes it: JSON's way, but for the one character it leaves as it is."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
