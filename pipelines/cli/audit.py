"""An existing score, from whatever system, on trial."""

from pathlib import Path
from typing import Annotated

import typer

from leads.score import Locale
from pipelines.cli.options import AsJson, Encoding, Separator, Sheet, table_options
from pipelines.cli.output import print_json, say, warn
from pipelines.cli.progress import showing_progress
from pipelines.cli.shell import app


@app.command()
def audit(
    file: Annotated[Path, typer.Argument(help="A table with a score beside the outcomes.")],
    *,
    score: Annotated[str, typer.Option(help="The column of the score: numbers or grades.")],
    outcome: Annotated[str, typer.Option(help="The column of outcomes: two values.")],
    time: Annotated[
        str | None, typer.Option(help="The column of when leads came, or were handed over.")
    ] = None,
    positive: Annotated[
        str | None, typer.Option(help="The outcome's value that means converted.")
    ] = None,
    label_delay: Annotated[
        str, typer.Option(help="How long outcomes take to be known: 2% of the rows, 30d, 12h.")
    ] = "2%",
    drop: Annotated[
        str | None, typer.Option(help="Columns the model does without, separated by commas.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Also write a page, in both languages.")] = None,
    locale: Annotated[Locale, typer.Option(help="The language.")] = Locale.EN,
    sheet: Sheet = None,
    encoding: Encoding = None,
    separator: Separator = None,
    as_json: AsJson = False,
) -> None:
    """Say what an existing score is worth, and what a model on the same columns would do."""
    with showing_progress() as progress:
        from pipelines.audit.auditing import audit_file
        from pipelines.audit.beside import AuditOptions
        from pipelines.audit.members import audit_members
        from pipelines.audit.report import audit_paper
        from pipelines.clock import system_clock
        from pipelines.files import refuse_overwriting, replacing
        from pipelines.reports.paper import as_html, as_text

        if html is not None:
            refuse_overwriting(file, html)
        dropped = tuple(part.strip() for part in (drop or "").split(",") if part.strip())
        found = audit_file(
            file,
            AuditOptions(
                score=score,
                outcome=outcome,
                time=time,
                positive=positive,
                label_delay=label_delay,
                drop=dropped,
            ),
            now=system_clock(),
            reading=table_options(sheet, encoding, separator),
            progress=progress,
        )
    warn(found.warnings)
    if html is not None:
        order = sorted(Locale, key=lambda one: one is not locale)
        with replacing(html) as partial:
            page = as_html({one: audit_paper(found, one) for one in order})
            partial.write_text(page, encoding="utf-8")
    if as_json:
        print_json(audit_members(found, locale))
        return
    say(as_text(audit_paper(found, locale)))
    if html is not None:
        say(f"page: {html}")
