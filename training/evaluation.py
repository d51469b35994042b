"""How good a ranking and its probabilities are, with bootstrap intervals.

Ranking figures are taken on the raw margin, because leads are ranked by it within a moment;
probability figures on what was shown. All work on plain arrays.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

SHARES = (0.05, 0.10, 0.20)
ECE_BINS = 10
BOOTSTRAPS = 200
P_MIN = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """How well leads are ordered.

    lift_cap   the highest lift at 10 % that any model could reach here
    """

    auc: float
    ap: float
    precision_at: dict[float, float]
    recall_at: dict[float, float]
    lift_at_10: float
    lift_cap: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Probabilities:
    """How honest shown probabilities are."""

    log_loss: float
    brier: float
    ece: float


def ranking(margins: np.ndarray, labels: np.ndarray) -> Ranking:
    """Figures of the order of (n,) margins against (n,) labels 0 or 1."""
    base = float(labels.mean())
    precision = {share: precision_at(margins, labels, share=share) for share in SHARES}
    return Ranking(
        auc=auc(margins, labels),
        ap=average_precision(margins, labels),
        precision_at=precision,
        recall_at={
            share: value * _top(len(labels), share) / labels.sum()
            for share, value in precision.items()
        },
        lift_at_10=precision[0.10] / base,
        lift_cap=lift_cap(labels),
    )


def probabilities(shown: np.ndarray, labels: np.ndarray) -> Probabilities:
    """Figures of (n,) shown probabilities."""
    return Probabilities(
        log_loss=log_loss(shown, labels), brier=brier(shown, labels), ece=ece(shown, labels)
    )


def auc(margins: np.ndarray, labels: np.ndarray) -> float:
    """Probability that a converted lead stands above one that did not; ties count half."""
    won = float(labels.sum())
    lost = len(labels) - won
    return float((rankdata(margins)[labels == 1].sum() - won * (won + 1) / 2) / (won * lost))


def average_precision(margins: np.ndarray, labels: np.ndarray) -> float:
    """Mean precision at each converted lead, tied margins taken as one step."""
    order = np.argsort(-margins, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(margins[order]) != 0, True))
    found = np.cumsum(labels[order])[ends]
    return float((np.diff(found, prepend=0) * found / (ends + 1)).sum() / labels.sum())


def precision_at(margins: np.ndarray, labels: np.ndarray, *, share: float) -> float:
    """Conversion rate of the top share; of leads tied at its edge, the average is taken."""
    size = _top(len(labels), share)
    edge = np.sort(margins)[-size]
    above, tied = margins > edge, margins == edge
    found = labels[above].sum() + labels[tied].mean() * (size - above.sum())
    return float(found / size)


def lift_cap(labels: np.ndarray) -> float:
    """The lift at 10 % of a perfect ranking: 1 / base rate, or less when too many convert."""
    size = _top(len(labels), 0.10)
    return float(min(size, labels.sum()) / size / labels.mean())


def log_losses(shown: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Loss of each lead, in nats."""
    p = np.clip(shown, P_MIN, 1 - P_MIN)
    return np.asarray(-np.where(labels == 1, np.log(p), np.log1p(-p)))


def log_loss(shown: np.ndarray, labels: np.ndarray) -> float:
    """Mean loss in nats."""
    return float(log_losses(shown, labels).mean())


def brier(shown: np.ndarray, labels: np.ndarray) -> float:
    """Mean squared distance of the probability from what happened."""
    return float(((shown - labels) ** 2).mean())


def ece(shown: np.ndarray, labels: np.ndarray) -> float:
    """Mean distance of shown from seen conversion rate over ten bins of equal size."""
    table = calibration_curve(shown, labels)
    return float(np.average(np.abs(table[:, 0] - table[:, 1]), weights=table[:, 2]))


def calibration_curve(shown: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(<= 10, 3): mean shown probability, conversion rate and leads of bins of equal size."""
    parts = np.array_split(np.argsort(shown, kind="stable"), min(ECE_BINS, len(shown)))
    return np.array([[shown[part].mean(), labels[part].mean(), len(part)] for part in parts])


def gain_curve(margins: np.ndarray, labels: np.ndarray, *, points: int = 101) -> np.ndarray:
    """(points, 2): share of leads worked from the top, share of conversions found by then."""
    found = np.concatenate([[0], np.cumsum(labels[np.argsort(-margins, kind="stable")])])
    share = np.linspace(0, 1, points)
    return np.column_stack([share, found[np.round(share * len(labels)).astype(int)] / found[-1]])


def score_bands(shown: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(<= 10, 4): leads, lowest and highest shown probability, conversion rate; best band first."""
    parts = np.array_split(np.argsort(-shown, kind="stable"), min(ECE_BINS, len(shown)))
    return np.array([[len(p), shown[p].min(), shown[p].max(), labels[p].mean()] for p in parts])


def interval(
    figure: Callable[[np.ndarray, np.ndarray], float],
    values: np.ndarray,
    labels: np.ndarray,
    *,
    rng: np.random.Generator,
    rounds: int = BOOTSTRAPS,
) -> tuple[float, float]:
    """The 95 % bootstrap interval of a figure of (values, labels).

    Leads are drawn within each outcome, so that no resample lacks one; the base rate is held.
    """
    won, lost = np.flatnonzero(labels == 1), np.flatnonzero(labels == 0)
    figures = []
    for _ in range(rounds):
        drawn = np.concatenate([rng.choice(won, len(won)), rng.choice(lost, len(lost))])
        figures.append(figure(values[drawn], labels[drawn]))
    low, high = np.percentile(figures, [2.5, 97.5])
    return float(low), float(high)


def mean_interval(
    values: np.ndarray, *, rng: np.random.Generator, rounds: int = 2_000
) -> tuple[float, float]:
    """The 95 % bootstrap interval of the mean of (n,) values."""
    n = len(values)
    means = np.array([values[rng.integers(0, n, n)].mean() for _ in range(rounds)])
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def _top(n: int, share: float) -> int:
    return max(1, round(share * n))
