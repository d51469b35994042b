"""Phone numbers in E.164, by the numbering plans of Google's libphonenumber.

A number that was typed with its country code keeps a stable E.164 form even where the plan does
not know it (`is_valid` says so): two records with the same wrong number still share it. A national
number needs a country; without one nothing is guessed but a Chinese mobile number that could be
nothing else.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cleansing.phone_plans import (
    FEWEST_DIGITS,
    code_where_zero_leads,
    e164_of,
    is_possible,
    judged,
    read,
    region_of,
    valid,
)
from cleansing.texts import narrow

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_LONGEST = 80
_SEVERAL = re.compile(r"\s*(?:[;|、\n]|\s/\s|\bor\b|\boder\b|或)\s*")
_PERHAPS_SEVERAL = re.compile(r"\s*[/,]\s*")
_REMARK = re.compile(r"\s*\([^()\d]*\)\s*$")
_EXTENDED_BY_DASH = (86, 886, 852, 853)  # mainland China, Taiwan, Hong Kong, Macao
_EXCEL_FLOAT = re.compile(r"(\d{7,15})\.0")
_EXCEL_POWER = re.compile(r"(\d)[.,](\d+)e\+(\d+)", re.IGNORECASE)
_CHINESE_MOBILE = re.compile(r"1[3-9]\d{9}")
_CHINESE_EXTENSION = re.compile(r"\s*(?:分机号?|转)\s*[:：]?\s*")
_LABEL = re.compile(r"^(?:tel|phone|mobile|mobil|fon|电话|手机)[.:]*\s*", re.IGNORECASE)
_INTERNATIONAL = re.compile(r"^\(?00\)?[\s\-]*(?=[1-9(])")
_CALLING_CODE = re.compile(r"(?=(?:\D*\d){11})([1-9]\d{0,2})[\s.\-(]")
_LAST_GROUP = re.compile(r"(?<=\d)\s?[-#*]\s?(\d{2,5})$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """One number.

    number       the normal form: E.164, with " ext. 12" after it; the tidied text where unreadable
    e164         without the extension, None where the text cannot be read as a number
    country      ISO 3166-1 alpha-2, None where the code is shared and the plan does not say
    region       what the prefix tells, in English ("Berlin", "California"); often nothing
    has_others   more than one was typed; this is the first
    """

    number: str
    e164: str | None
    extension: str | None
    is_valid: bool
    country: str | None
    region: str | None
    has_others: bool


def normal_phone(text: str, country: str | None = None) -> Phone:
    """The first number in a text; `country` (alpha-2) reads numbers without a country code."""
    plain = narrow(text)
    first, *others = _numbers(plain)
    number = _parsed(first, country) if len(first) <= _LONGEST else None
    if number is None or not judged(number)[0]:
        first, *more = _PERHAPS_SEVERAL.split(first)
        if more and len(first) <= _LONGEST and (found := _first_of(first, more, country)):
            number, others = found, [*more, *others]
    if number is None:
        return _unread(plain)
    e164 = e164_of(number)
    is_valid, home = judged(number)
    if not is_valid and not _is_stable(e164):
        return _unread(plain)
    return Phone(
        number=f"{e164} ext. {number.extension}" if number.extension else e164,
        e164=e164,
        extension=number.extension or None,
        is_valid=is_valid,
        country=home,
        region=region_of(number) if is_valid else None,
        has_others=bool(others),
    )


def _first_of(first: str, more: list[str], country: str | None) -> "PhoneNumber | None":
    """The first of several numbers that only a stroke or comma divides, if all can be numbers."""
    if any(sum(map(str.isdigit, part)) < FEWEST_DIGITS for part in (first, *more)):
        return None
    number = _parsed(first, country)
    return number if number is not None and judged(number)[0] else None


def _unread(plain: str) -> Phone:
    return Phone(
        number=plain,
        e164=None,
        extension=None,
        is_valid=False,
        country=None,
        region=None,
        has_others=False,
    )


def _is_stable(e164: str) -> bool:
    """Whether a wrong number is read back as itself, and not with one more leading zero taken."""
    again = read(e164, None)
    return again is not None and e164_of(again) == e164


def _numbers(plain: str) -> list[str]:
    """The numbers in a text, the first one first; a part too short to be one stays where it is."""
    parts = [_LABEL.sub("", part) for part in _SEVERAL.split(plain)]
    if len(parts) == 1 or any(sum(map(str.isdigit, part)) < FEWEST_DIGITS for part in parts):
        return [_LABEL.sub("", plain)]
    return parts


def _parsed(text: str, country: str | None) -> "PhoneNumber | None":
    text = _EXCEL_POWER.sub(_digits_of_power, _EXCEL_FLOAT.sub(r"\1", text))
    text = _REMARK.sub("", text)
    text = _CHINESE_EXTENSION.sub(" ext. ", text)
    text = text if country == "AU" else _INTERNATIONAL.sub("+", text)  # 0011 calls abroad there
    number = _mobile_without_plus(text, country) or read(text, country)
    if number is not None and judged(number)[0]:
        return number
    found = (
        _chinese_mobile(text, alone=country is None)
        or _with_last_group_as_extension(text, country)
        or _with_calling_code(text)
    )
    if found is not None or number is None:
        return found
    return number if text.startswith(("+", "(+")) or is_possible(number) else None


def _digits_of_power(found: re.Match[str]) -> str:
    """The digits of a number that Excel wrote as 1.3812345678E+10, if none of them is lost."""
    whole, rest, power = found.groups()
    return whole + rest if len(rest) == int(power) else found[0]


def _mobile_without_plus(text: str, country: str | None) -> "PhoneNumber | None":
    """491711234567 in Germany: spreadsheets take the plus away, people at home write the zero."""
    from phonenumbers import PhoneNumberType, number_type

    code = code_where_zero_leads(country) if country else None
    digits = re.sub(r"[\s.\-()/]", "", text)
    if code is None or not digits.isdecimal() or not digits.startswith(code):
        return None
    found = valid(f"+{digits}", None)
    return found if found and number_type(found) == PhoneNumberType.MOBILE else None


def _with_last_group_as_extension(text: str, country: str | None) -> "PhoneNumber | None":
    """Chinese offices write 0571-27675277-264."""
    group = _LAST_GROUP.search(text)
    number = valid(f"{text[: group.start()]} ext. {group[1]}", country) if group else None
    return number if number is not None and number.country_code in _EXTENDED_BY_DASH else None


def _with_calling_code(text: str) -> "PhoneNumber | None":
    """1-415-555-2671 and 852-98580722 have lost their plus."""
    code = _CALLING_CODE.match(text)
    number = valid(f"+{text}", None) if code else None
    return number if number is not None and code and number.country_code == int(code[1]) else None


def _chinese_mobile(text: str, *, alone: bool) -> "PhoneNumber | None":
    """Eleven digits that are a Chinese mobile number; alone, and not also a North American one."""
    digits = re.sub(r"[\s\-]", "", text)
    if not _CHINESE_MOBILE.fullmatch(digits):
        return None
    return None if alone and valid(f"+{digits}", None) else valid(digits, "CN")
