"""Commands that bring tables: a simulated market, and public data sets."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import AsJson
from pipelines.cli.output import print_json, say
from pipelines.cli.progress import showing_progress
from pipelines.cli.shell import app

datasets = typer.Typer(help="Public data sets to try Leadflow on.", no_args_is_help=True)
app.add_typer(datasets, name="datasets")


class MarketKind(StrEnum):
    """How hard the simulated market is."""

    PLAIN = "plain"
    HARD = "hard"


class PublicSet(StrEnum):
    """The data sets there is a loader for."""

    BANK_ADDITIONAL_FULL = "bank-additional-full"
    BANK_FULL = "bank-full"


Out = Annotated[Path, typer.Option("--out", help="The folder to write into.")]


@app.command()
def sandbox(
    *,
    out: Out,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same files.")] = 0,
    leads: Annotated[int, typer.Option(min=1, help="Leads with a known outcome.")] = 5_000,
    incoming: Annotated[int, typer.Option(min=0, help="New leads without an outcome yet.")] = 0,
    market: Annotated[MarketKind, typer.Option(help="How hard it is.")] = MarketKind.PLAIN,
    messy: Annotated[
        bool,
        typer.Option("--messy", help="Also as five sources' dirty, double files, with the truth."),
    ] = False,
    crm: Annotated[
        bool,
        typer.Option("--crm", help="Also as a CRM's export: leads, activities, mails, stages."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Simulate a market with known truth and write it as the files a CRM exports."""
    from sandbox.export import make_room, write_crm, write_market, write_messy_market
    from sandbox.market import simulate

    make_room(out)
    with showing_progress() as progress:
        simulated = simulate(
            seed=seed, n_leads=leads, n_incoming=incoming, market=market.value, progress=progress
        )
        write_market(simulated, out, progress=progress)
        if messy:
            write_messy_market(simulated, out, seed=seed, progress=progress)
        if crm:
            write_crm(simulated, out, seed=seed, progress=progress)
    files = sorted(path.name for path in out.iterdir())
    if as_json:
        print_json({"out": str(out), "seed": seed, "market": market.value, "files": files})
    else:
        say(f"{leads:,} leads of the {market.value} market in {out}: {', '.join(files)}")


@datasets.command()
def fetch(
    name: Annotated[PublicSet, typer.Argument(help="Which data set.")],
    *,
    out: Out,
    as_json: AsJson = False,
) -> None:
    """Download a data set of UCI Bank Marketing (CC BY 4.0) and check it byte by byte."""
    from pipelines.datasets import fetch as fetch_dataset

    with showing_progress() as progress:
        path = fetch_dataset(name.value, out, progress=progress)
    if as_json:
        print_json({"name": name.value, "path": str(path)})
    else:
        say(f"{name.value} is in {path}")
