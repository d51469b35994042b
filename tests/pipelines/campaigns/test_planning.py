from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from leads.campaigns import CampaignKind, CampaignState, Channel, Goal
from leads.errors import Conflict, InvalidInput, NotFound
from pipelines.campaigns.kinds import kind_of
from pipelines.campaigns.planning import add_campaign, change_campaign, new_campaign
from pipelines.campaigns.running import (
    add_cost,
    add_material,
    close_campaign,
    make_ready,
    open_campaign,
    void_cost,
)
from tests.factories import NOON
from tests.pipelines.campaigns.conftest import a_plan

LATER = NOON + timedelta(days=1)


def problems_of(told):
    with pytest.raises(InvalidInput) as refused:
        new_campaign(a_plan(**told), now=NOON)
    return {problem.pointer: problem.detail for problem in refused.value.problems}


def test_a_kind_brings_its_usual_channel_unless_another_is_told():
    seo = new_campaign(a_plan(kind="SEO"), now=NOON)
    told = new_campaign(a_plan(kind="webinar", channel="content"), now=NOON)

    assert (seo.kind, seo.channel, seo.is_online) == (CampaignKind.SEO, Channel.ORGANIC, True)
    assert (told.channel, told.is_online) == (Channel.CONTENT, True)


@pytest.mark.parametrize(
    ("said", "meant"),
    [("Trade Show", "trade_fair"), ("研讨会", "seminar"), ("user-conference", "user_conference")],
)
def test_a_kind_is_known_by_what_others_call_it(said, meant):
    assert kind_of(said) == meant


def test_money_is_kept_in_minor_units_of_a_currency_that_exists():
    told = {"budget": "1200.5", "currency": "eur", "goal": "revenue", "goal_amount": Decimal(9)}
    campaign = new_campaign(a_plan(**told), now=NOON)

    assert (campaign.budget_minor, campaign.goal_amount) == (120_050, 900)
    assert campaign.currency == "EUR"


def test_a_goal_that_is_no_revenue_is_a_count():
    campaign = new_campaign(a_plan(goal="leads", goal_amount=250), now=NOON)

    assert (campaign.goal, campaign.goal_amount) == (Goal.LEADS, 250)


def test_a_campaign_that_ends_before_it_starts_is_refused():
    assert problems_of({"ends_at": "2026-02-01"}) == {
        "/ends_at": "the campaign ends 2026-02-01 00:00 UTC, before it starts 2026-03-01 00:00 UTC"
    }


def test_every_mistake_is_named_at_once():
    told = {"kind": "circus", "budget": "-5", "currency": "EUR", "goal": "fame", "name": " "}

    found = problems_of(told)

    assert set(found) == {"/kind", "/budget", "/goal", "/name"}
    assert "-5 is negative" in found["/budget"]
    assert "'fame' is none of leads, opportunities, revenue" in found["/goal"]


@pytest.mark.parametrize(
    ("told", "pointer", "says"),
    [
        ({"budget": 5, "currency": "ABC"}, "/currency", "'ABC' is no currency we know"),
        ({"budget": 5}, "/currency", "needs its currency"),
        ({"goal_amount": 5}, "/goal", "needs its goal"),
        ({"goal": "leads", "goal_amount": "a few"}, "/goal_amount", "no whole number"),
        ({"starts_at": "31/12/2026"}, "/starts_at", "is no date"),
        ({"name": "x" * 501}, "/name", "1 to 500 characters"),
        ({"name": "a\x00b"}, "/name", "characters that no text should"),
    ],
)
def test_a_mistake_says_what_would_be_right(told, pointer, says):
    assert says in problems_of(told)[pointer]


def test_a_change_keeps_what_it_does_not_name(unit, planned):
    changed = change_campaign(
        unit,
        planned.campaign_id,
        {"kind": "webinar", "budget": "10", "currency": "CNY", "audience": "CFOs"},
        now=LATER,
        actor="ops",
    )

    assert changed == unit.campaigns.get(planned.campaign_id)
    assert (changed.name, changed.channel, changed.is_online) == (planned.name, "seminar", True)
    assert (changed.budget_minor, changed.updated_at) == (1000, LATER)
    with pytest.raises(InvalidInput) as refused:
        change_campaign(unit, planned.campaign_id, {"currency": None}, now=LATER, actor="ops")
    assert refused.value.problems[0].pointer == "/currency"


def test_the_id_of_a_source_is_taken_once(unit):
    told = a_plan(source="crm", external_id="7")
    add_campaign(unit, told, now=NOON, actor="ops")

    with pytest.raises(Conflict, match="crm already has a campaign 7"):
        add_campaign(unit, told, now=NOON, actor="ops")


def test_a_campaign_without_anything_ready_does_not_open_and_says_what_is_missing(unit, planned):
    of = planned.campaign_id
    with pytest.raises(Conflict, match="has no material; add one"):
        open_campaign(unit, of, now=NOON, actor="ops")
    told = {"name": "Flyer", "kind": "flyer", "owner": "Mia", "due_on": "2026-03-09"}
    flyer = add_material(unit, of, told, now=NOON, actor="ops")
    with pytest.raises(Conflict, match=r"none .* ready: 'Flyer' \(flyer, en, Mia, due 2026-03-09"):
        open_campaign(unit, of, now=NOON, actor="ops")

    make_ready(unit, of, flyer.material_id, now=NOON, actor="ops")

    opened = open_campaign(unit, of, now=NOON, actor="ops")
    assert opened.state is CampaignState.OPEN
    assert open_campaign(unit, of, now=LATER, actor="ops") == opened
    assert [one["action"] for one in unit.audit.of(of)][-1] == "campaign_opened"


def test_a_closed_campaign_is_over_and_does_not_open_again(unit, campaign):
    closed = close_campaign(unit, campaign.campaign_id, now=LATER, actor="ops")

    assert (closed.state, closed.ends_at) == (CampaignState.CLOSED, LATER)
    assert close_campaign(unit, campaign.campaign_id, now=NOON, actor="ops") == closed
    with pytest.raises(Conflict, match="does not open again"):
        open_campaign(unit, campaign.campaign_id, now=LATER, actor="ops")


def test_a_campaign_that_is_over_does_not_open(unit):
    told = a_plan(ends_at=datetime(2026, 3, 1, 18, tzinfo=UTC))
    campaign = add_campaign(unit, told, now=NOON, actor="ops")

    with pytest.raises(Conflict, match=r"ended 2026-03-01 18:00 UTC"):
        open_campaign(unit, campaign.campaign_id, now=NOON, actor="ops")


def test_a_cost_is_added_in_the_campaigns_currency_and_can_be_voided(unit, planned):
    of = planned.campaign_id
    change_campaign(unit, of, {"currency": "JPY"}, now=NOON, actor="ops")
    cost = add_cost(unit, of, {"amount": 500, "spent_on": "2026-03-02"}, now=NOON, actor="ops")
    assert unit.campaigns.costs_of(of) == [cost]
    assert (cost.amount_minor, cost.currency) == (500, "JPY")

    void_cost(unit, of, cost.cost_id, now=LATER, actor="ops")

    assert unit.campaigns.costs_of(of) == []
    with pytest.raises(NotFound, match="could be voided"):
        void_cost(unit, of, cost.cost_id, now=LATER, actor="ops")


@pytest.mark.parametrize(
    ("told", "pointer", "says"),
    [
        ({"amount": "-1"}, "/amount", "negative"),
        ({"currency": "???"}, "/currency", "no currency we know"),
        ({"currency": None}, "/currency", "has no currency"),
        ({"spent_on": "2026-04-01"}, "/spent_on", "in the future"),
        ({"spent_on": None}, "/spent_on", "is needed"),
    ],
)
def test_a_cost_that_cannot_be_is_refused(unit, planned, told, pointer, says):
    cost = {"amount": "1", "currency": "EUR", "spent_on": "2026-03-02", **told}

    with pytest.raises(InvalidInput) as refused:
        add_cost(unit, planned.campaign_id, cost, now=NOON, actor="ops")

    problem = next(one for one in refused.value.problems if one.pointer == pointer)
    assert says in problem.detail
