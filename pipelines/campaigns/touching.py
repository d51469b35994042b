"""Touchpoints: whatever touches a person is noted once, with its time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from leads.campaigns import (
    Campaign,
    CampaignKind,
    Invitation,
    InvitationStep,
    Touchpoint,
    TouchpointKind,
)
from leads.clock import ClockBasis
from leads.errors import InvalidInput, Problem
from leads.events import EventKind, StoredEvent
from leads.ids import new_id, new_ids
from pipelines.campaigns.planning import OWN
from pipelines.intake.times import mistimed
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A touchpoint as somebody tells it: of a lead, or of a visitor not known yet.

    occurred_at     None: now
    external_id     None: it has none, and telling it twice notes it twice
    """

    campaign_id: str
    kind: str
    lead_id: str | None = None
    anonymous_id: str | None = None
    occurred_at: datetime | None = None
    source: str = OWN
    external_id: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What became of one contact; `is_new` False: it was known."""

    touchpoint_id: str
    is_new: bool


def note_contacts(unit: UnitOfWork, contacts: Sequence[Contact], *, now: datetime) -> list[Noted]:
    """Note them all, or none. Raises InvalidInput naming every mistake."""
    problems = _mistakes(unit, contacts, now=now)
    if problems:
        raise InvalidInput("the touchpoints cannot be taken as told", problems)
    fresh = sorted(new_ids(len(contacts), at=now))
    told = [_touchpoint(one, each, now=now) for one, each in zip(contacts, fresh, strict=True)]
    added = {one.touchpoint_id for one in unit.touchpoints.add(told)}
    return [_noted(unit, one, added) for one in told]


def touch(
    unit: UnitOfWork,
    contact: Contact,
    *,
    now: datetime,
    clock: ClockBasis = ClockBasis.ARRIVAL,
) -> bool:
    """Note one contact; False when it was known by its id."""
    told = _touchpoint(contact, new_id(at=now), now=now, clock=clock)
    return bool(unit.touchpoints.add([told]))


def note_attendance(
    unit: UnitOfWork,
    campaign: Campaign,
    lead_id: str,
    *,
    at: datetime,
    now: datetime,
    clock: ClockBasis = ClockBasis.ARRIVAL,
    anonymous_id: str | None = None,
    attributes: Mapping[str, Any] = MappingProxyType({}),
) -> bool:
    """A lead came: a touchpoint, an act, and a step of its invitation. False when that is known,
    by whatever door it came.
    """
    name = f"attended:{campaign.campaign_id}:{lead_id}"
    contact = Contact(
        campaign_id=campaign.campaign_id,
        kind=TouchpointKind.ATTENDED,
        lead_id=lead_id,
        anonymous_id=anonymous_id,
        occurred_at=at,
        external_id=name,
        attributes=dict(attributes),
    )
    advance_all_of(unit, campaign.campaign_id, lead_id, InvitationStep.ATTENDED, at=at)
    if not touch(unit, contact, now=now, clock=clock):
        return False
    is_webinar = campaign.kind is CampaignKind.WEBINAR
    act = StoredEvent(
        source=OWN,
        message_id=name,
        lead_id=lead_id,
        anonymous_id=anonymous_id,
        kind=EventKind.WEBINAR_ATTENDED if is_webinar else EventKind.EVENT_ATTENDED,
        occurred_at=at,
        known_at=now,
        clock=clock,
        campaign_id=campaign.campaign_id,
        attributes=dict(attributes),
    )
    unit.events.add([act])
    return True


def advance(
    unit: UnitOfWork, invitation: Invitation, to: InvitationStep, *, at: datetime
) -> Invitation:
    """Date a step of an invitation, only forward: a step that was taken keeps its date, and one
    before the furthest taken stays without.
    """
    order = list(InvitationStep)
    if order.index(to) <= order.index(invitation.step):
        return invitation
    unit.invitations.date(invitation.invitation_id, to, at=at)
    found = unit.invitations.by_token(invitation.token)
    assert found is not None
    return found


def advance_all_of(
    unit: UnitOfWork, campaign_id: str, lead_id: str, to: InvitationStep, *, at: datetime
) -> None:
    """Date a step of whatever invitation the lead has to a campaign."""
    root = unit.leads.roots_of([lead_id])[lead_id]
    for invitation in unit.invitations.of_roots(campaign_id, [root]).get(root, ()):
        advance(unit, invitation, to, at=at)


def _mistakes(unit: UnitOfWork, contacts: Sequence[Contact], *, now: datetime) -> list[Problem]:
    campaigns = unit.campaigns.many({one.campaign_id for one in contacts})
    leads = unit.leads.many({one.lead_id for one in contacts if one.lead_id is not None})
    problems = []
    for place, one in enumerate(contacts):
        if one.campaign_id not in campaigns:
            detail = f"there is no campaign {one.campaign_id}"
            problems.append(_problem(place, "campaign_id", "unknown_campaign", detail))
        if one.lead_id is None and one.anonymous_id is None:
            detail = "a touchpoint needs a `lead_id` or an `anonymous_id`"
            problems.append(_problem(place, "lead_id", "missing", detail))
        lead = leads.get(one.lead_id) if one.lead_id is not None else None
        if one.lead_id is not None and (lead is None or lead.erased_at is not None):
            detail = f"there is no lead {one.lead_id}"
            problems.append(_problem(place, "lead_id", "unknown_lead", detail))
        at = one.occurred_at
        if at is not None and (wrong := mistimed("occurred_at", at, now=now)):
            problems.append(_problem(place, wrong.pointer, wrong.code, wrong.detail))
    return problems


def _problem(place: int, name: str, code: str, detail: str) -> Problem:
    return Problem(pointer=f"/touchpoints/{place}/{name}", code=code, detail=detail)


def _touchpoint(
    contact: Contact, touchpoint_id: str, *, now: datetime, clock: ClockBasis | None = None
) -> Touchpoint:
    told = ClockBasis.SOURCE if contact.occurred_at else ClockBasis.ARRIVAL
    return Touchpoint(
        touchpoint_id=touchpoint_id,
        source=contact.source,
        external_id=contact.external_id or touchpoint_id,
        lead_id=contact.lead_id,
        anonymous_id=contact.anonymous_id,
        campaign_id=contact.campaign_id,
        kind=contact.kind,
        occurred_at=contact.occurred_at or now,
        known_at=now,
        clock=clock or told,
        attributes=contact.attributes,
    )


def _noted(unit: UnitOfWork, told: Touchpoint, added: set[str]) -> Noted:
    if told.touchpoint_id in added:
        return Noted(touchpoint_id=told.touchpoint_id, is_new=True)
    known = unit.touchpoints.outside(told.source, [told.external_id])[told.external_id]
    return Noted(touchpoint_id=known.touchpoint_id, is_new=False)
