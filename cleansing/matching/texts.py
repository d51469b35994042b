"""Text as it is compared: folded words in Latin letters."""

import re
from functools import lru_cache

from cleansing.chinese import pinyin, simplified
from cleansing.texts import folded, has_han

REMEMBERED = 1 << 14
"""Prepared values that are kept, of each kind: the same words come again, and mostly soon. Keeping
four times as many finds hardly any more often, and lets memory grow with the file for longer.
"""

_NOT_WORD = re.compile(r"[\W_]+")
_INSIDE = re.compile(r"[-'’‘`´ʼ]")


@lru_cache(REMEMBERED)
def words_of(text: str) -> str:
    """Words parted by one space, without accents and punctuation, Chinese ones as pinyin.

    >>> words_of(" Café,  北京"), words_of("St. John's-Road")
    ('cafe beijing', 'st john s road')
    """
    plain = _NOT_WORD.sub(" ", folded(simplified(text))).strip()
    return " ".join(pinyin(word) for word in plain.split()) if has_han(plain) else plain


def name_words_of(text: str) -> list[str]:
    """The words of a name; what a hyphen or an apostrophe joins stays one word.

    >>> name_words_of("Jean-Luc O'Neill"), name_words_of("Hui-Wu")
    (['jeanluc', 'oneill'], ['huiwu'])
    """
    return words_of(_INSIDE.sub("", text)).split()


def squeezed(letters: str) -> str:
    """Without the second letter of a written-out umlaut: müller, mueller and muller meet."""
    return letters.replace("ae", "a").replace("oe", "o").replace("ue", "u")
