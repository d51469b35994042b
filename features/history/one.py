"""The history features of one lead as of one moment: the same code, asked about one pair."""

from datetime import datetime
from math import isnan

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
    return {name: _plain(column.item()) for name, column in columns.items()}


def _plain(value: Value) -> Value:
    return None if isinstance(value, float) and isnan(value) else value
