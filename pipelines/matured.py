"""Where matured labels come from: a table of leads with outcomes, or the store."""

from datetime import datetime
from pathlib import Path

import pandas as pd

from leads.errors import Conflict
from pipelines.keeping import MaturedLabels
from pipelines.tables import AS_FOUND, TableOptions, read_table
from pipelines.tables.refusals import file_named
from scoring.bundle import Bundle
from store.database import Store
from training.live_keeper import Matured
from training.matured import LabelColumns, read_matured


def from_table(
    data: Path | pd.DataFrame,
    *,
    target: str | None = None,
    time: str | None = None,
    reading: TableOptions = AS_FOUND,
) -> MaturedLabels:
    """The outcomes in a table file or a frame.

    `target` and `time` are its columns, by default those the model was trained on.
    """

    def labels(bundle: Bundle, _after: float | None, until: datetime) -> Matured:
        columns = LabelColumns.of_card(bundle.card, target=target, time=time)
        frame = _frame(data, reading)
        with file_named(data):
            return read_matured(frame, columns, bundle=bundle, now=until)

    return labels


def from_store(store: Store) -> MaturedLabels:  # noqa: ARG001
    """The outcomes of stored leads, for a model that was trained from the store."""

    def labels(bundle: Bundle, _after: float | None, _until: datetime) -> Matured:
        told = bundle.card.get("options", {}).get("time")
        raise Conflict(
            "this model was trained on a table, and the store does not have its columns: "
            f"`leadflow calibrate FILE` with a table of newer leads, their outcomes and {told!r} "
            "keeps it up"
        )

    return labels


def _frame(data: Path | pd.DataFrame, reading: TableOptions) -> pd.DataFrame:
    found = (
        data if isinstance(data, pd.DataFrame) else read_table(data, **reading.arguments()).frame
    )
    named = [str(column) for column in found.columns]
    return found.set_axis(named, axis=1).reset_index(drop=True)
