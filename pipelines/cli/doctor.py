"""The command that audits the store."""

import typer

from pipelines.cli.options import AsJson
from pipelines.cli.output import print_json, say
from pipelines.cli.progress import showing_progress
from pipelines.cli.shell import EXIT_CODES, app


@app.command()
def doctor(*, as_json: AsJson = False) -> None:
    """Audit the store and the curves that are served. Exit 4 when something is wrong."""
    from pipelines.clock import system_clock
    from pipelines.doctor import Finding, examine
    from pipelines.keeping_check import SAYS, what_is_wrong
    from pipelines.memory import using_store
    from pipelines.settings import load_settings

    settings = load_settings()
    with using_store(settings) as store, showing_progress() as progress:
        findings = examine(store, now=system_clock(), progress=progress)
    unsound = tuple(what_is_wrong(settings))
    findings.append(Finding(check="calibration", says=SAYS, wrong=unsound))
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
