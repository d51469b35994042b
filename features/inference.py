"""Finding out what the columns of any lead table are.

The whole table is looked at, by distinct value: types are a property of the table, not of the
outcome, so nothing is learnt here that a fold should not know. What cannot be learnt from (one
value only, all missing, an identifier) is left out with the reason.

Frames are duck-typed: this module runs where pandas is not imported.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from features.schema import (
    DeclaredField,
    DroppedColumn,
    Field,
    Kind,
    Schema,
    check_declared,
)
from features.values import (
    FALSE_WORDS,
    MISSING_AS_NUMBER,
    TRUE_WORDS,
    category_of,
    date_order_of,
    is_missing,
    moment_of,
    number_of,
)
from leads.personal import is_person_name, is_personal

MOSTLY = 0.98
"""Share of the given values that must read as a number or date; the rest become missing."""

REPEATED = 0.5
"""Share of rows whose word must occur often enough for a column to be worth learning from."""

_ID_NAME = re.compile(r"(^|[\s_.\-])(id|uuid|guid|key|no|nr|number)$|编号|序号|ID$|Id$", re.ASCII)
_PHONE_DIGITS = 9
_TELLS_APART = 20
"""Distinct values from which a column about people says who somebody is."""
_DECIMAL_COMMA = re.compile(r"[+-]?\d{1,3}([. ]\d{3})*,\d{1,2}|[+-]?\d+,\d+")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_LEADING_ZERO = re.compile(r"0\d+")


def infer_schema(
    frame: Any,  # a pandas DataFrame, duck-typed
    *,
    declared: Mapping[str, DeclaredField] | None = None,
) -> Schema:
    """What each column is; declared columns are taken at their word.

    Raises InvalidInput when a declaration names a column that is not there.
    """
    declared = declared or {}
    columns = [str(name) for name in frame.columns]
    check_declared(declared, columns)
    fields: list[Field] = []
    dropped: list[DroppedColumn] = []
    warnings: list[str] = []
    for name, column in zip(columns, (frame[name] for name in frame.columns), strict=True):
        said = declared.get(name, DeclaredField())
        found = "declared as ignored" if said.ignore else _look(name, column, said, warnings)
        if isinstance(found, str):
            dropped.append(DroppedColumn(column=name, reason=found))
        else:
            fields.append(replace(found, label=dict(said.label)))
    return Schema(fields=tuple(fields), dropped=tuple(dropped), warnings=tuple(warnings))


def _look(name: str, column: Any, said: DeclaredField, warnings: list[str]) -> Field | str:
    """The field a column makes, or the reason why it makes none."""
    try:
        values, counts = distinct_values(column)
    except TypeError:  # no hash
        return "its values are lists or other structures"
    if not values:
        return "every value is missing"
    field = _field(name, column, values, counts, said.kind, warnings)
    if len(values) == 1 and counts.sum() == len(column):
        return "every row has the same value"
    if said.kind is not None:
        return field
    return _about_a_person(field, values) or _identifier(field, column, values, counts) or field


def _about_a_person(field: Field, values: list[Any]) -> str | None:
    """A reason to leave out what people are called and how they are reached.

    Only where the values tell people apart: a column `contact` of two words is about the way.
    """
    if field.kind is Kind.CATEGORY and is_person_name(field.name):
        return "names of people: a lead is no likelier for what somebody is called"
    if not is_personal(field.name) or len(values) <= _TELLS_APART:
        return None
    if field.kind is Kind.NUMBER and _typical_digits(values) < _PHONE_DIGITS:
        return None
    return "it is about a person: it tells people apart and not leads"


def _identifier(field: Field, column: Any, values: list[Any], counts: np.ndarray) -> str | None:
    if field.kind is Kind.CATEGORY:
        return _too_scattered(values, counts)
    if field.kind is Kind.NUMBER:
        return _numeric_identifier(field.name, column, values, counts)
    return None


def distinct_values(column: Any) -> tuple[list[Any], np.ndarray]:
    """The distinct values that are not missing, in order of appearance, and their row counts."""
    codes, uniques = column.factorize()
    counts = np.bincount(codes[codes >= 0], minlength=len(uniques))
    values = uniques.tolist()
    keep = [i for i, value in enumerate(values) if not is_missing(value)]
    return [values[i] for i in keep], counts[keep]


def _field(
    name: str,
    column: Any,
    values: list[Any],
    counts: np.ndarray,
    kind: Kind | None,
    warnings: list[str],
) -> Field:
    texts = [value for value in values if isinstance(value, str)]
    decimal_comma = _writes_decimal_comma(texts)
    order, guessed = date_order_of(texts)
    kind = kind or _kind(column, values, counts, decimal_comma=decimal_comma, order=order)
    field = Field(name=name, kind=kind)
    if kind is Kind.NUMBER:
        field = replace(field, decimal_comma=decimal_comma)
        read = [number_of(v, decimal_comma=decimal_comma) is not None for v in values]
        unread = [
            (value, count)
            for value, count, fine in zip(values, counts, read, strict=True)
            if not fine and str(value).strip().casefold() not in MISSING_AS_NUMBER
        ]
        if unread:
            n = sum(int(count) for _, count in unread)
            row = column.tolist().index(unread[0][0]) + 1
            warnings.append(
                f"column {name!r}: {n} values are not numbers (the first in row {row}) "
                "and count as missing"
            )
    if kind is Kind.DATE:
        field = replace(field, date_order=order)
        if guessed:
            warnings.append(
                f"column {name!r}: its dates could be day or month first and are read month "
                "first; write them as 2026-03-02 if that is wrong"
            )
    return field


def _kind(
    column: Any, values: list[Any], counts: np.ndarray, *, decimal_comma: bool, order: Any
) -> Kind:
    letter = getattr(column.dtype, "kind", "O")
    if letter == "b":
        return Kind.BOOLEAN
    if letter in "iuf":
        return Kind.NUMBER
    if letter == "M":
        return Kind.DATE
    words = {value.strip().casefold() for value in values if isinstance(value, str)}
    if words <= TRUE_WORDS | FALSE_WORDS and all(isinstance(value, str) for value in values):
        return Kind.BOOLEAN
    if all(isinstance(value, bool) for value in values):
        return Kind.BOOLEAN
    as_number = [
        number_of(value, decimal_comma=decimal_comma) is not None
        or str(value).strip().casefold() in MISSING_AS_NUMBER
        for value in values
    ]
    if _mostly(as_number, counts) and not any(
        isinstance(value, str) and _LEADING_ZERO.fullmatch(value.strip()) for value in values
    ):
        return Kind.NUMBER
    if _mostly([moment_of(value, order=order) is not None for value in values], counts):
        return Kind.DATE
    return Kind.CATEGORY


def _mostly(flags: list[bool], counts: np.ndarray) -> bool:
    return float(counts[np.array(flags, dtype=bool)].sum()) >= MOSTLY * float(counts.sum())


def _writes_decimal_comma(texts: list[str]) -> bool:
    """3,5 and 1.234,5 but not 1,234: decided by the column, since one value can be both."""
    stripped = [text.strip() for text in texts if "," in text]
    commas = [text for text in stripped if _DECIMAL_COMMA.fullmatch(text)]
    return bool(commas) and not all(_THOUSANDS.fullmatch(text) for text in stripped)


def _too_scattered(values: list[Any], counts: np.ndarray) -> str | None:
    """A reason to leave out a column of words that hardly ever occur twice."""
    words: dict[str, int] = {}
    for value, count in zip(values, counts, strict=True):
        word = category_of(value)
        if word is not None:
            words[word] = words.get(word, 0) + int(count)
    total = sum(words.values())
    repeated = sum(count for count in words.values() if count >= rare_below(total))
    if repeated >= REPEATED * total:
        return None
    return f"an identifier or free text: {len(words):,} different values in {total:,} rows"


def rare_below(n_rows: int) -> int:
    """Fewest rows a word needs to have a code of its own; rarer words share one.

    Sharing is what gives a word never seen before a learnt meaning ("a rare one"), and it keeps
    names of single people and companies out of the bundle.
    """
    return 5 if n_rows >= 100 else 2


def _numeric_identifier(
    name: str, column: Any, values: list[Any], counts: np.ndarray
) -> str | None:
    """A reason to leave out whole numbers that only say which row this is."""
    numbers = [number_of(value) for value in values]
    whole = [int(n) for n in numbers if n is not None and float(n).is_integer()]
    total = int(counts.sum())
    if len(whole) < 0.99 * total or total < 100:
        return None
    steps = np.diff(np.array(whole[:10_000], dtype=np.float64))
    counting = bool((steps > 0).all() or (steps < 0).all())
    digits = np.array([len(str(abs(n))) for n in whole])
    # telephone numbers have one length; revenues do not
    long = np.median(digits) >= _PHONE_DIGITS and np.bincount(digits).max() >= 0.95 * len(digits)
    if counting or long or _ID_NAME.search(name):
        return f"an identifier: {len(whole):,} different whole numbers in {len(column):,} rows"
    return None


def _typical_digits(values: list[Any]) -> float:
    numbers = [number for value in values if (number := number_of(value)) is not None]
    return float(np.median([len(str(abs(int(number)))) for number in numbers]))
