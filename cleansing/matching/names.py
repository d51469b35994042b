"""Comparing people's names: given and family name, nicknames, initials, swapped, across scripts."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler

from cleansing import people
from cleansing.chinese import simplified
from cleansing.matching.comparer import Comparer, Key, text_of
from cleansing.matching.texts import REMEMBERED, name_words_of
from cleansing.matching.words import Level
from cleansing.texts import has_han

_ALMOST = 0.92
_SIMILAR = 0.82
_SHORT_NAME = 3  # letters; a shorter name is not looked for inside another
_MAIL_NAME = re.compile(r"([a-z]{2,})[._-]([a-z]{2,})\d*@")
_MISREAD = str.maketrans("0135", "oles")
_LONGEST = 100  # characters of a name that count; a longer one is a text


class Person(NamedTuple):
    """A name as compared, in Latin letters; an empty part is not known.

    given         the given names in one word; `first` is the first of them
    han_given     as written in Chinese characters, where it was written so; han_family likewise
    """

    given: str
    first: str
    family: str
    han_given: str
    han_family: str


def given_name() -> Comparer:
    """Compares the given name of (first name, last name, whole name, e-mail address)."""
    return Comparer(
        name="given",
        levels=GIVEN_LEVELS,
        prepare=person_of,
        level=_given_level,
        term=lambda person: person.given or None,
        keys=_given_keys,
    )


def family_name() -> Comparer:
    """Compares the family name of the same values."""
    return Comparer(
        name="family",
        levels=FAMILY_LEVELS,
        prepare=person_of,
        level=_family_level,
        term=lambda person: person.family or None,
        keys=_family_keys,
    )


GIVEN_LEVELS = (
    Level.EXACT,
    Level.NICKNAME,
    Level.SWAPPED,
    Level.CLOSE,
    Level.INITIAL,
    Level.PARTLY,
    Level.DIFFERS,
)
FAMILY_LEVELS = (
    Level.EXACT,
    Level.SWAPPED,
    Level.CLOSE,
    Level.INITIAL,
    Level.PARTLY,
    Level.DIFFERS,
)


def person_of(values: Sequence[object]) -> Person | None:
    """The name of (first, last, whole, e-mail); the address is asked only where no name is."""
    first, last, whole, mail = values
    first, last, whole = (
        text_of(first)[:_LONGEST],
        text_of(last)[:_LONGEST],
        text_of(whole)[:_LONGEST],
    )
    if first or last or whole:
        return _person(first, last, whole, "")
    return _person("", "", "", text_of(mail)[:_LONGEST].lower())


@lru_cache(REMEMBERED)
def _person(first: str, last: str, whole: str, mail: str) -> Person | None:
    if not first and not last:
        if whole:
            first, last = split_whole(_letters(whole))
        elif named := _MAIL_NAME.match(mail):
            first, last = named[1], named[2]
    given, family = name_words_of(_letters(first)), name_words_of(_letters(last))
    if not given and not family:
        return None
    return Person(
        given="".join(given),
        first=given[0] if given else "",
        family="".join(family),
        han_given=_han(first),
        han_family=_han(last),
    )


def _han(name: str) -> str:
    return simplified(name).replace(" ", "") if has_han(name) else ""


def _letters(name: str) -> str:
    """With the digits that were read for letters put right: M0ore, 5chmid."""
    return name if name.isalpha() else name.translate(_MISREAD)


def split_whole(whole: str) -> tuple[str, str]:
    """Given and family name; a single word is a family name.

    >>> split_whole("WANG Wen-Dong"), split_whole("Dr. Anna van der Berg"), split_whole("欧阳小明")
    (('Wen-Dong', 'WANG'), ('Anna', 'van der Berg'), ('小明', '欧阳'))
    """
    words = whole.split()
    loud = [word for word in words if len(word) > 1 and word.isupper() and "," not in whole]
    # one name in capitals, first or last, is the family's
    if len(loud) == 1 < len(words) and loud[0] in (words[0], words[-1]):
        rest = words[1:] if loud[0] == words[0] else words[:-1]
        return people.split_name(" ".join([*rest, "X"]))[0] or rest[-1], loud[0]
    first, last = people.split_name(whole)
    return (first or "", last or "") if first or last else ("", whole)


def _given_level(left: Person, right: Person) -> Level:
    if not left.given or not right.given:
        return Level.MISSING
    if left.given == right.given:
        return _same_letters(left.han_given, right.han_given)
    if _swapped(left, right):
        return Level.SWAPPED
    if people.same_first_name(left.first, right.first):
        return Level.NICKNAME
    if len(left.given) == 1 or len(right.given) == 1:
        return Level.INITIAL if left.given[0] == right.given[0] else Level.DIFFERS
    if left.first == right.first and len(left.first) >= _SHORT_NAME:
        return Level.CLOSE
    return _likeness(left.given, right.given)


def _family_level(left: Person, right: Person) -> Level:
    if not left.family or not right.family:
        return Level.MISSING
    if left.family == right.family:
        return _same_letters(left.han_family, right.han_family)
    if _swapped(left, right):
        return Level.SWAPPED
    if len(left.family) == 1 or len(right.family) == 1:
        return Level.INITIAL if left.family[0] == right.family[0] else Level.DIFFERS
    if _moved(left, right) or _moved(right, left):
        return Level.PARTLY
    return _likeness(left.family, right.family)


def _same_letters(one: str, other: str) -> Level:
    """Exact, unless both are in Chinese characters and only sound alike (伟 and 玮)."""
    return Level.PARTLY if one and other and one != other else Level.EXACT


def _swapped(left: Person, right: Person) -> bool:
    if not (left.family and right.family and left.given and right.given):
        return False
    if left.given == right.family:
        return _alike(left.family, right.given)
    return left.family == right.given and _alike(left.given, right.family)


def _moved(left: Person, right: Person) -> bool:
    """The family name of one side is the other's given name: it stood in the wrong column."""
    return left.family == right.given


def _alike(one: str, other: str) -> bool:
    if 1 in (len(one), len(other)):
        return one[0] == other[0]
    likeness = JaroWinkler.similarity(one, other, score_cutoff=_SIMILAR)
    return likeness > 0 or people.same_first_name(one, other)


def _likeness(one: str, other: str) -> Level:
    shorter, longer = sorted((len(one), len(other)))
    if OSA.distance(one, other, score_cutoff=1) <= 1 and longer > 2:
        return Level.CLOSE
    likeness = JaroWinkler.similarity(one, other)
    if likeness >= _ALMOST:
        return Level.CLOSE
    contained = shorter >= _SHORT_NAME and (one in other or other in one)
    return Level.PARTLY if likeness >= _SIMILAR or contained else Level.DIFFERS


def _given_keys(person: Person) -> list[Key]:
    if not person.given:
        return []
    return [("given", person.given), ("given_start", person.given[:1])]


def _family_keys(person: Person) -> list[Key]:
    """Both names in alphabetical order too: swapped names fall together."""
    keys = []
    if person.family:
        keys = [("family", person.family), ("family_start", person.family[:3])]
    if person.family and person.given:
        keys.append(("both", " ".join(sorted((person.family, person.given)))))
    return keys
