"""Reports about what happened."""

from pathlib import Path
from typing import Annotated

import typer

from leads.score import Locale
from pipelines.cli.options import (
    AsJson,
    Encoding,
    Name,
    Separator,
    Sheet,
    Which,
    table_options,
)
from pipelines.cli.output import print_json, say, warn
from pipelines.cli.shell import app

report = typer.Typer(help="What happened, for people and machines.", no_args_is_help=True)
app.add_typer(report, name="report")


@report.command("model-health")
def model_health(
    *,
    days: Annotated[int, typer.Option(min=1, max=365, help="How many newest days.")] = 30,
    file: Annotated[
        Path | None, typer.Option("--file", help="A table of leads; else the scores in the store.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Also write a page, in both languages.")] = None,
    locale: Annotated[Locale, typer.Option(help="The language.")] = Locale.EN,
    sheet: Sheet = None,
    encoding: Encoding = None,
    separator: Separator = None,
    name: Name = None,
    model: Which = "champion",
    as_json: AsJson = False,
) -> None:
    """What moved since training, since when, and whether promises came true."""
    from pipelines.clock import system_clock
    from pipelines.files import refuse_overwriting, replacing
    from pipelines.health.looking import look_at_file, look_at_store
    from pipelines.health.report import health_members, health_paper
    from pipelines.memory import using_store
    from pipelines.models import open_model
    from pipelines.reports.paper import as_html, as_text
    from pipelines.settings import load_settings

    settings = load_settings()
    found = open_model(settings, name=name, which=model)
    now = system_clock()
    if file is None:
        with using_store(settings) as store, store.reading() as unit:
            health = look_at_store(unit, found, now=now, days=days)
    else:
        if html is not None:
            refuse_overwriting(file, html)
        reading = table_options(sheet, encoding, separator)
        health = look_at_file(file, found, now=now, days=days, reading=reading)
    warn(health.warnings)
    if html is not None:
        order = sorted(Locale, key=lambda one: one is not locale)
        with replacing(html) as partial:
            page = as_html({one: health_paper(health, one) for one in order})
            partial.write_text(page, encoding="utf-8")
    if as_json:
        print_json(health_members(health, locale))
        return
    say(as_text(health_paper(health, locale)))
    if html is not None:
        say(f"page: {html}")
