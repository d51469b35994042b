"""The command that brings files in: leads, and what happened to them."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leads.errors import LeadflowError
from leads.imports import ImportKind, RowOutcome
from pipelines.cli.options import AsJson, Encoding, Separator, Sheet, table_options
from pipelines.cli.output import print_json, say, warn
from pipelines.cli.progress import showing_progress
from pipelines.cli.shell import app

if TYPE_CHECKING:
    from leads.imports import Quarantined
    from pipelines.intake.planning import Plan
    from pipelines.intake.running import Imported, Rehearsed
    from store.database import Store

SHOWN = 10


@app.command("import")
def import_file(
    *,
    kind: Annotated[ImportKind, typer.Argument(help="What the rows are.")],
    file: Annotated[
        Path,
        typer.Argument(help="CSV, TSV, XLSX, Parquet or JSON Lines; plain or gzipped."),
    ],
    source: Annotated[
        str | None,
        typer.Option("--source", help="Whose ids these are, the same each time: crm, forms, ..."),
    ] = None,
    preset: Annotated[
        str | None,
        typer.Option(
            "--preset",
            help="salesforce, hubspot, dynamics, odoo or chinese; recognised by itself else.",
        ),
    ] = None,
    map_file: Annotated[
        Path | None,
        typer.Option("--map", help='TOML: "Header" = "field", "attribute" or "ignore".'),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done; write nothing.")
    ] = False,
    write_map_file: Annotated[
        Path | None,
        typer.Option("--write-map", help="Write the mapping to a file for --map, to be edited."),
    ] = None,
    quarantine: Annotated[
        Path | None,
        typer.Option("--quarantine", help="Where rows that are put aside are listed (CSV)."),
    ] = None,
    country: Annotated[
        str | None,
        typer.Option("--country", help="Where telephone numbers without a country are from."),
    ] = None,
    currency: Annotated[
        str | None, typer.Option("--currency", help="Of amounts that name none: EUR, CNY, ...")
    ] = None,
    lead_source: Annotated[
        str | None,
        typer.Option("--lead-source", help="Whose lead ids a file of facts has; --source else."),
    ] = None,
    day_first: Annotated[
        bool | None,
        typer.Option("--day-first/--month-first", help="What 3/4/2026 means; found out else."),
    ] = None,
    sheet: Sheet = None,
    encoding: Encoding = None,
    separator: Separator = None,
    as_json: AsJson = False,
) -> None:
    """Bring a file in. Called again after an interruption it goes on where it was."""
    from pipelines.clock import system_clock
    from pipelines.intake.planning import Asked, plan_import
    from pipelines.intake.running import bring_in, rehearse
    from pipelines.memory import rehearsal_store, using_store
    from pipelines.settings import load_settings

    settings = load_settings()
    asked = Asked(
        source=source,
        preset=preset,
        map=map_file,
        country=country,
        day_first=day_first,
        lead_source=lead_source,
        currency=currency,
        table=table_options(sheet, encoding, separator),
    )
    with showing_progress() as progress:
        plan = plan_import(file, kind=kind, asked=asked, progress=progress)
    _show_plan(plan, as_json=as_json)
    if write_map_file is not None:
        _write_map(plan, write_map_file)
    if dry_run:
        with rehearsal_store(settings) as store:
            _tell_rehearsal(plan, rehearse(store, plan, clock=system_clock), as_json=as_json)
        return
    with using_store(settings) as store:
        with showing_progress() as progress:
            done = bring_in(store, plan, actor="cli", clock=system_clock, progress=progress)
        try:
            where = _list_put_aside(store, settings.var, plan, done, told=quarantine)
        except LeadflowError:  # what was brought in is in all the same
            _tell(plan, done, None, as_json=as_json)
            raise
    _tell(plan, done, where, as_json=as_json)


def _list_put_aside(
    store: "Store", var: Path, plan: "Plan", done: "Imported", *, told: Path | None
) -> Path | None:
    """Where the rows that were put aside are listed; None when there are none."""
    from pipelines.files import writing_named
    from pipelines.intake.quarantine import write_quarantine

    if told is None and not done.batch.quarantined:
        return None
    batch_id = done.batch.batch_id
    where = told or var / "quarantine" / f"{plan.path.stem}-{batch_id[-6:]}.csv"
    if told is None:
        with writing_named(where):
            where.parent.mkdir(parents=True, exist_ok=True)
    with store.reading() as unit:
        write_quarantine(where, unit.imports.put_aside_of(batch_id))
    return where


def _show_plan(plan: "Plan", *, as_json: bool) -> None:
    """Before anything is written; in front of a JSON document only the warnings, on stderr."""
    warn(plan.warnings)
    warn(
        f"{header!r} has dates that could be read two ways; say --day-first or --month-first,"
        " or these rows are put aside"
        for header in plan.undecided
    )
    if as_json:
        return
    mapping = plan.mapping
    preset = f", preset {mapping.preset}" if mapping.preset else ""
    say(f"{plan.path}: {plan.n_rows:,} rows of {plan.kind} from {plan.source!r}{preset}")
    rows = [(header, field, str(mapping.how[header])) for header, field in mapping.fields.items()]
    rows += [(header, "", "kept as an attribute") for header in mapping.attributes[:SHOWN]]
    say(_table(("header", "field", "by"), rows))
    if len(mapping.attributes) > SHOWN:
        say(f"... and {len(mapping.attributes) - SHOWN:,} more kept as attributes")
    if mapping.ignored:
        say(f"left out: {', '.join(mapping.ignored[:SHOWN])}")
    for doubt in mapping.ambiguous[:SHOWN]:
        say(f"note: {doubt}")


def _write_map(plan: "Plan", path: Path) -> None:
    from cleansing.mapping import write_map
    from pipelines.files import replacing

    with replacing(path) as partial:
        partial.write_text(write_map(plan.mapping), encoding="utf-8")


def _tell_rehearsal(plan: "Plan", seen: "Rehearsed", *, as_json: bool) -> None:
    outcomes = {outcome.value: seen.outcomes[outcome] for outcome in RowOutcome}
    if as_json:
        told = [_problem(one) for one in seen.problems[:100]]
        print_json(
            {
                "dry_run": True,
                **_mapping(plan),
                "rows_tried": seen.n_rows,
                "would_be": outcomes,
                "remarks": dict(seen.remarks),
                "quarantine": told,
            }
        )
        return
    say("")
    say(f"of the first {seen.n_rows:,} rows would be")
    say(_counts(outcomes, seen.n_rows))
    _tell_remarks(seen.remarks)
    for one in seen.problems[:SHOWN]:
        say(f"  row {one.row_number}, {one.field}: {one.reason}")
    say("nothing was written")


def _tell(plan: "Plan", done: "Imported", quarantine: Path | None, *, as_json: bool) -> None:
    batch = done.batch
    if as_json:
        print_json(
            {
                "batch_id": batch.batch_id,
                **_mapping(plan),
                "resumed_at": done.resumed_at,
                "outcomes": batch.counts,
                "in_review": batch.in_review,
                "remarks": dict(done.remarks),
                "quarantine": str(quarantine) if quarantine else None,
            }
        )
        return
    if done.resumed_at:
        say(f"went on behind row {done.resumed_at:,}")
    say(_counts(batch.counts, batch.done_rows))
    if batch.in_review:
        say(f"{batch.in_review:,} of the imported may be double: a person is asked")
    _tell_remarks(done.remarks)
    if quarantine is not None:
        say(f"rows put aside, with the reasons: {quarantine}")


def _mapping(plan: "Plan") -> dict[str, Any]:
    return {
        "file": str(plan.path),
        "kind": str(plan.kind),
        "source": plan.source,
        "rows": plan.n_rows,
        "preset": plan.mapping.preset,
        "fields": dict(plan.mapping.fields),
        "attributes": list(plan.mapping.attributes),
        "ignored": list(plan.mapping.ignored),
        "undecided": list(plan.undecided),
    }


def _problem(one: "Quarantined") -> dict[str, Any]:
    return {
        "row": one.row_number,
        "field": one.field,
        "value": one.value,
        "code": one.code,
        "reason": one.reason,
    }


def _tell_remarks(remarks: Mapping[str, int]) -> None:
    if remarks:
        told = ", ".join(f"{code} {n:,}" for code, n in sorted(remarks.items()))
        say(f"values kept with a remark: {told}")


def _counts(outcomes: Mapping[str, int], total: int) -> str:
    rows = [(name, f"{n:,}") for name, n in outcomes.items()]
    return _table(("rows", ""), [*rows, ("together", f"{total:,}")])


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, head in enumerate(heads):
        is_number = place > 0 and all(row[place].replace(",", "").isdigit() for row in rows)
        table.add_column(head, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    out = io.StringIO()
    Console(file=out, width=100, color_system=None).print(table)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())
