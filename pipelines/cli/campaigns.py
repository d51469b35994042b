"""Commands about campaigns: planned, paid for, opened, invited to and counted."""

from typing import Annotated

import typer

from leads.campaigns import CampaignKind, CampaignState, Channel, Goal
from pipelines.cli.campaign_shell import ACTOR, Id, Members, campaigns, find, reading, tell, writing
from pipelines.cli.options import AsJson
from pipelines.cli.output import print_json, say


@campaigns.command("list")
def show_all(
    *,
    state: Annotated[
        CampaignState | None, typer.Option("--state", help="Only those in this state.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """All campaigns."""
    from pipelines.campaigns.views import of_campaign

    with reading() as (unit, _):
        found = [of_campaign(one) for one in unit.campaigns.page(limit=100_000, state=state)]
    if as_json:
        print_json(found)
        return
    say("\n".join(_line(one) for one in found) or "no campaigns yet; `leadflow campaigns add`")


@campaigns.command("show")
def show(campaign: Id, *, as_json: AsJson = False) -> None:
    """A campaign with its materials, costs and forms."""
    from pipelines.campaigns.views import shown_campaign

    with reading() as (unit, settings):
        found = shown_campaign(unit, find(unit, campaign), public_url=settings.public_url)
    tell(found, as_json=as_json)


@campaigns.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What it is called.")],
    *,
    kind: Annotated[CampaignKind, typer.Option("--kind", help="What is done.")],
    starts: Annotated[str, typer.Option("--starts", help="2026-03-02 or 2026-03-02T09:00Z.")],
    ends: Annotated[str | None, typer.Option("--ends", help="When it is over.")] = None,
    channel: Annotated[
        Channel | None, typer.Option("--channel", help="The way to people; the kind's usual else.")
    ] = None,
    online: Annotated[
        bool | None, typer.Option("--online/--offline", help="As is usual for the kind else.")
    ] = None,
    goal: Annotated[Goal | None, typer.Option("--goal", help="What it is to bring.")] = None,
    goal_amount: Annotated[
        str | None, typer.Option("--goal-amount", help="How many, or how much revenue.")
    ] = None,
    budget: Annotated[str | None, typer.Option("--budget", help="An amount: 1200.50.")] = None,
    currency: Annotated[
        str | None, typer.Option("--currency", help="ISO 4217: EUR, USD, CNY, ...")
    ] = None,
    product_line: Annotated[str | None, typer.Option("--product-line", help="Of what.")] = None,
    audience: Annotated[str | None, typer.Option("--audience", help="For whom.")] = None,
    as_json: AsJson = False,
) -> None:
    """Plan a campaign."""
    from pipelines.campaigns.planning import add_campaign
    from pipelines.campaigns.views import of_campaign

    told = {
        "name": name,
        "kind": kind,
        "channel": channel,
        "is_online": online,
        "starts_at": starts,
        "ends_at": ends,
        "goal": goal,
        "goal_amount": goal_amount,
        "budget": budget,
        "currency": currency,
        "product_line": product_line,
        "audience": audience,
    }
    with writing() as (unit, now, _):
        made = of_campaign(add_campaign(unit, told, now=now, actor=ACTOR))
    tell(made, as_json=as_json)


@campaigns.command("cost")
def cost(
    campaign: Id,
    amount: Annotated[str | None, typer.Argument(help="What was spent: 1200.50.")] = None,
    *,
    on: Annotated[str | None, typer.Option("--on", help="The day: 2026-03-02.")] = None,
    currency: Annotated[
        str | None, typer.Option("--currency", help="The campaign's, unless told.")
    ] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="venue, print, ads, ...")] = None,
    note: Annotated[str | None, typer.Option("--note", help="Anything else.")] = None,
    void: Annotated[
        str | None, typer.Option("--void", help="The id of a cost that was a mistake.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Note money that was spent, or that a cost was a mistake."""
    from pipelines.campaigns.running import add_cost, void_cost
    from pipelines.campaigns.views import of_cost

    with writing() as (unit, now, _):
        of = find(unit, campaign)
        if void is not None:
            void_cost(unit, of, void, now=now, actor=ACTOR)
            told: Members = {"cost_id": void, "voided": True}
        else:
            given = {"amount": amount, "spent_on": on, "currency": currency, "kind": kind}
            told = of_cost(add_cost(unit, of, given | {"note": note}, now=now, actor=ACTOR))
    tell(told, as_json=as_json)


@campaigns.command("material")
def material(
    campaign: Id,
    name: Annotated[str, typer.Argument(help="What is made.")],
    *,
    kind: Annotated[str, typer.Option("--kind", help="landing page, flyer, mail, ...")],
    owner: Annotated[str, typer.Option("--owner", help="Who makes it.")],
    language: Annotated[str, typer.Option("--language", help="Its language.")] = "en",
    version: Annotated[str, typer.Option("--version", help="Its version.")] = "1",
    due: Annotated[str | None, typer.Option("--due", help="By when: 2026-03-02.")] = None,
    is_ready: Annotated[bool, typer.Option("--ready", help="It is ready already.")] = False,
    as_json: AsJson = False,
) -> None:
    """Note something that a campaign needs made."""
    from pipelines.campaigns.running import add_material
    from pipelines.campaigns.views import of_material

    told: Members = {"name": name, "kind": kind, "owner": owner}
    told |= {"language": language, "version": version}
    told |= {"due_on": due, "is_ready": is_ready}
    with writing() as (unit, now, _):
        made = add_material(unit, find(unit, campaign), told, now=now, actor=ACTOR)
    tell(of_material(made), as_json=as_json)


@campaigns.command("ready")
def ready(
    campaign: Id,
    material: Annotated[str, typer.Argument(help="The material's id.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Say that a material is ready."""
    from pipelines.campaigns.running import make_ready
    from pipelines.campaigns.views import of_material

    with writing() as (unit, now, _):
        made = make_ready(unit, find(unit, campaign), material, now=now, actor=ACTOR)
    tell(of_material(made), as_json=as_json)


@campaigns.command("open")
def open_it(campaign: Id, *, as_json: AsJson = False) -> None:
    """Let a campaign begin; it needs at least one material that is ready."""
    from pipelines.campaigns.running import open_campaign
    from pipelines.campaigns.views import of_campaign

    with writing() as (unit, now, _):
        moved = open_campaign(unit, find(unit, campaign), now=now, actor=ACTOR)
    tell(of_campaign(moved), as_json=as_json)


@campaigns.command("close")
def close(campaign: Id, *, as_json: AsJson = False) -> None:
    """End a campaign, and its registration and check-in forms with it."""
    from pipelines.campaigns.running import close_campaign
    from pipelines.campaigns.views import of_campaign

    with writing() as (unit, now, _):
        moved = close_campaign(unit, find(unit, campaign), now=now, actor=ACTOR)
    tell(of_campaign(moved), as_json=as_json)


@campaigns.command("results")
def results(campaign: Id, *, as_json: AsJson = False) -> None:
    """What a campaign brought, in people, and cost."""
    from pipelines.campaigns.results import results_of
    from pipelines.campaigns.views import of_results

    with reading() as (unit, _):
        found = of_results(results_of(unit, find(unit, campaign)))
    tell(found, as_json=as_json)


def _line(one: Members) -> str:
    head = f"{one['campaign_id']}  {one['state']:8}{one['kind']:16}{one['starts_at'][:10]}"
    return f"{head}  {one['name']}"
