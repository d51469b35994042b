"""What a model is told of a lead that is stored, or that a source describes in its own words.

A model asks for the columns of its training table. Each of its names is read as a header would be:

    an attribute of exactly that name        what the source wrote
    a field of exactly that name             `employees`, `email_is_valid`
    what `cleansing.mapping` makes of it     员工人数 or NumberOfEmployees -> employees

Texts come as they were typed where that is kept, because that is how the training table has them;
numbers, amounts, dates and booleans come in their normal form.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from cleansing.dates import normal_date
from cleansing.mapping import PRESETS, HeaderMapping, match_headers
from leads.errors import InvalidInput, Problem
from leads.fields import FIELDS, GIVEN, FieldKind
from leads.lead import Lead
from pipelines.intake.handed import Handed

_NORMAL = frozenset({FieldKind.NUMBER, FieldKind.MONEY, FieldKind.DATE, FieldKind.BOOLEAN})

Inputs = dict[str, Any]
"""Values under a model's own names."""


def inputs_of(lead: Lead, names: Sequence[str]) -> Inputs:
    """What is known of a lead, under the model's names; what is not known is left out."""
    field_of = fields_of_names(tuple(names))
    found: Inputs = {}
    for name in names:
        if name in lead.attributes:
            value = lead.attributes[name]
        elif name == "lead_id":
            continue
        else:
            value = _value(lead, field_of.get(name))
        if value is not None:
            found[name] = value
    return found


def translated(attributes: Mapping[str, Any], source: str, names: Sequence[str]) -> Inputs:
    """A source's own names as the model's; what no name of the model fits stays as it is."""
    wanted = frozenset(names)
    headers = tuple(header for header in attributes if header not in wanted)
    mapping = mapping_of(headers, source)
    field_of = fields_of_names(tuple(names))
    name_of = {field: name for name, field in field_of.items() if name not in attributes}
    told: Inputs = {}
    for header, value in attributes.items():
        name = header if header in wanted else name_of.get(mapping.fields.get(header, ""), header)
        told.setdefault(name, value)
    return told


def handed_of(
    *,
    source: str,
    external_id: str | None,
    fields: Mapping[str, Any],
    attributes: Mapping[str, Any],
    occurred_at: datetime | None,
    created_at: datetime | None,
    anonymous_id: str | None,
    actor: str,
) -> Handed:
    """A lead of the API as intake takes it, a known system's names under ours.

    Raises InvalidInput for names that are nobody's.
    """
    told: dict[str, Any] = dict(fields)
    kept: dict[str, Any] = {}
    if source in PRESETS:
        told = mapping_of(tuple(fields), source).record(fields)
        left = told.pop("attributes")
        assert isinstance(left, dict)
        kept = left
    named = {name: told.pop(name, None) for name in ("external_id", "anonymous_id")}
    times = {name: told.pop(name, None) for name in ("updated_at", "created_at")}
    unknown = [name for name in told if name not in GIVEN]
    if unknown:
        raise InvalidInput("unknown fields", [_unknown(name) for name in unknown])
    return Handed(
        source=source,
        external_id=external_id or _text(named["external_id"]),
        fields=told,
        attributes={**kept, **attributes},
        occurred_at=occurred_at or _moment(times["updated_at"]),
        created_at=created_at or _moment(times["created_at"]),
        anonymous_id=anonymous_id or _text(named["anonymous_id"]),
        actor=actor,
    )


def _unknown(name: str) -> Problem:
    near = get_close_matches(name[:80], GIVEN, n=1)
    what = f"did you mean {near[0]!r}?" if near else "put it under attributes"
    detail = f"unknown field {name[:80]!r}: {what}"
    pointer = "/fields/" + name[:200].replace("~", "~0").replace("/", "~1")
    return Problem(pointer=pointer, code="unknown_field", detail=detail)


def _text(value: Any) -> str | None:
    return None if value is None or not str(value).strip() else str(value).strip()


def _moment(value: Any) -> datetime | None:
    found = normal_date(str(value)) if value is not None else None
    return found.moment() if found else None


@lru_cache(maxsize=64)
def fields_of_names(names: tuple[str, ...]) -> Mapping[str, str]:
    """The field of a lead that each name of a model means, where it means one."""
    exact = {name: name for name in names if name in FIELDS}
    rest = [name for name in names if name not in exact and name.strip()]
    taken = frozenset(exact)
    guessed = match_headers(rest).fields
    return exact | {name: field for name, field in guessed.items() if field not in taken}


@lru_cache(maxsize=512)
def mapping_of(headers: tuple[str, ...], source: str) -> HeaderMapping:
    """What a source's headers mean; a source that is no preset is read by its names alone.

    Raises InvalidInput for headers nobody could have meant.
    """
    try:
        return match_headers(headers, preset=source if source in PRESETS else None)
    except InvalidInput as error:
        problems = [replace(one, pointer="/fields") for one in error.problems]
        raise InvalidInput(f"the names of {source!r} cannot be read", problems) from error


def _value(lead: Lead, field: str | None) -> Any:
    if field is None:
        return None
    if field == "created_at":
        return lead.created_at.isoformat()
    if field == "updated_at":
        return lead.updated_at.isoformat()
    if field not in FIELDS:
        return None
    if FIELDS[field] in _NORMAL:
        return lead.fields.get(field)
    return lead.typed.get(field, lead.fields.get(field))
