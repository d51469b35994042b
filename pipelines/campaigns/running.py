"""A campaign's life: what it needs made, what it costs, and when it opens and closes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from cleansing.money import normal_currency, to_minor
from leads.campaigns import Campaign, CampaignCost, CampaignState, Material
from leads.errors import Conflict, InvalidInput
from leads.ids import new_id
from pipelines.campaigns.planning import OWN
from pipelines.campaigns.reading import Reading, day, text
from store.unit_of_work import UnitOfWork

AHEAD = timedelta(days=1)
"""How far a day may be ahead of ours: costs are actual, and the world has many time zones."""


def add_cost(
    unit: UnitOfWork, campaign_id: str, told: Mapping[str, Any], *, now: datetime, actor: str
) -> CampaignCost:
    """Money that was spent: `amount`, `spent_on`, and what else is known of it (Any: checked here).

    The currency is the campaign's unless told. Raises InvalidInput, NotFound, and Conflict for an
    external id that is taken.
    """
    campaign = unit.campaigns.get(campaign_id)
    cost = read_cost(told, campaign=campaign, now=now)
    if found := unit.campaigns.outside_costs(cost.source, [cost.external_id]):
        known = found[cost.external_id].cost_id
        raise Conflict(f"{cost.source} already told the cost {cost.external_id}: it is {known}")
    unit.campaigns.add_costs([cost])
    _note(unit, "cost_added", campaign_id, actor=actor, now=now, cost_id=cost.cost_id)
    return cost


def read_cost(told: Mapping[str, Any], *, campaign: Campaign, now: datetime) -> CampaignCost:
    """A cost as told, Raises InvalidInput naming every mistake."""
    reading = Reading(told)
    currency = reading.read("currency", lambda code, at: normal_currency(str(code), pointer=at))
    if currency is None and not reading.problems:
        currency = campaign.currency
        if currency is None:
            reading.say("currency", "missing", "the campaign has no currency; name the cost's")
    spent_on = reading.needed("spent_on", day, otherwise=now.date())
    if spent_on > (now + AHEAD).date():
        detail = f"{spent_on} is in the future; a cost is told once the money is spent"
        reading.say("spent_on", "future_date", detail)
    code = currency or "XXX"
    amount = reading.needed(
        "amount", lambda told, at: to_minor(told, code, pointer=at), otherwise=0
    )
    kind, note = (reading.read(name, text) for name in ("kind", "note"))
    if reading.problems:
        raise InvalidInput("the cost cannot be taken as told", reading.problems)
    cost_id = new_id(at=now)
    return CampaignCost(
        cost_id=cost_id,
        source=told.get("source") or OWN,
        external_id=told.get("external_id") or cost_id,
        campaign_id=campaign.campaign_id,
        spent_on=spent_on,
        amount_minor=amount,
        currency=code,
        kind=kind,
        note=note,
        known_at=now,
    )


def void_cost(
    unit: UnitOfWork, campaign_id: str, cost_id: str, *, now: datetime, actor: str
) -> None:
    """A cost was a mistake: it stays, and counts no more. Raises NotFound."""
    unit.campaigns.void_cost(cost_id, at=now)
    _note(unit, "cost_voided", campaign_id, actor=actor, now=now, cost_id=cost_id)


def add_material(
    unit: UnitOfWork, campaign_id: str, told: Mapping[str, Any], *, now: datetime, actor: str
) -> Material:
    """Something to be made: `name`, `kind`, `language`, `version`, `owner`, `due_on` (Any:
    checked here). Raises InvalidInput, NotFound.
    """
    campaign = unit.campaigns.get(campaign_id)
    reading = Reading({"language": "en", "version": "1", **told})
    names = ("name", "kind", "language", "version", "owner")
    texts = {name: reading.needed(name, text, otherwise="") for name in names}
    due_on = reading.read("due_on", day)
    if reading.problems:
        raise InvalidInput("the material cannot be taken as told", reading.problems)
    material = Material(
        material_id=new_id(at=now),
        campaign_id=campaign.campaign_id,
        due_on=due_on,
        ready_at=now if told.get("is_ready") else None,
        created_at=now,
        **texts,
    )
    unit.campaigns.add_materials([material])
    _note(unit, "material_added", campaign_id, actor=actor, now=now, of=material.material_id)
    return material


def make_ready(
    unit: UnitOfWork, campaign_id: str, material_id: str, *, now: datetime, actor: str
) -> Material:
    """A material is ready; saying it again changes nothing. Raises NotFound."""
    unit.campaigns.make_ready(material_id, campaign_id=campaign_id, at=now)
    _note(unit, "material_ready", campaign_id, actor=actor, now=now, of=material_id)
    made = unit.campaigns.materials_of(campaign_id)
    return next(one for one in made if one.material_id == material_id)


def open_campaign(unit: UnitOfWork, campaign_id: str, *, now: datetime, actor: str) -> Campaign:
    """Let it begin; nothing happens when it is open. Raises Conflict when it was closed, is over,
    or has no material ready, which it names.
    """
    campaign = unit.campaigns.get(campaign_id)
    if campaign.state is CampaignState.OPEN:
        return campaign
    if campaign.state is CampaignState.CLOSED:
        raise Conflict(f"{_named(campaign)} was closed and does not open again; plan another one")
    if campaign.ends_at is not None and campaign.ends_at < now:
        raise Conflict(
            f"{_named(campaign)} ended {campaign.ends_at:%Y-%m-%d %H:%M} UTC; change `ends_at`"
            " before it opens"
        )
    materials = unit.campaigns.materials_of(campaign_id)
    if all(material.ready_at is None for material in materials):
        raise Conflict(f"{_named(campaign)} cannot open: {_what_is_missing(materials)}")
    return _moved(unit, campaign, CampaignState.OPEN, now=now, actor=actor)


def close_campaign(unit: UnitOfWork, campaign_id: str, *, now: datetime, actor: str) -> Campaign:
    """End it, also one that never opened; nothing happens when it is closed. Its registration and
    check-in forms take no more answers; feedback may still be given.
    """
    campaign = unit.campaigns.get(campaign_id)
    if campaign.state is CampaignState.CLOSED:
        return campaign
    if campaign.ends_at is None and campaign.starts_at <= now:
        campaign = replace(campaign, ends_at=now)
    return _moved(unit, campaign, CampaignState.CLOSED, now=now, actor=actor)


def _moved(
    unit: UnitOfWork, campaign: Campaign, to: CampaignState, *, now: datetime, actor: str
) -> Campaign:
    moved = replace(campaign, state=to, updated_at=now)
    unit.campaigns.put(moved)
    action = "campaign_opened" if to is CampaignState.OPEN else "campaign_closed"
    _note(unit, action, campaign.campaign_id, actor=actor, now=now)
    return moved


def _what_is_missing(materials: Sequence[Material]) -> str:
    if not materials:
        return "it has no material; add one and say when it is ready"
    waiting = [
        f"{one.name!r} ({one.kind}, {one.language}, {one.owner}"
        + (f", due {one.due_on})" if one.due_on else ")")
        for one in materials
    ]
    return f"none of its materials is ready: {', '.join(waiting)}"


def _named(campaign: Campaign) -> str:
    return f"campaign {campaign.campaign_id} ({campaign.name})"


def _note(
    unit: UnitOfWork, action: str, campaign_id: str, *, actor: str, now: datetime, **more: object
) -> None:
    unit.audit.add(
        action, subject_kind="campaign", subject_id=campaign_id, actor=actor, at=now, **more
    )
