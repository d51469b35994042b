"""What the numbering plans of libphonenumber say of a text; loaded by the first question."""

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

FEWEST_DIGITS, MOST_DIGITS = 7, 15
"""Of an E.164 number, country code included."""


def e164_of(number: "PhoneNumber") -> str:
    """The number with its country code, without extension."""
    return f"+{number.country_code}{_national(number)}"


def valid(text: str, country: str | None) -> "PhoneNumber | None":
    """The number in a text if the plan knows it."""
    number = read(text, country)
    return number if number is not None and judged(number)[0] else None


@cache
def code_where_zero_leads(country: str) -> str | None:
    """The calling code of a country where national numbers are written with a zero before them."""
    from phonenumbers import PhoneMetadata

    plan = PhoneMetadata.metadata_for_region(country)
    return str(plan.country_code) if plan and plan.national_prefix == "0" else None


def read(text: str, country: str | None) -> "PhoneNumber | None":
    """The number in a text, in the plan or not, if it is as long as numbers are."""
    from phonenumbers import NumberParseException, parse

    try:
        number = parse(text, country)
    except NumberParseException:
        return None
    return number if FEWEST_DIGITS < len(e164_of(number)) <= MOST_DIGITS + 1 else None


def _national(number: "PhoneNumber") -> str:
    from phonenumbers import national_significant_number

    return str(national_significant_number(number))


def is_possible(number: "PhoneNumber") -> bool:
    """Whether a number of its country can be that long."""
    from phonenumbers import is_possible_number

    return bool(is_possible_number(number))


def judged(number: "PhoneNumber") -> tuple[bool, str | None]:
    """Whether the plan knows the number, and the country it belongs to."""
    from phonenumbers import (
        is_valid_number_for_region,
        region_code_for_number,
        region_codes_for_country_code,
    )

    home = region_code_for_number(number)
    if home is not None and is_valid_number_for_region(number, home):
        return True, None if home == "001" else home
    sharing = region_codes_for_country_code(number.country_code or 0)
    return False, sharing[0] if len(sharing) == 1 and sharing[0] != "001" else None


@cache
def _longest_prefix() -> int:
    from phonenumbers.geodata import GEOCODE_LONGEST_PREFIX

    return int(GEOCODE_LONGEST_PREFIX)


def region_of(number: "PhoneNumber") -> str | None:
    """What the prefix says; the tables (0.25 s, 110 MB) are loaded by the first question."""
    return _region_of_prefix(e164_of(number)[1 : _longest_prefix() + 1])


@lru_cache(maxsize=16384)
def _region_of_prefix(digits: str) -> str | None:
    from phonenumbers.geodata import GEOCODE_DATA

    for end in range(len(digits), 1, -1):
        names = GEOCODE_DATA.get(digits[:end])
        if names is not None:
            return str(names["en"]) if names.get("en") else None
    return None
