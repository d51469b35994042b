"""Campaigns over the API, at the gate of a service in this process."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from leads.errors import LeadflowError
from pipelines.intake.intake import Handed, take_in
from serving.doors import Call
from serving.errors import Refusal, refusal_of
from serving.keys import Caller
from serving.routes import TABLE
from serving.schemas_campaigns import (
    CampaignDetails,
    CampaignOut,
    CampaignsFound,
    CostOut,
    FormOut,
    InvitationsMade,
    MaterialOut,
    ResultsOut,
    TouchpointsFound,
)
from serving.store_desk import StoreDesk
from store.database import Store

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PLAN = {
    "name": "Seminar",
    "kind": "seminar",
    "starts_at": "2026-03-01T09:00:00Z",
    "budget": "1200.50",
    "currency": "EUR",
}


@pytest.fixture
def store(tmp_path):
    opened = Store.open(f"sqlite:///{tmp_path / 'leadflow.db'}")
    yield opened
    opened.close()


@pytest.fixture
def ask(store):
    """Sends a request to its handler; status and answer."""
    desk = StoreDesk(lambda: store)

    async def carried_out(method, path, told, query, now):
        route, values = TABLE.find(method, path)
        call = Call(
            route=route,
            path=values,
            query=query,
            headers={},
            body=b"" if told is None else json.dumps(told).encode(),
            caller=Caller(actor="key:test", scopes=frozenset()),
            client=None,
            request_id="r",
            now=now,
            deadline=asyncio.get_running_loop().time() + 20,
            store=desk,
            champion=None,
        )
        return await route.handler(call)

    def send(method, path, told=None, query="", now=NOW):
        try:
            answer = asyncio.run(carried_out(method, path, told, query, now))
        except Refusal as refusal:
            return refusal.status, refusal
        except LeadflowError as error:
            return refusal_of(error).status, refusal_of(error)
        return answer.status, json.loads(answer.content())

    return send


@pytest.fixture
def campaign(ask):
    """The path of an open campaign."""
    path = f"/v1/campaigns/{ask('POST', '/v1/campaigns', PLAN)[1]['campaign_id']}"
    material = {"name": "Flyer", "kind": "print", "owner": "Mia", "is_ready": True}
    ask("POST", f"{path}/materials", material)
    ask("POST", f"{path}/open")
    return path


@pytest.fixture
def lead(store):
    with store.writing() as unit:
        fields = {"full_name": "Ada Love", "email": "ada@x.example"}
        return take_in(unit, [Handed(source="crm", fields=fields)], now=NOW)[0].lead_id


def test_a_campaign_is_planned_changed_and_shown(ask):
    status, made = ask("POST", "/v1/campaigns", PLAN)
    assert status == 200
    CampaignOut.model_validate_json(json.dumps(made))
    path = f"/v1/campaigns/{made['campaign_id']}"

    _, changed = ask("PATCH", path, {"audience": "CFOs", "budget": None})

    assert (changed["audience"], changed["budget"], changed["name"]) == ("CFOs", None, "Seminar")
    _, shown = ask("GET", path)
    CampaignDetails.model_validate_json(json.dumps(shown))
    _, found = ask("GET", "/v1/campaigns", query="state=planned&limit=1")
    CampaignsFound.model_validate_json(json.dumps(found))
    assert found["campaigns"] == [changed]


def test_a_campaign_with_nothing_ready_is_a_conflict_that_says_what_is_missing(ask):
    path = f"/v1/campaigns/{ask('POST', '/v1/campaigns', PLAN)[1]['campaign_id']}"
    _, made = ask("POST", f"{path}/materials", {"name": "Flyer", "kind": "print", "owner": "Mia"})
    MaterialOut.model_validate_json(json.dumps(made))

    status, refusal = ask("POST", f"{path}/open")
    ask("POST", f"{path}/materials/{made['material_id']}/ready")

    assert status == 409
    assert "'Flyer' (print, en, Mia)" in refusal.detail
    assert ask("POST", f"{path}/open")[1]["state"] == "open"


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({"ends_at": "2026-02-01T00:00:00Z"}, "/ends_at"),
        ({"budget": "-1"}, "/budget"),
        ({"currency": "XYZ1"}, "/currency"),
        ({"kind": "circus"}, "/kind"),
        ({"surprise": 1}, "/surprise"),
        ({"name": None}, "/name"),
    ],
)
def test_a_wrong_campaign_is_refused_with_a_pointer(ask, told, pointer):
    status, refusal = ask("POST", "/v1/campaigns", PLAN | told)

    assert status == 422
    assert pointer in [problem.pointer for problem in refusal.errors]


def test_costs_forms_invitations_and_results(ask, campaign, lead):
    status, cost = ask("POST", f"{campaign}/costs", {"amount": "99.90", "spent_on": "2026-03-01"})
    assert (status, cost["currency"]) == (200, "EUR")
    CostOut.model_validate_json(json.dumps(cost))
    asked = {"kind": "registration", "fields": ["email", {"name": "city", "required": True}]}
    _, form = ask("POST", f"{campaign}/forms", asked)
    FormOut.model_validate_json(json.dumps(form))

    _, invited = ask("POST", f"{campaign}/invitations", {"lead_ids": [lead]})

    InvitationsMade.model_validate_json(json.dumps(invited))
    assert invited["invitations"][0]["link"].startswith(f"{form['url']}?i=")
    assert ask("POST", f"{campaign}/follow-ups", {"lead_ids": [lead]})[1] == {"followed_up": 1}
    _, results = ask("GET", f"{campaign}/results")
    ResultsOut.model_validate_json(json.dumps(results))
    assert results["invited"] == {
        "invited": 1,
        "registered": 0,
        "attended": 0,
        "followed_up": 1,
    }
    assert results["costs"] == [{"currency": "EUR", "amount": "99.90"}]
    assert ask("POST", f"{campaign}/forms/{form['form_id']}/close")[1]["is_open"] is False
    assert ask("POST", f"{campaign}/invitations", {"lead_ids": [lead]})[0] == 409
    assert ask("POST", f"{campaign}/close")[1]["state"] == "closed"


def test_what_is_not_there_is_not_found(ask, campaign):
    assert ask("GET", "/v1/campaigns/nothing")[0] == 404
    assert ask("POST", f"{campaign}/materials/nothing/ready")[0] == 404
    assert ask("POST", f"{campaign}/forms/nothing/close")[0] == 404


def test_touchpoints_are_noted_once_and_all_or_none(ask, campaign, lead):
    of = campaign.rpartition("/")[2]
    visit = {"campaign_id": of, "kind": "visit", "lead_id": lead, "external_id": "v-1"}
    by_visitor = {"campaign_id": of, "kind": "visit", "anonymous_id": "cookie"}

    _, first = ask("POST", "/v1/touchpoints", {"touchpoints": [visit, by_visitor]})
    _, again = ask("POST", "/v1/touchpoints", {"touchpoints": [visit]})

    assert [one["is_new"] for one in first["touchpoints"]] == [True, True]
    assert again["touchpoints"] == [first["touchpoints"][0] | {"is_new": False}]
    _, found = ask("GET", "/v1/touchpoints", query=f"lead_id={lead}")
    TouchpointsFound.model_validate_json(json.dumps(found))
    assert [one["external_id"] for one in found["touchpoints"]] == ["v-1"]


def test_every_mistake_in_touchpoints_is_pointed_at(ask, campaign, lead):
    of = campaign.rpartition("/")[2]
    late = (NOW + timedelta(days=9)).isoformat()
    wrong = [
        {"campaign_id": "nothing", "kind": "visit", "lead_id": lead},
        {"campaign_id": of, "kind": "visit", "lead_id": "nobody"},
        {"campaign_id": of, "kind": "visit"},
        {"campaign_id": of, "kind": "visit", "lead_id": lead, "occurred_at": late},
    ]

    status, refusal = ask("POST", "/v1/touchpoints", {"touchpoints": wrong})

    assert status == 422
    assert [problem.pointer for problem in refusal.errors] == [
        "/touchpoints/0/campaign_id",
        "/touchpoints/1/lead_id",
        "/touchpoints/2/lead_id",
        "/touchpoints/3/occurred_at",
    ]
    assert ask("GET", "/v1/touchpoints", query=f"lead_id={lead}")[1] == {"touchpoints": []}
