"""Options that several commands share, so that they mean the same wherever they stand."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipelines.tables import TableOptions

Data = Annotated[Path, typer.Option("--data", help="CSV, TSV, Parquet or XLSX; plain or gzipped.")]
MaybeData = Annotated[
    Path | None,
    typer.Option("--data", help="CSV, TSV, Parquet or XLSX. Without it, the store's leads."),
]
Sheet = Annotated[str | None, typer.Option("--sheet", help="The sheet of a workbook to read.")]
Encoding = Annotated[
    str | None, typer.Option("--encoding", help="The encoding of a text file; else found out.")
]
Separator = Annotated[
    str | None, typer.Option("--separator", help="One character, or tab; else found out.")
]
Name = Annotated[
    str | None, typer.Option("--name", help="The registered model; LEADFLOW_MODEL_NAME else.")
]
Which = Annotated[str, typer.Option("--model", help="champion, challenger or a version's number.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print a JSON document for machines.")]


def table_options(sheet: str | None, encoding: str | None, separator: str | None) -> "TableOptions":
    """How the table is to be read; a tab cannot easily be typed and is named."""
    from pipelines.tables import TableOptions

    told = "\t" if separator in ("tab", "\\t") else separator
    return TableOptions(sheet=sheet, encoding=encoding, separator=told)
