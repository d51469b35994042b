"""When leads came and when their outcome is known: order, label delay, maturity.

Outcomes arrive late. A delay is a share of the leads ("2%", where only the order is known) or a
duration ("30d", where each lead has a date). With a duration, leads younger than it on the day of
the newest lead are *immature*: left out, the early winners among them too, because counting only
those would teach that young leads win.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from features.inference import MOSTLY
from features.values import (
    EPOCH,
    MICROSECOND,
    DateOrder,
    date_order_of,
    is_missing,
    moment_of,
    number_of,
)
from leads.errors import InvalidInput
from training.labels import check_column

_DELAY = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(%|d|h)\s*")
_MICROSECONDS = {"d": 86_400_000_000, "h": 3_600_000_000}
_HUNDRED = 100
_LONGEST = 36_525 * _MICROSECONDS["d"]
_GRACE = _MICROSECONDS["d"]  # a table without time zones may be written in tomorrow's


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelDelay:
    """How long an outcome takes to be known: a share of the leads, or a duration."""

    text: str
    share: float | None = None
    duration: np.timedelta64 | None = None

    @classmethod
    def parse(cls, text: str) -> "LabelDelay":
        """The delay that "2%", "30d" or "12h" says. Raises InvalidInput for anything else."""
        match = _DELAY.fullmatch(text)
        if match is None or (match[2] == "%" and float(match[1]) >= _HUNDRED):
            raise InvalidInput(
                f"--label-delay {text!r}: write a share of the rows such as 2%, "
                "or days or hours such as 30d, 12h"
            )
        number, unit = float(match[1]), match[2]
        if unit != "%" and number * _MICROSECONDS[unit] > _LONGEST:
            raise InvalidInput(
                f"--label-delay {text!r} is longer than {_LONGEST // _MICROSECONDS['d']:,}d, "
                "a hundred years"
            )
        if unit == "%":
            return cls(text=text.strip(), share=number / _HUNDRED)
        micros = np.timedelta64(round(number * _MICROSECONDS[unit]), "us")
        return cls(text=text.strip(), duration=micros)

    def matured(self, moments: np.ndarray | None, *, n_rows: int, total: int) -> np.ndarray:
        """For each of n rows in time order, how many of the first rows have an outcome by then.

        moments   (n,) datetime64[us], needed for a duration
        total     all leads that are learnt from or judged, of which a share is meant
        """
        if self.share is not None:
            return np.maximum(np.arange(n_rows) - round(self.share * total), 0)
        assert moments is not None, "checked when the timeline was read"
        known = moments + self.duration
        return np.minimum(np.searchsorted(known, moments, side="right"), np.arange(n_rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The order of a table's leads.

    order     (n,) row positions, oldest first; rows without a time are not among them
    moments   (n,) datetime64[us] in that order; None when only the order is known
    keys      (n,) what that order is by: microseconds since 1970, or the column's numbers
    undated   rows that have no time, or one that has not come yet
    written   how the column writes its dates
    warnings  what reading the column found worth telling
    """

    order: np.ndarray
    moments: np.ndarray | None
    keys: np.ndarray
    undated: int
    written: DateOrder = DateOrder.YMD
    warnings: tuple[str, ...] = ()


def file_order(n_rows: int) -> Timeline:
    """The timeline of a table whose rows stand in time order."""
    order = np.arange(n_rows)
    return Timeline(order=order, moments=None, keys=order.astype(np.float64), undated=0)


def read_timeline(frame: Any, *, column: str, now: datetime | None = None) -> Timeline:
    """The order that a column of dates, or of numbers that grow with time, gives; ties keep it.

    Dates after `now` count as missing. Raises InvalidInput when the column is not there, is
    neither, or gives no row a time.
    """
    check_column(frame, column, what="time")
    codes, uniques = frame[column].factorize()
    values = uniques.tolist()
    texts = [value for value in values if isinstance(value, str)]
    order, guessed = date_order_of(texts)
    dates = _spread(codes, [moment_of(value, order=order) for value in values])
    given = _spread(codes, [0 if not is_missing(value) else None for value in values])
    if not np.isfinite(given).any():
        raise InvalidInput(f"column {column!r} is empty, so it gives no time order")
    if np.isfinite(dates).sum() >= MOSTLY * np.isfinite(given).sum():
        dates, warnings = _not_to_come(dates, column=column, now=now)
        if guessed:
            told = f"column {column!r}: its dates could be day or month first, read month first; "
            warnings = (*warnings, told + "write them as 2026-03-02 if that is wrong")
        return replace(_sorted(dates, dated=True), written=order, warnings=warnings)
    numbers = _spread(codes, [number_of(value) for value in values])
    if np.isfinite(numbers).sum() >= MOSTLY * np.isfinite(given).sum():
        return _sorted(numbers, dated=False)
    example = next(value for value in values if not is_missing(value))
    raise InvalidInput(
        f"column {column!r} holds neither dates nor numbers (first: {example!r}), so it gives no "
        "time order; write dates as 2026-03-02, or sort the rows oldest first and use --ordered"
    )


def read_moments(frame: Any, *, column: str, what: str) -> np.ndarray:
    """(n,) datetime64[us] of a column of dates, NaT where there is none.

    Raises InvalidInput when the column is not there or holds something else.
    """
    check_column(frame, column, what=what)
    codes, uniques = frame[column].factorize()
    values = uniques.tolist()
    order, _ = date_order_of([value for value in values if isinstance(value, str)])
    dates = _spread(codes, [moment_of(value, order=order) for value in values])
    given = _spread(codes, [0 if not is_missing(value) else None for value in values])
    n_given = int(np.isfinite(given).sum())
    if np.isfinite(dates).sum() < MOSTLY * n_given or not n_given:
        first = next((value for value in values if not is_missing(value)), None)
        held = "is empty" if first is None else f"holds no dates (first: {first!r})"
        raise InvalidInput(f"column {column!r} {held}; for the {what} write dates as 2026-03-02")
    known = np.isfinite(dates)
    moments = np.where(known, dates, 0).astype(np.int64).view("datetime64[us]")
    return np.where(known, moments, np.datetime64("NaT", "us"))


def _not_to_come(
    dates: np.ndarray, *, column: str, now: datetime | None
) -> tuple[np.ndarray, tuple[str, ...]]:
    """The dates with those after `now` missing, and what to tell of them.

    One mistyped year would else be the day on which every other lead is old.
    """
    if now is None:
        return dates, ()
    late = dates > (now - EPOCH) // MICROSECOND + _GRACE
    if not late.any():
        return dates, ()
    first = np.datetime64(int(dates[late].min()), "us").astype("datetime64[D]")
    told = f"column {column!r} dates {int(late.sum()):,} of the rows in the future (first: {first})"
    if not np.isfinite(dates[~late]).any():
        raise InvalidInput(f"{told}, and no row is dated before; it gives no time order")
    return np.where(late, np.nan, dates), (f"{told}: left out as if without a date",)


def _spread(codes: np.ndarray, values: list[Any]) -> np.ndarray:
    by_code = [np.nan if value is None else float(value) for value in values]
    return np.asarray(np.array([*by_code, np.nan])[codes])


def _sorted(keys: np.ndarray, *, dated: bool) -> Timeline:
    order = np.argsort(keys, kind="stable")  # NaN sorts last
    order = order[: int(np.isfinite(keys).sum())]
    moments = keys[order].astype(np.int64).view("datetime64[us]") if dated else None
    undated = len(keys) - len(order)
    return Timeline(order=order, moments=moments, keys=keys[order], undated=undated)
