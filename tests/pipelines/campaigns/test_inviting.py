import csv
from datetime import timedelta

import pytest

from leads.campaigns import InvitationStep
from leads.errors import Conflict, InvalidInput
from pipelines.campaigns.forms import make_form
from pipelines.campaigns.inviting import follow_up, invite, take_step, write_invitation_list
from pipelines.campaigns.results import results_of
from pipelines.campaigns.running import close_campaign
from pipelines.intake.intake import Handed, take_in
from tests.factories import NOON

LATER = NOON + timedelta(hours=1)
URL = "https://events.example/"


@pytest.fixture
def form(unit, campaign):
    return make_form(unit, campaign.campaign_id, {"kind": "registration"}, now=NOON, actor="ops")


def invited(unit, campaign, *lead_ids, now=NOON):
    return invite(unit, campaign.campaign_id, lead_ids, now=now, actor="ops", public_url=URL)


def test_an_invited_lead_gets_a_link_of_its_own_once(unit, campaign, form, ada):
    first = invited(unit, campaign, ada, ada)

    assert [one.is_new for one in first] == [True]
    assert first[0].link == f"https://events.example/f/{form.form_id}?i={first[0].invitation.token}"
    again = invited(unit, campaign, ada, now=LATER)
    assert (again[0].is_new, again[0].link) == (False, first[0].link)
    assert [one.kind for one in unit.touchpoints.of_lead(ada)] == ["invited"]


def test_nobody_is_invited_without_a_form_or_to_what_is_closed(unit, campaign, ada):
    with pytest.raises(Conflict, match="no open registration form"):
        invited(unit, campaign, ada)
    close_campaign(unit, campaign.campaign_id, now=LATER, actor="ops")
    with pytest.raises(Conflict, match="is closed"):
        invited(unit, campaign, ada)


def test_every_lead_that_does_not_exist_is_named_and_nobody_invited(unit, campaign, form, ada):
    with pytest.raises(InvalidInput) as refused:
        invited(unit, campaign, ada, "nobody", "no one")

    assert [one.detail for one in refused.value.problems] == [
        "lead nobody does not exist",
        "lead no one does not exist",
    ]
    assert unit.invitations.of_campaign(campaign.campaign_id) == []


def test_steps_go_forward_only_and_each_is_a_touchpoint_once(unit, campaign, form, ada):
    (one,) = invited(unit, campaign, ada)

    attended = take_step(unit, one.invitation, InvitationStep.ATTENDED, now=LATER)
    again = take_step(unit, attended, InvitationStep.ATTENDED, now=LATER + timedelta(days=1))
    back = take_step(unit, again, InvitationStep.REGISTERED, now=LATER)

    assert (attended, again, back) == (attended,) * 3
    assert (attended.attended_at, attended.registered_at) == (LATER, None)
    assert [one.kind for one in unit.touchpoints.of_lead(ada)] == ["invited", "attended"]


def test_following_up_needs_an_invitation(unit, campaign, form, ada):
    with pytest.raises(InvalidInput, match="not all"):
        follow_up(unit, campaign.campaign_id, [ada], now=LATER)
    invited(unit, campaign, ada)

    follow_up(unit, campaign.campaign_id, [ada], now=LATER)

    assert results_of(unit, campaign.campaign_id).invited == {
        "invited": 1,
        "registered": 0,
        "attended": 0,
        "followed_up": 1,
    }


def test_the_list_for_a_mailing_holds_no_formula(unit, campaign, form, ada, tmp_path):
    handed = Handed(source="crm", external_id="8", fields={"company": "=cmd()", "phone": "12345"})
    evil = take_in(unit, [handed], now=NOON)[0].lead_id
    invited(unit, campaign, ada, evil)

    n = write_invitation_list(unit, campaign.campaign_id, tmp_path / "list.csv", public_url=URL)

    with (tmp_path / "list.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert n == len(rows) == 2
    assert (rows[0]["full_name"], rows[0]["email"]) == ("Ada Lovelace", "ada@engines.example")
    assert rows[1]["company"] == "'=cmd()"
    assert all(row["link"].startswith("https://events.example/f/") for row in rows)
