"""What every normal form begins with: one way to write the same letters, and nothing unseen.

Data files (TOML) stand beside the modules; `words_of` reads one, once.
"""

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any

# Soft hyphen, zero-width space, marks of direction, word joiner, byte order mark: pasted along
# from web pages and Excel, seen by nobody. The joiners U+200C and U+200D are letters' business.
_UNSEEN = "\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_CONTROL = r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
_NOT_TEXT = re.compile(f"[{_UNSEEN}{_CONTROL}]")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]")
_PLAIN = re.compile(r"[!-~]+(?: [!-~]+)*")
_FOLDED = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)


@cache
def words_of(name: str) -> dict[str, Any]:
    """What stands in `cleansing/<name>.toml`; Any, as every file has its own shape."""
    return tomllib.loads(files("cleansing").joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def tidy(text: str) -> str:
    """The text without unseen and control characters, one space for each run of white space."""
    if _PLAIN.fullmatch(text):
        return text
    return " ".join(unicodedata.normalize("NFC", _NOT_TEXT.sub("", text)).split())


def narrow(text: str) -> str:
    """Tidy, with full-width and other compatibility characters written the plain way (NFKC)."""
    if _PLAIN.fullmatch(text):
        return text
    return tidy(unicodedata.normalize("NFKC", _NOT_TEXT.sub("", text)))


def folded(text: str) -> str:
    """Small letters without accents, for comparing: "Müller" is "muller", "Straße" "strasse"."""
    if text.isascii():
        return narrow(text).lower()
    small = narrow(text).casefold().translate(_FOLDED)
    parts = unicodedata.normalize("NFKD", small)
    bare = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return tidy(unicodedata.normalize("NFC", bare))


def has_han(text: str) -> bool:
    """Whether some of it is written in Chinese characters."""
    return not text.isascii() and _HAN.search(text) is not None


def control_characters(text: str) -> list[str]:
    """Control characters other than white space, as "U+0007", each once."""
    found = dict.fromkeys(re.findall(f"[{_CONTROL}]", text))
    return [f"U+{ord(character):04X}" for character in found]
