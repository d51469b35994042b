from datetime import timedelta

import pytest

from leads.errors import InvalidInput
from leads.ids import new_id
from leads.score import Locale
from pipelines.campaigns.answers import read_post
from pipelines.campaigns.forms import close_form, make_form
from pipelines.campaigns.inviting import invite
from pipelines.campaigns.results import results_of
from pipelines.campaigns.running import close_campaign
from pipelines.campaigns.submitting import FormShut, find_form, submit
from pipelines.campaigns.touching import Contact, touch
from pipelines.intake.intake import Handed, take_in
from tests.factories import NOON
from tests.pipelines.campaigns.conftest import ADA

LATER = NOON + timedelta(hours=1)
BOB = {"full_name": "Bob Stone", "email": "bob@quarry.example", "company": "Quarry"}


def a_form(unit, campaign, kind="registration", **told):
    return make_form(unit, campaign.campaign_id, {"kind": kind, **told}, now=NOON, actor="ops")


def send(unit, form, values, *, now=LATER, given_at=NOON, locale=Locale.EN, **more):
    sent = {"s": SUBMISSION if given_at is NOON else new_id(at=given_at), **values, **more}
    return submit(unit, form.form_id, read_post(form, sent, locale=locale), now=now)


SUBMISSION = new_id(at=NOON)


def mistakes_of(unit, form, values, **more):
    with pytest.raises(InvalidInput) as refused:
        send(unit, form, values, **more)
    return {problem.pointer: problem.code for problem in refused.value.problems}


def test_who_registers_becomes_a_lead_and_is_touched_with_what_brought_them(unit, campaign):
    form = a_form(unit, campaign)

    done = send(unit, form, BOB, utm_source="newsletter", utm_evil="x", locale=Locale.ZH)

    lead = unit.leads.get(done.lead_id)
    assert (lead.fields["full_name"], lead.fields["campaign"]) == ("Bob Stone", "Spring seminar")
    (touched,) = unit.touchpoints.of_lead(done.lead_id)
    assert touched.kind == "registered"
    assert touched.attributes == {
        "form_id": form.form_id,
        "locale": "zh",
        "utm_source": "newsletter",
    }
    assert unit.consents.of_lead(done.lead_id) == []


def test_a_form_sent_twice_is_taken_in_once_and_one_put_right_is_taken_in_too(unit, campaign):
    form = a_form(unit, campaign)

    first, second = send(unit, form, BOB), send(unit, form, BOB)
    put_right = send(unit, form, {**BOB, "phone": "+49 30 901820"})

    assert (first.is_new, second.is_new, put_right.is_new) == (True, False, True)
    assert second.lead_id == first.lead_id
    assert len(unit.touchpoints.of_lead(put_right.lead_id)) == 2


def test_a_consent_is_kept_with_the_words_that_were_read(unit, campaign):
    form = a_form(
        unit, campaign, consent={"en": "I agree.", "zh": "我同意。"}, consent_version="v3"
    )

    done = send(unit, form, BOB, agrees="yes", locale=Locale.ZH)

    (consent,) = unit.consents.of_lead(done.lead_id)
    assert (consent.wording, consent.wording_version, consent.locale) == ("我同意。", "v3", "zh")
    assert unit.consents.standing(done.lead_id) == {"email": True}
    assert unit.leads.get(done.lead_id).fields["mail_consent"] is True


def test_a_personal_link_ties_the_registration_to_the_invited_lead(unit, campaign, ada):
    form = a_form(unit, campaign)
    (invited,) = invite(
        unit, campaign.campaign_id, [ada], now=NOON, actor="ops", public_url="http://x"
    )
    again = {"full_name": "Ada Lovelace", "email": "ada@new.example", "company": "Engines Ltd"}

    done = send(unit, form, again, i=invited.invitation.token)

    assert unit.leads.roots_of([done.lead_id])[done.lead_id] == ada
    assert unit.leads.get(ada).fields["email"] == "ada@new.example"
    assert unit.invitations.by_token(invited.invitation.token).registered_at == LATER
    assert [one.kind for one in unit.touchpoints.of_lead(ada)] == ["invited", "registered"]


def test_a_link_that_was_passed_on_makes_nobody_the_invited_lead(unit, campaign, ada):
    form = a_form(unit, campaign)
    (invited,) = invite(
        unit, campaign.campaign_id, [ada], now=NOON, actor="ops", public_url="http://x"
    )

    done = send(unit, form, BOB, i=invited.invitation.token)

    assert unit.leads.roots_of([done.lead_id])[done.lead_id] != ada
    assert unit.invitations.by_token(invited.invitation.token).registered_at is None
    assert unit.leads.get(ada).fields["email"] == ADA["email"]


def test_a_guessed_token_says_nothing_and_changes_nothing(unit, campaign):
    form = a_form(unit, campaign)

    assert not find_form(unit, form.form_id, "a-guessed-token", now=NOON).is_known
    assert send(unit, form, BOB, i="a-guessed-token").is_new


def test_what_a_visitor_did_before_is_the_leads_once_it_registered(unit, campaign):
    form = a_form(unit, campaign)
    visit = Contact(campaign_id=campaign.campaign_id, kind="visit", anonymous_id="cookie-1")
    touch(unit, visit, now=NOON - timedelta(days=2))

    done = send(unit, form, BOB, aid="cookie-1")

    assert [one.kind for one in unit.touchpoints.of_lead(done.lead_id)] == ["visit", "registered"]


def test_every_mistake_is_found_at_once_and_nothing_is_kept(unit, campaign):
    form = a_form(unit, campaign)

    found = mistakes_of(unit, form, {"email": "no address", "phone": "12", "company": "x" * 301})

    assert found == {
        "full_name": "required",
        "email": "invalid_email",
        "company": "too_long",
        "phone": "invalid_phone",
    }
    assert unit.leads.count() == 0


def test_a_robot_is_told_by_the_hidden_field_and_by_its_haste(unit, campaign):
    form = a_form(unit, campaign)

    assert mistakes_of(unit, form, BOB, fax_extension="1") == {"form": "robot"}
    assert mistakes_of(unit, form, BOB, given_at=LATER - timedelta(seconds=1)) == {
        "form": "too_quick"
    }
    assert mistakes_of(unit, form, {**BOB, "s": "made up"}) == {"form": "too_quick"}
    end_of_time = "ffffffff-ffff-7fff-bfff-ffffffffffff"
    assert mistakes_of(unit, form, {**BOB, "s": end_of_time}) == {"form": "too_quick"}
    assert send(unit, form, BOB, given_at=LATER - timedelta(seconds=3)).is_new


def test_a_form_takes_answers_only_while_its_campaign_does(unit, campaign, planned):
    form, feedback = a_form(unit, campaign), a_form(unit, campaign, "feedback")
    close_campaign(unit, campaign.campaign_id, now=LATER, actor="ops")

    with pytest.raises(FormShut, match="closed"):
        send(unit, form, BOB)
    assert send(unit, feedback, {"rating": "4", "email": BOB["email"]}).is_new
    close_form(unit, campaign.campaign_id, feedback.form_id, now=LATER, actor="ops")
    with pytest.raises(FormShut):
        send(unit, feedback, {"rating": "5", "email": BOB["email"]})


def test_feedback_is_a_touchpoint_with_what_was_said(unit, campaign, ada):
    form = a_form(unit, campaign, "feedback", products=["Engines", "茶"])
    said = {"rating": "4", "interest_1": "strong", "timing": "quarter", "comment": "Good."}

    done = send(unit, form, {**said, "email": "ADA@engines.example"})

    assert done.lead_id == ada
    (touched,) = unit.touchpoints.of_lead(ada)
    assert touched.kind == "feedback"
    assert touched.attributes == {
        "form_id": form.form_id,
        "locale": "en",
        "rating": 4,
        "interest": {"茶": "strong"},
        "timing": "quarter",
        "comment": "Good.",
    }
    (act,) = unit.events.of_lead(ada)
    assert (act.kind, act.campaign_id) == ("feedback_given", campaign.campaign_id)
    assert act.attributes == touched.attributes


def test_feedback_needs_a_rating_and_choices_that_are_there(unit, campaign):
    form = a_form(unit, campaign, "feedback", products=["Engines"])
    said = {"interest_0": "madly", "interest_7": "some", "timing": "soon", "email": BOB["email"]}

    assert mistakes_of(unit, form, said) == {
        "rating": "required",
        "timing": "invalid_choice",
        "interest_0": "invalid_choice",
    }


def test_who_checks_in_at_the_door_attended_known_or_not(unit, campaign, ada):
    a_form(unit, campaign)
    form = a_form(unit, campaign, "check_in")
    (invited,) = invite(
        unit, campaign.campaign_id, [ada], now=NOON, actor="ops", public_url="http://x"
    )

    by_link = send(unit, form, {}, i=invited.invitation.token)
    by_mail = send(unit, form, {"email": ADA["email"]})
    stranger = send(unit, form, {"email": BOB["email"]})

    assert by_link.lead_id == by_mail.lead_id == ada != stranger.lead_id
    assert [one.is_new for one in (by_link, by_mail, stranger)] == [True, False, True]
    assert [act.kind for act in unit.events.of_lead(ada)] == ["event_attended"]
    assert unit.invitations.by_token(invited.invitation.token).attended_at == LATER
    results = results_of(unit, campaign.campaign_id)
    assert results.touched == {"attended": 2, "invited": 1}
    assert (results.people, results.new_leads) == (2, 1)


def test_a_form_asks_what_was_chosen_and_keeps_its_own_questions_as_attributes(unit, campaign):
    form = a_form(
        unit,
        campaign,
        fields=[{"name": "email", "required": True}, {"name": "diet", "label": {"en": "Diet?"}}],
    )

    done = send(unit, form, {"email": BOB["email"], "diet": "vegan", "company": "not asked"})

    lead = unit.leads.get(done.lead_id)
    assert lead.attributes == {"diet": "vegan"}
    assert "company" not in lead.fields


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"kind": "quiz"}, "none of registration, feedback, check_in"),
        ({"fields": ["company"]}, "ask for one of email, phone, mobile"),
        ({"fields": ["email", "email"]}, "once"),
        ({"fields": ["email", "mail_consent"]}, "cannot be asked for"),
        ({"fields": ["email", {"name": "lang", "label": {"en": "?"}}]}, "cannot be asked for"),
        ({"fields": ["email", "diet"]}, "give it a label"),
        ({"title": {"fr": "Bonjour"}}, "'fr' is no language"),
        ({"kind": "feedback", "fields": ["email"]}, "cannot be chosen"),
        ({"products": ["a", "a"]}, "each named once"),
    ],
)
def test_a_form_that_cannot_be_is_refused(unit, campaign, told, says):
    with pytest.raises(InvalidInput) as refused:
        make_form(
            unit, campaign.campaign_id, {"kind": "registration", **told}, now=NOON, actor="ops"
        )

    assert says in refused.value.problems[0].detail


def test_who_knows_a_name_and_an_address_fills_gaps_and_overrules_nothing(unit, campaign):
    known = {"full_name": "Bob Stone", "email": "bob@quarry.example", "company": "Quarry"}
    handed = Handed(source="crm", fields={**known, "job_title": "CFO", "mail_consent": False})
    bob = take_in(unit, [handed], now=NOON)[0].lead_id
    form = a_form(unit, campaign)

    told = {**BOB, "job_title": "Clown", "phone": "+49 30 901820", "agrees": "yes"}
    done = send(unit, form, told)

    lead = unit.leads.get(bob)
    assert unit.leads.get(done.lead_id).lead_id == bob
    assert (lead.fields["job_title"], lead.fields["mail_consent"]) == ("CFO", False)
    assert lead.fields["phone"] == "+4930901820"


def test_what_comes_through_a_personal_link_is_believed(unit, campaign, ada):
    form = a_form(unit, campaign)
    (invited,) = invite(
        unit, campaign.campaign_id, [ada], now=NOON, actor="ops", public_url="http://x"
    )

    send(unit, form, {**ADA, "company": "Difference Ltd"}, i=invited.invitation.token)

    assert unit.leads.get(ada).fields["company"] == "Difference Ltd"
