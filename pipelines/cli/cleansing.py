"""Commands that clean: which rows of a table are the same."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from leads.score import Locale
from pipelines.cli.options import AsJson, Encoding, Separator, Sheet, table_options
from pipelines.cli.output import print_json, say, warn
from pipelines.cli.progress import showing_progress
from pipelines.cli.shell import app


@app.command()
def dedupe(
    *,
    file: Annotated[Path, typer.Argument(help="CSV, TSV, Parquet or XLSX; plain or gzipped.")],
    file_b: Annotated[
        Path | None, typer.Argument(help="A second table: rows are joined across the two only.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Where each row's id and cluster go.")],
    pairs: Annotated[
        Path | None, typer.Option("--pairs", help="Where the judged pairs and their reasons go.")
    ] = None,
    id_column: Annotated[
        str | None, typer.Option("--id", help="The column of ids; rows are numbered else.")
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--map", help='TOML or JSON: column = kind, or "ignore"; found out else.'),
    ] = None,
    one_to_one: Annotated[
        bool, typer.Option("--one-to-one", help="With FILE_B: one row joins one row at most.")
    ] = False,
    bar: Annotated[
        float | None, typer.Option("--bar", help="The probability from which rows are joined.")
    ] = None,
    locale: Annotated[
        Locale, typer.Option("--locale", help="Language of the reasons.")
    ] = Locale.EN,
    sheet: Sheet = None,
    encoding: Encoding = None,
    separator: Separator = None,
    as_json: AsJson = False,
) -> None:
    """Find the rows of a table, or of two, that are the same person or thing."""
    from pipelines.dedupe import dedupe_file

    with showing_progress() as progress:
        report = dedupe_file(
            file,
            file_b,
            out=out,
            pairs_out=pairs,
            id_column=id_column,
            mapping=mapping,
            one_to_one=one_to_one,
            bar=bar,
            locale=locale,
            options=table_options(sheet, encoding, separator),
            progress=progress,
        )
    warn(report.warnings)
    if as_json:
        print_json({"out": str(out), "pairs": str(pairs) if pairs else None, **asdict(report)})
        return
    compared = ", ".join(f"{name}: {kind}" for name, kind in report.kinds.items())
    say(f"compared {compared}")
    say(
        f"{report.n_rows:,} rows are {report.n_clusters:,}; {report.n_merged:,} rows have a double,"
        f" {report.n_review:,} pairs are for a person to decide; {out}"
    )
