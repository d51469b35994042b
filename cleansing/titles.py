"""What a job title says: how senior a person is, and where in the company.

The product's standard has five levels. junior: interns, trainees. staff: those who do the work,
account managers and assistants of whomever among them. manager: those who lead a team. director:
those who lead a department (director, head of, 总监). executive: those who answer for the company
(C-level, vice presidents, owners, 总经理). A title without a known word says nothing.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from typing import Final

from cleansing.chinese import simplified
from cleansing.texts import folded, has_han, narrow, words_of

_LONGEST: Final = 200
_BETWEEN = re.compile(r"[^\w&\-]+")
_POINTS = re.compile(r"(?<=\w)[.](?=\w|$|\s)|[’']")
_JOINED = re.compile(
    r"\b(\w{2,})-?((?:leiter|mitarbeiter|referent|assistent|sachbearbeiter|ingenieur|berater)(?:in)?"
    r"|leitung)\b"
)


class Seniority(StrEnum):
    """How much a person decides, from least to most."""

    JUNIOR = "junior"
    STAFF = "staff"
    MANAGER = "manager"
    DIRECTOR = "director"
    EXECUTIVE = "executive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """What a title says; None where it says nothing. Departments are the keys of `titles.toml`."""

    seniority: Seniority | None
    department: str | None


def normal_title(text: str) -> str:
    """The title as written, without full-width letters and doubled spaces."""
    return narrow(text)


@lru_cache(maxsize=16384)
def read_title(text: str) -> Title:
    """Seniority and department by the words of a title, English, Chinese and some others."""
    if len(text) > _LONGEST:
        return Title(seniority=None, department=None)
    words = _words(text)
    return Title(seniority=_seniority(words), department=_department(words))


def _words(text: str) -> str:
    """Small letters, single spaces, a space at either end, so that whole words can be found."""
    plain = _POINTS.sub("", folded(simplified(text)))
    return _apart(f" {' '.join(_BETWEEN.sub(' ', plain.replace('/', ' / ')).split())} ")


def _apart(words: str) -> str:
    """Marketingleitung is a Leitung of marketing: joined German words as two, where the whole is
    not known and its first part is a department.
    """
    return _JOINED.sub(_as_two, words)


def _as_two(found: re.Match[str]) -> str:
    whole, first, last = found[0], found[1], found[2]
    if whole in _level_of() and whole in _department_of():
        return whole
    named = next(
        (name for name in (first, first.removesuffix("s")) if name in _department_of()), ""
    )
    return f"{named} {whole if whole in _level_of() else last}" if named else whole


def _seniority(words: str) -> Seniority | None:
    """The highest level of the words that are no part of a longer known one."""
    found = [_level_of()[word] for word in _found(_levels(), words)]
    if Seniority.JUNIOR in found and Seniority.EXECUTIVE not in found:
        return Seniority.JUNIOR
    if _assists(words):
        return Seniority.STAFF
    return max(found, key=list(Seniority).index, default=None)


def _assists(words: str) -> bool:
    """Whether the title is of somebody's assistant: "Assistant to the CEO", 总经理助理."""
    return re.search(
        r" (?:assistant|secretary|pa|assistent(?:in)?|assistenz) (?:to|of|der|des) ", words
    ) is not None or (words.rstrip().endswith(("助理", "秘书")) and "董事会秘书" not in words)


def _department(words: str) -> str | None:
    """The department named first; "management" only where no other is."""
    found = [_department_of()[word] for word in _found(_departments(), words)]
    named = [name for name in found if name not in ("management", "consulting")]
    return named[0] if named else found[0] if found else None


def _found(pattern: re.Pattern[str], words: str) -> list[str]:
    return [match[0].strip() for match in pattern.finditer(words)]


@cache
def _level_of() -> dict[str, Seniority]:
    return {
        word: level
        for level in Seniority
        for word in _split(words_of("titles")["seniority"][level.value])
    }


@cache
def _department_of() -> dict[str, str]:
    found: dict[str, str] = {}
    for name, listed in words_of("titles")["department"].items():
        for word in _split(listed):
            found.setdefault(word, name)
    return found


def _split(listed: str) -> list[str]:
    return [word for word in listed.replace("\n", "").split("|") if word]


@cache
def _levels() -> re.Pattern[str]:
    return _any_of(_level_of())


@cache
def _departments() -> re.Pattern[str]:
    return _any_of(_department_of())


def _any_of(words: dict[str, Seniority] | dict[str, str]) -> re.Pattern[str]:
    """One pattern that finds the longest known word at each place."""
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(
        "|".join(
            re.escape(word) if has_han(word) else rf"(?<=[^a-z0-9&]){re.escape(word)}(?=[^a-z0-9&])"
            for word in longest_first
        )
    )
