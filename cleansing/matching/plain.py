"""Comparing what needs no knowledge of people: texts, codes, dates, numbers, categories."""

from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from cleansing.matching.comparer import Comparer, Key, first_text
from cleansing.matching.texts import REMEMBERED, words_of
from cleansing.matching.words import Level
from features.values import DateOrder, moment_of, number_of

_FOUR = (Level.EXACT, Level.CLOSE, Level.PARTLY, Level.DIFFERS)
_DAY = 86_400_000_000  # microseconds
_LONGEST_TEXT = 200  # characters that are compared


def text() -> Comparer:
    """Several words, such as an address or a title."""
    return Comparer(
        name="text",
        levels=_FOUR,
        prepare=_words,
        level=_text_level,
        term=lambda words: words,
        keys=_text_keys,
        shared=True,
    )


def _words(values: Sequence[object]) -> str | None:
    return words_of(first_text(values)[:_LONGEST_TEXT]) or None


def _text_level(left: str, right: str) -> Level:
    if left == right:
        return Level.EXACT
    likeness = fuzz.ratio(left, right)
    if likeness >= 86:
        return Level.CLOSE
    if " " in left and " " in right:
        sorted_words = fuzz.token_sort_ratio(left, right)
        if sorted_words >= 90:
            return Level.CLOSE
        likeness = max(likeness, sorted_words, fuzz.token_set_ratio(left, right) - 15)
    return Level.PARTLY if likeness >= 68 else Level.DIFFERS


def _text_keys(words: str) -> list[Key]:
    long = sorted({word for word in words.split() if len(word) > 3}, key=len)[-2:]
    return [("text", words), *(("word", word) for word in long)]


def postal_code() -> Comparer:
    """A code whose first characters name the area."""
    return Comparer(
        name="postal_code",
        levels=_FOUR,
        prepare=_code_of,
        level=_postal_level,
        term=lambda code: code,
        keys=lambda code: [("code", code)],
        shared=True,
    )


def id_number() -> Comparer:
    """A number or code that belongs to one person or thing."""
    return Comparer(
        name="id_number",
        levels=_FOUR,
        prepare=_code_of,
        level=_id_level,
        term=lambda code: code,
        keys=_id_keys,
    )


def _code_of(values: Sequence[object]) -> str | None:
    return words_of(first_text(values)[:_LONGEST_TEXT]).replace(" ", "") or None


def _postal_level(left: str, right: str) -> Level:
    if left == right:
        return Level.EXACT
    if OSA.distance(left, right, score_cutoff=1) <= 1:
        return Level.CLOSE
    if left.startswith(right) or right.startswith(left) or sorted(left) == sorted(right):
        return Level.CLOSE
    return Level.PARTLY if left[:2] == right[:2] else Level.DIFFERS


def _id_level(left: str, right: str) -> Level:
    if left == right:
        return Level.EXACT
    apart = OSA.distance(left, right, score_cutoff=2)
    if apart <= 1:
        return Level.CLOSE
    return Level.PARTLY if apart == 2 and min(len(left), len(right)) > 5 else Level.DIFFERS


def _id_keys(code: str) -> list[Key]:
    """The whole and its halves: one slip leaves one half as it was."""
    half = len(code) // 2
    if half < 3:
        return [("id", code)]
    return [("id", code), ("id_start", code[:half]), ("id_end", code[-half:])]


def date(order: DateOrder = DateOrder.YMD) -> Comparer:
    """A day, whatever way it is written."""

    @lru_cache(REMEMBERED)
    def digits_of(cell: str) -> str | None:
        if cell.isdigit() and len(cell) == 8:
            return cell
        moment = moment_of(cell, order=order)
        if moment is None:
            return None
        day = np_datetime(moment // _DAY)
        return day.replace("-", "")

    return Comparer(
        name="date",
        levels=_FOUR,
        prepare=lambda values: digits_of(first_text(values)),
        level=_date_level,
        term=lambda day: day,
        keys=_date_keys,
    )


def np_datetime(days: int) -> str:
    """The ISO date so many days after 1970-01-01."""
    import numpy as np

    return str(np.datetime64(days, "D"))


def _date_level(left: str, right: str) -> Level:
    if left == right:
        return Level.EXACT
    same_year = left[:4] == right[:4]
    if same_year and left[4:6] == right[6:] and left[6:] == right[4:6]:
        return Level.CLOSE
    apart = OSA.distance(left, right)
    if apart <= 1:
        return Level.CLOSE
    same = same_year + (left[4:6] == right[4:6]) + (left[6:] == right[6:])
    return Level.PARTLY if same == 2 or apart == 2 else Level.DIFFERS


def _date_keys(day: str) -> list[Key]:
    return [
        ("day", day),
        ("year_month", day[:6]),
        ("month_day", day[4:]),
        ("y_d", day[:4] + day[6:]),
    ]


def number() -> Comparer:
    """An amount or a count; a house number too."""
    return Comparer(
        name="number",
        levels=(Level.EXACT, Level.CLOSE, Level.DIFFERS),
        prepare=_number_of,
        level=_number_level,
        term=lambda amount: f"{amount:g}",
        keys=lambda amount: [("number", f"{amount:g}")],
        shared=True,
    )


def _number_of(values: Sequence[object]) -> float | None:
    return number_of(first_text(values))


def _number_level(left: float, right: float) -> Level:
    if left == right:
        return Level.EXACT
    if abs(left - right) <= 0.05 * max(abs(left), abs(right)):
        return Level.CLOSE
    one, other = f"{left:g}", f"{right:g}"
    slip = min(len(one), len(other)) > 1 and OSA.distance(one, other, score_cutoff=1) <= 1
    return Level.CLOSE if slip else Level.DIFFERS


def category() -> Comparer:
    """One of a few words."""
    return Comparer(
        name="category",
        levels=(Level.EXACT, Level.DIFFERS),
        prepare=_words,
        level=lambda left, right: Level.EXACT if left == right else Level.DIFFERS,
        term=lambda word: word,
        keys=lambda word: [("word", word)],
        shared=True,
    )
