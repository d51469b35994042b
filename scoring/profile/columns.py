"""Which column of a lead or a table is which field of a profile.

A column of exactly a field's name is that field; else one whose name says the same
(`scoring.concepts`: numEmployees, 员工人数).
"""

from collections.abc import Mapping
from functools import lru_cache

from features.values import boolean_of, category_of, number_of
from leads.conditions import Readers
from leads.fields import FIELDS
from scoring.concepts import is_worth_remembering, read_column

READERS = Readers(number=number_of, text=category_of, boolean=boolean_of)
"""Cells are read as the encoder reads them: `1.2万` is a number, and `unknown` says nothing."""

_FIELD_OF_CONCEPT: Mapping[str, str] = {
    **{name: name for name in FIELDS},
    "source": "lead_source",
    "product": "product_interest",
}


def columns_by_field(headers: tuple[str, ...]) -> Mapping[str, str]:
    """Field -> column, for the fields that have one."""
    return _remembered(headers) if is_worth_remembering(headers) else _found(headers)


def _found(headers: tuple[str, ...]) -> Mapping[str, str]:
    found = {name: name for name in headers if name in FIELDS}
    for name in headers:
        column = read_column(name)
        field = _FIELD_OF_CONCEPT.get(column.concept or "")
        if field is not None and column.window is None:
            found.setdefault(field, name)
    return found


_remembered = lru_cache(maxsize=1024)(_found)


def known_by_field(lead: Mapping[str, object]) -> dict[str, object]:
    """A lead's values under the names of fields too, beside all it has."""
    columns = columns_by_field(tuple(lead))
    return {**lead, **{field: lead[name] for field, name in columns.items()}}
