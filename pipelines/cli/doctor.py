"""The command that audits the store."""

import typer

from pipelines.cli.options import AsJson
from pipelines.cli.output import print_json, say
from pipelines.cli.progress import showing_progress
from pipelines.cli.shell import EXIT_CODES, app


@app.command()
def doctor(*, as_json: AsJson = False) -> None:
    """Audit the store: whether all sums add up. Exit 4 when something is wrong."""
    from pipelines.clock import system_clock
    from pipelines.doctor import examine
    from pipelines.memory import using_store
    from pipelines.settings import load_settings

    with using_store(load_settings()) as store, showing_progress() as progress:
        findings = examine(store, now=system_clock(), progress=progress)
    is_well = all(one.is_well for one in findings)
    if as_json:
        told = [
            {"check": one.check, "ok": one.is_well, "says": one.says, "wrong": list(one.wrong)}
            for one in findings
        ]
        print_json({"ok": is_well, "checks": told})
    else:
        for one in findings:
            say(f"{'ok   ' if one.is_well else 'WRONG'} {one.check}: {one.says}")
            for wrong in one.wrong:
                say(f"      {wrong}")
    if not is_well:
        from leads.errors import Conflict

        raise typer.Exit(EXIT_CODES[Conflict])
