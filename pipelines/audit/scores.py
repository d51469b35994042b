"""Reading a score that some other system gave: numbers, percentages, or grades in their order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from features.values import category_of, is_missing, number_of
from leads.errors import InvalidInput
from training.labels import check_column

_MOSTLY = 0.95
_LISTED = 6
_LADDERS = (
    ("cold", "warm", "hot"),
    ("ice cold", "cold", "warm", "hot"),
    ("low", "medium", "high"),
    ("low", "mid", "high"),
    ("very low", "low", "medium", "high", "very high"),
    ("poor", "fair", "good", "excellent"),
    ("bronze", "silver", "gold", "platinum"),
    ("冷", "温", "热"),
    ("低", "中", "高"),
    ("差", "中", "良", "优"),
)
"""Grades in words, the worst first; a score may use some of a ladder's rungs."""
_NUANCES = {"+": -1, "": 0, "-": 1}
_LETTER = re.compile(r"([A-F])([+-]?|[1-9])")


class Scale(StrEnum):
    """What the numbers of a score mean."""

    PROBABILITY = "probability"
    PERCENT = "percent"
    POINTS = "points"
    GRADES = "grades"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadScore:
    """A score as numbers.

    values   (n,) the higher the better; NaN where there is none; of grades their rank from 0
    grades   the worst first, as the table writes them; empty for numbers
    """

    column: str
    values: np.ndarray
    scale: Scale
    grades: tuple[str, ...] = ()

    @property
    def shown(self) -> np.ndarray | None:
        """(n,) as probabilities; None when it only ranks."""
        if self.scale is Scale.PROBABILITY:
            return self.values
        return self.values / 100 if self.scale is Scale.PERCENT else None


def read_score(frame: Any, *, column: str) -> ReadScore:
    """The score in a column of a pandas frame.

    Numbers within 0..1 count as probabilities, beyond that and within 0..100 as percentages;
    anything else only ranks. Raises InvalidInput when its values have no order.
    """
    check_column(frame, column, what="score")
    codes, uniques = frame[column].factorize()
    values = uniques.tolist()
    given = [value for value in values if not is_missing(value)]
    if len(given) < 2:
        raise InvalidInput(
            f"column {column!r} has {len(given)} different values; a score that is the same for "
            "everybody says nothing about anybody"
        )
    numbers = [None if is_missing(value) else number_of(value) for value in values]
    n_read = sum(number is not None for number in numbers)
    if n_read >= _MOSTLY * len(given):
        read = _spread(codes, numbers)
        return ReadScore(column=column, values=read, scale=_scale_of(read))
    words = [None if is_missing(value) else category_of(value) for value in values]
    grades = _in_order({word for word in words if word is not None})
    if grades is None:
        listed = ", ".join(repr(value) for value in given[:_LISTED])
        raise InvalidInput(
            f"column {column!r} is no score that can be put in order ({listed}); give numbers, "
            "grades A to F (A the best, also A+ or A1), hot/warm/cold, high/medium/low, 热/温/冷"
        )
    place = {_folded(grade): rank for rank, grade in enumerate(grades)}
    ranks = [None if word is None else place[_folded(word)] for word in words]
    return ReadScore(column=column, values=_spread(codes, ranks), scale=Scale.GRADES, grades=grades)


def _scale_of(values: np.ndarray) -> Scale:
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if low >= 0 and high <= 1:
        return Scale.PROBABILITY
    return Scale.PERCENT if low >= 0 and high <= 100 else Scale.POINTS


def _in_order(words: set[str]) -> tuple[str, ...] | None:
    """The grades, the worst first; None when nobody could say."""
    shown = {_folded(word): word for word in sorted(words)}
    for ladder in _LADDERS:
        if set(shown) <= set(ladder):
            return tuple(shown[rung] for rung in ladder if rung in shown)
    letters = {word: _LETTER.fullmatch(word.strip().upper()) for word in shown.values()}
    if all(letters.values()):
        return tuple(sorted(letters, key=_letter_rank, reverse=True))
    return None


def _letter_rank(grade: str) -> tuple[str, int]:
    """A before B; A+ before A before A-; A1 before A2."""
    found = _LETTER.fullmatch(grade.strip().upper())
    assert found is not None, "checked"
    return found[1], _NUANCES[found[2]] if found[2] in _NUANCES else int(found[2])


def _folded(word: str) -> str:
    return " ".join(word.casefold().replace("_", " ").split())


def _spread(codes: np.ndarray, values: Sequence[float | None]) -> np.ndarray:
    by_code = [np.nan if value is None else float(value) for value in values]
    return np.asarray(np.array([*by_code, np.nan])[codes])
