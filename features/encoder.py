"""The one encoder: what the model sees of a lead, the same in training and in serving.

A single lead (a mapping) and a table (a frame) go through the same reading of the same distinct
values, so their rows are equal to the last bit. State is plain JSON. No pandas is imported; a
frame only needs `columns`, `frame[name]`, `dtype`, `to_numpy` and `factorize`.

Encoding, always float64, one column a field:

    number     the number; NaN when missing or unreadable
    boolean    1, 0; NaN
    date       age in days as of when the row's facts were true (negative after that); NaN
    category   a code: 0 missing, 1 rare or never seen, from 2 on by falling frequency
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Self

import numpy as np

from features.codecs import (
    FIRST_CODE,
    MISSING_CODE,
    UNSEEN_CODE,
    YES_AND_NO,
    codec_of,
    columns_of,
    date_codec,
    encode_column,
    moments_of,
    side_by_side,
)
from features.inference import distinct_values, rare_below
from features.schema import Field, Kind, Schema, Side
from features.values import EPOCH, MISSING_AS_NUMBER, DateOrder, category_of, is_missing
from leads.errors import InvalidInput

MAX_CODES = 4096
_MICROSECONDS_A_DAY = 86_400_000_000.0


class Encoder:
    """Fields in, float64 rows out; learns nothing but the codes of the categories."""

    def __init__(
        self,
        fields: Sequence[Field],
        categories: Mapping[str, Sequence[str]],
        *,
        ignored: Sequence[str] = (),
        moment: Field | None = None,
    ) -> None:
        self.fields = tuple(fields)
        self.moment = moment
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
            (field.name, codec_of(field, codes))
            for field, codes in zip(self.fields, self._codes, strict=True)
        ]
        self._dates = [i for i, field in enumerate(self.fields) if field.kind is Kind.DATE]
        self._empty = [codec(None) for _, codec in self._codecs]
        self._known = frozenset(field.name for field in self.fields) | self.ignored
        self._own_moment = date_codec(moment.date_order) if moment else None

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
        return cls(schema.fields, categories, ignored=known, moment=schema.moment)

    # One lead

    def encode_values(self, lead: Mapping[str, object], *, as_of: datetime | None) -> list[float]:
        """One lead's row as a list of n_features floats.

        A lead may say itself as of when its facts are true (`moment`); `as_of` is the latest
        that can be. Raises InvalidInput when the model knows dates and neither is given.
        """
        get = lead.get
        values = [codec(get(name)) for name, codec in self._codecs]
        if self._dates:
            now = self._now(lead, as_of)
            for i in self._dates:
                values[i] = (now - values[i]) / _MICROSECONDS_A_DAY
        return values

    def encode_one(
        self, lead: Mapping[str, object], *, as_of: datetime | None = None
    ) -> np.ndarray:
        """One lead's row, shape (1, n_features)."""
        return np.array([self.encode_values(lead, as_of=as_of)])

    def as_of(self, lead: Mapping[str, object], as_of: datetime | None) -> datetime | None:
        """As of when a lead's ages are counted; None when the model knows no dates."""
        if not self._dates:
            return None
        return EPOCH + timedelta(microseconds=self._now(lead, as_of))

    def imputed(self, values: Sequence[float]) -> tuple[str, ...]:
        """The fields that are missing in an encoded row: not given, or not readable."""
        return tuple(
            field.name
            for field, value, empty in zip(self.fields, values, self._empty, strict=True)
            if value == empty or value != value  # noqa: PLR0124  NaN
        )

    def is_imputed(self, rows: np.ndarray) -> np.ndarray:
        """Which fields are missing in encoded rows, boolean of shape (n_rows, n_features)."""
        return np.asarray(np.isnan(rows) | (rows == np.array(self._empty)))

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

        `as_of` is one moment, or an array of datetime64 with one a row; where the table says
        itself as of when (`moment`), the earlier one counts. Columns the table does not have are
        missing in every row.
        """
        columns: list[np.ndarray | list[float] | float] = []
        positions = {str(name): at for at, name in enumerate(frame.columns.tolist())}
        column = columns_of(frame)
        for i, (name, codec) in enumerate(self._codecs):
            at = positions.get(name)
            if at is None:
                columns.append(self._empty[i])
            else:
                kind = self.fields[i].kind
                columns.append(encode_column(column(at), codec, self._codes[i], kind))
        rows = side_by_side(columns, n_rows=len(frame))
        if self._dates:
            now = self._nows(frame, as_of)
            for i in self._dates:
                rows[:, i] = (now - rows[:, i]) / _MICROSECONDS_A_DAY
        return rows

    # State

    def to_state(self) -> dict[str, Any]:
        """Everything learnt, ready for JSON."""
        return {
            "fields": [_field_state(field) for field in self.fields],
            "moment": None if self.moment is None else _field_state(self.moment),
            "categories": {name: list(words) for name, words in self.categories.items()},
            "ignored": sorted(self.ignored),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """The encoder that `to_state` described. Raises InvalidInput when it is none."""
        try:
            moment = state["moment"]
            return cls(
                [_field_of(entry) for entry in state["fields"]],
                state["categories"],
                ignored=state["ignored"],
                moment=None if moment is None else _field_of(moment),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InvalidInput(f"this is no encoder state: {error!r}") from error

    def __reduce__(self) -> tuple[Any, ...]:
        # joblib sends fitted estimators to its workers; closures cannot go, the state can.
        return type(self).from_state, (self.to_state(),)

    def _now(self, lead: Mapping[str, object], as_of: datetime | None) -> float:
        """As of when, in microseconds since 1970."""
        if self.moment is not None and self._own_moment is not None:
            own = self._own_moment(lead.get(self.moment.name))
            if own == own:  # noqa: PLR0124  not NaN
                return own if as_of is None else min(own, _moment(as_of))
        return _moment(as_of)

    def _nows(self, frame: Any, as_of: datetime | np.ndarray | None) -> float | np.ndarray:
        given: float | np.ndarray | None = None
        if as_of is not None:
            given = moments_of(as_of) if isinstance(as_of, np.ndarray) else _moment(as_of)
        if self.moment is None or self._own_moment is None or self.moment.name not in frame:
            return _moment(None) if given is None else given
        column = frame[self.moment.name]
        own = np.asarray(encode_column(column, self._own_moment, {}, Kind.DATE))
        if given is None and np.isnan(own).any():
            return _moment(None)
        return own if given is None else np.asarray(np.fmin(own, given))  # fmin passes over NaN

    def _codes_of(self, field: Field) -> dict[object, float]:
        """Code by word, for the fields that are words."""
        if field.kind is Kind.BOOLEAN:
            return dict(YES_AND_NO)
        if field.kind is not Kind.CATEGORY:
            return {}
        words = self.categories[field.name]
        codes: dict[object, float] = {
            word: float(code) for code, word in enumerate(words, start=FIRST_CODE)
        }
        return {None: MISSING_CODE, np.nan: MISSING_CODE} | codes


def _field_state(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "kind": str(field.kind),
        "side": str(field.side),
        "label": dict(field.label),
        "decimal_comma": field.decimal_comma,
        "date_order": str(field.date_order),
    }


def _field_of(state: Mapping[str, Any]) -> Field:
    return Field(
        name=state["name"],
        kind=Kind(state["kind"]),
        side=Side(state.get("side", Side.FIT)),  # older bundles know no sides
        label=state["label"],
        decimal_comma=state["decimal_comma"],
        date_order=DateOrder(state["date_order"]),
    )


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


def _moment(as_of: datetime | None) -> float:
    if as_of is None or as_of.tzinfo is None:
        raise InvalidInput("this model knows dates: say as of when, in aware UTC")
    return float((as_of - EPOCH) // (datetime.resolution))
