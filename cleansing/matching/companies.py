"""Comparing companies by name, and countries."""

from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from cleansing.companies import company_key
from cleansing.matching.comparer import Comparer, Key, first_text
from cleansing.matching.texts import REMEMBERED, words_of
from cleansing.matching.words import Level
from cleansing.places import normal_country

_FOUR = (Level.EXACT, Level.CLOSE, Level.PARTLY, Level.DIFFERS)
_LONGEST_TEXT = 200  # characters that are compared


def company() -> Comparer:
    """A company's name, without its legal form."""
    return Comparer(
        name="company",
        levels=_FOUR,
        prepare=company_of,
        level=_company_level,
        term="".join,
        keys=_company_keys,
        shared=True,
    )


def company_of(values: Sequence[object]) -> tuple[str, ...] | None:
    """The words of the name in Latin letters, without its legal form."""
    return _company(first_text(values)[:_LONGEST_TEXT])


@lru_cache(REMEMBERED)
def _company(written: str) -> tuple[str, ...] | None:
    return tuple(words_of(company_key(written)).split()) or None if written else None


def _company_level(left: tuple[str, ...], right: tuple[str, ...]) -> Level:
    one, other = "".join(left), "".join(right)
    if one == other:
        return Level.EXACT
    likeness = fuzz.ratio(one, other)
    if likeness >= 88:
        return Level.CLOSE
    return Level.PARTLY if likeness >= 72 or _in_part(left, right, one, other) else Level.DIFFERS


def _in_part(left: tuple[str, ...], right: tuple[str, ...], one: str, other: str) -> bool:
    """A word of one in the other, a common start, or the initials."""
    if one[:6] == other[:6] and min(len(one), len(other)) >= 6:
        return True
    if any(len(word) > 4 and word in other for word in left):
        return True
    if any(len(word) > 4 and word in one for word in right):
        return True
    return one == _initials(right) or other == _initials(left)


def _initials(words: tuple[str, ...]) -> str:
    return "".join(word[0] for word in words) if len(words) > 1 else ""


def _company_keys(words: tuple[str, ...]) -> list[Key]:
    name = "".join(words)
    return [("company", name), ("company_start", name[:5])]


def country() -> Comparer:
    """A country by any of its names."""
    return Comparer(
        name="country",
        levels=(Level.EXACT, Level.DIFFERS),
        prepare=_country_of,
        level=lambda left, right: Level.EXACT if left == right else Level.DIFFERS,
        term=lambda code: code,
        keys=lambda code: [("word", code)],
        shared=True,
    )


def _country_of(values: Sequence[object]) -> str | None:
    written = first_text(values)
    known = normal_country(written) if written else None
    return known.code if known else words_of(written) or None
