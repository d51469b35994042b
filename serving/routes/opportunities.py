"""Opportunities: handed in and looked up."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from leads.access import Scope
from leads.errors import InvalidInput, Problem
from serving.answers import Members, instant
from serving.doors import Answer, Call, Documents, Route
from serving.schemas_leads import (
    OpportunitiesFound,
    OpportunitiesQuery,
    OpportunityIn,
    OpportunityTold,
)

if TYPE_CHECKING:
    from leads.opportunity import Opportunity
    from store.unit_of_work import UnitOfWork


async def hand_in(call: Call) -> Answer:
    """Take a deal in, or what changed of it."""
    asked = await call.read(OpportunityIn)

    def work(unit: "UnitOfWork") -> Members:
        from pipelines.opportunities import Deal, tell_deal

        told = tell_deal(unit, Deal(**dict(asked)), now=call.now)
        return {"outcome": told.outcome, "opportunity": _members(told.opportunity)}

    return await call.writing(work)


async def search(call: Call) -> Answer:
    """The deals of a lead, or the one a source calls so."""
    asked = call.asked(OpportunitiesQuery)
    lead_id, source, external_id = asked.lead_id, asked.source, asked.external_id
    if lead_id is None and (source is None or external_id is None):
        detail = "say whose deals: lead_id; or which one: source and external_id"
        raise InvalidInput(detail, [Problem(pointer="/lead_id", code="missing", detail=detail)])

    def work(unit: "UnitOfWork") -> Members:
        if lead_id is not None:
            found = unit.opportunities.of_lead(unit.leads.get(lead_id).lead_id)
        else:
            assert source is not None
            assert external_id is not None
            found = list(unit.opportunities.outside(source, [external_id]).values())
        return {"opportunities": [_members(one) for one in found]}

    return Answer(await call.reading(work))


def _members(one: "Opportunity") -> Members:
    from cleansing.money import from_minor

    is_priced = one.amount_minor is not None and one.currency is not None
    return {
        "opportunity_id": one.opportunity_id,
        "source": one.source,
        "external_id": one.external_id,
        "lead_id": one.lead_id,
        "name": one.name,
        "state": str(one.state),
        "amount": str(from_minor(one.amount_minor or 0, one.currency or "")) if is_priced else None,
        "currency": one.currency,
        "product": one.product,
        "opened_at": instant(one.opened_at),
        "closed_at": instant(one.closed_at) if one.closed_at else None,
    }


_DEAL = {"source": "salesforce", "external_id": "0065e00000A", "amount": "12500.00"}
_ID = "019a5c1e-7d3b-7c4e-9f00-1234567890ab"
_TOLD = {
    "outcome": "created",
    "opportunity": {
        **_DEAL,
        "opportunity_id": _ID,
        "lead_id": _ID,
        "name": None,
        "state": "open",
        "currency": "EUR",
        "product": None,
        "opened_at": "2026-03-02T09:00:00Z",
        "closed_at": None,
    },
}

ROUTES: Sequence[Route] = (
    Route(
        "POST",
        "/v1/opportunities",
        hand_in,
        scope=Scope.LEADS_WRITE,
        documents=Documents(
            summary="Hand an opportunity in",
            description="The same (source, external_id) again changes it; what it was is kept.",
            answer=OpportunityTold,
            body=OpportunityIn,
            asked={**_DEAL, "lead": "00Q5e000001abcd", "currency": "EUR"},
            example=_TOLD,
            refusals=(404, 409),
        ),
    ),
    Route(
        "GET",
        "/v1/opportunities",
        search,
        scope=Scope.LEADS_READ,
        documents=Documents(
            summary="A lead's opportunities",
            description="Of a lead and all it speaks for; or the one a source calls so.",
            answer=OpportunitiesFound,
            query=OpportunitiesQuery,
            refusals=(404,),
        ),
    ),
)
