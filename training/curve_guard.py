"""The guard before a new curve: too few labels wait, a jump is held for a person to look at.

A curve that runs away changes every probability that is shown at once, so it is compared with the
one that is served, over the leads that scores are ranked among.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from leads.score import Tier
from scoring.calibration import Curve
from scoring.reference import Reference
from training.live_keeper import LiveKeeper


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardPolicy:
    """What a new curve needs.

    fewest_new    labels since the last update
    fewest_each   leads of either outcome that the longest memory must hold
    most_jump     mean absolute change of the shown log-odds
    most_ratio    how many times larger or smaller the mean shown of any tier may become
    """

    fewest_new: int = 20
    fewest_each: float = 5.0
    most_jump: float = 1.0
    most_ratio: float = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """How far a new curve is from the old one.

    log_odds   mean absolute change over the reference leads
    tiers      mean shown of each tier, new by old
    """

    log_odds: float
    tiers: Mapping[Tier, float]


def jump_between(old: Curve, new: Curve, *, reference: Reference) -> Jump:
    """The change of what is shown for the reference leads."""
    margins = np.array(reference.quantiles)
    before, after = old.probability(margins), new.probability(margins)
    change = np.abs(_log_odds(after) - _log_odds(before))
    letters = reference.standing(margins)[1]
    ratios = {
        tier: float(after[letters == tier].mean() / before[letters == tier].mean())
        for tier in Tier
        if (letters == tier).any()
    }
    return Jump(log_odds=float(change.mean()), tiers=ratios)


def why_wait(state: LiveKeeper, *, n_new: int, policy: GuardPolicy) -> str | None:
    """Why there is no new curve yet; None when there are labels enough."""
    if n_new < policy.fewest_new:
        return f"{n_new:,} new labels; {policy.fewest_new:,} are needed for a new curve"
    won, lost = state.outcomes()
    if min(won, lost) < policy.fewest_each:
        which = "converted" if won < lost else "did not convert"
        return (
            f"too few leads in memory that {which} (weight {min(won, lost):.1f}); "
            f"{policy.fewest_each:g} are needed for a new curve"
        )
    return None


def why_hold(jump: Jump, *, policy: GuardPolicy) -> str | None:
    """Why a person should look at the curve first; None when it may serve."""
    if jump.log_odds > policy.most_jump:
        return (
            f"the shown log-odds would change by {jump.log_odds:.2f} on average; "
            f"at most {policy.most_jump:g} goes unasked"
        )
    for tier, ratio in sorted(jump.tiers.items()):
        if not 1 / policy.most_ratio <= ratio <= policy.most_ratio:
            return (
                f"the mean shown probability of tier {tier} would be {ratio:.2f} times what it is; "
                f"between 1/{policy.most_ratio:g} and {policy.most_ratio:g} goes unasked"
            )
    return None


def _log_odds(p: np.ndarray) -> np.ndarray:
    return np.asarray(np.log(p) - np.log1p(-p))
