"""A record while it is being cleaned: what was given, what has been read, what is to be said."""

import json
import math
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from cleansing.missing import NA, is_missing
from cleansing.texts import control_characters, tidy
from leads.errors import Problem
from leads.fields import GIVEN, FieldKind, Value

MOST_CHARACTERS = 10_000
"""Of a cell; a longer one is a file gone wrong, not a fact about a person."""

FATAL = frozenset({"too_long", "nul_character", "not_unicode"})
"""Codes of problems for which a row is put aside; the field is kept untouched and unread."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_SHOWN = 60
# "na" is somebody's name (娜) and Namibia's code; everywhere else it is "not available".
_MAY_BE_NA = (FieldKind.PERSON_NAME, FieldKind.COUNTRY)


@dataclass(slots=True, kw_only=True)
class Draft:
    """A record on its way. `texts` are the given values still to be read, as texts."""

    default_country: str | None
    day_first: bool | None
    texts: dict[str, str] = field(default_factory=dict)
    fields: dict[str, Value] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def put(self, name: str, value: Value) -> None:
        """Enter a field's normal form; note what was typed where that differs."""
        # What says nothing without its quotation marks says nothing: '"-"'.
        if not isinstance(value, str) or not says_nothing(value, GIVEN[name]):
            self.fields[name] = value
        if str(value) != self.texts[name]:
            self.typed[name] = self.texts[name]

    def remark(self, name: str, code: str, detail: str) -> None:
        """Say something about a field."""
        self.problems.append(Problem(pointer=name, code=code, detail=detail))

    def keep(self, name: str, code: str, expected: str) -> None:
        """Leave a value as it was typed and say what would be right."""
        self.put(name, self.texts[name])
        self.remark(name, code, f"{shown(self.texts[name])} is kept as typed: {expected}")


def text_of(value: object, kind: FieldKind) -> str | None:
    """A value of any type as text; None when it says "not known"."""
    if isinstance(value, str):
        if len(value) > MOST_CHARACTERS:
            return value
        return None if says_nothing(tidy(value), kind) else value
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, (float, Decimal)):
        return None if _is_nan(value) else _number_text(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (dict, list, tuple)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return None if is_missing(value) else str(value)


def _is_nan(value: float | Decimal) -> bool:
    return value.is_nan() if isinstance(value, Decimal) else math.isnan(value)


def says_nothing(tidied: str, kind: FieldKind) -> bool:
    """Whether a field of this kind is missing when it holds this."""
    return is_missing(tidied) or (kind not in _MAY_BE_NA and tidied.lower() in NA)


def _number_text(value: float | Decimal) -> str:
    """Without the ".0" Excel and pandas add, or an exponent."""
    number = float(value)
    if math.isfinite(number) and number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return str(value)


def admit(draft: Draft, name: str, text: str) -> None:
    """Note a field's text; one that is fatal is taken as it is and not read."""
    draft.texts[name] = text
    if len(text) > MOST_CHARACTERS:
        found = f"{len(text):,} characters, more than {MOST_CHARACTERS:,}"
        draft.remark(name, "too_long", f"{shown(text)} has {found}")
    elif "\0" in text:
        draft.remark(name, "nul_character", f"{shown(text)} holds U+0000, which no text should")
    elif not text.isascii() and _SURROGATE.search(text):
        draft.remark(name, "not_unicode", f"{shown(text)} is no Unicode: half of a character")
    else:
        if not text.isprintable() and (found := ", ".join(control_characters(text))):
            draft.remark(name, "control_character", f"{found} left out of {shown(text)}")
        return
    draft.fields[name] = text


def shown(text: str) -> str:
    """The value in quotation marks, short and printable."""
    cut = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return "'" + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in cut) + "'"
