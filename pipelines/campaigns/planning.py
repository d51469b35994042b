"""Reading what somebody says of a campaign: all mistakes at once, each with what would be right."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from cleansing.money import from_minor, normal_currency, to_minor
from leads.campaigns import USUAL, Campaign, CampaignKind, Channel, Goal
from leads.errors import Conflict, InvalidInput, Problem
from leads.ids import new_id
from pipelines.campaigns.kinds import kind_of
from pipelines.campaigns.reading import Reading, moment, problem, text, whole, word
from store.unit_of_work import UnitOfWork

OWN = "leadflow"
"""The source of campaigns that were made here."""
Told = Mapping[str, Any]
"""What is said, by name: texts, Decimals, dates. Any: each is checked here."""


def add_campaign(unit: UnitOfWork, told: Told, *, now: datetime, actor: str) -> Campaign:
    """Plan a campaign. Raises InvalidInput with every mistake, Conflict for an id that is taken."""
    campaign = new_campaign(told, now=now)
    if found := unit.campaigns.outside(campaign.source, [campaign.external_id]):
        known = found[campaign.external_id].campaign_id
        raise Conflict(
            f"{campaign.source} already has a campaign {campaign.external_id}: it is {known};"
            " change that one"
        )
    unit.campaigns.add([campaign])
    unit.audit.add(
        "campaign_added",
        subject_kind="campaign",
        subject_id=campaign.campaign_id,
        actor=actor,
        at=now,
    )
    return campaign


def change_campaign(
    unit: UnitOfWork, campaign_id: str, told: Told, *, now: datetime, actor: str
) -> Campaign:
    """Change what is named in `told`; None empties it. Raises InvalidInput, NotFound."""
    changed = read_campaign(told, base=unit.campaigns.get(campaign_id), now=now)
    unit.campaigns.put(changed)
    unit.audit.add(
        "campaign_changed",
        subject_kind="campaign",
        subject_id=campaign_id,
        actor=actor,
        at=now,
        names=sorted(told),
    )
    return changed


def new_campaign(told: Told, *, now: datetime) -> Campaign:
    """A planned campaign with an id of its own. Raises InvalidInput."""
    missing = [name for name in ("name", "kind", "starts_at") if told.get(name) in (None, "")]
    if missing:
        raise _refused([problem(name, "missing", f"a campaign needs `{name}`") for name in missing])
    campaign_id = new_id(at=now)
    base = Campaign(
        campaign_id=campaign_id,
        source=told.get("source") or OWN,
        external_id=told.get("external_id") or campaign_id,
        name="",
        kind=CampaignKind.OTHER,
        channel=Channel.OTHER,
        is_online=True,
        starts_at=now,
        created_at=now,
        updated_at=now,
    )
    return read_campaign(told, base=base, now=now)


def read_campaign(told: Told, *, base: Campaign, now: datetime) -> Campaign:
    """`base` with what is told; a new kind brings its usual channel unless another is told.

    Raises InvalidInput naming every mistake.
    """
    before = told_of(base)
    if told.get("kind") is not None:
        before |= {"channel": None, "is_online": None}
    reading = Reading({**before, **told})
    kind = reading.read("kind", _kind) or base.kind
    channel, is_online = USUAL[kind]
    said_online = reading.told["is_online"]
    read: dict[str, Any] = {  # Any: of as many types as a campaign has members
        "name": reading.needed("name", text, otherwise=""),
        "kind": kind,
        "channel": reading.read("channel", word(Channel)) or channel,
        "is_online": is_online if said_online is None else bool(said_online),
        "product_line": reading.read("product_line", text),
        "audience": reading.read("audience", text),
        "attributes": dict(reading.told["attributes"] or {}),
    }
    read |= _dates(reading, base) | _money(reading)
    if reading.problems:
        raise _refused(reading.problems)
    return replace(base, updated_at=now, **read)


def told_of(campaign: Campaign) -> dict[str, Any]:
    """What one would have to say to get this campaign; Any: texts, Decimals, instants."""
    names = ("name", "kind", "channel", "is_online", "goal", "currency", "product_line")
    told = {name: getattr(campaign, name) for name in names}
    told |= {"audience": campaign.audience, "attributes": campaign.attributes}
    told |= {"starts_at": campaign.starts_at, "ends_at": campaign.ends_at}
    told["budget"] = in_units(campaign.budget_minor, campaign.currency)
    is_money = campaign.goal is Goal.REVENUE
    amount = campaign.goal_amount
    told["goal_amount"] = in_units(amount, campaign.currency) if is_money else amount
    return told


def in_units(minor: int | None, currency: str | None) -> Any:
    """An amount as people write it (Any: a Decimal or None)."""
    return None if minor is None or currency is None else from_minor(minor, currency)


def _dates(reading: Reading, base: Campaign) -> dict[str, datetime | None]:
    starts_at = reading.needed("starts_at", moment, otherwise=base.starts_at)
    ends_at = reading.read("ends_at", moment)
    if ends_at is not None and ends_at < starts_at:
        detail = (
            f"the campaign ends {ends_at:%Y-%m-%d %H:%M} UTC, before it starts"
            f" {starts_at:%Y-%m-%d %H:%M} UTC"
        )
        reading.say("ends_at", "ends_before_start", detail)
    return {"starts_at": starts_at, "ends_at": ends_at}


def _money(reading: Reading) -> dict[str, Any]:
    """Any: codes and numbers."""
    goal = reading.read("goal", word(Goal))
    n_before = len(reading.problems)
    currency = reading.read("currency", lambda told, _: normal_currency(str(told)))
    asked = [name for name in ("budget", "goal_amount") if reading.told[name] is not None]
    counted = [] if goal is Goal.REVENUE else [name for name in asked if name == "goal_amount"]
    if counted and goal is None:
        detail = "an amount to reach needs its goal: leads, opportunities or revenue"
        reading.say("goal", "missing", detail)
    paid = [name for name in asked if name not in counted]
    if paid and currency is None and len(reading.problems) == n_before:
        reading.say("currency", "missing", "an amount needs its currency, such as EUR or CNY")
    minor = dict.fromkeys(("budget", "goal_amount"))
    for name in counted:
        minor[name] = reading.read(name, whole)
    for name in paid if currency else ():
        minor[name] = reading.read(name, lambda told, at: to_minor(told, str(currency), pointer=at))
    return {
        "goal": goal,
        "goal_amount": minor["goal_amount"],
        "budget_minor": minor["budget"],
        "currency": currency,
    }


def _kind(told: object, pointer: str) -> CampaignKind:
    found = kind_of(str(told))
    if found is None:
        allowed = ", ".join(CampaignKind)
        detail = f"{told!r} is no kind of campaign we know; use one of {allowed}"
        raise InvalidInput(detail, [Problem(pointer=pointer, code="unknown_kind", detail=detail)])
    return found


def _refused(problems: Sequence[Problem]) -> InvalidInput:
    return InvalidInput("the campaign cannot be taken as told", problems)
