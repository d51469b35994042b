"""Commands that forget a person, and that tell what is known of one."""

from pathlib import Path
from typing import Annotated

import typer

from leads.errors import InvalidInput
from pipelines.cli.opened import ACTOR, reading
from pipelines.cli.options import AsJson
from pipelines.cli.output import print_json, say, warn
from pipelines.cli.shell import app


@app.command()
def erase(
    lead: Annotated[str | None, typer.Argument(help="The lead's id.")] = None,
    *,
    email: Annotated[
        str | None, typer.Option("--email", help="Everybody with this mail address instead.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; it cannot be undone.")] = False,
    as_json: AsJson = False,
) -> None:
    """Forget a person everywhere. What the audit keeps says that it happened, not to whom."""
    from leads.errors import Unavailable
    from pipelines.clock import system_clock
    from pipelines.memory import using_store
    from pipelines.privacy import erase as run
    from pipelines.privacy import erase_by_email
    from pipelines.settings import load_settings

    if (lead is None) == (email is None):
        raise InvalidInput("name a lead, or give --email; one of the two")
    if not yes:
        typer.confirm("This cannot be undone. Forget the person?", abort=True, err=True)
    with using_store(load_settings()) as store:
        now = system_clock()
        with store.writing() as unit:
            done = (
                erase_by_email(unit, email, actor=ACTOR, now=now)
                if email is not None
                else [run(unit, str(lead), actor=ACTOR, now=now)]
            )
        try:
            store.compact()
        except Unavailable as error:
            warn([f"{error}; the worker does it later"])
    if as_json:
        print_json([{"lead_ids": one.lead_ids, "counts": dict(one.counts)} for one in done])
        return
    for one in done:
        rows = ", ".join(f"{n} {table}" for table, n in one.counts.items())
        say(f"forgotten: {', '.join(one.lead_ids) or 'rows in quarantine'} ({rows})")
    say("Backups made before this still hold the person; docs/privacy.md says what to do.")


@app.command()
def export(
    lead: Annotated[str, typer.Argument(help="The lead's id.")],
    *,
    out: Annotated[Path, typer.Option("--out", help="Where the person's data go, as JSON.")],
) -> None:
    """Everything that is known of a person, in one file."""
    import json

    from pipelines.privacy import export as run

    with reading() as (unit, now):
        told = run(unit, lead, now=now)
    try:
        out.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"{out} cannot be written: {error.strerror}") from error
    say(f"{out}: {sum(len(rows) for rows in told.values() if isinstance(rows, list)):,} records")
