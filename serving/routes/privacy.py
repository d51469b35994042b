"""A person's rights: to be forgotten, and to know what is known."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from leads.access import Scope
from serving.answers import Members
from serving.doors import Answer, Call, Documents, Route
from serving.schemas_merges import ErasedOut, ExportOut

if TYPE_CHECKING:
    from store.unit_of_work import UnitOfWork


async def erase_lead(call: Call) -> Answer:
    """Forget the person."""
    from pipelines.privacy import erase

    actor, lead_id = call.caller.actor, call.path["lead_id"]

    def work(unit: "UnitOfWork") -> Members:
        done = erase(unit, lead_id, actor=actor, now=call.now)
        return {"lead_ids": list(done.lead_ids), "counts": dict(done.counts)}

    return await call.writing(work)


async def export_lead(call: Call) -> Answer:
    """Everything that is known."""
    from pipelines.privacy import export

    lead_id = call.path["lead_id"]
    return Answer(await call.reading(lambda unit: export(unit, lead_id, now=call.now)))


_ID = "019a5c1e-7d3b-7c4e-9f00-1234567890ab"

ROUTES: Sequence[Route] = (
    Route(
        "DELETE",
        "/v1/leads/{lead_id}",
        erase_lead,
        scope=Scope.ADMIN,
        limit=0,
        documents=Documents(
            summary="Forget a person",
            description=(
                "Everywhere, with all leads that were merged into this one; it cannot be undone."
                " Empty rows, counts and the audit stay. An import that brings the person back is"
                " quarantined."
            ),
            answer=ErasedOut,
            example={"lead_ids": [_ID], "counts": {"leads": 1, "lead_versions": 2}},
            refusals=(404,),
        ),
    ),
    Route(
        "GET",
        "/v1/leads/{lead_id}/export",
        export_lead,
        scope=Scope.ADMIN,
        documents=Documents(
            summary="What is known of a person",
            description="Everything, for the person: all records, statements, acts and scores.",
            answer=ExportOut,
            refusals=(404,),
        ),
    ),
)
