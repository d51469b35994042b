"""Campaigns: planned, opened, paid for, invited to and counted."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from leads.access import Scope
from serving.doors import Answer, Call, Documents, Handler, Route
from serving.schemas_campaigns import (
    CampaignChange,
    CampaignDetails,
    CampaignIn,
    CampaignOut,
    CampaignsFound,
    CampaignsQuery,
    CostIn,
    CostOut,
    FollowedUp,
    FormIn,
    FormOut,
    InvitationsMade,
    LeadIds,
    MaterialIn,
    MaterialOut,
    ResultsOut,
)

if TYPE_CHECKING:
    from store.unit_of_work import UnitOfWork

CAMPAIGN = "/v1/campaigns/{campaign_id}"
Work = Callable[["UnitOfWork", Call, dict[str, Any]], dict[str, Any]]
"""A use case: the transaction, the call, and what was told (Any: each use case checks it)."""


def _telling(model: type[BaseModel] | None, work: Work) -> Handler:
    """A handler that reads what is told, runs `work` in one transaction and answers its members."""

    async def handle(call: Call) -> Answer:
        told = {} if model is None else (await call.read(model)).model_dump(exclude_unset=True)
        return await call.writing(lambda unit: work(unit, call, told))

    return handle


def _add(unit: "UnitOfWork", call: Call, told: dict[str, Any]) -> dict[str, Any]:
    from pipelines.campaigns.planning import add_campaign
    from pipelines.campaigns.views import of_campaign

    return of_campaign(add_campaign(unit, told, now=call.now, actor=call.caller.actor))


def _change(unit: "UnitOfWork", call: Call, told: dict[str, Any]) -> dict[str, Any]:
    from pipelines.campaigns.planning import change_campaign
    from pipelines.campaigns.views import of_campaign

    return of_campaign(change_campaign(unit, _id(call), told, **_by(call)))


def _open(unit: "UnitOfWork", call: Call, _: dict[str, Any]) -> dict[str, Any]:
    from pipelines.campaigns.running import open_campaign
    from pipelines.campaigns.views import of_campaign

    return of_campaign(open_campaign(unit, _id(call), **_by(call)))


def _close(unit: "UnitOfWork", call: Call, _: dict[str, Any]) -> dict[str, Any]:
    from pipelines.campaigns.running import close_campaign
    from pipelines.campaigns.views import of_campaign

    return of_campaign(close_campaign(unit, _id(call), **_by(call)))


def _pay(unit: "UnitOfWork", call: Call, told: dict[str, Any]) -> dict[str, Any]:
    from pipelines.campaigns.running import add_cost
    from pipelines.campaigns.views import of_cost

    return of_cost(add_cost(unit, _id(call), told, **_by(call)))


def _need(unit: "UnitOfWork", call: Call, told: dict[str, Any]) -> dict[str, Any]:
    from pipelines.campaigns.running import add_material
    from pipelines.campaigns.views import of_material

    return of_material(add_material(unit, _id(call), told, **_by(call)))


def _ready(unit: "UnitOfWork", call: Call, _: dict[str, Any]) -> dict[str, Any]:
    from pipelines.campaigns.running import make_ready
    from pipelines.campaigns.views import of_material

    return of_material(make_ready(unit, _id(call), call.path["material_id"], **_by(call)))


def _make_form(unit: "UnitOfWork", call: Call, told: dict[str, Any]) -> dict[str, Any]:
    from pipelines.campaigns.forms import make_form
    from pipelines.campaigns.views import of_form

    return of_form(make_form(unit, _id(call), told, **_by(call)), public_url=_public_url())


def _close_form(unit: "UnitOfWork", call: Call, _: dict[str, Any]) -> dict[str, Any]:
    from pipelines.campaigns.forms import close_form
    from pipelines.campaigns.views import of_form

    form = close_form(unit, _id(call), call.path["form_id"], **_by(call))
    return of_form(form, public_url=_public_url())


def _invite(unit: "UnitOfWork", call: Call, told: dict[str, Any]) -> dict[str, Any]:
    from pipelines.campaigns.inviting import invite
    from pipelines.campaigns.views import of_invited

    invited = invite(unit, _id(call), told["lead_ids"], public_url=_public_url(), **_by(call))
    return {"invitations": of_invited(invited)}


def _follow_up(unit: "UnitOfWork", call: Call, told: dict[str, Any]) -> dict[str, Any]:
    from pipelines.campaigns.inviting import follow_up

    return {"followed_up": len(follow_up(unit, _id(call), told["lead_ids"], now=call.now))}


async def search(call: Call) -> Answer:
    """Campaigns by id."""
    from pipelines.campaigns.views import of_campaign

    asked = call.asked(CampaignsQuery)
    found = await call.reading(
        lambda unit: unit.campaigns.page(
            after=asked.after or "", limit=asked.limit + 1, state=asked.state
        )
    )
    shown = [of_campaign(one) for one in found[: asked.limit]]
    more = shown[-1]["campaign_id"] if len(found) > asked.limit else None
    return Answer({"campaigns": shown, "next": more})


async def show(call: Call) -> Answer:
    """A campaign with everything that hangs on it."""
    from pipelines.campaigns.views import shown_campaign

    return Answer(
        await call.reading(lambda unit: shown_campaign(unit, _id(call), public_url=_public_url()))
    )


async def results(call: Call) -> Answer:
    """What a campaign brought and cost."""
    from pipelines.campaigns.results import results_of
    from pipelines.campaigns.views import of_results

    return Answer(await call.reading(lambda unit: of_results(results_of(unit, _id(call)))))


def _id(call: Call) -> str:
    return call.path["campaign_id"]


def _by(call: Call) -> dict[str, Any]:
    """Any: when, and by whom."""
    return {"now": call.now, "actor": call.caller.actor}


@cache
def _public_url() -> str:
    from pipelines.settings import load_settings

    return load_settings().public_url


def _write(
    path: str,
    work: Work,
    summary: str,
    *,
    answer: type[BaseModel],
    body: type[BaseModel] | None = None,
    asked: dict[str, Any] | None = None,
    description: str = "",
    method: str = "POST",
) -> Route:
    more: dict[str, Any] = {} if body is not None else {"limit": 0}
    return Route(
        method,
        path,
        _telling(body, work),
        scope=Scope.CAMPAIGNS_WRITE,
        documents=Documents(
            summary=summary,
            description=description,
            answer=answer,
            body=body,
            asked=asked or {},
            refusals=(404, 409),
        ),
        **more,
    )


def _read(
    path: str,
    handler: Handler,
    summary: str,
    *,
    answer: type[BaseModel],
    query: type[BaseModel] | None = None,
) -> Route:
    documents = Documents(
        summary=summary, answer=answer, query=query, refusals=() if query else (404,)
    )
    return Route("GET", path, handler, scope=Scope.CAMPAIGNS_READ, documents=documents)


_AN_ID = "019a5c1e-7d3b-7c4e-9f00-1234567890ab"
_A_CAMPAIGN = {
    "name": "Spring seminar",
    "kind": "seminar",
    "starts_at": "2026-03-02T09:00:00Z",
    "goal": "leads",
    "goal_amount": 200,
    "budget": "12000.00",
    "currency": "EUR",
}
_A_MATERIAL = {"name": "Agenda", "kind": "flyer", "owner": "Mia", "due_on": "2026-02-20"}
_A_FORM = {"kind": "registration", "fields": ["full_name", "email", "company"]}
_A_COST = {"amount": "1200.50", "currency": "EUR", "spent_on": "2026-03-02", "kind": "venue"}

ROUTES: Sequence[Route] = (
    _read("/v1/campaigns", search, "Campaigns", answer=CampaignsFound, query=CampaignsQuery),
    _read(CAMPAIGN, show, "A campaign", answer=CampaignDetails),
    _read(f"{CAMPAIGN}/results", results, "What it brought and cost", answer=ResultsOut),
    _write(
        "/v1/campaigns",
        _add,
        "Plan a campaign",
        answer=CampaignOut,
        body=CampaignIn,
        asked=_A_CAMPAIGN,
        description="`name`, `kind` and `starts_at` are needed; a kind brings its usual channel.",
    ),
    _write(
        CAMPAIGN,
        _change,
        "Change a campaign",
        answer=CampaignOut,
        body=CampaignChange,
        asked={"audience": "CFOs in Bavaria"},
        description="What is not named stays as it is.",
        method="PATCH",
    ),
    _write(
        f"{CAMPAIGN}/open",
        _open,
        "Open a campaign",
        answer=CampaignOut,
        description="409 names what is missing while none of its materials is ready.",
    ),
    _write(
        f"{CAMPAIGN}/close",
        _close,
        "Close a campaign",
        answer=CampaignOut,
        description="Registration and check-in end with it; feedback may still be given.",
    ),
    _write(f"{CAMPAIGN}/costs", _pay, "Add a cost", answer=CostOut, body=CostIn, asked=_A_COST),
    _write(
        f"{CAMPAIGN}/materials",
        _need,
        "Add a material",
        answer=MaterialOut,
        body=MaterialIn,
        asked=_A_MATERIAL,
    ),
    _write(
        f"{CAMPAIGN}/materials/{{material_id}}/ready",
        _ready,
        "Say that a material is ready",
        answer=MaterialOut,
    ),
    _write(
        f"{CAMPAIGN}/invitations",
        _invite,
        "Invite leads",
        answer=InvitationsMade,
        body=LeadIds,
        asked={"lead_ids": [_AN_ID]},
        description="Makes personal registration links; nothing is sent.",
    ),
    _write(
        f"{CAMPAIGN}/follow-ups",
        _follow_up,
        "Say that invited leads were followed up",
        answer=FollowedUp,
        body=LeadIds,
        asked={"lead_ids": [_AN_ID]},
    ),
    _write(
        f"{CAMPAIGN}/forms",
        _make_form,
        "Make a hosted form",
        answer=FormOut,
        body=FormIn,
        asked=_A_FORM,
        description="It never changes afterwards: make another one instead.",
    ),
    _write(f"{CAMPAIGN}/forms/{{form_id}}/close", _close_form, "Close a form", answer=FormOut),
)
