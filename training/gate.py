"""The promotion gate: may this challenger serve? Pure: figures in, a decision with its reasons out.

All contenders come with probabilities for the same hold-out leads, made by the same calibrator;
the metric is their log loss (kept up where time is known), the AUC of the margin is a guard.

refuse    the challenger is not better than a constant, or a suspect column is unexplained
hold      it is worse than logistic regression, the points rule or the champion by more than the
          tolerance, does not beat a champion that is still young, or is surely worse than the
          champion for one kind of leads (training/slices.py)
promote   otherwise
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from training.evaluation import auc, log_losses, mean_interval
from training.report import Suspect
from training.slices import SliceReport


class Verdict(StrEnum):
    """What happens to the challenger."""

    PROMOTE = "promote"
    HOLD = "hold"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePolicy:
    """What "not worse" means.

    tolerance       nats by which the mean loss may exceed another's
    auc_tolerance   how far the margin's AUC may fall below another's
    young_days      a champion younger than this must be beaten, not only equalled: two models
                    within noise of each other would else take turns
    """

    tolerance: float = 0.002
    auc_tolerance: float = 0.02
    young_days: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A contender's hold-out.

    margins   (n,) they rank
    shown     (n,) the probabilities that are judged
    """

    margins: np.ndarray
    shown: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Champion:
    """The model that serves now, scored on the challenger's hold-out."""

    entry: Entry
    version: str
    age_days: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The challenger against one other; differences are challenger minus other, in nats."""

    other: str
    log_loss: float
    other_log_loss: float
    difference: float
    interval: tuple[float, float]
    auc: float
    other_auc: float

    @property
    def better(self) -> bool:
        """Surely lower loss: the whole 95 % interval lies below zero."""
        return self.interval[1] < 0

    def sentence(self) -> str:
        """The figures in words."""
        low, high = self.interval
        way = "below" if self.difference < 0 else "above"
        return (
            f"its log loss {self.log_loss:.4f} is {abs(self.difference):.4f} {way} "
            f"{self.other}'s {self.other_log_loss:.4f} (95 % interval of the difference "
            f"{low:+.4f} to {high:+.4f})"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionDecision:
    """The verdict, why, and every number it rests on."""

    verdict: Verdict
    reasons: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    suspects: tuple[Suspect, ...]
    allowed: Mapping[str, str]
    policy: GatePolicy
    slices: SliceReport | None
    metric: str
    n_leads: int

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "verdict": str(self.verdict),
            "reasons": list(self.reasons),
            "metric": self.metric,
            "leads": self.n_leads,
            "comparisons": [asdict(comparison) for comparison in self.comparisons],
            "suspects": [asdict(suspect) for suspect in self.suspects],
            "allowed": dict(self.allowed),
            "policy": asdict(self.policy),
            "slices": None if self.slices is None else self.slices.to_json(),
        }


def decide(
    *,
    labels: np.ndarray,
    challenger: Entry,
    constant: Entry,
    logistic_regression: Entry,
    champion: Champion | None,
    suspects: Sequence[Suspect],
    points: Entry | None = None,
    slices: SliceReport | None = None,
    rng: np.random.Generator,
    allowed: Mapping[str, str] | None = None,
    first: bool = False,
    kept_up: bool = True,
    policy: GatePolicy | None = None,
) -> PromotionDecision:
    """The decision on a challenger.

    labels    (n,) outcomes of the hold-out
    points    the day-one rule, where there is one
    slices    challenger against champion for each kind of leads
    allowed   suspect columns that somebody answers for, and what they said (`--allow-suspect`)
    first     let an initial model in that only beats the constant; without effect once there is a
              champion
    kept_up   whether the probabilities were kept up (time is known), for the record
    """
    policy, allowed = policy or GatePolicy(), allowed or {}

    def against(name: str, other: Entry) -> Comparison:
        return compare(challenger, other, name=name, labels=labels, rng=rng)

    to_constant = against("the constant", constant)
    to_linear = against("logistic regression", logistic_regression)
    comparisons = [to_constant, to_linear]
    refusals = [*_not_better_than_constant(to_constant), *_unexplained(suspects, allowed)]
    holds = _loses_to_linear(to_linear, policy)
    if points is not None:
        comparisons.append(against("the points rule", points))
        holds += _loses_to_points(comparisons[-1], policy)
    waived: list[str] = []
    if champion is None and first:
        waived, holds = [f"let in as the first model although {why}" for why in holds], []
    if champion is not None:
        comparisons.append(against(f"champion {champion.version}", champion.entry))
        holds += _loses_to_champion(comparisons[-1], champion, policy)
        holds += [] if slices is None else slices.holds()
    if refusals:
        verdict, reasons = Verdict.REFUSE, refusals + holds
    elif holds:
        verdict, reasons = Verdict.HOLD, holds
    else:
        verdict = Verdict.PROMOTE
        reasons = [comparison.sentence() for comparison in comparisons] + waived
        reasons += [f"suspect {name!r} was allowed: {why}" for name, why in allowed.items()]
    return PromotionDecision(
        verdict=verdict,
        reasons=tuple(reasons),
        comparisons=tuple(comparisons),
        suspects=tuple(suspects),
        allowed=allowed,
        policy=policy,
        slices=slices,
        metric="kept-up log loss" if kept_up else "hold-out log loss",
        n_leads=len(labels),
    )


def compare(
    challenger: Entry, other: Entry, *, name: str, labels: np.ndarray, rng: np.random.Generator
) -> Comparison:
    """Losses side by side on the same leads, with the paired bootstrap interval."""
    mine, theirs = log_losses(challenger.shown, labels), log_losses(other.shown, labels)
    return Comparison(
        other=name,
        log_loss=float(mine.mean()),
        other_log_loss=float(theirs.mean()),
        difference=float((mine - theirs).mean()),
        interval=mean_interval(mine - theirs, rng=rng),
        auc=auc(challenger.margins, labels),
        other_auc=auc(other.margins, labels),
    )


def _not_better_than_constant(to_constant: Comparison) -> list[str]:
    if to_constant.better:
        return []
    return [f"it is not surely better than showing everyone the same: {to_constant.sentence()}"]


def _unexplained(suspects: Sequence[Suspect], allowed: Mapping[str, str]) -> list[str]:
    return [
        f"column {suspect.column!r} may know the outcome ({suspect.evidence}); drop it, or say "
        f'--allow-suspect {suspect.column} --because "..." when it is known before the outcome'
        for suspect in suspects
        if not allowed.get(suspect.column, "").strip()
    ]


def _loses_to_linear(to_linear: Comparison, policy: GatePolicy) -> list[str]:
    by = f"by more than {policy.tolerance:g} nats"
    worse = to_linear.difference > policy.tolerance
    holds = [f"the trees lose to logistic regression {by}: {to_linear.sentence()}"] if worse else []
    return holds + _ranks_worse(to_linear, policy)


def _loses_to_points(to_points: Comparison, policy: GatePolicy) -> list[str]:
    by = f"by more than {policy.tolerance:g} nats"
    worse = to_points.difference > policy.tolerance
    holds = [f"it loses to the points of the day-one profile {by}: {to_points.sentence()}"]
    return (holds if worse else []) + _ranks_worse(to_points, policy)


def _loses_to_champion(found: Comparison, champion: Champion, policy: GatePolicy) -> list[str]:
    if champion.age_days < policy.young_days:
        worse = not found.better
        must = (
            f"champion {champion.version} is {champion.age_days:.0f} days old, and one under "
            f"{policy.young_days:g} days must be surely beaten"
        )
    else:
        worse = found.difference > policy.tolerance
        must = (
            f"it is worse than champion {champion.version} by more than {policy.tolerance:g} nats"
        )
    holds = [f"{must}: {found.sentence()}"] if worse else []
    return holds + _ranks_worse(found, policy)


def _ranks_worse(found: Comparison, policy: GatePolicy) -> list[str]:
    if found.auc >= found.other_auc - policy.auc_tolerance:
        return []
    figures = f"AUC of the margin {found.auc:.3f} against {found.other_auc:.3f}"
    return [f"it ranks worse than {found.other}: {figures}"]
