"""What the commands about campaigns share: their group, the store, and how members are told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli.output import print_json, say
from pipelines.cli.shell import app

if TYPE_CHECKING:
    from store.unit_of_work import UnitOfWork

campaigns = typer.Typer(
    help="Campaigns: what marketing does, and what it costs.", no_args_is_help=True
)
app.add_typer(campaigns, name="campaigns")

ACTOR = "cli"
Id = Annotated[str, typer.Argument(metavar="CAMPAIGN", help="The campaign's id, or its name.")]
Members = dict[str, Any]
"""Any: JSON."""


@contextmanager
def reading() -> Iterator[tuple["UnitOfWork", Any]]:
    """Any: the settings."""
    from pipelines.memory import using_store
    from pipelines.settings import load_settings

    settings = load_settings()
    with using_store(settings) as store, store.reading() as unit:
        yield unit, settings


@contextmanager
def writing() -> Iterator[tuple["UnitOfWork", datetime, Any]]:
    """Any: the settings."""
    from pipelines.clock import system_clock
    from pipelines.memory import using_store
    from pipelines.settings import load_settings

    settings = load_settings()
    with using_store(settings) as store, store.writing() as unit:
        yield unit, system_clock(), settings


def find(unit: "UnitOfWork", told: str) -> str:
    """The id of the campaign that is meant. Raises NotFound, or Conflict when several are."""
    from leads.errors import Conflict

    if told in unit.campaigns.many([told]):
        return told
    named = unit.campaigns.named([told]).get(told, [])
    if len(named) > 1:
        ids = ", ".join(one.campaign_id for one in named)
        raise Conflict(f"{len(named)} campaigns are called {told!r}; name one by its id: {ids}")
    return named[0].campaign_id if named else unit.campaigns.get(told).campaign_id


def tell(members: Members, *, as_json: bool) -> None:
    """A document for machines, else a line each for what there is."""
    if as_json:
        print_json(members)
        return
    for name, value in members.items():
        if isinstance(value, list):
            say(f"{name}: {len(value)}")
            for one in value if name != "refused" else ():
                say(f"  {_line(one)}")
        elif value not in (None, {}):
            say(f"{name}: {value}")


def _line(one: Any) -> str:
    """Any: a text, or an object of which the names of its own parts are told, not the parts."""
    if not isinstance(one, dict):
        return str(one)
    told = {
        key: ", ".join(
            str(part.get("name")) if isinstance(part, dict) else str(part) for part in value
        )
        if isinstance(value, list)
        else value
        for key, value in one.items()
        if value and not isinstance(value, dict)
    }
    return "; ".join(f"{key} {value}" for key, value in told.items())
