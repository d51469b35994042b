"""Countries and regions by any name they go by: English CLDR names, ISO codes.

Countries are known in the languages below, by code and by custom (USA, Holland, 中国大陆); regions
of the US, Canada, Australia, Germany, China and the UK in English and Chinese, by `places.toml`.
Other regions are kept as they are written.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from cleansing.chinese import simplified
from cleansing.texts import folded, has_han, words_of

_LANGUAGES = ("es", "fr", "de", "zh_Hant", "zh", "en")  # later ones win where names collide
_NOT_COUNTRIES = frozenset(
    {"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"}
)
_BETWEEN = re.compile(r"[\W_]+")
_CHINESE_END = re.compile(r"(?:省|市|州|邦|(?:壮族|回族|维吾尔)?自治区|特别行政区|直辖市)$")
_LATIN_END = re.compile(
    r"^(?:state of|province of|freistaat|land|free state of|kanton|canton(?: (?:of|de|du))?) "
    r"| (?:province|state|sheng|shi|city|municipality|autonomous region|sar|prefecture|territory)$"
)
_LONGEST = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A country: ISO 3166-1 alpha-2 and its English name in CLDR."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A first-level division: ISO 3166-2 ("US-CA") and its English name."""

    code: str
    name: str


@lru_cache(maxsize=16384)
def normal_country(text: str) -> Country | None:
    """The country a text names, None if it names none or NA (Namibia, or nothing)."""
    if len(text) > _LONGEST:
        return None
    code = _codes().get(_key(text))
    return Country(code=code, name=_english()[code]) if code else None


def country_name(code: str) -> str | None:
    """The English name of an alpha-2 code."""
    return _english().get(code)


@lru_cache(maxsize=16384)
def normal_region(text: str, country: str | None = None) -> Region | None:
    """The region a text names; without a country only a whole name that no other region has."""
    if len(text) > _LONGEST:
        return None
    key = _region_key(text)
    if country is not None:
        return _regions(country).get(key)
    if len(key) < 2 or (key.isascii() and len(key) < 4):
        return None
    found = {
        region for home in words_of("places")["regions"] if (region := _regions(home).get(key))
    }
    return found.pop() if len(found) == 1 else None


def _key(text: str) -> str:
    words = _BETWEEN.sub(" ", folded(simplified(text))).strip()
    return words.replace(" ", "") if has_han(words) else words.removeprefix("the ")


def _region_key(text: str) -> str:
    words = _BETWEEN.sub(" ", folded(simplified(text))).strip()
    if has_han(words):
        joined = words.replace(" ", "")
        return _CHINESE_END.sub("", joined) or joined
    return _LATIN_END.sub("", words) or words


@cache
def _english() -> dict[str, str]:
    from babel import Locale

    names = Locale.parse("en").territories
    return {
        code: str(name)
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
    }


@cache
def _codes() -> dict[str, str]:
    """Every name and code, folded, and the alpha-2 code it stands for."""
    from babel import Locale

    english = _english()
    codes: dict[str, str] = {}
    for language in _LANGUAGES:
        names = Locale.parse(language).territories
        codes |= {_key(str(names[code])): code for code in english if code in names}
    data = words_of("places")
    codes |= {
        three.lower(): two
        for three, two in (pair.split(":") for pair in data["alpha_3"]["codes"].split())
    }
    for code, aliases in data["countries"].items():
        codes |= {_key(alias): code for alias in aliases.split("|")}
    codes |= {code.lower(): code for code in english if code != "NA"}
    return codes


@cache
def _regions(country: str) -> dict[str, Region]:
    regions: dict[str, Region] = {}
    for code, names in words_of("places")["regions"].get(country, {}).items():
        region = Region(code=f"{country}-{code}", name=names.split("|")[0])
        for name in (code, f"{country}-{code}", *names.split("|")):
            regions[_region_key(name)] = region
    return regions
