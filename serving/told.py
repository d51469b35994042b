"""What the model is told of leads that are not plainly given: stored ones, and ones in a source's
own names (pipelines/lead_inputs.py says how they are read).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from leads.errors import InvalidInput, Problem
from leads.score import Score, StoredScore
from serving.answering import Answering, Known
from serving.reading import Asked
from serving.schemas import ExplainRequest, LeadIn

if TYPE_CHECKING:
    from leads.lead import Lead
    from scoring.profile.acts import Acts
    from store.unit_of_work import UnitOfWork

CAUSE = "request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One lead as the model is told of it.

    position    among all leads of the request
    asked_for   the id it was asked for by; root_id the lead that speaks for that
    acts        what it did, where whoever answers wants to know
    whole       all that is known of it, for the rules of whom to follow up
    """

    position: int
    external_id: str | None
    asked_for: str | None
    root_id: str | None
    attributes: Mapping[str, Any]
    acts: "Acts | None"
    whole: Mapping[str, Any]


def tell(
    asked: Asked, served: Answering, unit: "UnitOfWork | None", *, now: datetime
) -> tuple[list[Told], dict[int, Sequence[Problem]]]:
    """The leads of a request that can be scored, and what is wrong with the others."""
    mistakes = dict(asked.mistakes)
    good = [i for i in range(len(asked.external_ids)) if i not in asked.mistakes]
    wanted = {lead.lead_id for lead in asked.leads if lead.lead_id is not None}
    leads = _stored(wanted, unit)
    stored = served.known(leads, unit, now=now)
    told = []
    for position, lead in zip(good, asked.leads, strict=True):
        try:
            told.append(_told(lead, leads, stored, served, position=position))
        except InvalidInput as error:
            mistakes[position] = error.problems
    return told, mistakes


def tell_one(
    request: ExplainRequest, served: Answering, unit: "UnitOfWork | None", *, now: datetime
) -> Told:
    """The one lead of a request. Raises NotFound, InvalidInput."""
    lead = request.lead if request.lead_id is None else LeadIn(lead_id=request.lead_id)
    leads: Mapping[str, Lead] = {}
    if lead.lead_id is not None:
        assert unit is not None
        leads = {lead.lead_id: unit.leads.get(lead.lead_id)}
    return _told(lead, leads, served.known(leads, unit, now=now), served, position=0)


def to_store(
    told: Told,
    score: Score,
    served: Answering,
    *,
    prediction_id: str,
    now: datetime,
) -> StoredScore:
    """A score with what the model looked at; what it does not look at is not kept."""
    return StoredScore(
        prediction_id=prediction_id,
        lead_id=told.root_id,
        external_id=told.external_id,
        model_name=served.named["name"],
        model_version=served.named["version"],
        as_of=served.as_of(told.attributes, now),
        scored_at=now,
        probability=score.p_convert,
        margin=score.margin,
        points=score.points,
        tier=score.tier,
        calibrated=served.is_calibrated,
        cause=CAUSE,
        inputs={name: told.attributes[name] for name in served.keeps if name in told.attributes},
    )


def _stored(lead_ids: set[str], unit: "UnitOfWork | None") -> Mapping[str, "Lead"]:
    if not lead_ids:
        return {}
    assert unit is not None
    return {
        asked: lead for asked, lead in unit.leads.many(lead_ids).items() if lead.erased_at is None
    }


def _told(
    lead: LeadIn,
    leads: "Mapping[str, Lead]",
    stored: Mapping[str, Known],
    served: Answering,
    *,
    position: int,
) -> Told:
    attributes: Mapping[str, Any] = lead.attributes
    root_id, acts, whole = None, None, None
    if lead.lead_id is not None:
        if lead.lead_id not in stored:
            detail = f"there is no lead {lead.lead_id!r}, or it was erased"
            place = f"/leads/{position}/lead_id"
            raise InvalidInput(detail, [Problem(pointer=place, code="not_found", detail=detail)])
        known = stored[lead.lead_id]
        root_id, attributes, acts = known.root_id, known.attributes, known.acts
        whole = {**leads[lead.lead_id].attributes, **leads[lead.lead_id].fields}
    elif lead.source is not None:
        attributes = _translated(lead, served, position)
    return Told(
        position=position,
        external_id=lead.external_id,
        asked_for=lead.lead_id,
        root_id=root_id,
        attributes=attributes,
        acts=acts,
        whole=attributes if whole is None else whole,
    )


def _translated(lead: LeadIn, served: Answering, position: int) -> Mapping[str, Any]:
    from pipelines.lead_inputs import translated

    assert lead.source is not None
    try:
        return translated(lead.attributes, lead.source, served.names)
    except InvalidInput as error:
        place = f"/leads/{position}/attributes"
        problems = [
            Problem(pointer=place, code=one.code, detail=one.detail) for one in error.problems
        ]
        raise InvalidInput(str(error), problems) from None
