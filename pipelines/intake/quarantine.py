"""The quarantine of an import as a table that a person opens, repairs and hands in again."""

import csv
from collections.abc import Iterable
from pathlib import Path

from leads.imports import Quarantined
from pipelines.dedupe import inert
from pipelines.files import replacing

COLUMNS = ("row", "field", "value", "code", "reason")


def write_quarantine(path: Path, fields: Iterable[Quarantined]) -> None:
    """One line a field that kept a row out. Cells are inert: a spreadsheet calculates none."""
    with replacing(path) as partial, partial.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(COLUMNS)
        for one in fields:
            texts = (one.field, one.value or "", one.code, one.reason)
            writer.writerow((one.row_number, *map(inert, texts)))
