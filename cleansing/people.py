"""People's names, Latin and Chinese: how they are written, split, and compared.

The written form keeps what a person is called ("Dr. Ann Lee", "王经理"); titles are left out where
a name is split and compared. `person_key` does not depend on the order of the names, on accents or
on the script: 王伟, "Wang Wei" and "WEI, Wang" share one.
"""

import re
from functools import cache, lru_cache

from cleansing.chinese import pinyin, simplified
from cleansing.texts import folded, has_han, narrow, tidy, words_of

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_BETWEEN = re.compile(r"[\s.,;/·•・_()\[\]]+")
_JOINED = re.compile(r"[-'’‘`´ʼ]")
_APART = re.compile(r"([-'’ ()\"“”„/&])")
_WHOLE_HAN = re.compile(r"[\u3400-\u9fff·•・]+")
_SHOUTED = re.compile(r"\b[^\W\d_a-z]{2,}\b")
_NOT_A_NAME = re.compile(r"[@\d]")
_SYLLABLES = re.compile(
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ue|ve"
    r"|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ui|un|uo|a|e|i|o|u|v)){1,3}"
)
_MOST_CHINESE = 4  # characters of a name; longer ones are foreign or not names


def normal_person_name(text: str) -> str:
    """The name as written, in ordinary capitals where a word was all capitals or all were small."""
    plain = tidy(text)
    plain = narrow(plain) if has_han(plain) else plain
    if has_han(plain) and _WHOLE_HAN.fullmatch(plain.replace(" ", "")):
        return plain.replace(" ", "")
    if "@" not in plain and (plain.islower() or _SHOUTED.search(plain)):
        parts = _APART.split(plain)
        is_pinyin = all(_SYLLABLES.fullmatch(folded(part)) for part in parts[::2] if part)
        plain = tidy("".join(_cased(part, is_pinyin=is_pinyin) for part in parts))
    return plain


def normal_full_name(text: str) -> str:
    """A whole name, the family name last if it is Latin: "Smith, Ann" is "Ann Smith"."""
    plain = normal_person_name(text)
    last, comma, first = plain.partition(", ")
    if not comma or "," in first or _is_suffix(first) or has_han(plain):
        return plain
    words = last.split()
    titles = " ".join(words[: len(words) - len(_after_titles(words))])
    return f"{titles} {first} {last.removeprefix(titles).strip()}".strip()


def split_name(full_name: str) -> tuple[str | None, str | None]:
    """First and last name, without titles; None where a name does not say."""
    plain = normal_full_name(full_name)
    if _NOT_A_NAME.search(plain):
        return None, None
    if _WHOLE_HAN.fullmatch(plain):
        return _split_chinese(plain)
    bare = _one_script(_BRACKETS.sub(" ", plain))
    if _WHOLE_HAN.fullmatch(bare):
        return _split_chinese(bare)
    words = _without_titles(bare.split())
    if len(words) < 2:
        return None, None
    if len(words) in (2, 3) and _is_family_first(words[0], words[-1], words):
        return " ".join(words[1:]), words[0]
    cut = len(words) - 1
    while cut > 1 and words[cut - 1].lower() in _listed("particles"):
        cut -= 1
    return " ".join(words[:cut]), " ".join(words[cut:])


def joined_name(first_name: str | None, last_name: str | None) -> str | None:
    """The full name, in the order of its script."""
    parts = [part for part in (first_name, last_name) if part]
    if len(parts) == 2 and all(_WHOLE_HAN.fullmatch(part) for part in parts):
        return f"{last_name}{first_name}"
    return " ".join(parts) or None


@lru_cache(maxsize=16384)
def person_key(text: str) -> str:
    """Small Latin letters, the names in alphabetical order, without titles and initials."""
    plain = _one_script(simplified(narrow(_BRACKETS.sub(" ", text))))
    joined = _WHOLE_HAN.fullmatch(plain.replace(" ", ""))
    if joined:
        first, last = _split_chinese(plain.replace(" ", ""))
        words = [_reading(last), pinyin(first or "")]
    else:
        words = _latin_words(plain)
    return " ".join(sorted(word for word in words if word))


@cache
def formal_names(first_name: str) -> frozenset[str]:
    """What a short first name may stand for, itself included: "bob" is also "robert"."""
    name = folded(first_name)
    return frozenset({name, *_formal_of().get(name, ())})


def same_first_name(one: str, other: str) -> bool:
    """Whether two first names can be one person's: equal, or one of them short for the other."""
    return not formal_names(one).isdisjoint(formal_names(other))


@cache
def _formal_of() -> dict[str, list[str]]:
    formal: dict[str, list[str]] = {}
    for name, shorts in words_of("people")["nicknames"].items():
        for short in shorts.split():
            formal.setdefault(short, []).append(name)
    return formal


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(words_of("people")[name].split())


@cache
def _ranks() -> dict[str, int]:
    """Chinese surnames in pinyin, the commonest first."""
    names = words_of("people")["pinyin_surnames"].split()
    return {name: rank for rank, name in reversed(list(enumerate(names)))}


@cache
def _chinese_honorifics() -> re.Pattern[str]:
    longest_first = sorted(_listed("chinese_honorifics"), key=len, reverse=True)
    return re.compile(rf"(?<=.)(?:{'|'.join(longest_first)})$")


def _cased(part: str, *, is_pinyin: bool) -> str:
    """Ann for ANN and ann, Li for LI where it is Chinese, but JP, PhD, MBA and van as they are."""
    small = part.lower()
    if _is_title(part):
        return small.capitalize()
    if small.upper() == part.replace("ß", "SS").replace("ẞ", "SS"):
        if small in _listed("shouted_particles"):
            return small
        if is_pinyin and len(part) == 2:
            return small.capitalize()
        if len(part) == 2 and small in _listed("short_particles"):
            return small.capitalize() if small[0] == "l" else small
        if len(part) < 3 or _is_suffix(part) or not set(folded(part)) & set("aeiouy"):
            return part if part[1:] else part.upper()
        return "Mc" + small[2:].capitalize() if _is_scottish(small) else small.capitalize()
    if part.islower() and small not in _listed("particles"):
        return small.capitalize()
    return part


def _is_scottish(small: str) -> bool:
    return small.startswith("mc") and len(small) > 4


def _is_suffix(text: str) -> bool:
    return folded(text).replace(".", "") in _listed("suffixes")


def _is_title(word: str) -> bool:
    """Dr., Herr, and what is joined of such: Dipl.-Ing."""
    parts = word.lower().replace(".", "").strip("-").split("-")
    known = _listed("honorifics") - _listed("particles")
    return parts[0] in known and all(part in known | _listed("degrees") for part in parts)


def _is_degree(word: str) -> bool:
    """The "-Ing." of a title that was cut at its points, with what was joined to it."""
    return word.startswith("-") and word.lower().strip("-") in _listed("degrees")


def _after_titles(words: list[str]) -> list[str]:
    bare = words
    while len(bare) > 1 and (_is_title(bare[0]) or (bare is not words and _is_degree(bare[0]))):
        bare = bare[1:]
    return bare


def _without_titles(words: list[str]) -> list[str]:
    words = _after_titles(words)
    while len(words) > 1 and _is_suffix(words[-1].strip(",")):
        words = [*words[:-2], words[-2].rstrip(",")]
    return words


def _one_script(text: str) -> str:
    """Of a name that is written in both scripts ("张伟 Wei Zhang") the Chinese one, else all."""
    words = text.split()
    chinese = [word for word in words if _WHOLE_HAN.fullmatch(word) and len(word) > 1]
    is_both = (
        len(chinese) == 1 and len(words) > 2 and not any(map(has_han, set(words) - {*chinese}))
    )
    return chinese[0] if is_both else text.strip()


def _split_chinese(name: str) -> tuple[str | None, str | None]:
    bare = _bare_chinese(name)
    foreign = re.split("[·•・]", bare)
    if len(foreign) > 1:
        return foreign[0] or None, foreign[-1] or None
    size = 2 if bare[:2] in _listed("compound_surnames") and len(bare) > 2 else 1
    if bare in _listed("compound_surnames"):
        return None, bare
    if len(bare) > _MOST_CHINESE:
        return None, None
    return bare[size:] or None, bare[:size] or None


def _bare_chinese(name: str) -> str:
    """Without what follows it ("王伟先生"); a lone title stays, for it may be a name (高工)."""
    bare = _chinese_honorifics().sub("", name)
    # A single last character (总, 工, 姐) is a title only after a lone surname: 王总, not 李建工.
    is_surname = len(bare) == 1 or bare in _listed("compound_surnames")
    if len(name) - len(bare) == 1 and not is_surname:
        return name
    return bare


def _reading(surname: str | None) -> str:
    special: dict[str, str] = words_of("people")["surname_readings"]
    return special.get(surname or "", "") or pinyin(surname or "")


def _latin_words(plain: str) -> list[str]:
    last, comma, first = plain.partition(",")
    if comma and not _is_suffix(first):
        plain = f"{first} {' '.join(_after_titles(last.split()))}"
    typed = _without_titles([word for word in _BETWEEN.split(plain) if word])
    words = [_word(word) for word in typed]
    if len(words) == 3 and all(_SYLLABLES.fullmatch(word) for word in words):
        words = _two_syllables_joined(words)
    long = [word for word in words if len(word) > 1]
    return long if len(long) > 1 else words


def _word(text: str) -> str:
    if not has_han(text):
        return _JOINED.sub("", folded(text))
    first, last = _split_chinese(text)
    read = _reading(last) + pinyin(first or "") if last or first else pinyin(text)
    return _JOINED.sub("", folded(read))


def _two_syllables_joined(words: list[str]) -> list[str]:
    """Wang Jian Guo and Jian Guo Wang are the two names Wang and Jianguo."""
    a, b, c = words
    ranks = _ranks()
    if ranks.get(a, 999) <= ranks.get(c, 999):
        return [a, b + c] if a in ranks else words
    return [a + b, c]


def _is_family_first(first: str, last: str, words: list[str]) -> bool:
    """Whether a name in pinyin stands as in China: of its ends, the commoner surname leads."""
    plain = {word: _JOINED.sub("", folded(word)) for word in words}
    if not all(_SYLLABLES.fullmatch(word) for word in plain.values()):
        return False
    return _ranks().get(plain[first], 999) < _ranks().get(plain[last], 999)
