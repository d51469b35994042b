"""Numbers and yes/no as people write them: `1,234.5`, `1.234,5`, `１２３`, `1.2万`, `$1.2M`.

A band (`50-99`, `1000+`) says its lower end: whoever asks "at least 1000?" is never told more than
was written. What has two readings (`1.234` may be a thousand or one and a bit) says so. Words for
numbers (fifty, 五十) are not read.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from cleansing.texts import narrow, words_of
from features.values import FALSE_WORDS, TRUE_WORDS

_LONGEST = 64
_LARGEST = 1e15  # beyond it a float no longer tells neighbours apart, and nobody earns it
_DIGITS = r"\d(?:[\d.,'’ ]*\d)?(?:e[+-]?\d{1,2})?"
_NO_CENTS = re.compile(r"(?<=\d)[.,]\s?[-–—]{1,2}(?=\s|$|[^\d\s])")  # 1'200.- and 1.200,--
_GROUP_GAP = re.compile(r"(?<=\d)[ '’](?=\d{3}(?!\d))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """What a text says.

    value          whole numbers as int; of a band the lower end
    is_exact       False for a band, "1000+", "about 50"
    is_ambiguous   the point or comma could be read another way
    currency       ISO 4217 where one was written; "$" is USD, "¥" is CNY
    """

    value: int | float
    is_exact: bool
    is_ambiguous: bool
    currency: str | None


@lru_cache(maxsize=16384)
def normal_number(
    text: str, *, is_whole: bool = False, decimal_comma: bool | None = None
) -> Number | None:
    """The number in a text, None if it is none or only says "less than".

    `is_whole` reads `1.234` and `1,234` as thousands without doubt; `decimal_comma` settles it
    for a source whose way of writing is known.
    """
    if len(text) > _LONGEST:
        return None
    plain = _NO_CENTS.sub("", narrow(text).lower())
    bare = _about().sub("", _about().sub("", plain))
    number, band = _patterns()
    found = number.fullmatch(bare) or band.fullmatch(bare)
    if found is None:
        return None
    parts = found.groupdict()
    digits, unit = parts["digits"], parts["unit"] or parts.get("last_unit")
    money = parts["before"] or parts["after"] or parts.get("last_after") or ""
    if decimal_comma is None and unit in _german():
        decimal_comma = True
    read = _read(digits, has_unit=bool(unit), is_whole=is_whole, decimal_comma=decimal_comma)
    if read is None:
        return None
    value, is_ambiguous = read
    value = round(value * _scale_of()[unit], 6) if unit else value
    if value > _LARGEST:
        return None
    return Number(
        value=_plain(-value if "-" in (parts["sign"], parts["inner_sign"]) else value),
        is_exact=found.re is number and bare == plain and not parts["more"],
        is_ambiguous=is_ambiguous,
        currency=_currency_of().get(money),
    )


def normal_boolean(text: str) -> bool | None:
    """Yes or no in several languages; None where it says neither."""
    word = narrow(text).lower()
    if word in TRUE_WORDS or word in _listed("yes"):
        return True
    return False if word in FALSE_WORDS or word in _listed("no") else None


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(words_of("booleans")[name].split("|"))


@cache
def _scale_of() -> dict[str, float]:
    listed = words_of("numbers")["scale"].items()
    return {word: float(factor) for factor, words in listed for word in words.split()}


@cache
def _german() -> frozenset[str]:
    """Units of people who write 1.500 for a thousand and five hundred."""
    return frozenset(words_of("numbers")["german"]["units"].split())


@cache
def _currency_of() -> dict[str, str]:
    listed = words_of("numbers")["currency"].items()
    return {word: code for code, words in listed for word in words.split()}


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A number, and a band of two."""
    money, unit = _any_of(_currency_of()), _any_of(_scale_of())
    noun = rf"(?:\s?(?:{_any_of(words_of('numbers')['counted']['words'].split())}))?"
    one = (
        rf"(?P<sign>[+-]?)\s?(?:(?P<before>{money})\s?)?(?P<inner_sign>[+-]?)\s?(?P<digits>{_DIGITS})"
        rf"\s?(?P<unit>{unit})?\.?\s?(?P<after>{money})?"
    )
    other = rf"{_DIGITS}\s?(?P<last_unit>{unit})?\.?\s?(?P<last_after>{money})?"
    between = rf"{noun}\s?(?:-|–|—|~|至|到|to|bis|à)\s?(?:{money})?\s?"
    more = r"(?P<more>\s?\+)?"
    return re.compile(one + more + noun), re.compile(one + between + other + noun)


@cache
def _about() -> re.Pattern[str]:
    listed = words_of("numbers")["about"]
    before, after = (_any_of(listed[side].split("|")) for side in ("before", "after"))
    return re.compile(rf"^(?:{before})\s*|\s*(?:{after})$")


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _plain(value: float) -> int | float:
    return int(value) if value.is_integer() else value


def _read(
    digits: str, *, has_unit: bool, is_whole: bool, decimal_comma: bool | None
) -> tuple[float, bool] | None:
    """The value of plain digits, and whether it could be another."""
    mantissa, _, exponent = _GROUP_GAP.sub("", digits).partition("e")
    commas, points = mantissa.count(","), mantissa.count(".")
    is_ambiguous = False
    if commas and points:
        point = "," if mantissa.rfind(",") > mantissa.rfind(".") else "."
    elif commas + points == 1:
        written = "," if commas else "."
        point, is_ambiguous = _single(
            mantissa, written, has_unit=has_unit, is_whole=is_whole, decimal_comma=decimal_comma
        )
    else:
        point = "." if commas else ","
    value = _value(mantissa, point)
    if value is None:
        return None
    return value * 10.0 ** int(exponent or 0), is_ambiguous


def _single(
    mantissa: str, written: str, *, has_unit: bool, is_whole: bool, decimal_comma: bool | None
) -> tuple[str, bool]:
    """Which sign is the decimal point where only one stands there: the written one or the other."""
    head, _, tail = mantissa.partition(written)
    other = "." if written == "," else ","
    if len(tail) != 3 or len(head) > 3 or head.startswith("0"):
        return written, False
    if decimal_comma is not None:
        return ("," if decimal_comma else "."), False
    if is_whole and not has_unit:
        return other, False
    return (written if has_unit else other), has_unit == (written == ",")


def _value(mantissa: str, point: str) -> float | None:
    whole, *fraction = mantissa.split(point)
    groups = whole.split("." if point == "," else ",")
    if len(fraction) > 1 or not all(part.isdigit() for part in (*groups, *fraction)):
        return None
    if any(not 2 <= len(group) <= 4 for group in groups[1:]) or (groups[1:] and len(groups[0]) > 4):
        return None
    return float("".join(groups) + "." + "".join(fraction or ["0"]))
