"""What the model must be compared with: a constant, logistic regression, plain LightGBM, points.

Each is fitted on the rows the model was fitted on, judged on the same hold-out, and gets the same
calibrator, warm-started on its own forward out-of-fold margins.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from training.recipe import Table, TrainingConfig, dataset
from training.splits import Fold

MOST_WORDS = 100
"""Words of one field that get a column of their own; the codes run by falling frequency."""

_RARE, _FIRST = 1, 2

Learner = Callable[[Table, np.ndarray], np.ndarray]
"""Fits on a table and gives the margins of other encoded rows."""

Points = Callable[[Any], np.ndarray | None]
"""The margins that a rule written by people gives a pandas DataFrame of leads, whatever they
became; None when it finds nothing in the table that it knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """Margins of one baseline: out of fold for the fitted rows (NaN where none), and ahead."""

    out_of_fold: np.ndarray
    margins: np.ndarray


def run_baseline(
    learner: Learner, table: Table, *, folds: Sequence[Fold], ahead: np.ndarray
) -> Baseline:
    """The baseline's margins on the folds of `table`, and on the rows `ahead` after a full fit."""
    out_of_fold = np.full(len(table.labels), np.nan)
    # matrices this small are solved nine times faster by one BLAS thread on a busy machine
    with threadpool_limits(1):
        for fold in folds:
            out_of_fold[fold.test] = learner(table.take(fold.train), table.rows[fold.test])
        return Baseline(out_of_fold=out_of_fold, margins=learner(table, ahead))


def run_points(
    points: Points, frame: Any, *, fit: np.ndarray, folds: Sequence[Fold], stream: np.ndarray
) -> Baseline | None:
    """The day-one rule on the same rows: it learns nothing, so only its calibrator needs the folds.

    frame         all leads, a pandas DataFrame; `fit` and `stream` are positions in it
    folds         of the leads of `fit`
    None when the rule knows nothing of the table.
    """
    margins = points(frame)
    if margins is None:
        return None
    seen = np.unique(np.concatenate([fold.test for fold in folds]))
    out_of_fold = np.full(len(fit), np.nan)
    out_of_fold[seen] = margins[fit][seen]
    return Baseline(out_of_fold=out_of_fold, margins=margins[stream])


def constant(table: Table, ahead: np.ndarray) -> np.ndarray:
    """The conversion rate of the table, for everyone."""
    rate = table.labels.mean()
    return np.full(len(ahead), np.log(rate / (1 - rate)))


def logistic_regression(table: Table, ahead: np.ndarray) -> np.ndarray:
    """One-hot words, scaled numbers with their missing values marked, C = 1."""
    design = Design(table)
    model = LogisticRegression(C=1.0, solver="newton-cholesky", max_iter=200)
    model.fit(design.of(table.rows), table.labels)
    return np.asarray(model.decision_function(design.of(ahead)))


def plain_lightgbm(config: TrainingConfig) -> Learner:
    """LightGBM as it comes: 100 trees of 31 leaves."""
    parameters = {
        "objective": "binary",
        "seed": config.seed,
        "num_threads": 1,
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
    }

    def learn(table: Table, ahead: np.ndarray) -> np.ndarray:
        booster = lgb.train(parameters, dataset(table), num_boost_round=100)
        return np.asarray(booster.predict(ahead, raw_score=True, num_threads=1))

    return learn


class Design:
    """The linear model's columns, learnt from the rows it is fitted on."""

    def __init__(self, table: Table) -> None:
        words = set(table.categorical)
        self._words = sorted(words)
        self._numbers = [j for j in range(table.rows.shape[1]) if j not in words]
        numbers = table.rows[:, self._numbers]
        given = np.isfinite(numbers)
        self._marked = ~given.all(axis=0) & given.any(axis=0)
        self._middle = np.array(
            [np.median(column[seen]) if seen.any() else 0.0 for column, seen in _pairs(numbers)]
        )
        self._seen = {j: np.unique(_capped(table.rows[:, j])) for j in self._words}
        # by hand, because scikit-learn's scaler refuses a table without any numbers
        filled = self._filled(numbers)
        self._mean, spread = filled.mean(axis=0), filled.std(axis=0)
        self._scale = np.where(spread > 0, spread, 1.0)

    def of(self, rows: np.ndarray) -> np.ndarray:
        """(n, columns) for encoded rows."""
        numbers = rows[:, self._numbers]
        missing = np.isnan(numbers)[:, self._marked].astype(np.float64)
        hot = [
            (_capped(rows[:, j])[:, None] == seen).astype(np.float64)
            for j, seen in self._seen.items()
        ]
        scaled = (self._filled(numbers) - self._mean) / self._scale
        return np.hstack([scaled, missing, *hot])

    def _filled(self, numbers: np.ndarray) -> np.ndarray:
        return np.where(np.isnan(numbers), self._middle, numbers)


def _pairs(numbers: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    return [(column, np.isfinite(column)) for column in numbers.T]


def _capped(codes: np.ndarray) -> np.ndarray:
    return np.where(codes >= _FIRST + MOST_WORDS, _RARE, codes)
