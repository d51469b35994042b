"""What people call the fields: headers made comparable, and the aliases of each field."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from opencc import OpenCC
from rapidfuzz.distance import OSA

from cleansing.mapping.fields import KINDS
from leads.fields import GIVEN, FieldKind

_ALIASES = Path(__file__).with_name("aliases.toml")
_LONGEST = 80
_WORD = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# What may stand in brackets behind a name without changing what it means. A unit ("万元") or a
# role ("owner") does change it, so those names are not known.
_BRACKETS = re.compile(
    r"[(（\[【]\s*(required|optional|mandatory|work|business|office|main|primary|必填|必填项|选填|可选)"
    r"\s*[)）\]】]",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_DIGITS = re.compile(r"\d+")
# Words before a field's name that add nothing when the rest is known: "Contact E-mail".
_PREFIXES = (
    "lead",
    "contact",
    "person",
    "customer",
    "prospect",
    "primary",
    "your",
    "business",
)
_PREFIXES_CHINESE = ("客户", "联系人", "线索", "公司", "您的", "参会人", "用户")
_SURE_LENGTH = 6  # shorter names are one slip away from other words
_LONG_LENGTH = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What an alias means, and how far behind it stands among the aliases of its field."""

    field: str
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The aliases of one kind of table, by key; `of_length` serves the search for near misses."""

    meanings: Mapping[str, Meaning]
    never: frozenset[str]
    of_length: Mapping[int, tuple[str, ...]]

    def exact(self, header: str) -> Meaning | None:
        """What the header means by its very name."""
        key = key_of(header)
        return self.meanings.get(key) or (
            None if key in self.never else self.meanings.get(key_of(_BRACKETS.sub(" ", header)))
        )

    def prefixed(self, header: str) -> Meaning | None:
        """What it means but for a leading word such as "contact"."""
        if key_of(header) in self.never:
            return None
        words = words_of(header)
        if len(words) > 1 and words[0] in _PREFIXES:
            return self.meanings.get("".join(words[1:]))
        key = "".join(words)
        for prefix in _PREFIXES_CHINESE:
            if key.startswith(prefix) and len(key) > len(prefix) + 1:
                return self.meanings.get(key.removeprefix(prefix))
        return None

    def similar(self, header: str) -> Meaning | None:
        """What it means but for a slip of the fingers; None when two fields are as near."""
        words = words_of(header)
        key = "".join(words)
        is_one_of_two = bool(words) and len(words[-1]) == 1  # "id_l" and "id_r"
        if len(key) < _SURE_LENGTH or key in self.never or is_one_of_two:
            return None
        slips = 1 if len(key) < _LONG_LENGTH else 2
        near = [
            (OSA.distance(key, alias, score_cutoff=slips), alias)
            for length in range(len(key) - slips, len(key) + slips + 1)
            for alias in self.of_length.get(length, ())
            if _DIGITS.findall(key) == _DIGITS.findall(alias)
            and key.endswith("id") == alias.endswith("id")  # "contacted" is no "contact id"
        ]
        best = min((distance for distance, _ in near), default=slips + 1)
        if best > slips:
            return None
        found = [self.meanings[alias] for distance, alias in near if distance == best]
        return found[0] if len({meaning.field for meaning in found}) == 1 else None


def key_of(header: str) -> str:
    """The header without case, spaces, punctuation, width and script, to compare it by."""
    return "".join(words_of(header))


def words_of(header: str) -> list[str]:
    """The words of a header, small; "NumberOfEmployees" has three."""
    text = unicodedata.normalize("NFKC", header[: 4 * _LONGEST])
    if _HAN.search(text):
        text = _converter().convert(text)
    return [word.casefold() for word in _WORD.findall(_HUMP.sub(" ", text))]


@lru_cache(maxsize=len(KINDS))
def vocabulary_of(kind: str) -> Vocabulary:
    """The vocabulary of one kind of table."""
    table = _table()
    meanings: dict[str, Meaning] = {}
    for field, aliases in table[kind].items():
        for place, alias in enumerate([field, *aliases]):
            meanings.setdefault(key_of(alias), Meaning(field=field, place=place))
    of_length: dict[int, list[str]] = {}
    for key in meanings:
        if len(key) >= _SURE_LENGTH - 1 and not _HAN.search(key):
            of_length.setdefault(len(key), []).append(key)
    return Vocabulary(
        meanings=meanings,
        never=frozenset(key_of(word) for word in table["never"]),
        of_length={length: tuple(keys) for length, keys in of_length.items()},
    )


def kind_of_header(header: str) -> FieldKind | None:
    """What a column of any table seems to hold, by its name alone; None where it does not say."""
    meaning = vocabulary_of("leads").exact(header) or vocabulary_of("leads").prefixed(header)
    if meaning:
        return _KIND_OF_OTHERS.get(meaning.field) or GIVEN.get(meaning.field)
    return _kinds().get(key_of(header))


_KIND_OF_OTHERS = {"created_at": FieldKind.DATE, "updated_at": FieldKind.DATE}


@lru_cache(maxsize=1)
def _kinds() -> dict[str, FieldKind]:
    lists = _table()["kinds"].items()
    return {key_of(alias): FieldKind(kind) for kind, aliases in lists for alias in aliases}


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(_ALIASES.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")
