"""The history features of one lead as of one moment: the same code, asked about one pair."""

from datetime import datetime

import numpy as np

from features.history.acts import Acts
from features.history.many import history_of
from features.values import EPOCH, MICROSECOND

Value = float | str | None


def history_of_one(
    acts: Acts, *, lead: int, accounts: np.ndarray, created: datetime, as_of: datetime
) -> dict[str, Value]:
    """By the names of the catalogue; None where a feature does not apply.

    acts       of the lead and of its colleagues
    lead       its place among them
    accounts   (n_leads,) the companies of all of them, -1 for none
    """
    columns = history_of(
        acts,
        leads=np.array([lead]),
        as_of=np.array([(as_of - EPOCH) // MICROSECOND]),
        created=np.array([(created - EPOCH) // MICROSECOND]),
        accounts=accounts,
    )
    return {name: _plain(column[0]) for name, column in columns.items()}


def _plain(value: object) -> Value:
    if value is None or isinstance(value, str):
        return value
    number = float(value)  # type: ignore[arg-type]  # numbers and texts is all there is
    return None if np.isnan(number) else number
