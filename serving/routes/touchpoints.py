"""Touchpoints: contacts between campaigns and people, noted and read."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from leads.access import Scope
from serving.doors import Answer, Call, Documents, Route
from serving.errors import BATCH_BYTES
from serving.schemas_campaigns import (
    TouchpointsFound,
    TouchpointsIn,
    TouchpointsNoted,
    TouchpointsQuery,
)

if TYPE_CHECKING:
    from store.unit_of_work import UnitOfWork


async def note(call: Call) -> Answer:
    """Note one or many."""
    asked = await call.read(TouchpointsIn)

    def work(unit: "UnitOfWork") -> dict[str, Any]:
        from pipelines.campaigns.touching import Contact, note_contacts

        contacts = [Contact(**dict(one)) for one in asked.touchpoints]
        noted = note_contacts(unit, contacts, now=call.now)
        return {
            "touchpoints": [
                {"touchpoint_id": one.touchpoint_id, "is_new": one.is_new} for one in noted
            ]
        }

    return await call.writing(work)


async def of_lead(call: Call) -> Answer:
    """All of a lead."""
    asked = call.asked(TouchpointsQuery)

    def read(unit: "UnitOfWork") -> dict[str, Any]:
        from pipelines.campaigns.views import of_touchpoint

        lead = unit.leads.get(asked.lead_id)
        found = unit.touchpoints.of_lead(lead.lead_id)
        return {"touchpoints": [of_touchpoint(one) for one in found]}

    return Answer(await call.reading(read))


_A_TOUCHPOINT = {
    "campaign_id": "019a5c1e-7d3b-7c4e-9f00-1234567890ab",
    "kind": "visit",
    "anonymous_id": "a3f09c",
    "occurred_at": "2026-03-02T09:00:00Z",
    "source": "website",
    "external_id": "v-1029",
    "attributes": {"utm_source": "newsletter"},
}

ROUTES: Sequence[Route] = (
    Route(
        "POST",
        "/v1/touchpoints",
        note,
        scope=Scope.CAMPAIGNS_WRITE,
        limit=BATCH_BYTES,
        patience=30,
        documents=Documents(
            summary="Note touchpoints",
            description=(
                "Up to 1,000, all or none. Of a lead, or of a visitor by `anonymous_id`: that is"
                " the lead's once the visitor is known."
            ),
            answer=TouchpointsNoted,
            body=TouchpointsIn,
            asked={"touchpoints": [_A_TOUCHPOINT]},
            example={
                "touchpoints": [{"touchpoint_id": _A_TOUCHPOINT["campaign_id"], "is_new": True}]
            },
            refusals=(409,),
        ),
    ),
    Route(
        "GET",
        "/v1/touchpoints",
        of_lead,
        scope=Scope.CAMPAIGNS_READ,
        documents=Documents(
            summary="A lead's touchpoints",
            description="Those of leads merged into it, and from before it was known, too.",
            answer=TouchpointsFound,
            query=TouchpointsQuery,
            refusals=(404,),
        ),
    ),
)
