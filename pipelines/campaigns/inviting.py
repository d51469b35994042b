"""Inviting leads to a campaign: each gets a link of its own, and a list of them can be exported."""

import csv
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leads.campaigns import CampaignState, Invitation, InvitationStep, TouchpointKind
from leads.errors import Conflict, InvalidInput, Problem
from leads.forms import Form, FormKind
from leads.ids import new_ids
from leads.lead import Lead
from pipelines.campaigns.touching import Contact, advance, touch
from pipelines.dedupe import inert
from pipelines.files import replacing
from store.unit_of_work import UnitOfWork

COLUMNS = ("lead_id", "full_name", "email", "company", "language", "invited_at", "step", "link")


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """One invited lead and its link; `is_new` False: it had been invited before."""

    lead: Lead
    invitation: Invitation
    link: str
    is_new: bool


def invite(
    unit: UnitOfWork,
    campaign_id: str,
    lead_ids: Sequence[str],
    *,
    now: datetime,
    actor: str,
    public_url: str,
) -> list[Invited]:
    """Invite leads, once each and in their order; nothing is sent here.

    Raises Conflict when the campaign is closed or has no open registration form to link to,
    InvalidInput naming every lead that does not exist (any more).
    """
    campaign = unit.campaigns.get(campaign_id)
    if campaign.state is CampaignState.CLOSED:
        raise Conflict(f"campaign {campaign_id} ({campaign.name}) is closed: nobody can be invited")
    form = registration_form(unit, campaign_id)
    leads = _leads(unit, lead_ids)
    known = unit.invitations.of_roots(campaign_id, list(leads))
    fresh = dict(
        zip(
            [one for one in leads if one not in known],
            sorted(new_ids(len(leads), at=now)),
            strict=False,
        )
    )
    made = {
        root: Invitation(
            invitation_id=invitation_id,
            campaign_id=campaign_id,
            lead_id=root,
            token=secrets.token_urlsafe(16),
            invited_at=now,
        )
        for root, invitation_id in fresh.items()
    }
    unit.invitations.add(list(made.values()))
    for invitation in made.values():
        _note(unit, invitation, TouchpointKind.INVITED, now=now)
    unit.audit.add(
        "leads_invited",
        subject_kind="campaign",
        subject_id=campaign_id,
        actor=actor,
        at=now,
        count=len(made),
    )
    return [
        Invited(
            lead=lead,
            invitation=made[root] if root in made else known[root][0],
            link=link_of(public_url, form, made[root] if root in made else known[root][0]),
            is_new=root in made,
        )
        for root, lead in leads.items()
    ]


def take_step(
    unit: UnitOfWork, invitation: Invitation, to: InvitationStep, *, now: datetime
) -> Invitation:
    """An invited lead got further: dated, and a touchpoint. Nothing happens when it was there."""
    moved = advance(unit, invitation, to, at=now)
    if moved != invitation:
        _note(unit, moved, TouchpointKind(to.value), now=now)
    return moved


def follow_up(
    unit: UnitOfWork, campaign_id: str, lead_ids: Sequence[str], *, now: datetime
) -> list[Invitation]:
    """Somebody talked to these leads afterwards. Raises InvalidInput naming those not invited."""
    roots = unit.leads.roots_of(lead_ids)
    found = unit.invitations.of_roots(campaign_id, list(set(roots.values())))
    strangers = [one for one in lead_ids if roots.get(one) not in found]
    if strangers:
        raise _unknown(strangers, "was not invited to this campaign")
    invitations = [each for root in dict.fromkeys(roots.values()) for each in found[root]]
    return [take_step(unit, each, InvitationStep.FOLLOWED_UP, now=now) for each in invitations]


def registration_form(unit: UnitOfWork, campaign_id: str) -> Form:
    """The form that personal links lead to: the newest open one. Raises Conflict."""
    forms = [
        form
        for form in unit.forms.of_campaign(campaign_id)
        if form.kind is FormKind.REGISTRATION and form.is_open
    ]
    if not forms:
        raise Conflict(f"campaign {campaign_id} has no open registration form; make one first")
    return forms[-1]


def link_of(public_url: str, form: Form, invitation: Invitation) -> str:
    """A personal registration link."""
    return f"{public_url.rstrip('/')}/f/{form.form_id}?i={invitation.token}"


def invitation_list(
    unit: UnitOfWork, campaign_id: str, *, public_url: str
) -> Iterator[dict[str, str]]:
    """Everybody invited, for a mailing: erased and merged leads appear once or not at all."""
    form = registration_form(unit, campaign_id)
    invitations = unit.invitations.of_campaign(campaign_id)
    leads = unit.leads.many({one.lead_id for one in invitations})
    seen = set()
    for invitation in invitations:
        lead = leads[invitation.lead_id]
        if lead.erased_at is None and lead.lead_id not in seen:
            seen.add(lead.lead_id)
            yield _row(lead, invitation, link_of(public_url, form, invitation))


def write_invitation_list(unit: UnitOfWork, campaign_id: str, out: Path, *, public_url: str) -> int:
    """Write the list as CSV (UTF-8) and say how many there are; cells that a spreadsheet would
    calculate are made inert.
    """
    rows = list(invitation_list(unit, campaign_id, public_url=public_url))
    with replacing(out) as partial, partial.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([inert(row[column]) for column in COLUMNS] for row in rows)
    return len(rows)


def _row(lead: Lead, invitation: Invitation, link: str) -> dict[str, str]:
    known = {
        name: str(lead.fields.get(name) or "")
        for name in ("full_name", "email", "company", "language")
    }
    at = invitation.invited_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    told = {"lead_id": lead.lead_id, **known, "invited_at": at}
    return told | {"step": str(invitation.step), "link": link}


def _leads(unit: UnitOfWork, lead_ids: Sequence[str]) -> dict[str, Lead]:
    """By root, each once, in the order asked for."""
    found = unit.leads.many(set(lead_ids))
    gone = [one for one in lead_ids if one not in found or found[one].erased_at is not None]
    if gone:
        raise _unknown(gone, "does not exist")
    return {found[one].lead_id: found[one] for one in lead_ids}


def _unknown(lead_ids: Sequence[str], why: str) -> InvalidInput:
    problems = [
        Problem(pointer="/lead_ids", code="unknown_lead", detail=f"lead {one} {why}")
        for one in lead_ids
    ]
    return InvalidInput("not all of these leads can be taken", problems)


def _note(unit: UnitOfWork, invitation: Invitation, kind: TouchpointKind, *, now: datetime) -> None:
    touch(
        unit,
        Contact(
            campaign_id=invitation.campaign_id,
            kind=kind,
            lead_id=invitation.lead_id,
            external_id=f"{kind}:{invitation.invitation_id}",
        ),
        now=now,
    )
