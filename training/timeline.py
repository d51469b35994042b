"""When leads came and when their outcome is known: order, label delay, maturity.

Outcomes arrive late. A delay is a share of all rows ("2%", where only the order is known) or a
duration ("30d", where each lead has a date). With a duration, leads younger than it on the day of
the newest lead are *immature*: left out, the early winners among them too, because counting only
those would teach that young leads win.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from features.inference import MOSTLY
from features.values import DateOrder, date_order_of, is_missing, moment_of, number_of
from leads.errors import InvalidInput
from training.labels import check_column

_DELAY = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(%|d|h)\s*")
_MICROSECONDS = {"d": 86_400_000_000, "h": 3_600_000_000}
_HUNDRED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelDelay:
    """How long an outcome takes to be known: a share of all rows, or a duration."""

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
        if unit == "%":
            return cls(text=text.strip(), share=number / _HUNDRED)
        micros = np.timedelta64(round(number * _MICROSECONDS[unit]), "us")
        return cls(text=text.strip(), duration=micros)

    def matured(self, moments: np.ndarray | None, *, n_rows: int, total: int) -> np.ndarray:
        """For each of n rows in time order, how many of the first rows have an outcome by then.

        moments   (n,) datetime64[us], needed for a duration
        total     all rows of the table, of which a share is meant
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
    undated   rows that have no time
    written   how the column writes its dates
    """

    order: np.ndarray
    moments: np.ndarray | None
    undated: int
    written: DateOrder = DateOrder.YMD


def file_order(n_rows: int) -> Timeline:
    """The timeline of a table whose rows stand in time order."""
    return Timeline(order=np.arange(n_rows), moments=None, undated=0)


def read_timeline(frame: Any, *, column: str) -> Timeline:
    """The order that a column of dates, or of numbers that grow with time, gives; ties keep it.

    Raises InvalidInput when the column is not there or is neither.
    """
    check_column(frame, column, what="time")
    codes, uniques = frame[column].factorize()
    values = uniques.tolist()
    order, _ = date_order_of([value for value in values if isinstance(value, str)])
    dates = _spread(codes, [moment_of(value, order=order) for value in values])
    given = _spread(codes, [0 if not is_missing(value) else None for value in values])
    if np.isfinite(dates).sum() >= MOSTLY * max(np.isfinite(given).sum(), 1):
        return replace(_sorted(dates, dated=True), written=order)
    numbers = _spread(codes, [number_of(value) for value in values])
    if np.isfinite(numbers).sum() >= MOSTLY * np.isfinite(given).sum():
        return _sorted(numbers, dated=False)
    example = next(value for value in values if not is_missing(value))
    raise InvalidInput(
        f"column {column!r} holds neither dates nor numbers (first: {example!r}), so it gives no "
        "time order; write dates as 2026-03-02, or sort the rows oldest first and use --ordered"
    )


def _spread(codes: np.ndarray, values: list[Any]) -> np.ndarray:
    by_code = [np.nan if value is None else float(value) for value in values]
    return np.asarray(np.array([*by_code, np.nan])[codes])


def _sorted(keys: np.ndarray, *, dated: bool) -> Timeline:
    order = np.argsort(keys, kind="stable")  # NaN sorts last
    order = order[: int(np.isfinite(keys).sum())]
    moments = keys[order].astype(np.int64).view("datetime64[us]") if dated else None
    return Timeline(order=order, moments=moments, undated=len(keys) - len(order))
