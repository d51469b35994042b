"""Leads: handed in, looked up, searched, and who their doubles are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from leads.access import Scope
from leads.errors import InvalidInput, Problem
from leads.fields import GIVEN
from serving.answers import Members, instant
from serving.doors import Answer, Call, Documents, Route
from serving.errors import BATCH_BYTES, SINGLE_BYTES, as_members, too_large
from serving.mistakes import problems_of
from serving.reading import DEPTH, UNREADABLE, outside_of_json, parse
from serving.schemas_leads import (
    MAX_LEADS,
    Duplicates,
    HandedIn,
    LeadDetails,
    LeadRecord,
    LeadsFound,
    LeadsIn,
    LeadsQuery,
    LeadsTaken,
)

if TYPE_CHECKING:
    from leads.lead import Lead
    from pipelines.intake.intake import Handed, Taken
    from pipelines.lead_views import LeadView
    from store.unit_of_work import UnitOfWork

LEADS = "leads"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The leads of a request, or what is wrong with each."""

    is_batch: bool
    leads: list[LeadRecord | list[Problem]]

    def place(self, position: int) -> str:
        """The pointer to a lead."""
        return f"/{LEADS}/{position}" if self.is_batch else ""


async def hand_in(call: Call) -> Answer:
    """Take a lead in, or many."""
    sent = await call.aside(lambda: read_leads(call.body))

    def work(unit: "UnitOfWork") -> Members:
        results = _take_in(unit, sent, call)
        if all("errors" in result for result in results):
            raise _refused(results)
        return {"results": results} if sent.is_batch else results[0]

    return await call.writing(work)


def read_leads(body: bytes) -> Sent:
    """The leads in a body. Raises InvalidInput, Refusal."""
    tree, problems = parse(body, levels=DEPTH)
    problems += outside_of_json(tree)
    is_batch = isinstance(tree, dict) and LEADS in tree
    if not is_batch and len(body) > SINGLE_BYTES:
        raise too_large(SINGLE_BYTES, "a single lead")
    leads = _listed(tree) if is_batch else [tree]
    sent = Sent(is_batch=is_batch, leads=[])
    for i, lead in enumerate(leads):
        place = sent.place(i)
        wrong = [one for one in problems if _is_at(one.pointer, place)]
        try:
            sent.leads.append(wrong or LeadRecord.model_validate(lead))
        except ValidationError as error:
            sent.leads.append([_below(place, one) for one in problems_of(error, LeadRecord)])
    strays = [one for one in problems if is_batch and not one.pointer.startswith(f"/{LEADS}/")]
    if strays:
        raise InvalidInput(UNREADABLE, strays)
    return sent


def _listed(tree: Mapping[str, Any]) -> list[Any]:
    """The leads of a batch, each not yet looked at. Raises InvalidInput."""
    leads = tree[LEADS]
    if isinstance(leads, list) and 1 <= len(leads) <= MAX_LEADS and len(tree) == 1:
        return leads
    try:
        LeadsIn.model_validate({**tree, LEADS: leads[:0] if isinstance(leads, list) else leads})
    except ValidationError as error:
        problems = [one for one in problems_of(error, LeadsIn) if one.code != "too_few"]
    n_leads = len(leads) if isinstance(leads, list) else 1
    if not 1 <= n_leads <= MAX_LEADS:
        detail = f"{n_leads} leads; give 1 to {MAX_LEADS:,} at a time"
        code = "too_many" if n_leads else "too_few"
        problems.append(Problem(pointer=f"/{LEADS}", code=code, detail=detail))
    raise InvalidInput(UNREADABLE, problems)


def _is_at(pointer: str, place: str) -> bool:
    return pointer == place or pointer.startswith(f"{place}/")


def _below(place: str, problem: Problem) -> Problem:
    return replace(problem, pointer=f"{place}{problem.pointer}") if place else problem


def _take_in(unit: "UnitOfWork", sent: Sent, call: Call) -> list[Members]:
    from pipelines.intake.intake import take_in
    from pipelines.lead_inputs import handed_of

    handed: dict[int, Handed] = {}
    results: dict[int, Members] = {}
    for i, lead in enumerate(sent.leads):
        if isinstance(lead, list):
            results[i] = _not_taken(None, lead)
            continue
        try:
            handed[i] = handed_of(**dict(lead), actor=call.caller.actor)
        except InvalidInput as error:
            wrong = [_below(sent.place(i), one) for one in error.problems]
            results[i] = _not_taken(lead.external_id, wrong)
    taken = take_in(unit, list(handed.values()), now=call.now)
    for (i, one), became in zip(handed.items(), taken, strict=True):
        results[i] = _result(one, became, sent.place(i))
    return [results[i] for i in range(len(sent.leads))]


def _result(handed: "Handed", taken: "Taken", place: str) -> Members:
    problems = [replace(one, pointer=f"{place}{_where(one.pointer)}") for one in taken.problems]
    if taken.lead_id is None:
        return _not_taken(handed.external_id, problems)
    return {
        "external_id": handed.external_id,
        "outcome": str(taken.outcome),
        "lead_id": taken.lead_id,
        "recorded_on": taken.recorded_on,
        "review_ids": list(taken.review_ids),
        "remarks": as_members(problems),
    }


def _where(name: str) -> str:
    """Where what intake found stands in a lead."""
    if name in LeadRecord.model_fields:
        return f"/{name}"
    return f"/fields/{name}" if name in GIVEN else ""


def _not_taken(external_id: str | None, problems: Sequence[Problem]) -> Members:
    return {"external_id": external_id, "outcome": "refused", "errors": as_members(problems)}


def _refused(results: Sequence[Members]) -> InvalidInput:
    errors = [Problem(**one) for result in results for one in result["errors"]]
    what = "none of the leads can be taken" if len(results) > 1 else "the lead cannot be taken"
    return InvalidInput(f"{what}: errors says where and why", errors)


async def show(call: Call) -> Answer:
    """One lead, by any of the ids it ever had here."""
    from pipelines.lead_views import show_lead

    view = await call.reading(lambda unit: show_lead(unit, call.path["lead_id"]))
    return Answer(_details(view))


async def search(call: Call) -> Answer:
    """Leads by what they are called."""
    from pipelines.lead_views import Wanted, find_leads

    asked = call.asked(LeadsQuery)
    wanted = Wanted(
        email=asked.email,
        phone=asked.phone,
        external_id=asked.external_id,
        source=asked.source,
        q=asked.q,
    )
    found = await call.reading(
        lambda unit: find_leads(unit, wanted, after=asked.after, limit=asked.limit)
    )
    leads = [_lead(lead) for lead in found.leads]
    return Answer({"leads": leads, "next": found.after, "truncated": found.is_cut})


async def duplicates(call: Call) -> Answer:
    """A lead's doubles."""
    from pipelines.lead_views import duplicates_of

    return Answer(await call.reading(lambda unit: duplicates_of(unit, call.path["lead_id"])))


def _lead(lead: "Lead") -> Members:
    return {
        "lead_id": lead.lead_id,
        "stage": str(lead.stage),
        "stage_since": instant(lead.stage_since),
        "created_at": instant(lead.created_at),
        "known_at": instant(lead.known_at),
        "updated_at": instant(lead.updated_at),
        "fields": lead.fields,
        "typed": lead.typed,
        "attributes": lead.attributes,
    }


def _details(view: "LeadView") -> Members:
    score = view.score
    return {
        **_lead(view.lead),
        "outside_ids": [
            {
                "source": one.source,
                "external_id": one.external_id,
                "lead_id": one.lead_id,
                "first_seen": instant(one.first_seen),
                "last_seen": instant(one.last_seen),
            }
            for one in view.outside_ids
        ],
        "merged_ids": list(view.merged_ids),
        "score": None
        if score is None
        else {
            "prediction_id": score.prediction_id,
            "probability": score.probability,
            "points": score.points,
            "tier": str(score.tier),
            "calibrated": score.calibrated,
            "model": {"name": score.model_name, "version": score.model_version},
            "as_of": instant(score.as_of),
            "scored_at": instant(score.scored_at),
            "cause": score.cause,
        },
    }


_ID = "019a5c1e-7d3b-7c4e-9f00-1234567890ab"
_ASKED = {
    "external_id": "00Q5e000001abcd",
    "source": "webshop",
    "occurred_at": "2026-03-02T09:00:00Z",
    "fields": {"full_name": "Wei Zhang", "email": "wei@acme.example", "employees": "1,200"},
    "attributes": {"Newsletter": "monthly"},
}
_TAKEN = {
    "external_id": "00Q5e000001abcd",
    "outcome": "created",
    "lead_id": _ID,
    "recorded_on": _ID,
    "review_ids": [],
    "remarks": [],
}
_NOBODY = (404,)

ROUTES: Sequence[Route] = (
    Route(
        "POST",
        "/v1/leads",
        hand_in,
        scope=Scope.LEADS_WRITE,
        limit=BATCH_BYTES,
        patience=30,
        documents=Documents(
            summary="Hand leads in",
            description=(
                'One lead as it stands, or up to 1,000 as `{"leads": [...]}` (1 MB, 8 MB). Each is'
                " cleansed, compared with those there are, and created, updated or merged. In a"
                " batch a lead that is refused spoils no other; when all are, the answer is 422."
                " With an `Idempotency-Key` a request that is sent again gets the same answer."
            ),
            answer=HandedIn | LeadsTaken,
            body=LeadRecord,
            bodies=(LeadsIn,),
            asked=_ASKED,
            example=_TAKEN,
            refusals=(409,),
        ),
    ),
    Route(
        "GET",
        "/v1/leads",
        search,
        scope=Scope.LEADS_READ,
        documents=Documents(
            summary="Search leads",
            description="By whole values, as they are compared; without any, all leads by id.",
            answer=LeadsFound,
            query=LeadsQuery,
        ),
    ),
    Route(
        "GET",
        "/v1/leads/{lead_id}",
        show,
        scope=Scope.LEADS_READ,
        documents=Documents(
            summary="A lead",
            description="By any of its ids; a lead that was merged is shown as the one it is now.",
            answer=LeadDetails,
            refusals=_NOBODY,
        ),
    ),
    Route(
        "GET",
        "/v1/leads/{lead_id}/duplicates",
        duplicates,
        scope=Scope.LEADS_READ,
        documents=Documents(
            summary="A lead's doubles",
            description="Open questions and standing merges, each with its reasons.",
            answer=Duplicates,
            refusals=_NOBODY,
        ),
    ),
)
