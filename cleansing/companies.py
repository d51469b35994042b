"""Company names: the written form, and keys two spellings of one company share.

`company_key` keeps the script (上海华瑞, acme), `company_latin_key` writes everything in Latin
letters without spaces, so that 华瑞 and "Hua Rui Co., Ltd." meet.
"""

import re
from functools import cache, lru_cache

from cleansing.chinese import pinyin, simplified
from cleansing.texts import folded, has_han, narrow, words_of

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕")
_BETWEEN = re.compile(r"[^\w&+]+|_+")
_JOINED = re.compile(r"['’‘`´.]")
_MARKS = str.maketrans("", "", "™℠")  # NFKC would write them as letters
_CO = re.compile(r"\bco\.(?=kg|ltd|ohg|inc)")  # GmbH & Co.KG, Co.Ltd
_EDGES = " ,;:|*"
_QUOTES = "'‘’`\"“”„«»"
_DOUBLE = '"“”„«»'
_LATIN_BRANCH = re.compile(
    r"(?<=\w)\s*[,\-–]\s*[^,]{2,24}\s(?:branch|office|niederlassung|filiale|succursale|sucursal)$",
    re.IGNORECASE,
)
_BRANCH = re.compile(
    r"(?<=公司)[\u3400-\u9fff]{2,6}(?:分公司|分部|分行|支行|办事处|营业部|代表处)$"
)


def normal_company_name(text: str) -> str:
    """The name as written, without full-width letters and quotation marks around it."""
    plain = narrow(text.translate(_MARKS))
    bare = plain.strip(_EDGES)
    while len(bare) > 1 and bare[0] in _QUOTES and bare[-1] in _QUOTES:
        bare = bare[1:-1].strip(_EDGES)
    if sum(bare.count(quote) for quote in _DOUBLE) == 1:  # the other half went astray
        bare = bare.strip(_DOUBLE + _EDGES)
    return bare or plain or narrow(text)


@lru_cache(maxsize=16384)
def company_key(text: str) -> str:
    """Small letters without accents, legal form, branch and punctuation; never empty for a name."""
    plain = simplified(narrow(text.translate(_MARKS)))
    whole = _words(plain)
    plain = _LATIN_BRANCH.sub("", plain)
    key = " ".join(_bare(_words(_BRACKETS.sub(" ", plain))) or _bare(whole) or whole)
    return _bare_chinese(key) if has_han(key) else key


@lru_cache(maxsize=16384)
def company_latin_key(text: str) -> str:
    """The key in Latin letters without spaces, the same for both scripts of a name.

    Names go by their sound (华瑞, Huarui), trades by their meaning (科技, Technology; also Keji).
    """
    key = company_key(text)
    if has_han(key):
        trade, trades_at_end = _trades()
        key = trades_at_end.sub(
            lambda found: "".join(f" {_english_of()[word]}" for word in trade.findall(found[0])),
            key,
        )
    words = (_same_trade().get(word, word) for word in pinyin(key).split())
    return "".join(words).replace(" ", "")


@cache
def _english_of() -> dict[str, str]:
    listed = words_of("companies")["trades"]
    return {chinese: english for chinese, english in listed.items() if chinese != "same"}


@cache
def _trades() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """One trade, the longest first, and all those a name ends with; never the whole name."""
    one = "|".join(sorted(_english_of(), key=len, reverse=True))
    return re.compile(one), re.compile(rf"(?<=[\u3400-\u9fff])(?:{one})+$")


@cache
def _same_trade() -> dict[str, str]:
    """Other words for a trade, its pinyin among them."""
    same: dict[str, str] = dict(words_of("companies")["trades"]["same"])
    return {pinyin(chinese): english for chinese, english in _english_of().items()} | same


@cache
def _legal() -> frozenset[tuple[str, ...]]:
    forms = words_of("companies")["legal"].replace("\n", "|").split("|")
    return frozenset(tuple(form.split()) for form in forms if form)


@cache
def _chinese_legal() -> re.Pattern[str]:
    forms = sorted(words_of("companies")["chinese"].split(), key=len, reverse=True)
    return re.compile(rf"^(?:株式会社|有限会社)|(?:{'|'.join(forms)})+$")


@cache
def _and() -> frozenset[str]:
    return frozenset(words_of("companies")["and"].split())


def _words(plain: str) -> list[str]:
    apart = _CO.sub(" co ", folded(plain.replace("&", " & ").replace("+", " + ")))
    letters = _JOINED.sub("", apart)
    return [word for word in _BETWEEN.split(letters) if word]


def _bare(words: list[str]) -> list[str]:
    """Without legal forms at the end (or PT, OOO at the start), and every "and" written "&"."""
    words = _without_form(words)
    if len(words) > 1 and words[0] in ("pt", "ooo", "oao", "zao", "pao", "uab", "sia", "the"):
        words = words[1:]
    inner = range(1, len(words) - 1)
    named = ["&" if place in inner and word in _and() else word for place, word in enumerate(words)]
    while named and named[-1] in ("&", "+"):
        named.pop()
    return [word for word in named if word != "&"]


def _without_form(words: list[str]) -> list[str]:
    found = True
    while found:
        found = False
        for size in range(min(5, len(words) - 1), 0, -1):
            if tuple(words[-size:]) in _legal():
                words, found = words[:-size], True
                break
        while len(words) > 1 and words[-1] in ("&", "+"):
            words, found = words[:-1], True
    return words


def _bare_chinese(key: str) -> str:
    joined = key.replace(" ", "") if _mostly_han(key) else key
    return _chinese_legal().sub("", _BRANCH.sub("", joined)) or joined


def _mostly_han(text: str) -> bool:
    return sum("\u3400" <= letter <= "\u9fff" for letter in text) * 2 >= len(text)
