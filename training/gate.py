"""The gate: whether a challenger may become champion, from figures alone.

Every contender was judged on the same hold-out with the same calibrator. The metric is the mean
log loss of what would have been shown (kept up, or as fitted without time), compared lead by lead
with a paired bootstrap; the AUC of the margin is a guard, because the loss could fall by
calibration alone while the order of the leads gets worse.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from training.evaluation import auc, log_losses, mean_interval
from training.judging import Contender

TOLERANCE = 0.002
"""Nats of log loss that count as not worse."""

AUC_TOLERANCE = 0.02
YOUNG = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Champion:
    """The present champion on the challenger's hold-out.

    age     how long it has reigned
    among   (n_holdout,) the leads it may be compared on; None: all
    """

    version: str
    contender: Contender
    age: timedelta
    among: np.ndarray | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The challenger against one opponent; a negative difference means the challenger is better.

    log_loss, auc   the opponent's
    interval        95 % paired bootstrap of the difference
    """

    against: str
    leads: int
    log_loss: float
    auc: float
    own_log_loss: float
    own_auc: float
    difference: float
    interval: tuple[float, float]

    def to_json(self) -> dict[str, Any]:
        """Everything, for the record."""
        return {
            "against": self.against,
            "leads": self.leads,
            "log_loss": self.log_loss,
            "auc": self.auc,
            "own_log_loss": self.own_log_loss,
            "own_auc": self.own_auc,
            "difference": self.difference,
            "interval": list(self.interval),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the gate says, with its reasons as sentences and its figures."""

    promoted: bool
    reasons: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    tolerance: float

    def to_json(self) -> dict[str, Any]:
        """Everything, for the record."""
        return {
            "verdict": "promoted" if self.promoted else "refused",
            "reasons": list(self.reasons),
            "comparisons": [comparison.to_json() for comparison in self.comparisons],
            "tolerance": self.tolerance,
        }


@dataclass(frozen=True, slots=True)
class _Finding:
    passed: bool
    sentence: str


def decide(
    contenders: Mapping[str, Contender],
    *,
    labels: np.ndarray,
    champion: Champion | None,
    suspects: Mapping[str, str],
    allowed: Mapping[str, str],
    first: bool = False,
    tolerance: float = TOLERANCE,
    seed: int = 0,
) -> Decision:
    """The gate's answer about `contenders["model"]`.

    contenders   also "constant" and "logistic_regression"
    labels       (n_holdout,) outcomes
    suspects     column -> evidence; `allowed` column -> why it is honest
    first        losing to logistic regression does not hold an initial model back
    """
    rng, ours = np.random.default_rng(seed), contenders["model"]

    def against(name: str, other: Contender, among: np.ndarray | None = None) -> Comparison:
        return compare(ours, other, name=name, labels=labels, among=among, rng=rng)

    constant = against("constant", contenders["constant"])
    linear = against("logistic regression", contenders["logistic_regression"])
    findings = [
        *_suspects(suspects, allowed),
        _beats_constant(constant),
        _ranks(constant),
        _linear(linear, first=first, tolerance=tolerance),
    ]
    comparisons = [constant, linear]
    if champion is not None:
        name = f"champion version {champion.version}"
        duel = against(name, champion.contender, champion.among)
        comparisons.append(duel)
        findings += [_duel(duel, age=champion.age, tolerance=tolerance), _order(duel)]
    refused = [finding.sentence for finding in findings if not finding.passed]
    return Decision(
        promoted=not refused,
        reasons=tuple(refused or [finding.sentence for finding in findings]),
        comparisons=tuple(comparisons),
        tolerance=tolerance,
    )


def compare(
    ours: Contender,
    other: Contender,
    *,
    name: str,
    labels: np.ndarray,
    among: np.ndarray | None,
    rng: np.random.Generator,
) -> Comparison:
    """Two contenders lead by lead on the hold-out, or on the leads `among` it."""
    chosen = np.ones(len(labels), dtype=bool) if among is None else among
    outcome = labels[chosen]
    own = log_losses(ours.judged[chosen], outcome)
    theirs = log_losses(other.judged[chosen], outcome)
    return Comparison(
        against=name,
        leads=int(chosen.sum()),
        log_loss=float(theirs.mean()),
        auc=auc(other.margins[chosen], outcome),
        own_log_loss=float(own.mean()),
        own_auc=auc(ours.margins[chosen], outcome),
        difference=float((own - theirs).mean()),
        interval=mean_interval(own - theirs, rng=rng),
    )


def _suspects(suspects: Mapping[str, str], allowed: Mapping[str, str]) -> list[_Finding]:
    return [
        _Finding(
            column in allowed,
            f"column {column!r} is allowed although {evidence} Reason given: {allowed[column]}"
            if column in allowed
            else f"column {column!r} may know the outcome: {evidence} Leave it out with --drop, or "
            f'say why it is honest: --allow-suspect {column!r} --because "..."',
        )
        for column, evidence in suspects.items()
    ]


def _beats_constant(duel: Comparison) -> _Finding:
    passed = duel.interval[1] < 0
    verb = "is better than" if passed else "is not shown to be better than"
    return _Finding(
        passed,
        f"its log loss {duel.own_log_loss:.4f} {verb} the average for everyone, "
        f"{duel.log_loss:.4f} ({_difference(duel)})",
    )


def _ranks(duel: Comparison) -> _Finding:
    return _Finding(
        duel.own_auc > 0.5,
        f"it ranks leads with an AUC of {duel.own_auc:.3f}; a coin has .5",
    )


def _linear(duel: Comparison, *, first: bool, tolerance: float) -> _Finding:
    figures = f"{duel.own_log_loss:.4f} against {duel.log_loss:.4f} ({_difference(duel)})"
    if duel.difference <= tolerance:
        return _Finding(True, f"it is not worse than logistic regression: {figures}")
    if first:
        sentence = f"it loses to logistic regression, {figures}, and is let in as the first model"
        return _Finding(True, sentence)
    return _Finding(
        False,
        f"it loses to logistic regression: {figures}; at most {tolerance:g} is accepted "
        "(--first lets an initial model in)",
    )


def _duel(duel: Comparison, *, age: timedelta, tolerance: float) -> _Finding:
    figures = f"{duel.own_log_loss:.4f} against {duel.log_loss:.4f} ({_difference(duel)})"
    if age < YOUNG:
        passed = duel.interval[1] < 0
        verb = "is better than" if passed else "is not shown to be better than"
        return _Finding(
            passed,
            f"it {verb} the {duel.against}: {figures}; that one has reigned {age.days} days, and "
            f"under {YOUNG.days} days only a better model replaces it",
        )
    passed = duel.difference <= tolerance
    verb = "is not worse than" if passed else "is worse than"
    return _Finding(
        passed,
        f"it {verb} the {duel.against}: {figures}; at most {tolerance:g} is accepted after "
        f"{age.days} days",
    )


def _order(duel: Comparison) -> _Finding:
    passed = duel.own_auc >= duel.auc - AUC_TOLERANCE
    verb = "does not rank worse than" if passed else "ranks worse than"
    return _Finding(
        passed,
        f"it {verb} the {duel.against}: AUC {duel.own_auc:.3f} against {duel.auc:.3f}",
    )


def _difference(duel: Comparison) -> str:
    low, high = duel.interval
    return f"{duel.difference:+.4f}, 95 % between {low:+.4f} and {high:+.4f}"
