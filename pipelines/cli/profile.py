"""The commands around the ideal customer profile."""

from pathlib import Path
from typing import Annotated

import typer

from leads.errors import InvalidInput
from leads.score import Locale
from pipelines.cli.options import AsJson, Encoding, Separator, Sheet, table_options
from pipelines.cli.output import print_json, say, warn
from pipelines.cli.shell import app

profile = typer.Typer(help="The ideal customer profile: the score that works without history.")
app.add_typer(profile, name="profile")

File = Annotated[
    Path | None, typer.Argument(help="A profile.toml; the playbook's own, unless told.")
]


@profile.command("check")
def check(file: File = None, *, as_json: AsJson = False) -> None:
    """Say every mistake in a profile, or that it is fine. Exit 2 when there are mistakes."""
    from pipelines.playbook import load_profile
    from pipelines.settings import load_settings
    from scoring.profile import read_profile

    found = load_profile(load_settings()) if file is None else read_profile(file)
    counts = {
        "fit": len(found.fit),
        "behaviour": len(found.behaviour),
        "must_follow": len(found.must_follow),
    }
    if as_json:
        print_json({"ok": True, "version": found.version, "lines": counts})
    else:
        told = ", ".join(f"{name} {n}" for name, n in counts.items())
        say(f"fine: {found.version} ({told})")


@profile.command("show")
def show(
    file: File = None,
    *,
    locale: Annotated[Locale, typer.Option(help="The language.")] = Locale.EN,
    as_json: AsJson = False,
) -> None:
    """Show a profile in words."""
    from pipelines.playbook import load_profile
    from pipelines.profile.showing import as_text, to_json
    from pipelines.settings import load_settings
    from scoring.profile import read_profile

    found = load_profile(load_settings()) if file is None else read_profile(file)
    if as_json:
        print_json(to_json(found, locale))
    else:
        say(as_text(found, locale))


@profile.command("suggest")
def suggest(
    *,
    table: Annotated[
        Path | None, typer.Option("--table", help="A table of leads, in place of the store.")
    ] = None,
    target: Annotated[
        str | None, typer.Option("--target", help="The table's column of outcomes.")
    ] = None,
    positive: Annotated[
        str | None, typer.Option("--positive", help="The target's value that means won.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="The file to write; the screen else.")
    ] = None,
    sheet: Sheet = None,
    encoding: Encoding = None,
    separator: Separator = None,
    as_json: AsJson = False,
) -> None:
    """Draft a profile from won deals, for marketing to edit."""
    from pipelines.cli.opened import reading
    from pipelines.playbook import load_profile
    from pipelines.profile.drafting import draft
    from pipelines.profile.won_deals import from_store, from_table
    from pipelines.settings import load_settings

    if (table is None) != (target is None):
        raise InvalidInput("--table FILE and --target COL go together; without both, the store")
    if out is not None and out.exists():
        raise InvalidInput(f"{out} is there already, and may have been edited: name another file")
    present = load_profile(load_settings())
    if table is not None and target is not None:
        options = table_options(sheet, encoding, separator)
        deals = from_table(table, target=target, positive=positive, reading=options)
    else:
        with reading() as (unit, now):
            deals = from_store(unit, now=now)
    drafted = draft(deals, present=present)
    if out is not None:
        from pipelines.files import replacing

        with replacing(out) as partial:
            partial.write_text(drafted.text, encoding="utf-8")
    warn([f"left out: {told}" for told in deals.left_out])
    if as_json:
        print_json(
            {
                "out": None if out is None else str(out),
                "text": drafted.text,
                "unsure": drafted.unsure,
                "lines": [
                    {
                        "field": one.field,
                        "op": one.op,
                        "value": one.value,
                        "points": points,
                        "lift": one.lift,
                        "interval": list(one.interval),
                        "leads": one.n,
                        "won": one.won,
                    }
                    for one, points in drafted.lines
                ],
            }
        )
    elif out is None:
        say(drafted.text)
    else:
        say(f"{len(drafted.lines)} lines in {out}; edit it, then: leadflow profile check {out}")
