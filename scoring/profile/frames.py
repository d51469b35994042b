"""Points of a whole table, equal to those of its leads one by one.

Every comparison is asked once about each distinct value of its column; groups are joined as
arrays.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from leads.conditions import Comparison, Condition, How, compile_comparison
from leads.conditions.known import ATTRIBUTE
from scoring.profile.acts import Counted, capped, columns_of, count_of
from scoring.profile.columns import READERS, columns_by_field
from scoring.profile.records import Behaviour, Profile


def points_of_frame(profile: Profile, frame: Any) -> np.ndarray | None:  # Any: a pandas DataFrame
    """(n_leads,) points before they are cut at 0 and 100; None when no line of the profile finds
    anything in the table.
    """
    columns = _Columns(frame)
    total = np.zeros(len(frame))
    for line in profile.fit:
        total += np.where(columns.fulfil(line.when), line.points, 0.0)
    for behaviour in profile.behaviour:
        counted = columns_of(behaviour, columns.headers)
        if counted is not None:
            total += columns.behaviour(behaviour, counted)
    return total if total.any() else None


class _Columns:
    """A table's columns as lists of plain values, each read once."""

    def __init__(self, frame: Any) -> None:
        self.headers = tuple(str(name) for name in frame.columns)
        self._frame = frame
        self._by_field: Mapping[str, str] = columns_by_field(self.headers)
        self._place = {name: j for j, name in enumerate(self.headers)}
        self._read: dict[str, tuple[list[object], np.ndarray]] = {}

    def fulfil(self, condition: Condition) -> np.ndarray:
        """(n,) whether each lead does."""
        if isinstance(condition, Comparison):
            return self._compared(condition)
        parts = np.array([self.fulfil(part) for part in condition.parts])
        if condition.how is How.ALL:
            return np.asarray(parts.all(axis=0))
        found = np.asarray(parts.any(axis=0))
        return np.asarray(~found if condition.how is How.NONE else found)

    def behaviour(self, line: Behaviour, counted: Counted) -> np.ndarray:
        """(n,) points of a line."""
        read = []
        for name in counted.columns:
            distinct, places = self._distinct(name)
            read.append(np.array([count_of(value) for value in distinct])[places])
        rows = np.column_stack(read).tolist()
        return np.array([capped(line, counted.sum(row)) for row in rows])

    def _compared(self, comparison: Comparison) -> np.ndarray:
        test = compile_comparison(comparison, READERS)
        field = comparison.field.removeprefix(ATTRIBUTE)
        name = field if field in self._place else self._by_field.get(field)
        if name is None:
            return np.full(len(self._frame), test(None))
        distinct, places = self._distinct(name)
        fulfilled = np.array([test(value) for value in distinct], dtype=bool)
        return np.asarray(fulfilled[places])

    def _distinct(self, name: str) -> tuple[list[object], np.ndarray]:
        """A column's different values, and the place of each lead's among them."""
        if name not in self._read:
            self._read[name] = _different(self._frame.iloc[:, self._place[name]].tolist())
        return self._read[name]


def _different(values: list[object]) -> tuple[list[object], np.ndarray]:
    # 1, 1.0 and True are equal and hash alike, and say different things
    seen: dict[tuple[type, object], int] = {}
    places = np.empty(len(values), dtype=np.int64)
    for i, value in enumerate(values):
        try:
            places[i] = seen.setdefault((type(value), value), len(seen))
        except TypeError:  # a list in a cell has no hash; it says nothing either
            places[i] = seen.setdefault((type(None), None), len(seen))
    return [value for _, value in seen], places
