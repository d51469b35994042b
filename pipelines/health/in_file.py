"""A table file's leads as arrays, scored by the model as of each lead's own time."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np

from insights.health.observed import Observed
from leads.errors import InvalidInput
from pipelines.health.banding import bands_of_rows, score_bands
from pipelines.health.gathering import Gathered, as_moments, unseen_words
from pipelines.health.outcomes import window_of
from pipelines.models import Model
from scoring.scorer import Scorer
from training.labels import read_target
from training.timeline import Timeline, read_timeline

Frame = Any
"""A pandas DataFrame."""


def gather_file(
    frame: Frame, model: Model, *, now: datetime, days: int
) -> tuple[Gathered, datetime, tuple[str, ...]]:
    """What health is worked out from, the day of the newest lead, and what reading found.

    Raises InvalidInput when the file has none of the model's columns.
    """
    bundle = model.bundle
    told = _check_columns(frame, model)
    timeline = _timeline(frame, model, now=now)
    moments, newest = None, now
    if timeline is None or timeline.moments is None:
        told.append("no times: all leads are compared at once")
    else:
        frame = frame.iloc[timeline.order].reset_index(drop=True)
        told += timeline.warnings
        moments = timeline.moments
        newest = moments[-1].astype(datetime).replace(tzinfo=now.tzinfo)
    as_of = now if moments is None else moments
    rows = bundle.encoder.encode_frame(frame, as_of=as_of)
    scored = Scorer(bundle).score_frame(frame, as_of=as_of)
    labels, about = _labels(frame, model)
    known_at = None
    if moments is not None:
        known_at = (moments + np.timedelta64(window_of(model))).astype("datetime64[us]")
        labels[known_at > as_moments([newest])[0]] = np.nan
    observed = Observed(
        moments=moments,
        bands=bands_of_rows(bundle.encoder, bundle.reference, rows),
        score_bands=score_bands(scored.points),
        tiers=scored.tier,
        shown=scored.p_convert,
        calibrated=np.full(len(frame), bundle.curve.method != "none"),
        outcomes=labels,
        known_at=known_at,
        delays=np.full(len(frame), np.nan),
    )
    start = 0
    if moments is not None:
        after = as_moments([newest - timedelta(days=days)])[0]
        start = int(np.searchsorted(moments, after, side="right"))
    recent = frame.iloc[start:]

    def raw(row: int, name: str) -> object:
        return recent[name].iloc[row] if name in recent.columns else None

    unseen = unseen_words(bundle, rows[start:], raw)
    return Gathered(observed=observed, unseen=unseen), newest, (*told, *about)


def _check_columns(frame: Frame, model: Model) -> list[str]:
    names = [field.name for field in model.bundle.encoder.fields]
    there = {str(name) for name in frame.columns}
    absent = [name for name in names if name not in there]
    if len(absent) == len(names):
        raise InvalidInput(
            f"none of the columns the model looks at is there: {', '.join(names)}; "
            f"it has {', '.join(sorted(there))}"
        )
    return [f"not in the file, counted as missing: {', '.join(absent)}"] if absent else []


def _timeline(frame: Frame, model: Model, *, now: datetime) -> Timeline | None:
    moment = model.bundle.encoder.moment
    if moment is None or moment.name not in frame.columns:
        return None
    return read_timeline(frame, column=moment.name, now=now)


def _labels(frame: Frame, model: Model) -> tuple[np.ndarray, tuple[str, ...]]:
    """(n,) outcomes, NaN where the file does not say; and why there are none."""
    target = model.bundle.card.get("target", {})
    column = target.get("column")
    if column is None or column not in frame.columns:
        return np.full(len(frame), np.nan), ()
    try:
        read = read_target(frame, column=column, positive=target.get("positive"))
    except InvalidInput as error:  # a file of new leads only: what they are told is still of use
        return np.full(len(frame), np.nan), (f"outcomes are not judged: {error}",)
    return np.array(read.labels, dtype=np.float64), ()
