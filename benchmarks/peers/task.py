"""What every contender is given, and what it answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from benchmarks.peers.tables import Source, Window
from features.encoder import Encoder
from features.schema import Schema
from training.fit import Leads, encoded
from training.reading import ReadTable
from training.recipe import Table
from training.splits import Fold, forward_folds

WARM_FOLDS = 6
"""Newest forward folds whose margins start the keeper: the same few for everybody, because a slow
contender fits one model for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One window of one table.

    seen     the rows that are learnt from, encoded; `ahead_rows` are those to be judged
    folds    forward folds for the keeper's warm start; none where there is no time
    budget   CPU seconds a contender that tunes itself may spend on it
    """

    source: Source
    schema: Schema
    fit: Leads
    ahead: Leads
    seen: Table
    ahead_rows: np.ndarray
    folds: Sequence[Fold]
    budget: float

    @classmethod
    def of(cls, source: Source, table: ReadTable, window: Window, *, budget: float) -> "Task":
        """The task of a window; the encoder knows its fitted rows only."""
        fit = replace(table.leads.take(window.split.fit), in_time=window.in_time)
        ahead = table.leads.take(window.split.holdout)
        encoder = Encoder.fit(fit.frame, table.schema)
        folds = forward_folds(fit.labels, groups=None) if window.in_time else []
        return cls(
            source=source,
            schema=table.schema,
            fit=fit,
            ahead=ahead,
            seen=encoded(encoder, fit),
            ahead_rows=encoded(encoder, ahead).rows,
            folds=folds[-WARM_FOLDS:],
            budget=budget,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A contender's margins: out of fold for the fitted rows (NaN where none), and ahead.

    facts   what it chose, for the reader
    """

    out_of_fold: np.ndarray
    margins: np.ndarray
    facts: dict[str, Any] = field(default_factory=dict)


Answering = Callable[[Task], Answer]
