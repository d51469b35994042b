"""From one value, and from one column, to the numbers of the encoder."""

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from features.schema import Field, Kind
from features.values import (
    EPOCH,
    FALSE_WORDS,
    MICROSECOND,
    TRUE_WORDS,
    DateOrder,
    boolean_of,
    category_of,
    moment_of,
    number_of,
)

MISSING_CODE = 0.0
UNSEEN_CODE = 1.0
FIRST_CODE = 2

Codec = Callable[[object], float]

_NAN = math.nan
_LARGEST = sys.float_info.max
_SMALL = 4_000
"""Rows below which a column's values are read one by one: factorising costs more than it saves."""


def codec_of(field: Field, codes: Mapping[object, float]) -> Codec:
    """The function that encodes a field's values one by one."""
    if field.kind is Kind.NUMBER:
        return _number_codec(decimal_comma=field.decimal_comma)
    if field.kind is Kind.BOOLEAN:
        return _boolean_codec
    if field.kind is Kind.DATE:
        return date_codec(field.date_order)
    return _category_codec(codes)


def _number_codec(*, decimal_comma: bool) -> Codec:
    def encode(value: object) -> float:
        # First what JSON and most tables give; the slow reader knows all the rest. The bounds
        # refuse infinities, NaN, and an int too large for a float.
        if type(value) is float or type(value) is int:
            return float(value) if -_LARGEST <= value <= _LARGEST else _NAN
        if type(value) is str and not decimal_comma and "_" not in value:
            try:
                number = float(value)
            except ValueError:
                pass
            else:
                return number if -_LARGEST <= number <= _LARGEST else _NAN
        read = number_of(value, decimal_comma=decimal_comma)
        return _NAN if read is None else read

    return encode


YES_AND_NO: Mapping[object, float] = {
    **dict.fromkeys([*FALSE_WORDS, False], 0.0),
    **dict.fromkeys([*TRUE_WORDS, True], 1.0),
}
"""The spellings that need no reading."""


def _boolean_codec(value: object) -> float:
    flag = boolean_of(value)
    return _NAN if flag is None else float(flag)


def date_codec(order: DateOrder) -> Codec:
    """Dates as microseconds since 1970 UTC; NaN when missing."""
    iso = order is DateOrder.YMD

    def encode(value: object) -> float:
        if type(value) is str and iso:
            try:
                own = datetime.fromisoformat(value)
            except ValueError:
                pass
            else:
                # a time without a zone, or a number such as 20260302, is for the slow reader
                if own.tzinfo is not None:
                    return float((own - EPOCH) // MICROSECOND)
        moment = moment_of(value, order=order)
        return _NAN if moment is None else float(moment)

    return encode


def _category_codec(codes: Mapping[object, float]) -> Codec:
    get = codes.get

    def encode(value: object) -> float:
        if type(value) is str:
            code = get(value)
            if code is not None:
                return code
        word = category_of(value)
        return MISSING_CODE if word is None else get(word, UNSEEN_CODE)

    return encode


def columns_of(frame: Any) -> Callable[[int], Any]:
    """A way to the columns of a frame by position.

    Making a Series costs more than encoding a hundred values of it, so a small table's columns
    are taken as the arrays they are stored as, where pandas lets us.
    """
    manager = getattr(frame, "_mgr", None)
    if len(frame) < _SMALL and hasattr(manager, "iget_values"):
        return manager.iget_values  # type: ignore[union-attr,no-any-return]
    return lambda at: frame.iloc[:, at]


def encode_column(
    column: Any, codec: Codec, codes: Mapping[object, float], kind: Kind
) -> np.ndarray | list[float]:
    """One column's codes; infinities among native numbers are the caller's to take out."""
    letter = getattr(column.dtype, "kind", "O")
    native = isinstance(column.dtype, np.dtype)
    if native and kind is Kind.NUMBER and letter in "iuf":
        return np.asarray(column, dtype=np.float64)
    if kind is Kind.DATE and letter == "M":
        return moments_of(np.asarray(column, dtype="datetime64[us]"))
    # Values of mixed types may be equal yet read differently (1 and True): never merge those.
    if len(column) < _SMALL or (native and letter == "O"):
        return _encode_values(column.tolist(), codec, codes)
    places, uniques = column.factorize()
    coded = np.array([*(codec(value) for value in uniques.tolist()), codec(None)])
    rows: np.ndarray = coded[places]  # a missing value's place is -1: the last entry
    return rows


def side_by_side(columns: Sequence[np.ndarray | list[float] | float], *, n_rows: int) -> np.ndarray:
    """Columns as one matrix, row after row; infinities become missing.

    Filled block by block: a whole column at a time would touch every cache line once a column.
    """
    rows = np.empty((n_rows, len(columns)))
    for start in range(0, n_rows, _SMALL):
        block = rows[start : start + _SMALL]
        for i, column in enumerate(columns):
            one = isinstance(column, float)
            block[:, i] = column if one else column[start : start + _SMALL]  # type: ignore[index]
        block[~np.isfinite(block)] = _NAN  # one NaN for all: some differ in their bits
    return rows


def _encode_values(values: list[Any], codec: Codec, codes: Mapping[object, float]) -> list[float]:
    if not codes:
        return [codec(value) for value in values]
    try:
        known = list(map(codes.get, values))  # most words are written as they were learnt
    except TypeError:  # a list or the like, which has no hash
        return [codec(value) for value in values]
    if None not in known:
        return known  # type: ignore[return-value]
    return [
        codec(value) if code is None else code for value, code in zip(values, known, strict=True)
    ]


def moments_of(as_of: np.ndarray) -> np.ndarray:
    """An array of datetime64 as microseconds since 1970, float64; NaN for NaT."""
    micros = as_of.astype("datetime64[us]")
    moments: np.ndarray = micros.astype(np.int64).astype(np.float64)
    moments[np.isnat(micros)] = np.nan
    return moments
