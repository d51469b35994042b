"""One contender in one window: as it is shipped, and kept up by the keeper."""

import time
from typing import Any

import numpy as np
from scipy.special import expit

from benchmarks.peers.contenders import Entry
from benchmarks.peers.tables import Source, Window
from benchmarks.peers.task import Answer, Task
from training.evaluation import auc, log_losses
from training.judging import Stage, contend
from training.reading import ReadTable

DIGITS = 6


def judged(
    entry: Entry, source: Source, table: ReadTable, window: Window, *, budget: float
) -> dict[str, Any]:
    """The window's result as JSON: AUC, and the loss of each judged lead in order.

    `shown` are the contender's own probabilities, `kept_up` the keeper's, replayed with the label
    delay; without time there is no keeper.
    """
    task = Task.of(source, table, window, budget=budget)
    used, started = time.process_time(), time.perf_counter()
    answer = entry.answer(task)
    cost = {
        "cpu_seconds": round(time.process_time() - used, 1),
        "wall_seconds": round(time.perf_counter() - started, 1),
    }
    labels = task.ahead.labels
    return {
        "leads": [len(task.fit), len(labels)],
        "auc": auc(answer.margins, labels),
        "shown": _losses(expit(answer.margins), labels),
        "kept_up": _kept_up(answer, table, window),
        "facts": answer.facts,
        **cost,
    }


def _kept_up(answer: Answer, table: ReadTable, window: Window) -> list[float] | None:
    if not window.in_time:
        return None
    stage = Stage.of(table.leads.labels, window.split, matured=table.matured(), in_time=True)
    one = contend(stage, name="", out_of_fold=answer.out_of_fold, margins=answer.margins)
    return _losses(one.judged, stage.holdout_labels)


def _losses(shown: np.ndarray, labels: np.ndarray) -> list[float]:
    return np.round(log_losses(shown, labels), DIGITS).tolist()
