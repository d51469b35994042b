"""A model that learns from the same columns without the score, on the same leads beside it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from leads.errors import InvalidInput
from leads.progress import Progress
from pipelines.audit.figures import Interval, Order, auc_difference, order_of
from training.evaluation import ece
from training.learning import TrainingResult
from training.learning import train as learn
from training.recipe import TrainingConfig
from training.report import Suspect

SUSPECT_ROWS = 5_000
"""Newest rows that suspects are looked for in: a second model is trained for it."""

Frame = Any
"""A pandas DataFrame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditOptions:
    """Which columns say what."""

    score: str
    outcome: str
    time: str | None = None
    positive: str | None = None
    label_delay: str = "2%"
    drop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The score and the model on the same leads, those held out from the model.

    gap   AUC of the model minus AUC of the score, with its interval
    ece   of the model's probabilities, and of the score's if it has any
    """

    kind: str
    score: Order
    model: Order
    gap: float
    gap_interval: Interval
    model_ece: float
    score_ece: float | None


def put_beside(
    frame: Frame,
    scores: np.ndarray,
    options: AuditOptions,
    *,
    shown: np.ndarray | None,
    now: datetime,
    rng: np.random.Generator,
    progress: Progress,
    config: TrainingConfig | None,
) -> tuple[Side | None, tuple[Suspect, ...], str | None]:
    """The model on the leads held out; suspects among all columns, the score included."""
    arguments: dict[str, Any] = {
        "target": options.outcome,
        "time": options.time,
        "positive": options.positive,
        "label_delay": options.label_delay,
        "now": now,
        "progress": progress,
        "config": config,
    }
    try:
        newest = frame.tail(SUSPECT_ROWS).reset_index(drop=True)
        suspects = _suspects(learn(newest, drop=options.drop, **arguments))
        suspect = [one.column for one in suspects if one.column != options.score]
        result = learn(
            frame,
            drop=(options.score, *options.drop, *suspect),
            **arguments,
        )
    except InvalidInput as error:  # the score can be judged without a model beside it
        return None, (), str(error)
    return _side(result, scores, shown=shown, rng=rng), suspects, None


def _suspects(result: TrainingResult) -> tuple[Suspect, ...]:
    assert result.report is not None, "trained with a report"
    return result.report.suspects


def _side(
    result: TrainingResult,
    scores: np.ndarray,
    *,
    shown: np.ndarray | None,
    rng: np.random.Generator,
) -> Side:
    stage, report = result.stage, result.report
    assert stage is not None, "trained with a report"
    assert report is not None, "trained with a report"
    assert result.stream_rows is not None, "trained with a report"
    labels, model = stage.holdout_labels, result.contenders["model"]
    held_out = result.stream_rows[stage.n_gap :]
    existing = scores[held_out]
    gap, gap_interval = auc_difference(model.margins, existing, labels, rng=rng)
    return Side(
        kind=report.holdout.kind,
        score=order_of(existing, labels, rng=rng),
        model=order_of(model.margins, labels, rng=rng),
        gap=gap,
        gap_interval=gap_interval,
        model_ece=ece(model.judged, labels),
        score_ece=None if shown is None else ece(shown[held_out], labels),
    )
