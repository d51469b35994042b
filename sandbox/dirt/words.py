"""The words of dirty leads, read once from `words.toml`."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).with_name("words.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """All word lists. A pair is (as written in Chinese, its spelling).

    given_spelled       given names; the syllables of a spelling are parted by "+"
    last_parts          heads and tails of rarer last names
    invented            heads, middles and tails of brands that are no words
    confused            for a Chinese character, those it is mistaken for
    titles              (English, another English, Chinese)
    """

    first: Mapping[str, Mapping[str, tuple[str, ...]]]
    last: Mapping[str, tuple[str, ...]]
    last_parts: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
    nicknames: Mapping[str, tuple[str, ...]]
    surnames_spelled: tuple[tuple[str, str], ...]
    given_spelled: tuple[tuple[str, str], ...]
    english_names: tuple[str, ...]
    traditional: Mapping[int, str]
    simplified: Mapping[int, str]
    confused: Mapping[str, tuple[str, ...]]
    brands: tuple[str, ...]
    english_brands: tuple[str, ...]
    invented: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
    trades: tuple[str, ...]
    trades_chinese: tuple[tuple[str, str], ...]
    places_chinese: tuple[tuple[str, str], ...]
    lucky: tuple[tuple[str, str], ...]
    titles: tuple[tuple[str, str, str], ...]


@lru_cache(maxsize=1)
def words() -> Words:
    """The lists of the file."""
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    chinese, company = table["chinese"], table["company"]
    scripts = [pair for pair in chinese["traditional"].split() if pair[0] != pair[1]]
    return Words(
        first={
            culture: {sex: _listed(names) for sex, names in sexes.items()}
            for culture, sexes in table["first"].items()
        },
        last={culture: _listed(names) for culture, names in table["last"].items()},
        last_parts={
            culture: (_heads(parts["heads"]), _listed(parts["tails"]))
            for culture, parts in table["last_parts"].items()
        },
        nicknames=_many(pair.split(":") for pair in table["nicknames"]["pairs"].split()),
        surnames_spelled=_spelled(chinese["surnames"]),
        given_spelled=_spelled(chinese["given"]),
        english_names=_listed(chinese["english_names"]),
        traditional={ord(simple): other for simple, other in scripts},
        simplified={ord(other): simple for simple, other in scripts},
        confused=_many(way for a, b in chinese["confused"].split() for way in ([a, b], [b, a])),
        brands=_listed(company["brands"]),
        english_brands=_listed(company["english_brands"]),
        invented=(
            _listed(company["invented_heads"]),
            _listed(company["invented_mids"]),
            _listed(company["invented_tails"]),
        ),
        trades=_listed(company["trades"]),
        trades_chinese=_spelled(company["trades_chinese"]),
        places_chinese=_spelled(company["places_chinese"]),
        lucky=_spelled(company["lucky"]),
        titles=tuple(_title(row) for row in table["titles"]["rows"]),
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.split()))


def _heads(text: str) -> tuple[str, ...]:
    return tuple(head.replace("~", " ") for head in _listed(text))


def _spelled(text: str) -> tuple[tuple[str, str], ...]:
    pairs = (entry.split(":") for entry in text.split())
    return tuple((written, spelling.replace("~", " ")) for written, spelling in pairs)


def _many(pairs: Iterable[Sequence[str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for key, value in pairs:
        found[key] = (*found.get(key, ()), value)
    return found


def _title(row: str) -> tuple[str, str, str]:
    english, other, chinese = (part.strip() for part in row.split("|"))
    return english, other, chinese
