"""Conditions as closures, quick enough to be asked about every lead that is scored."""

import math
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from leads.conditions.known import ATTRIBUTE
from leads.conditions.tree import Comparison, Condition, How, Operator

Test = Callable[[object], bool]
"""Whether one value fulfils a comparison."""
Holds = Callable[[Mapping[str, object]], bool]
"""Whether a lead, its values under the names of its fields, fulfils a condition."""


def plain_number(value: object) -> float | None:
    """A finite number, also one written as text; None for anything else."""
    if isinstance(value, str):
        value = value.strip().replace(",", "")
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def plain_text(value: object) -> str | None:
    """A text that is not blank; None for anything else."""
    if not isinstance(value, str):
        return None
    return value.strip() or None


def plain_boolean(value: object) -> bool | None:
    """Yes or no, also written as true and false; None for anything else."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().casefold())
    return None


def plain_moment(value: object) -> datetime | None:
    """An instant, aware UTC; days begin at midnight UTC. None for anything else."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    if not isinstance(value, datetime):
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """How a lead's values are read; each gives None for what says nothing."""

    number: Callable[[object], float | None] = plain_number
    text: Callable[[object], str | None] = plain_text
    boolean: Callable[[object], bool | None] = plain_boolean
    moment: Callable[[object], datetime | None] = plain_moment


PLAIN = Readers()


def folded(text: str) -> str:
    """A text as it is compared: without regard to case, width and the spaces around it."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return text.strip().casefold()


def compile_condition(condition: Condition, readers: Readers = PLAIN) -> Holds:
    """A closure that says whether a lead fulfils the condition."""
    if isinstance(condition, Comparison):
        return _of_field(
            condition.field.removeprefix(ATTRIBUTE), compile_comparison(condition, readers)
        )
    parts = [compile_condition(part, readers) for part in condition.parts]
    if len(parts) == 1 and condition.how is not How.NONE:
        return parts[0]
    if condition.how is How.ALL:
        return lambda lead: all(part(lead) for part in parts)
    if condition.how is How.ANY:
        return lambda lead: any(part(lead) for part in parts)
    return lambda lead: not any(part(lead) for part in parts)


def _of_field(name: str, test: Test) -> Holds:
    return lambda lead: test(lead.get(name))


def compile_comparison(comparison: Comparison, readers: Readers = PLAIN) -> Test:
    """A closure that says whether one value fulfils the comparison."""
    op, values = comparison.op, comparison.values
    if op is Operator.EXISTS:
        return lambda value: not _says_nothing(value, readers)
    if op is Operator.MISSING:
        return lambda value: _says_nothing(value, readers)
    first = values[0]
    if isinstance(first, bool):
        return _test_boolean(first is (op is Operator.EQ), readers)
    if isinstance(first, str):
        return _test_text(op, tuple(folded(str(value)) for value in values), readers)
    if isinstance(first, datetime):
        return _in_order(op, values, readers.moment)
    return _test_number(op, values, readers)


def _says_nothing(value: object, readers: Readers) -> bool:
    if value is None:
        return True
    if isinstance(value, str):
        return readers.text(value) is None
    return bool(value != value)  # noqa: PLR0124  NaN


def _test_boolean(wanted: bool, readers: Readers) -> Test:
    read = readers.boolean
    return lambda value: read(value) is wanted


def _test_number(op: Operator, values: tuple[object, ...], readers: Readers) -> Test:
    read = readers.number
    if op in (Operator.EQ, Operator.IN):
        wanted = frozenset(values)
        return lambda value: read(value) in wanted
    if op in (Operator.NE, Operator.NOT_IN):
        unwanted = frozenset({*values, None})
        return lambda value: read(value) not in unwanted
    return _in_order(op, values, read)


def _in_order(
    op: Operator, values: tuple[object, ...], read: Callable[[object], object | None]
) -> Test:
    def found(value: object, compare: Callable[[object], bool]) -> bool:
        known = read(value)
        return known is not None and compare(known)

    edge = values[0]
    # a reader and its values are of one kind: reading.py saw to that
    if op is Operator.BETWEEN:
        low, high = values
        return lambda value: found(value, lambda known: low <= known <= high)  # type: ignore[operator]
    if op is Operator.GT:
        return lambda value: found(value, lambda known: known > edge)  # type: ignore[operator]
    if op is Operator.GE:
        return lambda value: found(value, lambda known: known >= edge)  # type: ignore[operator]
    if op is Operator.LT:
        return lambda value: found(value, lambda known: known < edge)  # type: ignore[operator]
    return lambda value: found(value, lambda known: known <= edge)  # type: ignore[operator]


def _test_text(op: Operator, wanted: tuple[str, ...], readers: Readers) -> Test:
    def read(value: object) -> str | None:
        text = readers.text(value)
        return None if text is None else folded(text)

    among = frozenset(wanted)
    if op in (Operator.EQ, Operator.IN):
        return lambda value: read(value) in among
    if op in (Operator.NE, Operator.NOT_IN):
        return lambda value: read(value) not in among | {None}
    if op is Operator.CONTAINS:
        return lambda value: any(one in (read(value) or "") for one in wanted)
    if op is Operator.NOT_CONTAINS:
        return lambda value: (
            (text := read(value)) is not None and not any(one in text for one in wanted)
        )
    if op is Operator.STARTS_WITH:
        return lambda value: (read(value) or "").startswith(wanted)
    return lambda value: (read(value) or "").endswith(wanted)
