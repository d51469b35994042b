"""Invented names for people and companies, Latin and Chinese. They say nothing about anything.

All mail domains end in `.example`, which no one can own (RFC 2606). Every company has its own
name and domain.
"""

import numpy as np
from numpy.typing import NDArray

from sandbox.behaviour import Index
from sandbox.places import CHINA, COUNTRIES
from sandbox.words import CITIES, FIRST, FIRST_CHINESE, LAST, LAST_CHINESE, LUCKY, SYLLABLES

Flags = NDArray[np.bool_]


def company_names(country: Index, *, rng: np.random.Generator) -> tuple[list[str], list[str]]:
    """The name and the mail domain of each company, no two alike."""
    forms = [place[4] for place in COUNTRIES]
    numbers = _distinct_numbers(len(country), len(SYLLABLES) ** 3, rng=rng)
    latin = [_latin(int(number)) for number in numbers]
    chinese = [_chinese(int(number)) for number in numbers]
    names = [
        chinese[i][0] + forms[CHINA] if place == CHINA else f"{latin[i].title()} {forms[place]}"
        for i, place in enumerate(country)
    ]
    domains = [
        f"{chinese[i][1] if place == CHINA else latin[i].replace(' ', '-')}.example"
        for i, place in enumerate(country)
    ]
    return names, domains


def person_names(
    is_chinese: Flags, *, rng: np.random.Generator
) -> tuple[list[str], list[str], list[str]]:
    """First name, last name, and the two in Latin letters for an address, of each person."""
    picks = rng.random((len(is_chinese), 2))
    people = [
        _chinese_person(*pick) if here else _latin_person(*pick)
        for here, pick in zip(is_chinese, picks, strict=True)
    ]
    first, last, local = zip(*people, strict=True)
    return list(first), list(last), list(local)


def _latin_person(u: float, v: float) -> tuple[str, str, str]:
    first, last = FIRST[int(u * len(FIRST))], LAST[int(v * len(LAST))]
    return first, last, f"{first}.{last}".lower()


def _chinese_person(u: float, v: float) -> tuple[str, str, str]:
    first, pinyin = FIRST_CHINESE[int(u * len(FIRST_CHINESE))].split(":")
    last, family = LAST_CHINESE[int(v * len(LAST_CHINESE))].split(":")
    return first, last, f"{pinyin}.{family}"


def _latin(number: int) -> str:
    rest, third = divmod(number, len(SYLLABLES))
    rest, second = divmod(rest, len(SYLLABLES))
    more, first = divmod(rest, len(SYLLABLES))
    word = SYLLABLES[first] + SYLLABLES[second] + "o " + SYLLABLES[third] + "ia"
    return word if not more else f"{word} {more + 1}"


def _chinese(number: int) -> tuple[str, str]:
    rest, third = divmod(number, len(LUCKY))
    rest, second = divmod(rest, len(LUCKY))
    rest, first = divmod(rest, len(LUCKY))
    more, city = divmod(rest, len(CITIES))
    parts = [CITIES[city], *(LUCKY[place] for place in (first, second, third))]
    name, pinyin = zip(*(part.split(":") for part in parts), strict=True)
    number_after = str(more + 1) if more else ""
    return "".join(name) + number_after, pinyin[0] + "-" + "".join(pinyin[1:]) + number_after


def _distinct_numbers(n: int, least: int, *, rng: np.random.Generator) -> Index:
    return rng.permutation(max(n, least))[:n]
