"""Comparing phone numbers and web domains."""

import re
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA

from cleansing.emails import is_free
from cleansing.matching.comparer import Comparer, Key, first_text, text_of
from cleansing.matching.mail import address_of, is_slip
from cleansing.matching.texts import REMEMBERED
from cleansing.matching.words import Level
from cleansing.texts import narrow

_SCHEME = re.compile(r"^\s*\w+:/+")
_END_OF_HOST = re.compile(r"[/?#:\s,;]")
_EXTENSION = re.compile(r"(?:ext\.?|x|#|转|durchwahl|-dw)\s*\d+\s*$", re.IGNORECASE)
_NOT_DIGIT = re.compile(r"\D+")
_SAME_END = 9  # last digits that make two numbers the same; country codes are written in many ways
_SHORTEST_PHONE = 6
_EXTENSION_DIGITS = 3


def phone() -> Comparer:
    """Compares the numbers of any number of columns: the best agreement of any two counts."""
    return Comparer(
        name="phone",
        levels=(Level.EXACT, Level.CLOSE, Level.PARTLY, Level.DIFFERS),
        prepare=phones_of,
        level=_phone_level,
        term=lambda numbers: numbers[0] if len(numbers) == 1 else None,
        keys=_phone_keys,
    )


def domain() -> Comparer:
    """Compares the company's domain of (domain, website, e-mail address)."""
    return Comparer(
        name="domain",
        levels=(Level.EXACT, Level.CLOSE, Level.DIFFERS),
        prepare=domain_of,
        level=_domain_level,
        term=lambda known: known,
        keys=_domain_keys,
        shared=True,
    )


def phones_of(values: Sequence[object]) -> tuple[str, ...] | None:
    """The digits of each number that is long enough, each once, without leading noughts."""
    digits = {_digits(text) for value in values if (text := text_of(value))}
    return tuple(sorted(digits - {""})) or None


@lru_cache(REMEMBERED)
def _digits(text: str) -> str:
    digits = _NOT_DIGIT.sub("", _EXTENSION.sub("", narrow(text)).replace("(0)", "")).lstrip("0")
    return digits if len(digits) >= _SHORTEST_PHONE else ""


def _phone_level(left: tuple[str, ...], right: tuple[str, ...]) -> Level:
    found = {_two_phones(one, other) for one in left for other in right}
    return next(level for level in _PHONE_ORDER if level in found)


_PHONE_ORDER = (Level.EXACT, Level.CLOSE, Level.PARTLY, Level.DIFFERS)


def _two_phones(one: str, other: str) -> Level:
    """Numbers with and without their country's code are the same."""
    if len(one) > len(other):
        one, other = other, one
    if one == other or (len(one) >= _SAME_END - 1 and other.endswith(one)):
        return Level.EXACT
    same_size = other[-len(one) :]
    if len(one) >= _SAME_END and OSA.distance(one, same_size, score_cutoff=1) <= 1:
        # numbers of one office differ in the last digit by right
        return Level.CLOSE if one[-1] == other[-1] else Level.PARTLY
    same_start = one[:-_EXTENSION_DIGITS] == same_size[:-_EXTENSION_DIGITS]
    return Level.PARTLY if same_start and len(one) >= _SAME_END else Level.DIFFERS


def phone_ends_of(values: Sequence[object]) -> list[str]:
    """What two writings of a number have in common, of each number."""
    return [digits[-_SAME_END:] for digits in phones_of(values) or ()]


def _phone_keys(numbers: tuple[str, ...]) -> list[Key]:
    keys = [("phone", digits[-_SAME_END:]) for digits in numbers]
    return keys + [("phone_end", digits[-4:]) for digits in numbers]


def domain_of(values: Sequence[object]) -> str | None:
    """The host of (domain or website ..., e-mail address last); free mail is no company's."""
    *sites, address = values
    if site := first_text(sites):
        return _host(site) or None
    _, host, free, _ = address_of(text_of(address))
    return None if free or not host else host


@lru_cache(REMEMBERED)
def _host(text: str) -> str:
    host = narrow(_SCHEME.sub("", text)).lower()
    host = _END_OF_HOST.split(host, maxsplit=1)[0].removeprefix("www.")
    return "" if is_free(host) or "." not in host else host


def _domain_keys(host: str) -> list[Key]:
    stem = host.partition(".")[0]
    return [("domain", host), ("stem", stem)] if stem else [("domain", host)]


def _domain_level(left: str, right: str) -> Level:
    if left == right:
        return Level.EXACT
    same_stem = left.partition(".")[0] == right.partition(".")[0]
    part = left.endswith("." + right) or right.endswith("." + left)
    return Level.CLOSE if same_stem or part or is_slip(left, right) else Level.DIFFERS
