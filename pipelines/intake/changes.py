"""What a later record of a known lead changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cleansing.clean import Cleaned, clean
from cleansing.survivorship import Current, fold
from leads.fields import GIVEN, Value
from leads.lead import LeadVersion
from pipelines.intake.prepared import Prepared


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Only what differs from what the same source said before; None says it was emptied."""

    fields: Mapping[str, Value]
    typed: Mapping[str, str]
    attributes: Mapping[str, Any]

    def __bool__(self) -> bool:
        return bool(self.fields or self.attributes)


def changes_of(
    record: Prepared,
    said_before: Sequence[LeadVersion],
    *,
    default_country: str | None,
    day_first: bool | None,
) -> Changes:
    """What the record says that its source has not said of this lead already."""
    before = fold(said_before)
    cleaned = _whole(record, before.fields, default_country, day_first)
    changed = {
        name: value
        for name, value in cleaned.fields.items()
        if before.fields.get(name) != value or _typed_anew(name, record, before, cleaned)
    }
    for name in before.fields:
        if name not in cleaned.fields:
            changed[name] = None
    return Changes(
        fields=changed,
        typed={name: text for name, text in cleaned.typed.items() if name in changed},
        attributes={
            name: value
            for name, value in record.handed.attributes.items()
            if before.attributes.get(name) != value
        },
    )


def _typed_anew(name: str, record: Prepared, before: Current, cleaned: Cleaned) -> bool:
    """Whether the record has the same value in other letters."""
    return name in record.handed.fields and before.typed.get(name) != cleaned.typed.get(name)


def _whole(
    record: Prepared,
    before: Mapping[str, Value],
    default_country: str | None,
    day_first: bool | None,
) -> Cleaned:
    """The record together with what it is silent about: a number is read with the country that
    was given a year ago.
    """
    silent = [name for name in before if name in GIVEN and name not in record.handed.fields]
    if not silent:
        return record.cleaned
    whole = {**{name: before[name] for name in silent}, **record.handed.fields}
    return clean(whole, default_country=default_country, day_first=day_first)
