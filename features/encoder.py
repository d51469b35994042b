"""The one encoder: what the model sees of a lead, the same in training and in serving.

A single lead (a mapping) and a table (a frame) go through the same reading of the same distinct
values, so their rows are equal to the last bit. State is plain JSON. No pandas is imported; a
frame only needs `columns`, `frame[name]`, `dtype`, `to_numpy` and `factorize`.

Encoding, always float64, one column a field:

    number     the number; NaN when missing or unreadable
    boolean    1, 0; NaN
    date       age in days relative to `as_of` (negative in the future); NaN
    category   a code: 0 missing, 1 rare or never seen, from 2 on by falling frequency
"""

import math
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Self

import numpy as np

from features.inference import distinct_values, rare_below
from features.schema import Field, Kind, Schema
from features.values import (
    EPOCH,
    MISSING_AS_NUMBER,
    DateOrder,
    boolean_of,
    category_of,
    is_missing,
    moment_of,
    number_of,
)
from leads.errors import InvalidInput

MISSING_CODE = 0.0
UNSEEN_CODE = 1.0
_FIRST_CODE = 2
MAX_CODES = 4096
_MICROSECONDS_A_DAY = 86_400_000_000.0
_NAN = math.nan
_LARGEST = sys.float_info.max
_SMALL = 4_000
"""Rows below which a column's values are read one by one: factorising costs more than it saves."""

Codec = Callable[[object], float]


class Encoder:
    """Fields in, float64 rows out; learns nothing but the codes of the categories."""

    def __init__(
        self,
        fields: Sequence[Field],
        categories: Mapping[str, Sequence[str]],
        *,
        ignored: Sequence[str] = (),
    ) -> None:
        self.fields = tuple(fields)
        self.categories = {name: tuple(words) for name, words in categories.items()}
        self.ignored = frozenset(ignored)
        self.feature_names = safe_names([field.name for field in self.fields])
        self.field_of_feature = list(range(len(self.fields)))
        self.categorical_features = [
            i for i, field in enumerate(self.fields) if field.kind is Kind.CATEGORY
        ]
        self.has_dates = any(field.kind is Kind.DATE for field in self.fields)
        self._codes = [self._codes_of(field) for field in self.fields]
        self._codecs = [
            (field.name, _codec(field, codes))
            for field, codes in zip(self.fields, self._codes, strict=True)
        ]
        self._dates = [i for i, field in enumerate(self.fields) if field.kind is Kind.DATE]
        self._empty = [codec(None) for _, codec in self._codecs]
        self._known = frozenset(field.name for field in self.fields) | self.ignored

    @classmethod
    def fit(cls, frame: Any, schema: Schema, *, ignored: Sequence[str] = ()) -> Self:
        """Learn the category codes of `schema`'s fields from the rows of `frame`.

        `ignored` names columns a lead may carry without being told that the model does not
        know them; the schema's dropped columns are among them anyway.
        """
        categories = {
            field.name: _codes_by_frequency(frame[field.name])
            for field in schema.fields
            if field.kind is Kind.CATEGORY
        }
        known = [*ignored, *(column.column for column in schema.dropped)]
        return cls(schema.fields, categories, ignored=known)

    # One lead

    def encode_values(self, lead: Mapping[str, object], *, as_of: datetime | None) -> list[float]:
        """One lead's row as a list of n_features floats. Raises InvalidInput without `as_of`
        when the model knows dates.
        """
        get = lead.get
        values = [codec(get(name)) for name, codec in self._codecs]
        if self._dates:
            now = _moment(as_of)
            for i in self._dates:
                values[i] = (now - values[i]) / _MICROSECONDS_A_DAY
        return values

    def encode_one(
        self, lead: Mapping[str, object], *, as_of: datetime | None = None
    ) -> np.ndarray:
        """One lead's row, shape (1, n_features)."""
        return np.array([self.encode_values(lead, as_of=as_of)])

    def imputed(self, values: Sequence[float]) -> tuple[str, ...]:
        """The fields that are missing in an encoded row: not given, or not readable."""
        return tuple(
            field.name
            for field, value, empty in zip(self.fields, values, self._empty, strict=True)
            if value == empty or value != value  # noqa: PLR0124  NaN
        )

    def warnings(self, lead: Mapping[str, object], values: Sequence[float]) -> tuple[str, ...]:
        """What was odd about a lead, as code:field.

        unreadable      a value was given and could not be read; it counts as missing
        unseen          a category that training did not know, or knew too rarely
        unknown_field   an attribute the model does not look at
        """
        found = []
        for field, value in zip(self.fields, values, strict=True):
            if value != value:  # noqa: PLR0124  NaN: a number, boolean or date that is missing
                raw = lead.get(field.name)
                if not is_missing(raw) and str(raw).strip().casefold() not in MISSING_AS_NUMBER:
                    found.append(f"unreadable:{field.name}")
            elif field.kind is Kind.CATEGORY:
                if value == UNSEEN_CODE:
                    found.append(f"unseen:{field.name}")
                elif value == MISSING_CODE and isinstance(lead.get(field.name), (list, dict)):
                    found.append(f"unreadable:{field.name}")
        if not self._known.issuperset(lead):
            found.extend(f"unknown_field:{name}" for name in lead if name not in self._known)
        return tuple(found)

    # Tables

    def encode_frame(
        self,
        frame: Any,  # a pandas DataFrame, duck-typed
        *,
        as_of: datetime | np.ndarray | None = None,
    ) -> np.ndarray:
        """A table's rows, shape (n_rows, n_features), in column order for LightGBM.

        `as_of` is one moment, or an array of datetime64 with one a row. Columns the table does
        not have are missing in every row.
        """
        rows = np.empty((len(frame), len(self.fields)))
        positions = {name: at for at, name in enumerate(frame.columns.tolist())}
        column = _columns(frame)
        for i, (name, codec) in enumerate(self._codecs):
            at = positions.get(name)
            if at is None:
                rows[:, i] = self._empty[i]
            else:
                kind = self.fields[i].kind
                rows[:, i] = _encode_column(column(at), codec, self._codes[i], kind)
        rows[np.isinf(rows)] = _NAN
        if self._dates:
            now = _moments(as_of) if isinstance(as_of, np.ndarray) else _moment(as_of)
            for i in self._dates:
                rows[:, i] = (now - rows[:, i]) / _MICROSECONDS_A_DAY
        return rows

    # State

    def to_state(self) -> dict[str, Any]:
        """Everything learnt, ready for JSON."""
        return {
            "fields": [
                {
                    "name": field.name,
                    "kind": str(field.kind),
                    "label": dict(field.label),
                    "decimal_comma": field.decimal_comma,
                    "date_order": str(field.date_order),
                }
                for field in self.fields
            ],
            "categories": {name: list(words) for name, words in self.categories.items()},
            "ignored": sorted(self.ignored),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """The encoder that `to_state` described. Raises InvalidInput when it is none."""
        try:
            fields = [
                Field(
                    name=entry["name"],
                    kind=Kind(entry["kind"]),
                    label=entry["label"],
                    decimal_comma=entry["decimal_comma"],
                    date_order=DateOrder(entry["date_order"]),
                )
                for entry in state["fields"]
            ]
            return cls(fields, state["categories"], ignored=state["ignored"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InvalidInput(f"this is no encoder state: {error!r}") from error

    def __reduce__(self) -> tuple[Any, ...]:
        # joblib sends fitted estimators to its workers; closures cannot go, the state can.
        return type(self).from_state, (self.to_state(),)

    def _codes_of(self, field: Field) -> dict[object, float]:
        """Code by word, for the fields that are categories."""
        if field.kind is not Kind.CATEGORY:
            return {}
        words = self.categories[field.name]
        codes: dict[object, float] = {
            word: float(code) for code, word in enumerate(words, start=_FIRST_CODE)
        }
        return {None: MISSING_CODE, np.nan: MISSING_CODE} | codes


def safe_names(names: Sequence[str]) -> list[str]:
    """Names LightGBM accepts, still readable, distinct, in order: it refuses , : [ ] { } and
    quotes, and rewrites white space.
    """
    safe: list[str] = []
    taken: set[str] = set()
    for name in names:
        base = re.sub(r'[\s,:\[\]{}"\\\x00-\x1f]+', "_", name).strip("_") or "column"
        candidate, n = base, 1
        while candidate in taken:
            n += 1
            candidate = f"{base}_{n}"
        taken.add(candidate)
        safe.append(candidate)
    return safe


def _codes_by_frequency(column: Any) -> list[str]:
    """The words with a code of their own, most frequent first, ties in alphabetical order."""
    counts: dict[str, int] = {}
    for value, count in zip(*distinct_values(column), strict=True):
        word = category_of(value)
        if word is not None:
            counts[word] = counts.get(word, 0) + int(count)
    fewest = rare_below(sum(counts.values()))
    frequent = [word for word, count in counts.items() if count >= fewest]
    return sorted(frequent, key=lambda word: (-counts[word], word))[:MAX_CODES]


def _codec(field: Field, codes: Mapping[object, float]) -> Codec:
    if field.kind is Kind.NUMBER:
        return _number_codec(decimal_comma=field.decimal_comma)
    if field.kind is Kind.BOOLEAN:
        return _boolean_codec
    if field.kind is Kind.DATE:
        return _date_codec(field.date_order)
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


def _boolean_codec(value: object) -> float:
    if value is True:
        return 1.0
    if value is False:
        return 0.0
    flag = boolean_of(value)
    return _NAN if flag is None else float(flag)


def _date_codec(order: DateOrder) -> Codec:
    def encode(value: object) -> float:
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


def _columns(frame: Any) -> Callable[[int], Any]:
    """A way to the columns of a frame by position.

    Making a Series costs more than encoding a hundred values of it, so a small table's columns
    are taken as the arrays they are stored as, where pandas lets us.
    """
    manager = getattr(frame, "_mgr", None)
    if len(frame) < _SMALL and hasattr(manager, "iget_values"):
        return manager.iget_values  # type: ignore[union-attr,no-any-return]
    return lambda at: frame.iloc[:, at]


def _encode_column(
    column: Any, codec: Codec, codes: Mapping[object, float], kind: Kind
) -> np.ndarray | list[float]:
    """One column's codes; infinities among native numbers are the caller's to take out."""
    letter = getattr(column.dtype, "kind", "O")
    native = isinstance(column.dtype, np.dtype)
    if native and kind is Kind.NUMBER and letter in "iuf":
        return np.asarray(column, dtype=np.float64)
    if kind is Kind.DATE and letter == "M":
        return _moments(np.asarray(column, dtype="datetime64[us]"))
    # Values of mixed types may be equal yet read differently (1 and True): never merge those.
    if len(column) < _SMALL or (native and letter == "O"):
        return _encode_values(column.tolist(), codec, codes)
    places, uniques = column.factorize()
    coded = np.array([*(codec(value) for value in uniques.tolist()), codec(None)])
    rows: np.ndarray = coded[places]  # a missing value's place is -1: the last entry
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


def _moment(as_of: datetime | None) -> float:
    if as_of is None or as_of.tzinfo is None:
        raise InvalidInput("this model knows dates: say as of when, in aware UTC")
    return float((as_of - EPOCH) // (datetime.resolution))


def _moments(as_of: np.ndarray) -> np.ndarray:
    micros = as_of.astype("datetime64[us]")
    moments: np.ndarray = micros.astype(np.int64).astype(np.float64)
    moments[np.isnat(micros)] = np.nan
    return moments
