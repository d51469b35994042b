"""Use cases of campaigns run on both databases."""

import pytest

from pipelines.campaigns.planning import add_campaign
from pipelines.campaigns.running import add_material, open_campaign
from pipelines.intake.intake import Handed, take_in
from tests.databases import KINDS, open_store
from tests.factories import NOON

ADA = {"full_name": "Ada Lovelace", "email": "ada@engines.example", "company": "Engines Ltd"}


@pytest.fixture(params=KINDS)
def store(request, tmp_path):
    with open_store(request.param, tmp_path) as (opened, _):
        yield opened


@pytest.fixture
def unit(store):
    with store.writing() as opened:
        yield opened


def a_plan(**told):
    return {"name": "Spring seminar", "kind": "seminar", "starts_at": "2026-03-01", **told}


@pytest.fixture
def planned(unit):
    """A campaign that has not opened."""
    return add_campaign(unit, a_plan(), now=NOON, actor="ops")


@pytest.fixture
def campaign(unit, planned):
    """A campaign that is open."""
    told = {"name": "Flyer", "kind": "flyer", "owner": "Mia", "is_ready": True}
    add_material(unit, planned.campaign_id, told, now=NOON, actor="ops")
    return open_campaign(unit, planned.campaign_id, now=NOON, actor="ops")


@pytest.fixture
def ada(unit):
    """A lead known from a CRM."""
    handed = Handed(source="crm", external_id="7", fields=ADA)
    return take_in(unit, [handed], now=NOON)[0].lead_id
