"""What the model is told of leads that are not plainly given: stored ones, and ones in a source's
own names (pipelines/lead_inputs.py says how they are read).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from leads.errors import InvalidInput, Problem
from leads.score import Score, StoredScore
from serving.champion import Served
from serving.reading import Asked
from serving.schemas import ExplainRequest, LeadIn

if TYPE_CHECKING:
    from leads.lead import Lead
    from store.unit_of_work import UnitOfWork

CAUSE = "request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One lead as the model is told of it.

    position    among all leads of the request
    asked_for   the id it was asked for by; root_id the lead that speaks for that
    """

    position: int
    external_id: str | None
    asked_for: str | None
    root_id: str | None
    attributes: Mapping[str, Any]


def tell(
    asked: Asked, served: Served, unit: "UnitOfWork | None", *, now: datetime
) -> tuple[list[Told], dict[int, Sequence[Problem]]]:
    """The leads of a request that can be scored, and what is wrong with the others."""
    mistakes = dict(asked.mistakes)
    good = [i for i in range(len(asked.external_ids)) if i not in asked.mistakes]
    wanted = {lead.lead_id for lead in asked.leads if lead.lead_id is not None}
    stored = _inputs(_stored(wanted, unit), served, unit, now=now)
    told = []
    for position, lead in zip(good, asked.leads, strict=True):
        try:
            told.append(_told(lead, stored, served, position=position))
        except InvalidInput as error:
            mistakes[position] = error.problems
    return told, mistakes


def tell_one(
    request: ExplainRequest, served: Served, unit: "UnitOfWork | None", *, now: datetime
) -> Told:
    """The one lead of a request. Raises NotFound, InvalidInput."""
    lead = request.lead if request.lead_id is None else LeadIn(lead_id=request.lead_id)
    stored: Mapping[str, _Stored] = {}
    if lead.lead_id is not None:
        assert unit is not None
        stored = _inputs({lead.lead_id: unit.leads.get(lead.lead_id)}, served, unit, now=now)
    return _told(lead, stored, served, position=0)


def names_of(served: Served) -> list[str]:
    """What a model looks at, by its own names."""
    encoder = served.bundle.encoder
    names = [field.name for field in encoder.fields]
    return names if encoder.moment is None else [*names, encoder.moment.name]


def to_store(
    told: Told,
    score: Score,
    served: Served,
    *,
    prediction_id: str,
    calibrated: bool,
    now: datetime,
) -> StoredScore:
    """A score with what the model looked at; what it does not look at is not kept."""
    as_of = served.bundle.encoder.as_of(told.attributes, now) or now
    return StoredScore(
        prediction_id=prediction_id,
        lead_id=told.root_id,
        external_id=told.external_id,
        model_name=served.pointer.name,
        model_version=served.pointer.version,
        as_of=as_of,
        scored_at=now,
        probability=score.p_convert,
        margin=score.margin,
        points=score.points,
        tier=score.tier,
        calibrated=calibrated,
        cause=CAUSE,
        inputs={
            name: told.attributes[name] for name in names_of(served) if name in told.attributes
        },
    )


def _stored(lead_ids: set[str], unit: "UnitOfWork | None") -> Mapping[str, "Lead"]:
    if not lead_ids:
        return {}
    assert unit is not None
    return {
        asked: lead for asked, lead in unit.leads.many(lead_ids).items() if lead.erased_at is None
    }


def _inputs(
    stored: Mapping[str, "Lead"], served: Served, unit: "UnitOfWork | None", *, now: datetime
) -> "Mapping[str, _Stored]":
    """What the model is told of stored leads: what it learnt from, as of now."""
    from pipelines.cohort.inputs import inputs_as_of, is_from_history
    from pipelines.lead_inputs import inputs_of

    names = names_of(served)
    if not stored or not is_from_history(served.bundle.card):
        return {asked: (lead.lead_id, inputs_of(lead, names)) for asked, lead in stored.items()}
    assert unit is not None
    known = inputs_as_of(unit, {lead.lead_id for lead in stored.values()}, now=now)
    return {
        asked: (
            lead.lead_id,
            {name: value for name, value in known[lead.lead_id].items() if name in names},
        )
        for asked, lead in stored.items()
    }


_Stored = tuple[str, Mapping[str, Any]]
"""The id of the lead that speaks for one asked about, and what is told of it."""


def _told(lead: LeadIn, stored: Mapping[str, _Stored], served: Served, *, position: int) -> Told:
    attributes: Mapping[str, Any] = lead.attributes
    root_id = None
    if lead.lead_id is not None:
        if lead.lead_id not in stored:
            detail = f"there is no lead {lead.lead_id!r}, or it was erased"
            place = f"/leads/{position}/lead_id"
            raise InvalidInput(detail, [Problem(pointer=place, code="not_found", detail=detail)])
        root_id, attributes = stored[lead.lead_id]
    elif lead.source is not None:
        attributes = _translated(lead, served, position)
    return Told(
        position=position,
        external_id=lead.external_id,
        asked_for=lead.lead_id,
        root_id=root_id,
        attributes=attributes,
    )


def _translated(lead: LeadIn, served: Served, position: int) -> Mapping[str, Any]:
    from pipelines.lead_inputs import translated

    assert lead.source is not None
    try:
        return translated(lead.attributes, lead.source, names_of(served))
    except InvalidInput as error:
        place = f"/leads/{position}/attributes"
        problems = [
            Problem(pointer=place, code=one.code, detail=one.detail) for one in error.problems
        ]
        raise InvalidInput(str(error), problems) from None
