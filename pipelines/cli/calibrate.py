"""The command that lets labels which have matured move the curve that is shown."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leads.errors import InvalidInput
from pipelines.cli.options import AsJson, Encoding, Name, Separator, Sheet, table_options
from pipelines.cli.output import print_json, say, warn
from pipelines.cli.shell import app

if TYPE_CHECKING:
    from pipelines.keeping import Kept
    from scoring.live_curve import LiveCurve
    from scoring.pointer import Role


@app.command()
def calibrate(
    *,
    file: Annotated[
        Path | None,
        typer.Argument(help="Leads with their outcomes; without it, those of the store."),
    ] = None,
    target: Annotated[
        str | None, typer.Option(help="The outcome column, when it is not the trained one.")
    ] = None,
    time: Annotated[
        str | None, typer.Option(help="The column of when leads came, likewise.")
    ] = None,
    beside: Annotated[
        bool, typer.Option("--beside", help="The version beside the champion, not the champion.")
    ] = False,
    most_jump: Annotated[
        float, typer.Option(min=0, help="Mean change of the shown log-odds that goes unasked.")
    ] = 1.0,
    accept_held: Annotated[
        bool, typer.Option("--accept-held", help="Serve the curve that is held.")
    ] = False,
    discard_held: Annotated[
        bool, typer.Option("--discard-held", help="Forget the curve that is held, and its labels.")
    ] = False,
    because: Annotated[
        str | None, typer.Option(help="Why a held curve is accepted or discarded; it is kept.")
    ] = None,
    sheet: Sheet = None,
    encoding: Encoding = None,
    separator: Separator = None,
    name: Name = None,
    as_json: AsJson = False,
) -> None:
    """Count outcomes that became known and renew the curve. Exit 4 when a jump is held."""
    from scoring.pointer import Role

    role = Role.BESIDE if beside else Role.CHAMPION
    if accept_held or discard_held:
        if file is not None or accept_held == discard_held:
            raise InvalidInput("give one of FILE, --accept-held and --discard-held")
        _decided(because or "", name, role, accept=accept_held, as_json=as_json)
        return
    reading = table_options(sheet, encoding, separator)
    kept = _keep(file, target, time, reading, most_jump=most_jump, name=name, role=role)
    if kept.status == "live":
        _put_on_card(kept.made)
    if as_json:
        print_json(kept.to_json())
    else:
        say(_told(kept))
    if kept.made.reason is not None and not kept.made.is_live:
        from leads.errors import Conflict
        from pipelines.cli.shell import EXIT_CODES

        raise typer.Exit(EXIT_CODES[Conflict])


def _keep(
    file: Path | None,
    target: str | None,
    time: str | None,
    reading: Any,  # a pipelines.tables.TableOptions
    *,
    most_jump: float,
    name: str | None,
    role: "Role",
) -> "Kept":
    from pipelines.keeping import keep_up
    from pipelines.matured import from_store, from_table
    from pipelines.memory import using_store
    from pipelines.settings import load_settings
    from training.curve_guard import GuardPolicy

    policy, settings = GuardPolicy(most_jump=most_jump), load_settings()
    if file is not None:
        source = from_table(file, target=target, time=time, reading=reading)
        return keep_up(source, settings=settings, name=name, role=role, policy=policy)
    if target is not None or time is not None:
        raise InvalidInput("--target and --time are columns of a FILE; the store has its own")
    with using_store(settings) as store:
        return keep_up(from_store(store), settings=settings, name=name, role=role, policy=policy)


def _decided(because: str, name: str | None, role: "Role", *, accept: bool, as_json: bool) -> None:
    from pipelines.keeping import accept_held, discard_held

    made = (accept_held if accept else discard_held)(because, name=name, role=role)
    if made.matured_until is not None:
        _put_on_card(made)
    if as_json:
        print_json({"calibration": made.facts()})
    else:
        say(_served(made))


def _put_on_card(made: "LiveCurve") -> None:
    from pipelines.cards import tell_curve
    from pipelines.settings import load_settings

    why_not = tell_curve(load_settings(), made)
    warn([] if why_not is None else [why_not])


def _told(kept: "Kept") -> str:
    lines = [
        (
            f"{kept.name} version {kept.version}: {kept.new:,} new labels, {kept.seen:,} counted "
            f"before, {kept.left_out:,} leads without a known outcome"
        )
    ]
    if kept.why is not None:
        lines.append(f"{kept.status}: {kept.why}")
    if kept.made.is_live:
        lines.append(_served(kept.made))
    else:
        lines.append('look at it, then --accept-held or --discard-held, with --because "..."')
    return "\n".join(lines)


def _served(made: "LiveCurve") -> str:
    if made.matured_until is None:
        return f"version {made.version} serves the curve it was trained with"
    return (
        f"version {made.version} serves curve {made.number} of {made.made_at}: {made.labels:,} "
        f"labels since training, matured until {made.matured_until}"
    )
