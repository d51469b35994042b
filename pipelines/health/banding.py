"""A model's fields as bands: what they held when it was made, and what leads hold now.

The bands are those that reasons quote (scoring/bands.py). Two more, at the end, take what training
never had: other values, and no value where every lead had one.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from features.codecs import FIRST_CODE, MISSING_CODE, UNSEEN_CODE
from features.encoder import Encoder
from features.schema import Field, Kind
from insights.health.observed import Codes, Distribution
from scoring.bands import Band, FieldBands, Shape
from scoring.bundle import Bundle
from scoring.reference import N_QUANTILES, Reference

SCORE = "score"
USUAL_DRIFT = "usual_drift"
"""In a bundle's card: how much its fields move anyway (pipelines/health/usual.py)."""

POINTS_A_BAND = 10
_SCORE_BANDS = 10
_RANKED_DAYS = 90
_RANKED_FEW = 200


def distributions(bundle: Bundle) -> tuple[Distribution, ...]:
    """Every field when the model was made, in the encoder's order."""
    usual = usual_of(bundle.card)
    return tuple(
        Distribution(
            name=one.field,
            counts=np.array([*(band.n for band in one.bands), 0, 0], dtype=np.int64),
            missing=missing_place(one),
            usual=usual.get(one.field, 0.0),
        )
        for one in bundle.reference.fields
    )


def score_distribution(bundle: Bundle) -> Distribution:
    """The points of the leads a score is ranked among, in tens."""
    points, _ = bundle.reference.standing(np.array(bundle.reference.quantiles))
    counts = np.bincount(score_bands(points), minlength=_SCORE_BANDS)
    scaled = np.round(counts * n_ranked(bundle) / N_QUANTILES).astype(np.int64)
    return Distribution(
        name=SCORE, counts=scaled, usual=usual_of(bundle.card, of=SCORE).get(SCORE, 0.0)
    )


def n_ranked(bundle: Bundle) -> int:
    """About how many leads a score is ranked among; the bundle has their quantiles only."""
    part = bundle.card.get("rows", {}).get("refit") or {}
    try:
        days = (date.fromisoformat(part["last"]) - date.fromisoformat(part["first"])).days
    except (KeyError, TypeError, ValueError):  # learnt from without dates: among all
        return bundle.reference.n
    recent = bundle.reference.n * _RANKED_DAYS // max(days, _RANKED_DAYS)
    return min(max(recent, _RANKED_FEW), bundle.reference.n)


def usual_of(card: Mapping[str, Any], *, of: str = "fields") -> dict[str, float]:
    """How much fields, or the score, move anyway; empty for a model that does not say."""
    told = card.get(USUAL_DRIFT, {}).get(of, {})
    return {name: float(value) for name, value in told.items()}


def score_bands(points: np.ndarray) -> Codes:
    """(n,) points 0..100 in tens."""
    return np.asarray(np.minimum(points // POINTS_A_BAND, _SCORE_BANDS - 1), dtype=np.int64)


def bands_of_rows(encoder: Encoder, reference: Reference, rows: np.ndarray) -> Codes:
    """(n, n_fields) places in each field's bands, from encoded rows (n, n_features)."""
    first = {i: j for j, i in reversed(list(enumerate(encoder.field_of_feature)))}
    columns = [
        places(field, bands, rows[:, first[i]], words=encoder.categories.get(field.name, ()))
        for i, (field, bands) in enumerate(zip(encoder.fields, reference.fields, strict=True))
    ]
    return np.column_stack(columns) if columns else np.empty((len(rows), 0), dtype=np.int64)


def places(field: Field, bands: FieldBands, values: np.ndarray, *, words: tuple[str, ...]) -> Codes:
    """(n,) places of encoded values among a field's bands."""
    none = len(bands.bands)
    if field.kind is Kind.CATEGORY:
        return np.asarray(_table_of(bands, words)[values.astype(np.int64)])
    if field.kind is Kind.BOOLEAN:
        no, yes = _place(bands, Shape.NO), _place(bands, Shape.YES)
        known = np.where(values != 0, _or(yes, none), _or(no, none))
    else:
        ranges = [at for at, band in enumerate(bands.bands) if band.shape is Shape.RANGE]
        highs = [bands.bands[at].high for at in ranges[:-1]]
        known = np.array([*ranges, none])[
            np.searchsorted(np.array(highs, dtype=np.float64), values, side="right")
        ]
    return np.where(np.isnan(values), missing_place(bands), known).astype(np.int64)


def band_at(bands: FieldBands, place: int) -> Band:
    """The band at a place; those that training never had are empty."""
    if place < len(bands.bands):
        return bands.bands[place]
    shape = Shape.OTHER if place == len(bands.bands) else Shape.MISSING
    return Band(shape=shape, n=0, converted=0)


def missing_place(bands: FieldBands) -> int:
    """Where leads without a value are."""
    return _or(_place(bands, Shape.MISSING), len(bands.bands) + 1)


def _table_of(bands: FieldBands, words: tuple[str, ...]) -> Codes:
    """The place of each category code."""
    none = len(bands.bands)
    other = _or(_place(bands, Shape.OTHER), none)
    table = np.full(int(FIRST_CODE) + len(words), other, dtype=np.int64)
    table[int(MISSING_CODE)] = missing_place(bands)
    table[int(UNSEEN_CODE)] = other
    place_of = {band.word: at for at, band in enumerate(bands.bands) if band.shape is Shape.WORD}
    for code, word in enumerate(words, start=int(FIRST_CODE)):
        table[code] = place_of.get(word, other)
    return table


def _place(bands: FieldBands, shape: Shape) -> int | None:
    return next((at for at, band in enumerate(bands.bands) if band.shape is shape), None)


def _or(place: int | None, otherwise: int) -> int:
    return otherwise if place is None else place
