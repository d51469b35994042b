"""What single columns know about the outcome: out-of-fold rates, AUC within stretches of time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from training.evaluation import auc
from training.recipe import Table
from training.splits import Fold

_BINS = 32
_SMOOTHING = 20.0
_SLICES = 10
_SLICE_CLASS = 20
_Z = 1.96


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleAuc:
    """How well one column alone tells conversions apart, and the end of its 95 % interval."""

    value: float
    lower: float


def single_auc(
    table: Table, feature: int, *, folds: Sequence[Fold], slices: Sequence[np.ndarray]
) -> SingleAuc:
    """The AUC of out-of-fold conversion rates of the column's values, within slices.

    Within slices of time, because across them a column that merely moves with the market (an
    interest rate) looks as if it knew who converts.
    """
    rates = _out_of_fold_rates(table, feature, folds)
    values, weights, variances = [], [], []
    for part in slices:
        labels = table.labels[part]
        won, lost = labels.sum(), len(labels) - labels.sum()
        value = auc(rates[part], labels)
        values.append(value)
        weights.append(won * lost / (won + lost))
        variances.append(_auc_variance(value, won, lost))
    share = np.array(weights) / np.sum(weights)
    error = float(np.sqrt((share**2 * variances).sum()))
    mean = float(share @ values)
    return SingleAuc(value=mean, lower=mean - _Z * error)


def time_slices(labels: np.ndarray) -> list[np.ndarray]:
    """Up to ten stretches of consecutive rows with enough of both outcomes."""
    rare = int(min(labels.sum(), len(labels) - labels.sum()))
    n = min(max(rare // _SLICE_CLASS, 1), _SLICES)
    parts = np.array_split(np.arange(len(labels)), n)
    usable = [part for part in parts if 5 <= labels[part].sum() <= len(part) - 5]
    return usable or [np.arange(len(labels))]


def bins_of(table: Table, feature: int) -> np.ndarray:
    """(n,) small whole numbers: a word's code, or the quantile bin of a number; 0 is missing."""
    column = table.rows[:, feature]
    if feature in table.categorical:
        return column.astype(int)
    given = np.isfinite(column)
    if not given.any():
        return np.zeros(len(column), dtype=int)
    cuts = np.unique(np.quantile(column[given], np.linspace(0, 1, _BINS + 1)[1:-1]))
    return np.where(given, 1 + np.searchsorted(cuts, column, side="right"), 0)


def _out_of_fold_rates(table: Table, feature: int, folds: Sequence[Fold]) -> np.ndarray:
    bins = bins_of(table, feature)
    size = int(bins.max()) + 1
    rates = np.empty(len(bins))
    for fold in folds:
        seen, labels = bins[fold.train], table.labels[fold.train]
        won = np.bincount(seen, weights=labels, minlength=size)
        rows = np.bincount(seen, minlength=size)
        smooth = (won + _SMOOTHING * labels.mean()) / (rows + _SMOOTHING)
        rates[fold.test] = smooth[bins[fold.test]]
    return rates


def _auc_variance(value: float, won: float, lost: float) -> float:
    """Hanley and McNeil, 1982."""
    q1, q2 = value / (2 - value), 2 * value**2 / (1 + value)
    spread = (won - 1) * (q1 - value**2) + (lost - 1) * (q2 - value**2)
    return float((value * (1 - value) + spread) / (won * lost))
