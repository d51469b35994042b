"""The learner: one small, strongly regularised LightGBM whose size is chosen on folds.

Where time is known the folds go forward, and a fold's loss is taken after the best sigmoid for
that fold (held by the same ridge as the keeper's own), so that the number of trees is chosen by
how leads are ranked and not by how the base rate moved. Early stopping on one newest split stops
at tree 1 or 2 when the base rate moves, and ruins the model.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np

from leads.progress import Progress
from training.keeper import PLATT_RIDGE
from training.platt import platt_loss
from training.splits import Fold

_ROWS_PER_LEAF = 50
_LEAF_MIN, _LEAF_MAX = 5, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConfig:
    """The recipe's numbers; measured defaults, see docs/benchmarks.md.

    min_data_in_leaf   None: a fiftieth of the rows, within 5..100
    tree_step          numbers of trees that are tried lie this far apart
    num_threads        folds fitted at once, each on one thread; 0: one for every processor. The
                       model is the same for any number
    gap                whether rows whose outcome was not known at the cut are left out of the
                       first fit; None: where the label delay is a duration
    """

    num_leaves: int = 6
    learning_rate: float = 0.05
    min_data_in_leaf: int | None = None
    lambda_l2: float = 10.0
    feature_fraction: float = 0.5
    path_smooth: float = 20.0
    cat_smooth: float = 50.0
    cat_l2: float = 20.0
    max_cat_threshold: int = 16
    max_trees: int = 400
    tree_step: int = 10
    seed: int = 0
    num_threads: int = 0
    gap: bool | None = None

    def parameters(self, *, n_rows: int) -> dict[str, Any]:
        """What LightGBM is told when the whole training table has `n_rows`."""
        leaf = self.min_data_in_leaf
        if leaf is None:
            leaf = min(max(n_rows // _ROWS_PER_LEAF, _LEAF_MIN), _LEAF_MAX)
        return {
            "objective": "binary",
            "num_leaves": self.num_leaves,
            "learning_rate": self.learning_rate,
            "min_data_in_leaf": leaf,
            "min_data_per_group": leaf,
            "lambda_l2": self.lambda_l2,
            "feature_fraction": self.feature_fraction,
            "path_smooth": self.path_smooth,
            "cat_smooth": self.cat_smooth,
            "cat_l2": self.cat_l2,
            "max_cat_threshold": self.max_cat_threshold,
            "seed": self.seed,
            # OpenMP threads that wait for each other stall a busy machine (measured: 8 s became
            # 200); whole folds side by side do not
            "num_threads": 1,
            "deterministic": True,
            "force_row_wise": True,
            "verbose": -1,
        }

    @property
    def workers(self) -> int:
        """How many folds are fitted at once."""
        return self.num_threads or os.cpu_count() or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Encoded leads, ready for LightGBM: rows (n, n_features) and labels (n,)."""

    rows: np.ndarray
    labels: np.ndarray
    names: Sequence[str]
    categorical: Sequence[int]

    def take(self, positions: np.ndarray) -> "Table":
        """The table of some of its leads."""
        return Table(
            rows=self.rows[positions],
            labels=self.labels[positions],
            names=self.names,
            categorical=self.categorical,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldMargins:
    """What the fold models say about the rows they did not see.

    counts    (k,) numbers of trees
    margins   one (k, n_test) array a fold
    losses    (folds, k) log loss after each fold's best sigmoid
    """

    folds: Sequence[Fold]
    counts: np.ndarray
    margins: Sequence[np.ndarray]
    losses: np.ndarray

    def best(self, *, without: int | None = None) -> int:
        """Index of the number of trees with the lowest mean loss, maybe without one fold."""
        losses = self.losses if without is None else np.delete(self.losses, without, axis=0)
        return int(losses.mean(axis=0).argmin())

    def out_of_fold(self, *, n_rows: int, index: int) -> np.ndarray:
        """(n_rows,) margins at the given number of trees; NaN where no fold predicted."""
        out = np.full(n_rows, np.nan)
        for fold, margins in zip(self.folds, self.margins, strict=True):
            out[fold.test] = margins[index]
        return out


def grow(
    table: Table, *, n_trees: int, config: TrainingConfig, n_rows: int | None = None
) -> lgb.Booster:
    """A booster of `n_trees` fitted on all rows of the table."""
    parameters = config.parameters(n_rows=n_rows or len(table.labels))
    return lgb.train(parameters, dataset(table), num_boost_round=n_trees)


def dataset(table: Table) -> lgb.Dataset:
    """The table as LightGBM wants it."""
    return lgb.Dataset(
        table.rows,
        label=table.labels,
        feature_name=list(table.names),
        categorical_feature=list(table.categorical),
        params={"verbose": -1},
    )


def grow_on_folds(
    table: Table, folds: Sequence[Fold], *, config: TrainingConfig, progress: Progress, what: str
) -> FoldMargins:
    """Fit every fold at full size and read its test margins at every number of trees."""
    counts = np.arange(config.tree_step, config.max_trees + 1, config.tree_step)

    def margins_on(fold: Fold) -> np.ndarray:
        seen = table.take(fold.train)
        n_trees = int(counts[-1])
        booster = grow(seen, n_trees=n_trees, config=config, n_rows=len(table.labels))
        return margins_at(booster, table.rows[fold.test], counts)

    margins, losses = [], []
    progress(what, 0, len(folds))
    # LightGBM leaves Python while it works, so threads do
    with ThreadPoolExecutor(config.workers) as pool:
        for fold, found in zip(folds, pool.map(margins_on, folds), strict=True):
            margins.append(found)
            losses.append(platt_loss(found, table.labels[fold.test], ridge=PLATT_RIDGE))
            progress(what, len(margins), len(folds))
    return FoldMargins(folds=folds, counts=counts, margins=margins, losses=np.array(losses))


def margins_at(booster: lgb.Booster, rows: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """(len(counts), n) raw margins after so many trees; every tree is evaluated once."""
    starts = np.concatenate([[0], counts[:-1]])
    parts = [
        booster.predict(
            rows,
            raw_score=True,
            start_iteration=int(start),
            num_iteration=int(end - start),
            num_threads=1,
        )
        for start, end in zip(starts, counts, strict=True)
    ]
    return np.cumsum(parts, axis=0)


def margins_of(booster: lgb.Booster, rows: np.ndarray) -> np.ndarray:
    """(n,) raw margins of the whole booster."""
    return np.asarray(booster.predict(rows, raw_score=True, num_threads=1))
