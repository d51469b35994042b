"""What the columns of any table hold, by their headers and else by their values."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from cleansing.mapping.vocabulary import vocabulary_of
from cleansing.matching.comparer import text_of
from cleansing.matching.texts import words_of
from cleansing.matching.words import Kind
from cleansing.texts import folded
from features.values import moment_of, number_of

_LOOKED_AT = 500  # cells of a column
_MOSTLY = 0.8
_LONG_TEXT = 100  # characters; a text this long describes and does not name
_FEW_WORDS = 30  # different values of a category, at most
_NOT_WORD = re.compile(r"[\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_HOST = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
_PHONE = re.compile(r"\+?[\d\s()/.-]{7,24}")
_CODE = re.compile(r"(?=.*\d)[A-Za-z0-9 ./-]{5,24}")


def kinds_of(columns: Mapping[str, Sequence[object]]) -> dict[str, Kind]:
    """The kind of each column, IGNORE for what says nothing about who a row is."""
    return {header: kind_of(header, cells) for header, cells in columns.items()}


def kind_of(header: str, cells: Sequence[object]) -> Kind:
    """The kind of one column; the header decides where it is known.

    >>> kind_of("E-Mail", []), kind_of("birthDate", []), kind_of("联系电话", [])
    (<Kind.EMAIL: 'email'>, <Kind.DATE: 'date'>, <Kind.PHONE: 'phone'>)
    """
    return _kind_by_header(header) or _kind_by_values([t for c in cells if (t := text_of(c))])


def _kind_by_header(header: str) -> Kind | None:
    plain = _NOT_WORD.sub(" ", folded(_CAMEL.sub(" ", header))).strip()
    words = plain.split()
    endings = (" ".join(words[start:]) for start in range(len(words)))
    known = next((_headers()[end] for end in endings if end in _headers()), None)
    field = None if known else vocabulary_of("leads").exact(header)
    return known or (_OF_A_LEAD.get(field.field, Kind.IGNORE) if field else None)


_OF_A_LEAD = {
    **{name: Kind(name) for name in ("first_name", "last_name", "email", "phone", "company")},
    "full_name": Kind.PERSON_NAME,
    "mobile": Kind.PHONE,
    "website": Kind.DOMAIN,
    "job_title": Kind.TEXT,
    "street": Kind.TEXT,
    "city": Kind.TEXT,
    "postal_code": Kind.POSTAL_CODE,
    "country": Kind.COUNTRY,
    "region": Kind.CATEGORY,
    "industry": Kind.CATEGORY,
    "employees": Kind.NUMBER,
}
"""What of a lead's fields says who it is, for headers that only the mapping of leads knows."""


def _kind_by_values(texts: Sequence[str]) -> Kind:
    seen = texts[:: max(1, len(texts) // _LOOKED_AT)]
    if not seen or sum(map(len, seen)) > _LONG_TEXT * len(seen):
        return Kind.IGNORE
    for kind, fits in _SIGNS.items():
        if sum(map(fits, seen)) >= _MOSTLY * len(seen):
            return _refined(kind, seen)
    return _refined(Kind.TEXT, seen)


def _refined(kind: Kind, seen: Sequence[str]) -> Kind:
    """Few different values are a category, whatever they look like."""
    different = len({words_of(text) for text in seen})
    is_few = len(seen) >= _FEW_WORDS and different <= min(_FEW_WORDS, len(seen) // 10)
    return Kind.CATEGORY if is_few and kind in (Kind.TEXT, Kind.NUMBER, Kind.ID_NUMBER) else kind


def _is_date(text: str) -> bool:
    if text.isdigit():
        return len(text) == 8 and 1 <= int(text[4:6]) <= 12 and 1 <= int(text[6:]) <= 31
    return moment_of(text) is not None or _DAY_FIRST.fullmatch(text) is not None


_DAY_FIRST = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{4}")
_SIGNS = {
    Kind.EMAIL: lambda text: "@" in text[1:-1],
    Kind.DATE: _is_date,
    Kind.DOMAIN: lambda text: _HOST.fullmatch(text) is not None,
    Kind.PHONE: lambda text: not text.isdigit() and _PHONE.fullmatch(text) is not None,
    Kind.ID_NUMBER: lambda text: len(text) > 4 and _CODE.fullmatch(text) is not None,
    Kind.NUMBER: lambda text: number_of(text) is not None,
}


@cache
def _headers() -> dict[str, Kind]:
    text = files(__package__).joinpath("kinds.toml").read_text(encoding="utf-8")
    return {header: Kind(kind) for kind, found in tomllib.loads(text).items() for header in found}
