"""Chinese characters as other people write them: simplified, and in Latin letters.

opencc and pypinyin are loaded by the first Chinese text, not by an import.
"""

from functools import cache, lru_cache
from typing import Any

from cleansing.texts import has_han


@cache
def _converter() -> Any:  # Any: opencc has no types
    import opencc

    return opencc.OpenCC("t2s")


def simplified(text: str) -> str:
    """Traditional characters as simplified ones; any other text as it is."""
    return str(_converter().convert(text)) if has_han(text) else text


@lru_cache(maxsize=16384)
def pinyin(text: str) -> str:
    """Chinese characters in Latin letters without tones and spaces: "上海" is "shanghai"."""
    if not has_han(text):
        return text
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(text, v_to_u=True)).replace("ü", "u")
