"""Commands that use a model: score a file, explain a lead."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from leads.errors import InvalidInput
from leads.score import Explanation, Locale
from pipelines.cli.options import (
    AsJson,
    Encoding,
    MaybeData,
    Name,
    Separator,
    Sheet,
    Which,
    table_options,
)
from pipelines.cli.output import print_json, say, warn
from pipelines.cli.progress import showing_progress
from pipelines.cli.shell import app


@app.command()
def score(
    *,
    data: MaybeData = None,
    out: Annotated[Path, typer.Option(help="The scored file; its suffix says the format.")],
    sheet: Sheet = None,
    encoding: Encoding = None,
    separator: Separator = None,
    name: Name = None,
    model: Which = "champion",
    threads: Annotated[int, typer.Option(min=1, help="Cores to predict with.")] = 2,
    as_json: AsJson = False,
) -> None:
    """Score every lead of a file, of any size, or without --data every lead of the store: chance,
    points, tier and parts beside its ids.
    """
    from pipelines.clock import system_clock
    from pipelines.models import open_model
    from pipelines.score import score_file
    from pipelines.settings import load_settings
    from scoring.scorer import Scorer

    found = open_model(load_settings(), name=name, which=model)
    scorer = Scorer(found.bundle, num_threads=threads)
    with showing_progress() as progress:
        if data is None:
            from pipelines.memory import using_store
            from pipelines.stored_leads import score_stored

            with using_store(load_settings()) as store:
                now = system_clock()
                done = score_stored(store, out, scorer=scorer, now=now, progress=progress)
        else:
            done = score_file(
                data,
                out,
                scorer=scorer,
                as_of=system_clock(),
                reading=table_options(sheet, encoding, separator),
                progress=progress,
            )
    warn(done.warnings)
    if done.absent:
        warn([f"not there, counted as missing: {', '.join(done.absent)}"])
    if as_json:
        print_json(
            {
                "model": {"name": found.name, "version": found.version},
                "out": str(done.out),
                "leads": done.n_leads,
                "kept": done.kept,
                "absent": done.absent,
            }
        )
    else:
        say(f"{done.n_leads:,} leads scored by {found.name} {found.version} in {done.out}")


@app.command()
def explain(
    *,
    data: MaybeData = None,
    lead: Annotated[
        str | None, typer.Option("--lead", help="The id of a lead of the store, without --data.")
    ] = None,
    row: Annotated[int | None, typer.Option(min=1, help="The lead's row, from 1.")] = None,
    where: Annotated[str | None, typer.Option(help="The lead by a column: lead_id=L-7.")] = None,
    top: Annotated[int, typer.Option(min=1, max=50, help="How many reasons.")] = 5,
    locale: Annotated[Locale, typer.Option(help="The language.")] = Locale.EN,
    html: Annotated[
        Path | None, typer.Option(help="Also write a one-page lead sheet in both languages.")
    ] = None,
    sheet: Sheet = None,
    encoding: Encoding = None,
    separator: Separator = None,
    name: Name = None,
    model: Which = "champion",
    as_json: AsJson = False,
) -> None:
    """Say why a lead of a file, or of the store, scores as it does."""
    from pipelines.clock import system_clock
    from pipelines.explain import explain_lead, write_sheet
    from pipelines.files import refuse_overwriting
    from pipelines.models import open_model
    from pipelines.settings import load_settings
    from scoring.scorer import Scorer

    if row is not None and where is not None:
        raise InvalidInput("say --row or --where, not both")
    if (data is None) == (lead is None):
        raise InvalidInput("say --data FILE, or --lead ID for a lead of the store")
    if html is not None and data is not None:
        refuse_overwriting(data, html)
    settings = load_settings()
    found = open_model(settings, name=name, which=model)
    now, scorer = system_clock(), Scorer(found.bundle)
    if data is None:
        from pipelines.memory import using_store
        from pipelines.stored_leads import explain_stored

        assert lead is not None
        with using_store(settings) as store:
            explained = explain_stored(
                store, lead, scorer=scorer, now=now, top=top, locales=tuple(Locale)
            )
    else:
        explained = explain_lead(
            data,
            scorer=scorer,
            as_of=now,
            row=row,
            where=where,
            reading=table_options(sheet, encoding, separator),
            top=top,
            locales=tuple(Locale),
        )
    if html is not None:
        write_sheet(html, explained, model=found, as_of=now)
    told = explained.explanations[locale]
    if as_json:
        which = {"row": explained.row} if lead is None else {"lead_id": lead}
        print_json({**which, **_answer(told)})
        return
    _say(told, which=lead or f"row {explained.row}", locale=locale)
    if html is not None:
        say(f"\nlead sheet: {html}")


def _say(told: Explanation, *, which: str, locale: Locale) -> None:
    from scoring import wording

    found = told.score
    say(
        f"{which}: {found.p_convert:.1%}, {found.times_average:.1f} times the average, "
        f"tier {found.tier}, {found.points} points"
    )
    grade = wording.grade(found.fit, found.engagement)
    if grade is not None:
        say(f"{grade}: {wording.parts(found.fit, found.engagement, locale)}")
    if told.time_to_convert is not None:
        say(told.time_to_convert.text)
    say("")
    for reason in told.reasons:
        say(f"  {'+' if reason.contribution > 0 else '-'} {reason.text}")


def _answer(told: Explanation) -> dict[str, object]:
    found = told.score
    return {
        "probability": found.p_convert,
        "times_average": found.times_average,
        "points": found.points,
        "tier": found.tier,
        "fit": found.fit,
        "engagement": found.engagement,
        "fit_log_odds": None if told.parts is None else told.parts.fit,
        "engagement_log_odds": None if told.parts is None else told.parts.engagement,
        "time_to_convert": None if told.time_to_convert is None else asdict(told.time_to_convert),
        "base_value": told.base_value,
        "space": "log_odds",
        "reasons": [
            {
                "field": reason.field,
                "label": reason.label,
                "value": reason.value,
                "contribution": reason.contribution,
                "direction": reason.direction,
                "text": reason.text,
            }
            for reason in told.reasons
        ],
        "other": told.other,
        "imputed": found.imputed,
        "warnings": found.warnings,
    }
