"""Which fields a condition may look at, what kind of value each has, and how it may be compared."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from leads.conditions.tree import Operator
from leads.fields import FIELDS, VALUES, FieldKind

ATTRIBUTE = "attributes."
"""Before the name of something a source sent under its own header; of any kind."""


class ValueKind(StrEnum):
    """What a field is compared as."""

    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownField:
    """A field a condition may look at.

    allowed    the only texts it ever has; empty where it may have any
    least      the lowest number it can have
    is_code    two capital letters (ISO 3166-1 alpha-2)
    """

    kind: ValueKind
    allowed: tuple[str, ...] = ()
    least: float | None = None
    is_code: bool = False


_KINDS: Mapping[FieldKind, ValueKind] = {
    FieldKind.NUMBER: ValueKind.NUMBER,
    FieldKind.MONEY: ValueKind.NUMBER,
    FieldKind.BOOLEAN: ValueKind.BOOLEAN,
    FieldKind.DATE: ValueKind.MOMENT,
}


def _known(name: str, kind: FieldKind) -> KnownField:
    value_kind = _KINDS.get(kind, ValueKind.TEXT)
    return KnownField(
        kind=value_kind,
        allowed=VALUES.get(name, ()),
        least=0.0 if value_kind is ValueKind.NUMBER else None,
        is_code=name in ("country_code", "phone_country"),
    )


LEAD_FIELDS: Mapping[str, KnownField] = {name: _known(name, kind) for name, kind in FIELDS.items()}
"""The fields of `leads.fields`. Head counts and revenues are never below zero."""

_ANY = (Operator.EXISTS, Operator.MISSING)
_SAME = (Operator.EQ, Operator.NE)
_LISTS = (Operator.IN, Operator.NOT_IN)
_ORDER = (Operator.GT, Operator.GE, Operator.LT, Operator.LE, Operator.BETWEEN)
_PIECES = (
    *(Operator.CONTAINS, Operator.NOT_CONTAINS),
    *(Operator.STARTS_WITH, Operator.ENDS_WITH),
)

OPERATORS: Mapping[ValueKind, tuple[Operator, ...]] = {
    ValueKind.NUMBER: (*_SAME, *_ORDER, *_LISTS, *_ANY),
    ValueKind.TEXT: (*_SAME, *_LISTS, *_PIECES, *_ANY),
    ValueKind.BOOLEAN: (*_SAME, *_ANY),
    ValueKind.MOMENT: (*_ORDER, *_ANY),
}
"""How each kind may be compared."""
