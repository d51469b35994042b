"""The fields of a lead that are compared, with their shipped weights."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from cleansing.matching.fields import Field, fields_of
from cleansing.matching.weights import RELATED, SAME, STRANGERS, default_chances, log_table
from cleansing.matching.words import Kind, Level

LEAD_KINDS: Mapping[str, Kind] = {
    "first_name": Kind.FIRST_NAME,
    "last_name": Kind.LAST_NAME,
    "full_name": Kind.PERSON_NAME,
    "email": Kind.EMAIL,
    "phone": Kind.PHONE,
    "mobile": Kind.PHONE,
    "company": Kind.COMPANY,
    "domain": Kind.DOMAIN,
    "website": Kind.DOMAIN,
    "job_title": Kind.TEXT,
    "city": Kind.TEXT,
    "country_code": Kind.COUNTRY,
}
"""The fields of a lead that are compared."""


Logs = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A field with its shipped weights: level -> log chance in each class."""

    field: Field
    logs: Mapping[Level, Logs]
    average: float
    is_telling: bool
    has_same_form: bool  # as the field before it
    most_later: float  # what the telling fields after it can add, at most


@cache
def judged_fields() -> tuple[Judged, ...]:
    """The comparisons of a lead, in the order in which they are made."""
    judged = []
    for each in fields_of(LEAD_KINDS):
        chances = default_chances(each)
        table = log_table(each, chances)
        levels = (*each.comparer.levels, Level.MISSING)
        logs = {
            level: (
                float(table[SAME, code]),
                float(table[RELATED, code]),
                float(table[STRANGERS, code]),
            )
            for code, level in enumerate(levels)
        }
        judged.append(
            Judged(
                field=each,
                logs=logs,
                average=float(chances[STRANGERS, 0]),
                is_telling=each.comparer.name in _TELLING,
                has_same_form=False,
                most_later=0.0,
            )
        )
    in_order = sorted(judged, key=_place)
    later = 0.0
    for place in reversed(range(len(in_order))):
        one, before = in_order[place], in_order[max(place - 1, 0)]
        alike = place > 0 and one.field.columns == before.field.columns
        in_order[place] = replace(one, most_later=later, has_same_form=alike)
        if one.is_telling:
            later += max(same - near for same, near, _ in one.logs.values())
    return tuple(in_order)


def _place(judged: Judged) -> int:
    """What tells most comes first, so that strangers are soon done with."""
    name = judged.field.comparer.name
    return _TELLING.index(name) if name in _TELLING else len(_TELLING)


_TELLING = ("email", "given", "family", "phone")
