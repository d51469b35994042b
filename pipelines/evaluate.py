"""Evaluate: a registered model on any table that has outcomes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from leads.errors import InvalidInput
from pipelines.environment import prepare_environment
from pipelines.models import open_model
from pipelines.settings import Settings, load_settings
from pipelines.tables import AS_FOUND, TableOptions, read_table
from pipelines.tables.refusals import file_named
from scoring.bundle import Bundle
from scoring.scorer import Scorer
from training.evaluation import (
    Probabilities,
    Ranking,
    auc,
    average_precision,
    interval,
    log_loss,
    log_losses,
    mean_interval,
    probabilities,
    ranking,
)
from training.labels import Target, read_target
from training.timeline import LabelDelay, read_timeline

MIN_CLASS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """How a model does on a table.

    rows       leads that were judged; those without outcome or time, or too young to have one,
               are left out and counted
    shown_by   what is known of the curve that was made since training; None: its own
    constant   log loss of saying the table's own conversion rate for everyone
    """

    name: str
    version: str
    rows: int
    converted: int
    left_out: int
    ranking: Ranking
    shown: Probabilities
    constant: float
    mean_shown: float
    intervals: Mapping[str, tuple[float, float]]
    warnings: tuple[str, ...]
    shown_by: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """What `leadflow evaluate --json` prints."""
        order = self.ranking
        figures: dict[str, Any] = {
            "model": {"name": self.name, "version": self.version},
            "rows": {"judged": self.rows, "converted": self.converted, "left_out": self.left_out},
            "auc": order.auc,
            "ap": order.ap,
            "log_loss": self.shown.log_loss,
            "log_loss_constant": self.constant,
            "brier": self.shown.brier,
            "ece": self.shown.ece,
            "mean_shown": self.mean_shown,
            "lift_at_10": order.lift_at_10,
            "lift_cap": order.lift_cap,
        }
        for share, value in order.precision_at.items():
            figures[f"precision_at_{round(100 * share)}"] = float(value)
            figures[f"recall_at_{round(100 * share)}"] = float(order.recall_at[share])
        figures["calibration"] = None if self.shown_by is None else dict(self.shown_by)
        figures["intervals"] = {name: list(pair) for name, pair in self.intervals.items()}
        return figures | {"warnings": list(self.warnings)}


def evaluate(
    data: Path | pd.DataFrame,
    *,
    model: str = "champion",
    name: str | None = None,
    target: str | None = None,
    reading: TableOptions = AS_FOUND,
    settings: Settings | None = None,
) -> Evaluation:
    """Judge `champion`, `challenger` or a version on the leads of a table.

    `target` is the outcome column; by default the one the model was trained on. The figures are
    of the registered model as it is: on rows it was fitted on they flatter it.
    """
    prepare_environment()
    settings = settings or load_settings()
    frame, told = _read(data, reading)
    found = open_model(settings, name=name, which=model)
    with file_named(data):
        judged = _judge(
            found.bundle,
            frame,
            name=found.name,
            version=found.version,
            target=target,
            warnings=told,
        )
    return judged if found.made is None else replace(judged, shown_by=found.made.facts())


def _read(data: Path | pd.DataFrame, reading: TableOptions) -> tuple[pd.DataFrame, tuple[str, ...]]:
    if isinstance(data, pd.DataFrame):
        return data.reset_index(drop=True), ()
    table = read_table(data, **reading.arguments())
    return table.frame, table.warnings


def _judge(
    bundle: Bundle,
    frame: pd.DataFrame,
    *,
    name: str,
    version: str,
    target: str | None,
    warnings: tuple[str, ...],
) -> Evaluation:
    outcomes = _outcomes(frame, bundle.card, target=target)
    rows, moments = _rows(frame, bundle, outcomes)
    labels = outcomes.labels[rows]
    _check_classes(labels, outcomes)
    leads = frame.iloc[rows].reset_index(drop=True)
    scored = Scorer(bundle).score_frame(leads, as_of=moments)
    rng = np.random.default_rng(0)
    return Evaluation(
        name=name,
        version=version,
        rows=len(rows),
        converted=int(labels.sum()),
        left_out=len(frame) - len(rows),
        ranking=ranking(scored.margin, labels),
        shown=probabilities(scored.p_convert, labels),
        constant=log_loss(np.full(len(labels), labels.mean()), labels),
        mean_shown=float(scored.p_convert.mean()),
        intervals={
            "auc": interval(auc, scored.margin, labels, rng=rng),
            "ap": interval(average_precision, scored.margin, labels, rng=rng),
            "log_loss": mean_interval(log_losses(scored.p_convert, labels), rng=rng),
        },
        warnings=(*warnings, *_missing(frame, bundle)),
    )


def _outcomes(frame: pd.DataFrame, card: Mapping[str, Any], *, target: str | None) -> Target:
    """The outcomes, read as in training when it is the same column."""
    trained_on = card["target"]
    column = target or trained_on["column"]
    positive = trained_on["positive"] if column == trained_on["column"] else None
    return read_target(frame, column=column, positive=positive)


def _rows(
    frame: pd.DataFrame, bundle: Bundle, outcomes: Target
) -> tuple[np.ndarray, np.ndarray | None]:
    """Positions of the leads that can be judged, and the moment of each where dates are ages.

    As in training, a lead younger than the label delay cannot be called lost.
    """
    known = np.isfinite(outcomes.labels)
    options = bundle.card.get("options", {})
    delay = LabelDelay.parse(options.get("label_delay", "0%")).duration
    if not bundle.encoder.has_dates and delay is None:
        return np.flatnonzero(known), None
    timeline = read_timeline(frame, column=options.get("time"))
    if timeline.moments is None:
        raise InvalidInput(
            f"column {options.get('time')!r} holds numbers, and the model was trained with dates "
            "in it; write dates as 2026-03-02"
        )
    keep = known[timeline.order]
    if delay is not None:
        keep &= timeline.moments <= timeline.moments[-1:] - delay
    return timeline.order[keep], timeline.moments[keep]


def _check_classes(labels: np.ndarray, outcomes: Target) -> None:
    won = int(labels.sum())
    if min(won, len(labels) - won) < MIN_CLASS:
        raise InvalidInput(
            f"of {len(labels):,} leads with a known outcome in column {outcomes.column!r}, {won:,} "
            f"converted; {MIN_CLASS} of both are needed to say anything"
        )


def _missing(frame: pd.DataFrame, bundle: Bundle) -> list[str]:
    there = {str(column) for column in frame.columns}
    absent = [field.name for field in bundle.encoder.fields if field.name not in there]
    if not absent:
        return []
    return [f"the table lacks {', '.join(map(repr, absent))}: the model saw them as missing"]
