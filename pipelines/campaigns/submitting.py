"""Taking an answered form in: the person, what was agreed to, and the touchpoint, all or nothing.

A personal link says which lead is meant, and no more: when what was filled in says that it is
somebody else (the link was passed on), it is taken in as anybody's.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leads.campaigns import Campaign, Invitation, InvitationStep, TouchpointKind
from leads.clock import ClockBasis
from leads.errors import Conflict, InvalidInput
from leads.events import EventKind, StoredEvent
from leads.fields import GIVEN
from leads.forms import Consent, Form, FormKind
from leads.lead import OutsideId
from pipelines.campaigns.answers import Posted, mistakes
from pipelines.campaigns.forms import why_shut, wording_of
from pipelines.campaigns.people import find_person, is_same_person
from pipelines.campaigns.touching import (
    Contact,
    advance,
    advance_all_of,
    note_attendance,
    touch,
)
from pipelines.intake.intake import Handed, Outcome, take_in
from pipelines.locks import INTAKE_LOCK
from store.unit_of_work import UnitOfWork

BY_FORM, BY_LINK = "form", "invitation"
"""The sources of leads: who filled in a form, and who did so through a personal link."""
TOUCHES = {
    FormKind.REGISTRATION: (TouchpointKind.REGISTERED, EventKind.REGISTERED),
    FormKind.FEEDBACK: (TouchpointKind.FEEDBACK, EventKind.FEEDBACK_GIVEN),
}


class FormShut(Conflict):
    """The form takes no answers now; `why` is closed or planned."""

    def __init__(self, form_id: str, why: str) -> None:
        super().__init__(f"form {form_id} takes no answers: {why}")
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a page needs to show a form. `is_known` says only that the personal link is one."""

    form: Form
    campaign: Campaign
    is_known: bool
    shut: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """What became of an answered form; `is_new` False: it was sent twice."""

    lead_id: str
    touchpoint: str
    is_new: bool


def find_form(unit: UnitOfWork, form_id: str, token: str | None, *, now: datetime) -> Shown:
    """The form to show. Raises NotFound."""
    form = unit.forms.get(form_id)
    campaign = unit.campaigns.get(form.campaign_id)
    return Shown(
        form=form,
        campaign=campaign,
        is_known=_invitation(unit, form, token) is not None,
        shut=why_shut(form, campaign, now=now),
    )


def submit(unit: UnitOfWork, form_id: str, posted: Posted, *, now: datetime) -> Submitted:
    """Take an answer in. Sent twice, it is taken in once.

    Raises NotFound, FormShut, and InvalidInput with the mistakes: pointers are fields' names, or
    `form`; codes are those of the messages `form.error.*`.
    """
    unit.lock(INTAKE_LOCK)
    form = unit.forms.get(form_id)
    campaign = unit.campaigns.get(form.campaign_id)
    if shut := why_shut(form, campaign, now=now):
        raise FormShut(form_id, shut)
    invitation = _invitation(unit, form, posted.token)
    if found := mistakes(form, posted, is_known=invitation is not None, now=now):
        raise InvalidInput("the form is not filled in as it should be", found)
    name = f"submission:{posted.submission}:{_digest(posted)}"
    if known := unit.touchpoints.outside(BY_FORM, [name]).get(name):
        return Submitted(lead_id=str(known.lead_id), touchpoint=name, is_new=False)
    lead_id, is_tied = _person(unit, form, campaign, posted, invitation, now=now)
    if form.kind is FormKind.CHECK_IN:
        is_new = _note_check_in(unit, form, campaign, posted, lead_id, now=now)
        return Submitted(lead_id=lead_id, touchpoint=name, is_new=is_new)
    _note(unit, form, posted, lead_id, name=name, now=now)
    _keep(unit, form, posted, lead_id, now=now)
    if form.kind is FormKind.REGISTRATION:
        to = InvitationStep.REGISTERED
        if invitation is not None and is_tied:
            advance(unit, invitation, to, at=now)
        advance_all_of(unit, campaign.campaign_id, lead_id, to, at=now)
    return Submitted(lead_id=lead_id, touchpoint=name, is_new=True)


def _person(
    unit: UnitOfWork,
    form: Form,
    campaign: Campaign,
    posted: Posted,
    invitation: Invitation | None,
    *,
    now: datetime,
) -> tuple[str, bool]:
    """The lead whose answer it is, and whether it is the invited one."""
    fields: dict[str, object] = {
        name: text for name, text in posted.values.items() if name in GIVEN
    }
    lead = None
    if invitation is not None:
        lead = unit.leads.many([invitation.lead_id])[invitation.lead_id]
        if lead.erased_at is not None or not is_same_person(lead, fields):
            lead = None
    if form.kind is not FormKind.REGISTRATION:
        known = lead or find_person(unit, fields)
        if known is not None:
            return known.lead_id, lead is not None
    if posted.agrees and wording_of(form, posted.locale):
        fields["mail_consent"] = True
    if lead is None:
        fields |= {"campaign": campaign.name, "language": posted.locale.value}
    named: dict[str, Any] = {"source": BY_FORM, "origin": BY_FORM}
    if lead is not None and invitation is not None:  # only its owner knows the link: it is believed
        name = invitation.invitation_id
        named = {"source": BY_LINK, "origin": BY_LINK, "external_id": name}
        _tie(unit, invitation, now=now)
    handed = Handed(
        **named,
        fields=fields,
        attributes=_attributes(form, posted),
        anonymous_id=posted.anonymous_id,
        actor=f"form:{form.form_id}",
    )
    taken = take_in(unit, [handed], now=now)[0]
    if taken.outcome is Outcome.REFUSED or taken.recorded_on is None:
        raise InvalidInput("what was filled in cannot be taken", taken.problems)
    return taken.recorded_on, lead is not None


def _tie(unit: UnitOfWork, invitation: Invitation, *, now: datetime) -> None:
    """Let what comes through a personal link be said of the invited lead."""
    if not unit.leads.outside(BY_LINK, [invitation.invitation_id]):
        outside = OutsideId(
            source=BY_LINK,
            external_id=invitation.invitation_id,
            lead_id=invitation.lead_id,
            digest="",
            first_seen=now,
            last_seen=now,
        )
        unit.leads.put_outside([outside])


def _note_check_in(
    unit: UnitOfWork,
    form: Form,
    campaign: Campaign,
    posted: Posted,
    lead_id: str,
    *,
    now: datetime,
) -> bool:
    """Somebody came in, once: the list from the door may name the same person again."""
    _keep(unit, form, posted, lead_id, now=now)
    return note_attendance(
        unit,
        campaign,
        unit.leads.roots_of([lead_id])[lead_id],
        at=now,
        now=now,
        anonymous_id=posted.anonymous_id,
        attributes=_told(form, posted),
    )


def _note(
    unit: UnitOfWork, form: Form, posted: Posted, lead_id: str, *, name: str, now: datetime
) -> None:
    """The touchpoint and the act."""
    touched, acted = TOUCHES[form.kind]
    contact = Contact(
        campaign_id=form.campaign_id,
        kind=touched,
        lead_id=lead_id,
        anonymous_id=posted.anonymous_id,
        source=BY_FORM,
        external_id=name,
        attributes=_told(form, posted),
    )
    touch(unit, contact, now=now)
    act = StoredEvent(
        source=BY_FORM,
        message_id=name,
        lead_id=lead_id,
        anonymous_id=posted.anonymous_id,
        kind=acted,
        occurred_at=now,
        known_at=now,
        clock=ClockBasis.ARRIVAL,
        campaign_id=form.campaign_id,
        attributes=_told(form, posted),
    )
    unit.events.add([act])


def _keep(unit: UnitOfWork, form: Form, posted: Posted, lead_id: str, *, now: datetime) -> None:
    """What was agreed to, and whose cookie it was."""
    wording = wording_of(form, posted.locale)
    if posted.agrees and wording is not None:
        consent = Consent(
            lead_id=lead_id,
            purpose="email",
            is_granted=True,
            wording=wording[0],
            wording_version=form.consent_version,
            locale=wording[1],
            occurred_at=now,
            known_at=now,
            source=f"form:{form.form_id}",
        )
        unit.consents.add([consent])
    if posted.anonymous_id is not None:
        unit.anonymous_ids.stitch(posted.anonymous_id, lead_id, at=now, cause="form")


def _told(form: Form, posted: Posted) -> dict[str, Any]:
    """What came along with an answer; Any: JSON."""
    told = {"form_id": form.form_id, "locale": posted.locale.value, **posted.tracked}
    return told | (feedback_of(form, posted) if form.kind is FormKind.FEEDBACK else {})


def feedback_of(form: Form, posted: Posted) -> dict[str, Any]:
    """What a feedback form was answered with; Any: a number, texts, interest by product."""
    values = posted.values
    found: dict[str, Any] = {"rating": int(values["rating"])}
    interest = {
        product: values[f"interest_{n}"]
        for n, product in enumerate(form.definition["products"])
        if f"interest_{n}" in values
    }
    found |= {"interest": interest} if interest else {}
    return found | {name: values[name] for name in ("timing", "comment") if name in values}


def _attributes(form: Form, posted: Posted) -> dict[str, Any]:
    """Answers under names of the form's own."""
    if form.kind is FormKind.FEEDBACK:
        return {}
    return {name: text for name, text in posted.values.items() if name not in GIVEN}


def _invitation(unit: UnitOfWork, form: Form, token: str | None) -> Invitation | None:
    found = unit.invitations.by_token(token) if token else None
    return found if found is not None and found.campaign_id == form.campaign_id else None


def _digest(posted: Posted) -> str:
    said: Mapping[str, Any] = dict(sorted(posted.values.items()))
    return hashlib.sha256(repr((said, posted.agrees)).encode()).hexdigest()[:16]
