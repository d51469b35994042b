"""What an order of leads is worth: capture, lift and AUC with intervals, deciles, months."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from training.evaluation import SHARES, auc, interval, lift_cap, precision_at

Interval = tuple[float, float]
_MONTHS = "datetime64[M]"
_TENTHS = 10
_TOP = 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How well leads are ordered, each figure with its 95 % bootstrap interval.

    lift      conversion rate of the best tenth against that of all; at most `cap`
    capture   by share of leads worked from the top, the share of conversions among them
    """

    n: int
    converted: int
    auc: float
    auc_interval: Interval
    lift: float
    lift_interval: Interval
    cap: float
    capture: dict[float, float]
    capture_interval: dict[float, Interval]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Leads of neighbouring scores.

    low, high   their lowest and highest score
    mean        their mean score
    """

    low: float
    high: float
    mean: float
    n: int
    converted: int

    @property
    def rate(self) -> float:
        """The share that converted."""
        return self.converted / self.n


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfScores:
    """The leads of one calendar month.

    mean   of their scores
    top    share of them that score like the best tenth of all months together
    """

    month: str
    n: int
    converted: int
    mean: float
    top: float


def order_of(scores: np.ndarray, labels: np.ndarray, *, rng: np.random.Generator) -> Order:
    """Of (n,) scores, the higher the better, and outcomes 0 or 1."""
    base = float(labels.mean())

    def lift(of: np.ndarray, y: np.ndarray) -> float:
        return precision_at(of, y, share=_TOP) / base

    return Order(
        n=len(labels),
        converted=int(labels.sum()),
        auc=auc(scores, labels),
        auc_interval=interval(auc, scores, labels, rng=rng),
        lift=lift(scores, labels),
        lift_interval=interval(lift, scores, labels, rng=rng),
        cap=lift_cap(labels),
        capture={share: captured(share)(scores, labels) for share in SHARES},
        capture_interval={
            share: interval(captured(share), scores, labels, rng=rng) for share in SHARES
        },
    )


def captured(share: float) -> Callable[[np.ndarray, np.ndarray], float]:
    """The figure: how much of all conversions the top share holds."""

    def figure(scores: np.ndarray, labels: np.ndarray) -> float:
        size = max(1, round(share * len(labels)))
        return precision_at(scores, labels, share=share) * size / float(labels.sum())

    return figure


def auc_difference(
    first: np.ndarray, second: np.ndarray, labels: np.ndarray, *, rng: np.random.Generator
) -> tuple[float, Interval]:
    """AUC of the first minus AUC of the second on the same leads, with the paired interval."""

    def gap(rows: np.ndarray, y: np.ndarray) -> float:
        at = rows.astype(np.int64)
        return auc(first[at], y) - auc(second[at], y)

    rows = np.arange(len(labels), dtype=np.float64)
    return gap(rows, labels), interval(gap, rows, labels, rng=rng)


def bands_of(scores: np.ndarray, labels: np.ndarray) -> tuple[Band, ...]:
    """The best first: each value where there are at most ten, else tenths of about equal size.

    Equal scores are never torn apart, so there may be fewer than ten.
    """
    values = np.unique(scores)
    if len(values) <= _TENTHS:
        edges = values
    else:
        edges = np.unique(np.quantile(scores, np.arange(_TENTHS) / _TENTHS, method="higher"))
    place = np.searchsorted(edges, scores, side="right") - 1
    return tuple(
        Band(
            low=float(scores[chosen].min()),
            high=float(scores[chosen].max()),
            mean=float(scores[chosen].mean()),
            n=int(chosen.sum()),
            converted=int(labels[chosen].sum()),
        )
        for band in range(len(edges))[::-1]
        if (chosen := place == band).any()
    )


def months_of(
    scores: np.ndarray, labels: np.ndarray, moments: np.ndarray | None
) -> tuple[MonthOfScores, ...]:
    """Calendar months, oldest first; none without moments."""
    if moments is None:
        return ()
    bar = np.quantile(scores, 1 - _TOP, method="higher")
    month_of = moments.astype(_MONTHS)
    return tuple(
        MonthOfScores(
            month=str(month),
            n=int(chosen.sum()),
            converted=int(labels[chosen].sum()),
            mean=float(scores[chosen].mean()),
            top=float((scores[chosen] >= bar).mean()),
        )
        for month in np.unique(month_of)
        if (chosen := month_of == month).any()
    )


def inflation(months: tuple[MonthOfScores, ...]) -> tuple[float, float] | None:
    """The mean score of the later half of the months against the earlier, and their conversion
    rates against each other; None below four months or without conversions in either half.
    """
    if len(months) < 4:
        return None
    halves = months[: len(months) // 2], months[len(months) // 2 :]
    n = [sum(month.n for month in half) for half in halves]
    means = [
        sum(month.mean * month.n for month in half) / size
        for half, size in zip(halves, n, strict=True)
    ]
    rates = [
        sum(month.converted for month in half) / size for half, size in zip(halves, n, strict=True)
    ]
    if not means[0] or not rates[0]:
        return None
    return means[1] / means[0], rates[1] / rates[0]
