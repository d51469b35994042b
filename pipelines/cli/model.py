"""Commands that judge models and decide which one is served."""

from typing import Annotated

import typer

from leads.errors import InvalidInput, PromotionRefused
from pipelines.cli.options import (
    AsJson,
    Data,
    Encoding,
    Name,
    Separator,
    Sheet,
    Which,
    table_options,
)
from pipelines.cli.output import print_json, say, warn
from pipelines.cli.shell import app


@app.command()
def evaluate(
    *,
    data: Data,
    model: Which = "champion",
    target: Annotated[
        str | None, typer.Option(help="The outcome column, when it is not the trained one.")
    ] = None,
    sheet: Sheet = None,
    encoding: Encoding = None,
    separator: Separator = None,
    name: Name = None,
    as_json: AsJson = False,
) -> None:
    """Judge a registered model on a table that has outcomes."""
    from pipelines.evaluate import evaluate as run

    reading = table_options(sheet, encoding, separator)
    evaluation = run(data, model=model, name=name, target=target, reading=reading)
    warn(evaluation.warnings)
    if as_json:
        print_json(evaluation.to_json())
    else:
        from pipelines.cli.tables import evaluation_report

        say(evaluation_report(evaluation.to_json()))


@app.command()
def promote(
    *,
    name: Name = None,
    version: Annotated[str, typer.Option(help="A version's number, or challenger.")] = "challenger",
    first: Annotated[
        bool,
        typer.Option("--first", help="Let an initial model in that only beats the constant."),
    ] = False,
    allow_suspect: Annotated[
        list[str] | None,
        typer.Option(help="A suspect column that is known to be honest; may be repeated."),
    ] = None,
    because: Annotated[
        list[str] | None, typer.Option(help="Why it is honest; one for each --allow-suspect.")
    ] = None,
    tolerance: Annotated[
        float, typer.Option(min=0, help="Nats by which a model may be worse and still pass.")
    ] = 0.002,
    beside: Annotated[
        str | None,
        typer.Option(
            help="Serve this version beside the champion, without the gate; none ends it."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask the gate, and make the model the champion if it opens. Exit 4 when it does not."""
    if beside is not None:
        _stand_beside(beside, name=name, because=because or [], as_json=as_json)
        return
    from pipelines.promote import promote as run

    allowed = _explained(allow_suspect or [], because or [])
    try:
        promotion = run(
            name=name, version=version, first=first, allowed=allowed, tolerance=tolerance
        )
    except PromotionRefused as refusal:
        if as_json:
            told = refusal.decision
            print_json({"name": told["name"], "version": told["version"], "decision": told})
        raise
    if as_json:
        print_json(promotion.to_json())
    else:
        from pipelines.cli.tables import promotion_report

        say(promotion_report(promotion.to_json()))


@app.command()
def rollback(
    *,
    name: Name = None,
    as_json: AsJson = False,
) -> None:
    """Make the champion before this one the champion again."""
    from pipelines.promote import rollback as run

    change = run(name=name)
    if as_json:
        print_json(change.to_json())
    else:
        say(f"{change.name}: version {change.version} is champion again, {change.previous} is not")


def _stand_beside(which: str, *, name: str | None, because: list[str], as_json: bool) -> None:
    from pipelines.beside import end_beside, stand_beside

    why = " ".join(because) or None
    change = end_beside(name=name) if which == "none" else stand_beside(which, name=name, why=why)
    if as_json:
        print_json(change.to_json())
    elif change.version is None:
        say(f"{change.name}: nothing runs beside the champion")
    else:
        say(f"{change.name}: version {change.version} runs beside champion {change.champion}")


def _explained(columns: list[str], reasons: list[str]) -> dict[str, str]:
    """Each allowed column with its reason. Raises InvalidInput when one has none."""
    if len(columns) != len(reasons) or not all(reason.strip() for reason in reasons):
        raise InvalidInput(
            'every --allow-suspect COL needs its --because "..." that says why the column is known '
            "when a lead is scored"
        )
    return dict(zip(columns, reasons, strict=True))
