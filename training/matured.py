"""Labels that have matured, read from a table in the way the model's training table was read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import numpy as np

from features.encoder import Encoder
from features.values import EPOCH, MICROSECOND, category_of, is_missing
from leads.errors import InvalidInput
from scoring.bundle import Bundle
from training.evidence import row_digests
from training.labels import check_column
from training.live_keeper import LiveKeeper, Matured
from training.recipe import margins_of
from training.timeline import LabelDelay, Timeline, read_timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelColumns:
    """Where a table says what became of a lead, and when it came.

    positive   the value that means converted
    delay      how long outcomes take; a share of the rows says nothing about one lead
    """

    target: str
    positive: str
    time: str
    delay: LabelDelay

    @classmethod
    def of_card(
        cls, card: Mapping[str, Any], *, target: str | None = None, time: str | None = None
    ) -> Self:
        """Those of the table a model was trained on, or others. Raises InvalidInput without."""
        trained, options = card.get("target") or {}, card.get("options") or {}
        column, when = target or trained.get("column"), time or options.get("time")
        if not column or not trained.get("positive"):
            raise InvalidInput("the model's card names no outcome column; say --target")
        if not when:
            raise InvalidInput(
                "the model was trained without a time column, so nobody can tell which outcomes "
                "are new; train with --time, or name the column with --time here"
            )
        delay = LabelDelay.parse(options.get("label_delay", "0%"))
        return cls(target=column, positive=trained["positive"], time=when, delay=delay)


def read_matured(
    frame: Any,  # a pandas DataFrame
    columns: LabelColumns,
    *,
    bundle: Bundle,
    now: datetime,
) -> Matured:
    """The leads of a table whose outcome is known by `now`.

    Raises InvalidInput naming the column that is not as it should be.
    """
    labels = _labels(frame, columns)
    if not len(frame):
        return Matured.none()
    timeline = read_timeline(frame, column=columns.time, now=now)
    keys = _known_at(timeline, columns)
    ready = np.isfinite(labels[timeline.order]) & _is_known(timeline, keys, now=now)
    rows, keys = timeline.order[ready], keys[ready]
    moments = None if timeline.moments is None else timeline.moments[ready]
    if bundle.encoder.has_dates and moments is None:
        raise InvalidInput(
            f"column {columns.time!r} holds numbers, and the model was trained with dates in it; "
            "write dates as 2026-03-02"
        )
    encoded = bundle.encoder.encode_frame(frame.iloc[rows].reset_index(drop=True), as_of=moments)
    digests = row_digests(encoded, labels=labels[rows], moments=None)
    order = np.lexsort([digests, keys])
    return Matured(
        margins=margins_of(bundle.booster, encoded)[order] if len(rows) else np.empty(0),
        labels=labels[rows][order],
        keys=keys[order],
        digests=digests[order],
        newest=_newest(timeline.keys[ready], dated=moments is not None),
        left_out=len(frame) - len(rows),
    )


def trained_state(
    keeper: Any,  # a Keeper
    frame: Any,  # a pandas DataFrame, the training table
    columns: LabelColumns,
    *,
    encoder: Encoder,
    now: datetime,
    known_until: datetime | None = None,
) -> LiveKeeper:
    """What production goes on from: the keeper, and which labels of its table were the newest.

    As in training, leads younger than the delay by `known_until`, or on the day of the newest
    lead, have no label yet.
    """
    labels = _labels(frame, columns)
    timeline = read_timeline(frame, column=columns.time, now=now)
    keys = _known_at(timeline, columns)
    ready = np.isfinite(labels[timeline.order])
    if columns.delay.duration is not None and timeline.moments is not None:
        late = timeline.keys.max() if known_until is None else (known_until - EPOCH) / MICROSECOND
        ready &= keys <= late
    until = float(keys[ready].max())
    ties = timeline.order[ready & (keys == until)]
    moments = None
    if timeline.moments is not None:
        moments = timeline.moments[ready & (keys == until)]
    encoded = encoder.encode_frame(frame.iloc[ties].reset_index(drop=True), as_of=moments)
    digests = row_digests(encoded, labels=labels[ties], moments=None)
    return LiveKeeper.trained(keeper, until=until, digests=digests)


def _labels(frame: Any, columns: LabelColumns) -> np.ndarray:
    """(n,) 1, 0, or NaN; one outcome alone is fine here: a day's leads may all be lost."""
    check_column(frame, columns.target, what="target")
    codes, uniques = frame[columns.target].factorize()
    found = [None if is_missing(value) else category_of(value) for value in uniques.tolist()]
    words = [None if word is None else word.casefold() for word in found]
    positive = columns.positive.casefold()
    others = sorted({word for word in words if word is not None} - {positive})
    if len(others) > 1:
        told = ", ".join(map(repr, others[:6]))
        raise InvalidInput(
            f"column {columns.target!r} should say {columns.positive!r} for leads that converted "
            f"and one other value for those that did not; it has {told} beside it"
        )
    values = [np.nan if word is None else float(word == positive) for word in words]
    return np.asarray(np.array([*values, np.nan])[codes])


def _known_at(timeline: Timeline, columns: LabelColumns) -> np.ndarray:
    """(n,) when each outcome is known, in the timeline's order."""
    if columns.delay.duration is None or timeline.moments is None:
        return timeline.keys
    delay = columns.delay.duration.astype("timedelta64[us]").astype(np.int64)
    return np.asarray(timeline.keys + delay)


def _is_known(timeline: Timeline, keys: np.ndarray, *, now: datetime) -> np.ndarray:
    if timeline.moments is None:
        return np.ones(len(keys), dtype=bool)
    return np.asarray(keys <= (now - EPOCH) // MICROSECOND)


def _newest(keys: np.ndarray, *, dated: bool) -> str | None:
    if not len(keys):
        return None
    newest = keys.max()
    if dated:
        return str(np.datetime64(int(newest), "us").astype("datetime64[D]"))
    return f"{newest:.15g}"
