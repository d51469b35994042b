"""FLAML as a contender: its own search over five families, in the time that everybody has.

It counts wall time. On a machine with other work its budget is stretched by the share of a core
that this process got just before, and the CPU seconds it really used are kept with the result.
Its margins for the keeper are those of the configuration it chose, fitted on each forward fold.
"""

import time
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.peers.learners import SEED, as_frame, log_odds
from benchmarks.peers.task import Answer, Answering, Task
from training.recipe import Table

FORWARD = {"split_type": "time"}
PROBE_SECONDS = 0.5
MOST_STRETCH = 6.0


def flaml(settings: dict[str, Any]) -> Answering:
    """FLAML with these settings of `AutoML.fit` beside metric, budget and threads."""

    def answer(task: Task) -> Answer:
        from flaml import AutoML

        frame, ahead = _frame(task.seen, task.seen.rows), _frame(task.seen, task.ahead_rows)
        automl, used = AutoML(), time.process_time()
        wall = task.budget * min(1 / core_share(), MOST_STRETCH)
        automl.fit(
            frame,
            task.seen.labels.astype(int),
            task="binary",
            metric="log_loss",
            time_budget=wall,
            n_jobs=1,
            seed=SEED,
            verbose=0,
            **settings,
        )
        used = time.process_time() - used
        return Answer(
            out_of_fold=_out_of_fold(automl, task, frame),
            margins=log_odds(automl.predict_proba(ahead)[:, 1]),
            facts={
                "estimator": automl.best_estimator,
                "parameters": {name: _plain(value) for name, value in automl.best_config.items()},
                "search_cpu_seconds": round(used, 1),
                "search_wall_seconds": round(wall, 1),
            },
        )

    return answer


def core_share() -> float:
    """The share of a core that a busy process gets at this moment."""
    used, started = time.process_time(), time.perf_counter()
    while time.process_time() - used < PROBE_SECONDS:
        pass
    return PROBE_SECONDS / (time.perf_counter() - started)


def _out_of_fold(automl: Any, task: Task, frame: pd.DataFrame) -> np.ndarray:  # Any: flaml's
    out_of_fold = np.full(len(frame), np.nan)
    if not task.folds:
        return out_of_fold
    rows = automl.feature_transformer.transform(frame)
    for fold in task.folds:
        model = type(automl.model)(task="binary", n_jobs=1, **automl.best_config)
        model.fit(rows.iloc[fold.train], pd.Series(task.seen.labels[fold.train].astype(int)))
        out_of_fold[fold.test] = log_odds(model.predict_proba(rows.iloc[fold.test])[:, 1])
    return out_of_fold


def _frame(table: Table, rows: np.ndarray) -> pd.DataFrame:
    """Encoded rows with their categories marked, all codes of the table known."""
    frame = as_frame(rows)
    for j in table.categorical:
        known = np.arange(max(table.rows[:, j].max(), rows[:, j].max(), 1) + 1)
        frame[f"c{j}"] = pd.Categorical(rows[:, j].astype(int), categories=known.astype(int))
    return frame


def _plain(value: Any) -> Any:  # Any: numbers and words of a library
    return value.item() if isinstance(value, np.generic) else value
