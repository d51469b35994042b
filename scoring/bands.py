"""Value bands: the leads of a table grouped by one field's value, with how many converted.

A band is found for an encoded value, so that a reason quotes the same grouping the model saw.
Words with few leads are folded together: a sentence needs a rate that means something, and the
name of a single person or company must not reach the bundle.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

import numpy as np

from features.codecs import MISSING_CODE, UNSEEN_CODE
from features.schema import Field, Kind
from scoring import concepts
from scoring.cuts import AGE_CUTS, COMPANY_SIZE_CUTS, MIN_LEADS, merged, number_cuts


class Shape(StrEnum):
    """What holds a band's leads together."""

    RANGE = "range"
    WORD = "word"
    OTHER = "other"
    YES = "yes"
    NO = "no"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Some leads of the table that share a value, or nearly.

    low, high      a RANGE holds low <= value < high; None where it is open; ages are in days
    word           a WORD's value
    n, converted   how many leads, and how many of them converted
    """

    shape: Shape
    low: float | None = None
    high: float | None = None
    word: str | None = None
    n: int
    converted: int

    def __post_init__(self) -> None:
        if not 0 <= self.converted <= self.n:
            raise ValueError(f"{self.converted} of {self.n} leads cannot have converted")

    @property
    def has_rate(self) -> bool:
        """Whether there are enough leads to say how often they convert."""
        return self.n >= MIN_LEADS

    @property
    def rate(self) -> float:
        """The share that converted; NaN without leads."""
        return self.converted / self.n if self.n else float("nan")

    def to_state(self) -> dict[str, Any]:
        """The fields that say something, for JSON."""
        state = {"shape": str(self.shape), "low": self.low, "high": self.high, "word": self.word}
        given = {key: value for key, value in state.items() if value is not None}
        return given | {"n": self.n, "converted": self.converted}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """The band `to_state` described."""
        return cls(**{**state, "shape": Shape(state["shape"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldBands:
    """All bands of one raw field; together they hold every lead of the table once.

    whole    a number's values are all whole, so a band may be read as 200-499
    """

    field: str
    whole: bool
    bands: tuple[Band, ...]

    def band_of(self, value: float, *, kind: Kind, words: Sequence[str]) -> Band:
        """The band of an encoded value; an empty band when the table had no such lead."""
        if kind is Kind.CATEGORY:
            return self._band_of_code(value, words)
        if value != value:  # noqa: PLR0124  NaN
            return self._first(Shape.MISSING)
        if kind is Kind.BOOLEAN:
            return self._first(Shape.YES if value else Shape.NO)
        ranges = [band for band in self.bands if band.shape is Shape.RANGE]
        if not ranges:
            return Band(shape=Shape.RANGE, n=0, converted=0)
        return ranges[bisect_right([b.high for b in ranges[:-1] if b.high is not None], value)]

    def to_state(self) -> dict[str, Any]:
        """Everything, for JSON."""
        bands = [band.to_state() for band in self.bands]
        return {"field": self.field, "whole": self.whole, "bands": bands}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """The bands `to_state` described."""
        bands = tuple(Band.from_state(band) for band in state["bands"])
        return cls(field=state["field"], whole=state["whole"], bands=bands)

    def _band_of_code(self, code: float, words: Sequence[str]) -> Band:
        if code == MISSING_CODE:
            return self._first(Shape.MISSING)
        if code != UNSEEN_CODE:
            word = words[int(code) - int(UNSEEN_CODE) - 1]
            for band in self.bands:
                if band.word == word and band.shape is Shape.WORD:
                    return band
        return self._first(Shape.OTHER)

    def _first(self, shape: Shape) -> Band:
        empty = Band(shape=shape, n=0, converted=0)
        return next((band for band in self.bands if band.shape is shape), empty)


def bands_of(
    field: Field, values: np.ndarray, outcomes: np.ndarray, *, words: Sequence[str] = ()
) -> FieldBands:
    """The bands of one field from its encoded values, shape (n_leads,), and 0/1 outcomes.

    `words` are a category's, in the order of their codes.
    """
    if field.kind is Kind.CATEGORY:
        return FieldBands(field=field.name, whole=False, bands=_words(values, outcomes, words))
    missing = np.isnan(values)
    known, won = values[~missing], outcomes[~missing]
    unknown = _band(Shape.MISSING, outcomes[missing])
    whole = bool(len(known)) and bool((known == np.floor(known)).all())
    if field.kind is Kind.BOOLEAN:
        found = [_band(Shape.NO, won[known == 0]), _band(Shape.YES, won[known != 0])]
    else:
        found = _ranges(known, won, _cuts(field, known, whole=whole))
    bands = (*found, unknown) if unknown.n else tuple(found)
    return FieldBands(field=field.name, whole=whole, bands=tuple(bands))


def _cuts(field: Field, known: np.ndarray, *, whole: bool) -> list[float]:
    if field.kind is Kind.DATE:
        return merged(AGE_CUTS, known)
    if concepts.concept_of(field.name) == concepts.EMPLOYEES and whole:
        return merged(COMPANY_SIZE_CUTS, known)
    return number_cuts(known, whole=whole)


def _ranges(known: np.ndarray, won: np.ndarray, cuts: list[float]) -> list[Band]:
    where = np.searchsorted(cuts, known, side="right")
    n = np.bincount(where, minlength=len(cuts) + 1)
    converted = np.bincount(where, weights=won, minlength=len(cuts) + 1)
    lows: list[float | None] = [None, *cuts]
    highs: list[float | None] = [*cuts, None]
    return [
        Band(shape=Shape.RANGE, low=low, high=high, n=int(count), converted=int(wins))
        for low, high, count, wins in zip(lows, highs, n, converted, strict=True)
    ]


def _words(codes: np.ndarray, outcomes: np.ndarray, words: Sequence[str]) -> tuple[Band, ...]:
    first = int(UNSEEN_CODE) + 1
    n = np.bincount(codes.astype(np.int64), minlength=first + len(words))
    converted = np.bincount(
        codes.astype(np.int64), weights=outcomes, minlength=first + len(words)
    ).astype(np.int64)
    own = [code for code in range(first, len(n)) if n[code] >= MIN_LEADS]
    folded = np.setdiff1d(np.arange(int(UNSEEN_CODE), len(n)), np.array(own, dtype=np.int64))
    found = [
        Band(
            shape=Shape.WORD,
            word=words[code - first],
            n=int(n[code]),
            converted=int(converted[code]),
        )
        for code in own
    ]
    missing = int(MISSING_CODE)
    rest = [
        Band(shape=Shape.OTHER, n=int(n[folded].sum()), converted=int(converted[folded].sum())),
        Band(shape=Shape.MISSING, n=int(n[missing]), converted=int(converted[missing])),
    ]
    return (*found, *(band for band in rest if band.n))


def _band(shape: Shape, outcomes: np.ndarray) -> Band:
    return Band(shape=shape, n=len(outcomes), converted=int(outcomes.sum()))
