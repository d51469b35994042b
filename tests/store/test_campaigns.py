from dataclasses import replace
from datetime import timedelta

import pytest

from leads.campaigns import CampaignState, Goal, Material
from leads.errors import NotFound
from tests.factories import NOON, a_campaign, a_cost

LATER = NOON + timedelta(hours=1)


def a_material(material_id="M-1", **given):
    told = {"name": "Flyer", "kind": "flyer", "language": "en", "version": "1", "owner": "Ada"}
    return Material(
        material_id=material_id, campaign_id="C-1", created_at=NOON, **{**told, **given}
    )


def test_a_campaign_comes_back_as_it_was_put_in(store):
    campaign = a_campaign(
        goal=Goal.REVENUE,
        goal_amount=5_000_000,
        budget_minor=100,
        currency="CNY",
        ends_at=LATER,
        attributes={"Owner": "张伟"},
    )

    with store.writing() as unit:
        unit.campaigns.add([campaign])

    with store.reading() as unit:
        assert unit.campaigns.get("C-1") == campaign
        assert unit.campaigns.outside("leadflow", ["C-1", "C-2"]) == {"C-1": campaign}
        assert unit.campaigns.outside("crm", ["C-1"]) == {}
        assert unit.campaigns.named(["Spring seminar"]) == {"Spring seminar": [campaign]}


def test_a_changed_campaign_is_read_as_it_now_is(store):
    with store.writing() as unit:
        unit.campaigns.add([a_campaign(), a_campaign("C-2")])
        opened = replace(a_campaign(), state=CampaignState.OPEN, updated_at=LATER)

        unit.campaigns.put(opened)

        assert unit.campaigns.get("C-1") == opened
        assert unit.campaigns.page(state="open") == [opened]
        assert [one.campaign_id for one in unit.campaigns.page(after="C-1")] == ["C-2"]


def test_an_unknown_campaign_is_named(store):
    with store.reading() as unit, pytest.raises(NotFound, match="no campaign C-9"):
        unit.campaigns.get("C-9")


def test_what_was_spent_is_summed_by_currency_without_what_was_voided(store):
    with store.writing() as unit:
        unit.campaigns.add([a_campaign()])
        unit.campaigns.add_costs([a_cost("1"), a_cost("2"), a_cost("3", currency="CNY")])
        unit.campaigns.void_cost("cost-2", at=LATER)
        unit.campaigns.put_cost(a_cost("1", amount_minor=7))

        assert unit.campaigns.spent_on(["C-1"]) == {"C-1": {"CNY": 10_000, "EUR": 7}}
        assert [cost.external_id for cost in unit.campaigns.costs_of("C-1")] == ["1", "3"]
        assert unit.campaigns.outside_costs("leadflow", ["2"])["2"].voided_at == LATER
        with pytest.raises(NotFound, match="cost-2"):
            unit.campaigns.void_cost("cost-2", at=LATER)


def test_a_material_stays_ready_since_it_was_first_said_to_be(store):
    with store.writing() as unit:
        unit.campaigns.add([a_campaign()])
        unit.campaigns.add_materials([a_material(), a_material("M-2")])

        unit.campaigns.make_ready("M-1", campaign_id="C-1", at=NOON)
        unit.campaigns.make_ready("M-1", campaign_id="C-1", at=LATER)

        found = unit.campaigns.materials_of("C-1")
        assert [one.ready_at for one in found] == [NOON, None]
        with pytest.raises(NotFound, match="C-2 has no material M-1"):
            unit.campaigns.make_ready("M-1", campaign_id="C-2", at=NOON)
