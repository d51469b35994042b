"""The command that makes a model, from a table or from the store."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leads.errors import InvalidInput
from pipelines.cli.options import AsJson, Encoding, Name, Separator, Sheet, table_options
from pipelines.cli.output import print_json, say, warn
from pipelines.cli.progress import showing_progress
from pipelines.cli.shell import app

if TYPE_CHECKING:
    from pipelines.train import Trained

OF_TABLE = "of a table (--data)"
OF_STORE = "of the store (without --data)"


@app.command()
def train(
    *,
    data: Annotated[
        Path | None,
        typer.Option("--data", help="A table: CSV, TSV, Parquet or XLSX. Else the store's leads."),
    ] = None,
    target: Annotated[
        str | None, typer.Option(help="The table's column of outcomes: two values.")
    ] = None,
    time: Annotated[str | None, typer.Option(help="The column of when leads came.")] = None,
    ordered: Annotated[
        bool, typer.Option("--ordered", help="Rows stand oldest first; there is no time column.")
    ] = False,
    group: Annotated[
        str | None, typer.Option(help="The column of accounts, which never straddle a split.")
    ] = None,
    drop: Annotated[
        str | None, typer.Option(help="Columns to leave out, separated by commas.")
    ] = None,
    positive: Annotated[
        str | None, typer.Option(help="The target's value that means converted.")
    ] = None,
    converted_at: Annotated[
        str | None,
        typer.Option(help="The column of when leads converted: learns how long it takes."),
    ] = None,
    label_delay: Annotated[
        str | None,
        typer.Option(help="How long outcomes take to be known: 2% of the rows (default), 30d."),
    ] = None,
    conversion: Annotated[
        str | None,
        typer.Option(help="Of the store: sql (default), opportunity or won counts as converted."),
    ] = None,
    window: Annotated[
        str | None, typer.Option(help="Of the store: how soon it must come; 90d by default.")
    ] = None,
    snapshots: Annotated[
        str | None,
        typer.Option(help="Of the store: hand-over (default), or every 30d while a lead is open."),
    ] = None,
    if_stale: Annotated[
        str | None, typer.Option(help="Only when the newest version is older: 15d.")
    ] = None,
    if_drifted: Annotated[
        bool, typer.Option("--if-drifted", help="Only when the champion's health is alarming.")
    ] = False,
    fields: Annotated[
        Path | None, typer.Option(help="A TOML file that declares types and labels of columns.")
    ] = None,
    min_class: Annotated[int, typer.Option(help="Fewest leads of either outcome.")] = 40,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same model.")] = 0,
    tune: Annotated[
        str | None,
        typer.Option(help="Search for better numbers than the recipe's: 10m, 1.5h, 50 trials."),
    ] = None,
    sheet: Sheet = None,
    encoding: Encoding = None,
    separator: Separator = None,
    name: Name = None,
    as_json: AsJson = False,
) -> None:
    """Learn from historical leads; judge, track and register the model as challenger."""
    of_store: dict[str, object] = {"--conversion": conversion, "--window": window}
    of_store |= {"--snapshots": snapshots, "--if-stale": if_stale}
    of_store |= {"--if-drifted": if_drifted or None}
    of_table: dict[str, object] = {"--target": target, "--time": time}
    of_table |= {
        "--ordered": ordered or None,
        "--group": group,
        "--positive": positive,
        "--converted-at": converted_at,
        "--label-delay": label_delay,
    }
    of_table |= {"--sheet": sheet, "--encoding": encoding, "--separator": separator}
    common: dict[str, Any] = {
        "drop": columns_of(drop),
        "fields": fields,
        "min_class": min_class,
        "seed": seed,
    }
    if data is None:
        _refuse(of_table, where=OF_TABLE)
        chosen = (conversion or "sql", window or "90d", snapshots or "hand-over")
        trained = _from_store(
            common | {"tune": tune},
            chosen,
            if_stale=if_stale,
            if_drifted=if_drifted,
            name=name,
            as_json=as_json,
        )
        if trained is None:
            return
    else:
        _refuse(of_store, where=OF_STORE)
        if target is None:
            raise InvalidInput("--target COLUMN is needed: which column says what became of leads?")
        with showing_progress() as progress:
            from pipelines.train import TrainOptions
            from pipelines.train import train as run

            options = TrainOptions(
                target=target,
                time=time,
                ordered=ordered,
                group=group,
                positive=positive,
                converted_at=converted_at,
                label_delay=label_delay or "2%",
                **common,
            )
            reading = table_options(sheet, encoding, separator)
            trained = run(data, options, name=name, reading=reading, progress=progress, tune=tune)
    warn(trained.warnings)
    if as_json:
        print_json(trained.to_json())
    else:
        from pipelines.cli.tables import training_report

        say(training_report(trained.to_json()))


def _from_store(
    common: dict[str, Any],
    chosen: tuple[str, str, str],
    *,
    if_stale: str | None,
    if_drifted: bool,
    name: str | None,
    as_json: bool,
) -> "Trained | None":
    """A model of the store's leads; None when none was needed, which is then told."""
    from pipelines.cohort.asked import Asked, days_of

    conversion, window, snapshots = chosen
    asked = Asked.of(conversion=conversion, window=window, snapshots=snapshots)
    stale_days = None if if_stale is None else days_of(if_stale, option="--if-stale")
    with showing_progress() as progress:
        from pipelines.clock import system_clock
        from pipelines.cohort.need import why_not
        from pipelines.cohort.training import StoreOptions, train_from_store
        from pipelines.environment import prepare_environment
        from pipelines.memory import using_store
        from pipelines.settings import load_settings

        prepare_environment()
        settings = load_settings()
        with using_store(settings) as store:
            reason = why_not(
                store,
                settings,
                name=name or settings.model_name,
                stale_days=stale_days,
                if_drifted=if_drifted,
                now=system_clock(),
            )
            if reason is None:
                options = StoreOptions(asked=asked, **common)
                return train_from_store(
                    store, options, settings=settings, name=name, progress=progress
                )
    if as_json:
        print_json({"trained": False, "because": reason})
    else:
        say(f"no new model: {reason}")
    return None


def columns_of(text: str | None) -> tuple[str, ...]:
    """The columns that a list with commas names."""
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def _refuse(options: Mapping[str, object], *, where: str) -> None:
    given = [option for option, value in options.items() if value is not None]
    if given:
        raise InvalidInput(f"{', '.join(given)}: an option {where}")
