"""The same tuning for everybody: random search on forward folds, within a budget of CPU time.

The first candidate is the library's own defaults, or nearly (`Space.first`). Each candidate is
judged by its mean loss on the newest forward folds, after each fold's best sigmoid as in our own
recipe, so that the choice does not hang on how the base rate moved. A candidate that the end of
the budget cuts off does not count. CPU time and not a clock, because the machine has other work.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from benchmarks.peers.learners import Maker, Parameters
from benchmarks.peers.task import Task
from leads.progress import silent
from training.keeper import PLATT_RIDGE
from training.platt import platt_loss
from training.recipe import TrainingConfig, grow_on_folds

TUNING_FOLDS = 3
MOST_CANDIDATES = 200


@dataclass(frozen=True, slots=True)
class Span:
    """Where a parameter is drawn from: evenly, or evenly in its logarithm."""

    low: float
    high: float
    log: bool = False
    whole: bool = False

    def draw(self, rng: np.random.Generator) -> float | int:
        """One value."""
        if self.log:
            value = float(np.exp(rng.uniform(np.log(self.low), np.log(self.high))))
        else:
            value = float(rng.uniform(self.low, self.high))
        return round(value) if self.whole else value


@dataclass(frozen=True, slots=True)
class Space:
    """The parameters that may move, and the candidate to begin with ({}: the defaults)."""

    spans: Mapping[str, Span]
    first: Parameters = field(default_factory=dict)

    def draw(self, rng: np.random.Generator) -> Parameters:
        """One candidate."""
        return {name: span.draw(rng) for name, span in self.spans.items()}

    def written(self) -> dict[str, Any]:
        """The space as JSON."""
        spans = {name: [s.low, s.high, s.log, s.whole] for name, s in self.spans.items()}
        return {"spans": spans, "first": self.first}


SPACES = {
    "leadflow": Space(
        {
            "num_leaves": Span(4, 16, whole=True),
            "learning_rate": Span(0.02, 0.1, log=True),
            "min_data_in_leaf": Span(20, 300, log=True, whole=True),
            "lambda_l2": Span(1, 30, log=True),
            "feature_fraction": Span(0.3, 0.8),
            "path_smooth": Span(1, 60, log=True),
            "cat_smooth": Span(10, 100, log=True),
        }
    ),
    "logistic regression": Space({"C": Span(1e-4, 100, log=True)}),
    "HistGradientBoosting": Space(
        {
            "learning_rate": Span(0.02, 0.2, log=True),
            "max_iter": Span(30, 300, log=True, whole=True),
            "max_leaf_nodes": Span(4, 31, log=True, whole=True),
            "min_samples_leaf": Span(10, 200, log=True, whole=True),
            "l2_regularization": Span(0.01, 30, log=True),
            "max_features": Span(0.3, 1.0),
        }
    ),
    "XGBoost": Space(
        {
            "n_estimators": Span(30, 300, log=True, whole=True),
            "max_depth": Span(2, 8, whole=True),
            "learning_rate": Span(0.02, 0.3, log=True),
            "min_child_weight": Span(1, 50, log=True),
            "subsample": Span(0.5, 1.0),
            "colsample_bytree": Span(0.3, 1.0),
            "reg_lambda": Span(0.1, 30, log=True),
        }
    ),
    "CatBoost": Space(
        {
            "iterations": Span(50, 500, log=True, whole=True),
            "depth": Span(3, 8, whole=True),
            "learning_rate": Span(0.02, 0.2, log=True),
            "l2_leaf_reg": Span(1, 30, log=True),
        },
        # its default of 1,000 iterations would not come to an end within the budget
        first={"iterations": 100},
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The best candidate, the first when none was judged in time, and how many were judged."""

    parameters: Parameters
    candidates: int

    def facts(self) -> dict[str, Any]:
        """What a reader wants to know of the search."""
        return {"parameters": self.parameters, "candidates": self.candidates}


def better_of_peer(task: Task, maker: Maker, space: Space, *, rng: np.random.Generator) -> Found:
    """The best parameters of a peer."""

    def loss(parameters: Parameters, spent: Callable[[], bool]) -> float | None:
        learner, losses = maker(parameters), []
        for fold in task.folds[-TUNING_FOLDS:]:
            seen = task.seen.take(fold.train)
            margins = learner(seen, task.seen.rows[fold.test])
            losses.append(platt_loss(margins[None], task.seen.labels[fold.test], ridge=PLATT_RIDGE))
            if spent():
                return None
        return float(np.mean(losses))

    with threadpool_limits(1):
        return _search(loss, space, budget=task.budget, rng=rng)


def better_of_ours(task: Task, space: Space, *, rng: np.random.Generator) -> Found:
    """The best numbers of our recipe; the number of trees is chosen within each candidate."""

    def loss(parameters: Parameters, spent: Callable[[], bool]) -> float | None:
        config = TrainingConfig(num_threads=1, **parameters)
        folds = task.folds[-TUNING_FOLDS:]
        tried = grow_on_folds(task.seen, folds, config=config, progress=silent, what="")
        return None if spent() else float(tried.losses.mean(axis=0).min())

    return _search(loss, space, budget=task.budget, rng=rng)


def _search(
    loss: Callable[[Parameters, Callable[[], bool]], float | None],
    space: Space,
    *,
    budget: float,
    rng: np.random.Generator,
) -> Found:
    started = time.process_time()

    def spent() -> bool:
        return time.process_time() - started > budget

    best, least, judged = space.first, np.inf, 0
    candidate = space.first
    while not spent() and judged < MOST_CANDIDATES:
        value = loss(candidate, spent)
        if value is not None:
            judged += 1
            if value < least:
                best, least = candidate, value
        candidate = space.draw(rng)
    return Found(parameters=best, candidates=judged)
