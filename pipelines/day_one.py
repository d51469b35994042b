"""What the day-one score is told of a lead, and how far the history is from its minimum."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from features.values import EPOCH, MICROSECOND
from leads.fields import DERIVED, FIELDS, GIVEN, PERSONAL
from scoring.profile.acts import Acts

if TYPE_CHECKING:
    from store.unit_of_work import UnitOfWork

LEAST_OUTCOMES = 40
"""Conversions without which nothing is learnt (`training.labels.MIN_CLASS`)."""
_DAY = 86_400_000_000


def known_of_inline(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """A lead as it was given, with what cleansing makes of it under the names of fields."""
    from cleansing.clean import clean
    from pipelines.lead_inputs import fields_of_names

    names = tuple(attributes)
    given = {
        field: attributes[name]
        for name, field in fields_of_names(names).items()
        if field in GIVEN and attributes[name] is not None
    }
    told = {name: attributes[name] for name in names if name in DERIVED}
    return {**attributes, **clean(given).fields, **told}


def names_looked_at() -> list[str]:
    """The fields a lead is told by; who exactly somebody is stays out of what is kept."""
    return [name for name in FIELDS if name not in PERSONAL]


def acts_of(unit: "UnitOfWork", root_ids: Collection[str], *, now: datetime) -> dict[str, Acts]:
    """By root: what was known by now of what each lead did, each act with its age in days and the
    chance that a person did it.
    """
    from features.history.acts import KINDS
    from pipelines.cohort.acts import read_acts

    roster = unit.population.roster(root_ids)
    acts = read_acts(unit, roster, whole=False)
    moment = (now - EPOCH) // MICROSECOND
    found: dict[str, dict[str, list[tuple[float, float]]]] = {
        lead_id: {} for lead_id in roster.lead_ids
    }
    columns = (acts.who, acts.kind, acts.occurred, acts.known, acts.weight)
    for who, kind, occurred, known, weight in zip(*(c.tolist() for c in columns), strict=True):
        if occurred < moment and known <= moment:
            of_kind = found[roster.lead_ids[who]].setdefault(KINDS[kind], [])
            of_kind.append(((moment - occurred) / _DAY, weight))
    return dict(found)
