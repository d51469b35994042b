"""The use case: an existing score on trial, beside a model that had the same columns.

The score is judged on every lead that has one and an outcome. The model learns from the older
leads and is compared on the newer ones, where it has to be as blind as it would have been then.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from leads.errors import InvalidInput
from leads.progress import Progress, silent
from pipelines.audit.beside import AuditOptions, Side, put_beside
from pipelines.audit.figures import (
    Band,
    MonthOfScores,
    Order,
    bands_of,
    months_of,
    order_of,
)
from pipelines.audit.scores import ReadScore, read_score
from pipelines.tables import AS_FOUND, TableOptions, read_table
from pipelines.tables.refusals import file_named
from training.evaluation import ece
from training.labels import MIN_CLASS, check_classes, read_target
from training.recipe import TrainingConfig
from training.report import Suspect
from training.timeline import LabelDelay, read_timeline

MOST_ROWS = 20_000
Frame = Any
"""A pandas DataFrame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What an existing score is worth.

    left_out    by reason: no time, no score, no outcome, too young to have one
    promised    mean of the score as a probability, came: conversion rate; None if it only ranks
    suspects    columns, the score among them, that look as if they knew the outcome
    side        None when no model could be trained; `why_not` says why
    """

    file: str
    read: ReadScore
    options: AuditOptions
    rows: int
    left_out: dict[str, int]
    whole: Order
    bands: tuple[Band, ...]
    promised: float | None
    came: float
    ece: float | None
    months: tuple[MonthOfScores, ...]
    suspects: tuple[Suspect, ...]
    side: Side | None
    why_not: str | None
    warnings: tuple[str, ...]


def audit_file(
    data: Path,
    options: AuditOptions,
    *,
    now: datetime,
    reading: TableOptions = AS_FOUND,
    progress: Progress = silent,
) -> Audit:
    """Judge the score in a table file. Raises InvalidInput naming the file and what is wrong."""
    table = read_table(data, **reading.arguments())
    with file_named(data):
        return audit(
            table.frame,
            options,
            now=now,
            name=data.name,
            warnings=table.warnings,
            progress=progress,
        )


def audit(
    frame: Frame,
    options: AuditOptions,
    *,
    now: datetime,
    name: str = "frame",
    warnings: tuple[str, ...] = (),
    progress: Progress = silent,
    config: TrainingConfig | None = None,
) -> Audit:
    """Judge the score in a frame.

    Raises InvalidInput when the score has no order, the outcome is not two values, or fewer than
    40 leads with a score have either.
    """
    _check_roles(options)
    rows = len(frame)
    read = read_score(frame, column=options.score)
    target = read_target(frame, column=options.outcome, positive=options.positive)
    order, moments, told = _in_order(frame, options, now=now)
    is_scored, is_known = np.isfinite(read.values[order]), np.isfinite(target.labels[order])
    is_mature = _mature(moments, options)
    judgeable = is_scored & is_known & is_mature
    kept = order[judgeable]
    scores, labels = read.values[kept], target.labels[kept]
    told += check_classes(
        labels, target=target, min_class=MIN_CLASS, besides=f" among those with {options.score!r}"
    )
    if moments is not None:
        moments = moments[judgeable]
    if len(kept) > MOST_ROWS:
        told.append(f"the model learns from and is compared on the newest {MOST_ROWS:,} leads")
    rng = np.random.default_rng(0)
    judged = frame.iloc[kept].reset_index(drop=True)
    shown = read.shown
    side, suspects, why_not = put_beside(
        judged.tail(MOST_ROWS).reset_index(drop=True),
        scores[-MOST_ROWS:],
        options,
        shown=None if shown is None else shown[kept][-MOST_ROWS:],
        now=now,
        rng=rng,
        progress=progress,
        config=config,
    )
    return Audit(
        file=name,
        read=read,
        options=options,
        rows=rows,
        left_out={
            "no_time": rows - len(order),
            "no_score": int((~is_scored).sum()),
            "no_outcome": int((is_scored & ~is_known).sum()),
            "too_young": int((is_scored & is_known & ~is_mature).sum()),
        },
        whole=order_of(scores, labels, rng=rng),
        bands=bands_of(scores, labels),
        promised=None if shown is None else float(shown[kept].mean()),
        came=float(labels.mean()),
        ece=None if shown is None else ece(shown[kept], labels),
        months=months_of(scores, labels, moments),
        suspects=suspects,
        side=side,
        why_not=why_not,
        warnings=(*warnings, *told),
    )


def _check_roles(options: AuditOptions) -> None:
    if options.score == options.outcome:
        raise InvalidInput(f"column {options.score!r} cannot be the score and the outcome at once")
    if options.time in (options.score, options.outcome):
        raise InvalidInput(f"column {options.time!r} cannot have two roles at once")


def _in_order(
    frame: Frame, options: AuditOptions, *, now: datetime
) -> tuple[np.ndarray, np.ndarray | None, list[str]]:
    """Row positions, oldest first where time is known; their moments; what was found."""
    if options.time is None:
        return np.arange(len(frame)), None, []
    timeline = read_timeline(frame, column=options.time, now=now)
    return timeline.order, timeline.moments, list(timeline.warnings)


def _mature(moments: np.ndarray | None, options: AuditOptions) -> np.ndarray:
    """Whether a lead's outcome can be known; all of them without a label delay in days."""
    delay = LabelDelay.parse(options.label_delay).duration
    if delay is None:
        return np.ones(1, dtype=bool)
    if moments is None:
        raise InvalidInput(
            f"--label-delay {options.label_delay} needs --time with dates; without them give a "
            "share such as 2%"
        )
    return np.asarray(moments <= moments[-1] - delay)
