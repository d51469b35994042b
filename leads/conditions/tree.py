"""What a condition is, once it has been read and found to make sense."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Operator(StrEnum):
    """How a field is compared."""

    EQ = "eq"
    NE = "ne"
    IN = "in"
    NOT_IN = "not_in"
    GT = "gt"
    GE = "ge"
    LT = "lt"
    LE = "le"
    BETWEEN = "between"  # both ends belong to it
    CONTAINS = "contains"  # any of several texts
    NOT_CONTAINS = "not_contains"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    EXISTS = "exists"
    MISSING = "missing"


class How(StrEnum):
    """How many parts of a group must hold."""

    ALL = "all"
    ANY = "any"
    NONE = "none"


Plain = float | str | bool | datetime
"""A number, a text, a yes or no, or a moment (aware UTC)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One field against values of one kind: two for `between`, none for `exists` and `missing`."""

    field: str
    op: Operator
    values: tuple[Plain, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Several conditions, at least one."""

    how: How
    parts: "tuple[Condition, ...]"


Condition = Comparison | Group


def comparisons_of(condition: Condition) -> Iterator[Comparison]:
    """The leaves of the tree, from left to right."""
    if isinstance(condition, Comparison):
        yield condition
        return
    for part in condition.parts:
        yield from comparisons_of(part)


def fields_of(condition: Condition) -> frozenset[str]:
    """The fields a condition looks at."""
    return frozenset(comparison.field for comparison in comparisons_of(condition))
