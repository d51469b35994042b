"""Ranges that nothing can lie in: what a person mistyped, and would never notice."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from leads.conditions.known import KnownField
from leads.conditions.tree import Comparison, Operator, Plain


@dataclass(slots=True)
class _Range:
    """What is left of the line; an end that is `open` does not belong to it."""

    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    high_open: bool = False

    @property
    def is_empty(self) -> bool:
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    def narrow(self, low: float, high: float, *, is_open: bool) -> None:
        if low >= self.low:
            self.low, self.low_open = low, is_open or (low == self.low and self.low_open)
        if high <= self.high:
            self.high, self.high_open = high, is_open or (high == self.high and self.high_open)


def impossible(comparisons: Sequence[Comparison], known: KnownField | None = None) -> str | None:
    """Why comparisons that must all hold never do; None when they can.

    `known` says the lowest number a single comparison's field can have.
    """
    for name in dict.fromkeys(one.field for one in comparisons):
        found = _Range()
        if known is not None and known.least is not None:
            found.low = known.least
        of_field = [one for one in comparisons if one.field == name]
        for one in of_field:
            _narrow(found, one)
        if found.is_empty:
            said = " and ".join(f"{one.op} {_values(one.values)}" for one in of_field)
            least = f"; it is never below {known.least:g}" if known and known.least == 0 else ""
            return f"{name} can never be {said}{least}"
    return None


def _narrow(found: _Range, one: Comparison) -> None:
    numbers = [_number(value) for value in one.values]
    if not numbers or any(number is None for number in numbers):
        return
    first, last = numbers[0], numbers[-1]
    assert first is not None
    assert last is not None
    is_open = one.op in (Operator.GT, Operator.LT)
    if one.op in (Operator.GT, Operator.GE):
        found.narrow(first, math.inf, is_open=is_open)
    elif one.op in (Operator.LT, Operator.LE):
        found.narrow(-math.inf, first, is_open=is_open)
    elif one.op in (Operator.BETWEEN, Operator.EQ):
        found.narrow(first, last, is_open=False)


def _number(value: Plain) -> float | None:
    """A place on a line; None for texts and for yes and no."""
    if isinstance(value, bool | str):
        return None
    return value if isinstance(value, float) else value.timestamp()


def _values(values: Sequence[Plain]) -> str:
    told = [f"{one:g}" if isinstance(one, float) else str(one) for one in values]
    return " to ".join(told)
