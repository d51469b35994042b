"""Merges: done, seen beforehand, undone; and the pairs that a person is asked about."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from leads.access import Scope
from serving.answers import Members
from serving.doors import Answer, Call, Documents, Route
from serving.schemas_merges import (
    DecidedOut,
    DecisionIn,
    LocaleQuery,
    MergeIn,
    MergeOut,
    PreviewOut,
    ReviewOut,
    ReviewsOut,
    ReviewsQuery,
    UndoIn,
    UndoneOut,
)

if TYPE_CHECKING:
    from store.unit_of_work import UnitOfWork


async def merge_leads(call: Call) -> Answer:
    """Merge two leads, or say what that would do."""
    from leads.merge import MergeCause
    from pipelines.merge_answers import merge_answer, preview_answer
    from pipelines.merging import merge, preview

    asked = await call.read(MergeIn)
    a, b = asked.lead_ids
    if asked.preview:
        return Answer(await call.reading(lambda unit: preview_answer(preview(unit, a, b))))
    actor, cause = call.caller.actor, MergeCause.PERSON
    return await call.writing(
        lambda unit: merge_answer(
            merge(unit, a, b, actor=actor, cause=cause, now=call.now), asked.locale
        )
    )


async def undo_merge(call: Call) -> Answer:
    """Part two leads again."""
    from pipelines.merge_answers import undone_answer
    from pipelines.merging import undo

    asked = await call.read(UndoIn) if call.body else UndoIn()
    actor, merge_id = call.caller.actor, call.path["merge_id"]
    return await call.writing(
        lambda unit: undone_answer(
            undo(unit, merge_id, actor=actor, now=call.now, remember=asked.remember)
        )
    )


async def list_reviews(call: Call) -> Answer:
    """The queue."""
    from pipelines.merge_answers import review_answer
    from pipelines.reviews import queue

    asked = call.asked(ReviewsQuery)

    def work(unit: "UnitOfWork") -> Members:
        found = queue(unit, locale=asked.locale, limit=asked.limit, offset=asked.offset)
        return {"open": unit.reviews.count(), "reviews": [review_answer(one) for one in found]}

    return Answer(await call.reading(work))


async def show_review(call: Call) -> Answer:
    """A pair with what merging would do."""
    from pipelines.merge_answers import review_answer
    from pipelines.reviews import show

    asked, review_id = call.asked(LocaleQuery), call.path["review_id"]
    return Answer(
        await call.reading(lambda unit: review_answer(show(unit, review_id, locale=asked.locale)))
    )


async def decide_review(call: Call) -> Answer:
    """A person's answer."""
    from pipelines.merge_answers import merge_answer, review_answer
    from pipelines.reviews import decide_different, decide_merge, show

    asked = await call.read(DecisionIn)
    actor, review_id = call.caller.actor, call.path["review_id"]

    def work(unit: "UnitOfWork") -> Members:
        done = None
        if asked.decision == "merge":
            done = merge_answer(decide_merge(unit, review_id, actor=actor, now=call.now))
        else:
            decide_different(unit, review_id, actor=actor, now=call.now)
        return {"review": review_answer(show(unit, review_id)), "merge": done}

    return await call.writing(work)


_ID = "019a5c1e-7d3b-7c4e-9f00-1234567890ab"
_OTHER = "019a5c1f-0000-7abc-8f00-1234567890ab"
_WHEN = "2026-03-02T09:00:00+00:00"
_MERGE = {
    "merge_id": "019a5c20-1111-7abc-8f00-1234567890ab",
    "lead_id": _ID,
    "absorbed_id": _OTHER,
    "merged_at": _WHEN,
    "actor": "operator",
    "cause": "person",
    "probability": None,
    "reasons": None,
    "undone_at": None,
    "undone_by": None,
}
_REVIEW = {
    "review_id": "019a5c21-2222-7abc-8f00-1234567890ab",
    "state": "open",
    "probability": 0.83,
    "reasons": "83 % likely the same: the mail addresses are the same.",
    "leads": [
        {"recorded_as": _ID, "lead_id": _ID, "stage": "new", "fields": {"full_name": "Wei Zhang"}},
        {"recorded_as": _OTHER, "lead_id": _OTHER, "stage": "new", "fields": {"company": "Acme"}},
    ],
    "opened_at": _WHEN,
    "decided_at": None,
    "decided_by": None,
    "preview": None,
}
_REFUSED = (404, 409)

ROUTES: Sequence[Route] = (
    Route(
        "POST",
        "/v1/merges",
        merge_leads,
        scope=Scope.LEADS_WRITE,
        documents=Documents(
            summary="Merge two leads",
            description=(
                "The lead further along, else the older one, speaks for both from then on; nothing"
                " is moved, so that it can be undone exactly. With `preview` nothing is done."
            ),
            answer=MergeOut | PreviewOut,
            body=MergeIn,
            asked={"lead_ids": [_ID, _OTHER]},
            example=_MERGE,
            refusals=_REFUSED,
        ),
    ),
    Route(
        "POST",
        "/v1/merges/{merge_id}/undo",
        undo_merge,
        scope=Scope.LEADS_WRITE,
        documents=Documents(
            summary="Undo a merge",
            description="Whatever arrived since stays with the lead it was recorded on.",
            answer=UndoneOut,
            body=UndoIn,
            asked={"remember": True},
            example={**_MERGE, "undone_at": _WHEN, "undone_by": "operator"}
            | {"reopened": [], "later_merges": []},
            refusals=_REFUSED,
        ),
    ),
    Route(
        "GET",
        "/v1/reviews",
        list_reviews,
        scope=Scope.LEADS_READ,
        documents=Documents(
            summary="Pairs that a person is asked about",
            description="The likeliest first, each with its reasons in the language asked for.",
            answer=ReviewsOut,
            query=ReviewsQuery,
            example={"open": 1, "reviews": [_REVIEW]},
        ),
    ),
    Route(
        "GET",
        "/v1/reviews/{review_id}",
        show_review,
        scope=Scope.LEADS_READ,
        documents=Documents(
            summary="One such pair",
            description="With what a merge would do, field by field, while it is open.",
            answer=ReviewOut,
            query=LocaleQuery,
            example=_REVIEW,
            refusals=(404,),
        ),
    ),
    Route(
        "POST",
        "/v1/reviews/{review_id}",
        decide_review,
        scope=Scope.LEADS_WRITE,
        documents=Documents(
            summary="Decide about a pair",
            description="`different` is remembered: the two are never merged by themselves.",
            answer=DecidedOut,
            body=DecisionIn,
            asked={"decision": "different"},
            example={"review": {**_REVIEW, "state": "different"}, "merge": None},
            refusals=_REFUSED,
        ),
    ),
)
