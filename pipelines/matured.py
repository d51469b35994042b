"""Where matured labels come from: a table of leads with outcomes, or the store."""

from datetime import datetime
from pathlib import Path

import pandas as pd

from leads.errors import Conflict
from pipelines.cohort.asked import Asked
from pipelines.cohort.inputs import is_from_history
from pipelines.cohort.table import TIME, cohort_table
from pipelines.keeping import MaturedLabels
from pipelines.tables import AS_FOUND, TableOptions, read_table
from pipelines.tables.refusals import file_named
from scoring.bundle import Bundle
from store.database import Store
from training.labels import LOWEST_MIN_CLASS
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


def from_store(store: Store) -> MaturedLabels:
    """The outcomes of stored leads, for a model that was trained from the store.

    They are the snapshots of its cohort, asked for as in training, whose label window has ended.
    """

    def labels(bundle: Bundle, after: float | None, until: datetime) -> Matured:
        card = bundle.card
        if not is_from_history(card):
            raise Conflict(
                "this model was trained on a table, and the store does not have its columns: "
                "`leadflow calibrate FILE` with a table of newer leads and their outcomes keeps "
                "it up"
            )
        asked = Asked.of_card(card["cohort"])
        with store.reading() as unit:
            frame = cohort_table(unit, asked, now=until, min_class=LOWEST_MIN_CLASS).frame
        if after is not None:
            seen = pd.Timestamp(int(after), unit="us", tz="UTC")
            frame = frame[frame[TIME] + pd.Timedelta(days=asked.window_days) >= seen]
        columns = LabelColumns.of_card(card)
        return read_matured(frame.reset_index(drop=True), columns, bundle=bundle, now=until)

    return labels


def _frame(data: Path | pd.DataFrame, reading: TableOptions) -> pd.DataFrame:
    found = (
        data if isinstance(data, pd.DataFrame) else read_table(data, **reading.arguments()).frame
    )
    named = [str(column) for column in found.columns]
    return found.set_axis(named, axis=1).reset_index(drop=True)
