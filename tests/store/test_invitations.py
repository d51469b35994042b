from datetime import timedelta

import pytest

from leads.campaigns import Invitation, InvitationStep
from leads.errors import NotFound
from leads.forms import Consent, Form, FormKind
from tests.factories import NOON, a_campaign, a_lead

LATER = NOON + timedelta(hours=1)


def an_invitation(lead_id="L-1", **given):
    told = {"invitation_id": f"I-{lead_id}", "campaign_id": "C-1", "token": f"t-{lead_id}"}
    return Invitation(lead_id=lead_id, **{**told, "invited_at": NOON, **given})


@pytest.fixture
def unit(store):
    with store.writing() as opened:
        opened.campaigns.add([a_campaign()])
        opened.leads.add([a_lead("L-1"), a_lead("L-2")])
        yield opened


def test_an_invitation_is_found_by_its_link_and_dated_by_its_steps(unit):
    unit.invitations.add([an_invitation(), an_invitation("L-2")])

    unit.invitations.date("I-L-1", InvitationStep.ATTENDED, at=LATER)

    found = unit.invitations.by_token("t-L-1")
    assert found == an_invitation(attended_at=LATER)
    assert found.step is InvitationStep.ATTENDED
    assert unit.invitations.by_token("guessed") is None
    assert unit.invitations.count("C-1") == {
        "invited": 2,
        "registered": 0,
        "attended": 1,
        "followed_up": 0,
    }


def test_a_merged_leads_invitation_is_that_of_the_lead_that_speaks_for_it(unit):
    unit.invitations.add([an_invitation("L-2")])
    unit.leads.point(["L-2"], root_id="L-1", merged_into={"L-2": "L-1"})

    assert unit.invitations.of_roots("C-1", ["L-1"]) == {"L-1": [an_invitation("L-2")]}
    assert unit.invitations.of_lead("L-1") == [an_invitation("L-2")]
    assert unit.invitations.of_campaign("C-1") == [an_invitation("L-2")]


def test_a_form_comes_back_as_it_was_put_in_until_it_is_closed(unit):
    form = Form(
        form_id="F-1",
        campaign_id="C-1",
        kind=FormKind.FEEDBACK,
        definition={"products": ["Käse", "茶"]},
        consent={"zh": "我同意"},
        consent_version="1",
        created_at=NOON,
    )
    unit.forms.add(form)
    assert unit.forms.get("F-1") == form

    unit.forms.close("F-1")

    assert [one.is_open for one in unit.forms.of_campaign("C-1")] == [False]
    with pytest.raises(NotFound, match="no form F-2"):
        unit.forms.get("F-2")


def test_the_last_word_on_a_purpose_counts_and_the_first_is_kept(unit):
    granted = Consent(
        lead_id="L-1",
        purpose="email",
        is_granted=True,
        wording="我同意",
        wording_version="1",
        locale="zh",
        occurred_at=NOON,
        known_at=NOON,
        source="form",
    )
    withdrawn = Consent(
        lead_id="L-2",
        purpose="email",
        is_granted=False,
        occurred_at=LATER,
        known_at=LATER,
        source="person",
    )
    unit.consents.add([withdrawn, granted])
    unit.leads.point(["L-2"], root_id="L-1", merged_into={"L-2": "L-1"})

    assert unit.consents.of_lead("L-2") == [granted, withdrawn]
    assert unit.consents.standing("L-1") == {"email": False}
