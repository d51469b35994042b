"""What a kind of comparison is: a form of the values, the level of two forms, and their keys."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cleansing.matching.texts import REMEMBERED
from cleansing.matching.words import Level
from cleansing.missing import is_missing

Form = Any
"""Prepared values; what it is, only its comparer knows. None when there is nothing to compare."""

_LONGEST = 1_000
"""Characters of a cell that are looked at; a longer one says who somebody is within these."""
_SHORT = 100
"""Characters of a cell that is remembered."""

Key = tuple[str, str]
"""What the key is made of ("family", "tail"), and its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparer:
    """One way to compare; the same functions serve a table of a million and one incoming lead.

    prepare   the values of its columns, in their order -> the form
    level     two forms -> how far they agree; symmetric
    term      a form -> the value whose frequency counts when two agree exactly; None: never
    keys      a form -> what two records that agree may have in common, for finding candidates
    shared    whether many records of different people have it in common by right (company, city)
    """

    name: str
    levels: tuple[Level, ...]
    prepare: Callable[[Sequence[object]], Form]
    level: Callable[[Form, Form], Level]
    term: Callable[[Form], str | None]
    keys: Callable[[Form], list[Key]]
    shared: bool = False


def text_of(value: object) -> str:
    """A cell as text, empty when it says nothing ("n/a", 未知)."""
    if type(value) is str and len(value) <= _SHORT:
        return _text(value)
    if value is None or is_missing(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)[:_LONGEST].strip()


@lru_cache(REMEMBERED)
def _text(value: str) -> str:
    return "" if is_missing(value) else value.strip()


def first_text(values: Sequence[object]) -> str:
    """The first of several values that is there."""
    return next((text for value in values if (text := text_of(value))), "")
