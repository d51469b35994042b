"""Every row of a table accounted for: what each part of a training saw."""

import numpy as np

from training.reading import ReadTable
from training.report import Part, Rows
from training.splits import Split


def rows_of(table: ReadTable, split: Split) -> Rows:
    """How many leads were learnt from, judged on and left out."""
    everything = np.arange(len(table.leads))
    return Rows(
        table=table.total,
        without_outcome=table.total - table.undated - table.immature - len(table.leads),
        without_time=table.undated,
        immature=table.immature,
        other_part=split.left_out,
        fit=_part(table, split.fit),
        gap=_part(table, split.gap),
        holdout=_part(table, split.holdout),
        refit=_part(table, everything),
    )


def _part(table: ReadTable, positions: np.ndarray) -> Part:
    first = last = None
    if len(positions) and table.leads.moments is not None:
        days = table.leads.moments[positions[[0, -1]]].astype("datetime64[D]")
        first, last = (str(day) for day in days)
    elif len(positions) and table.leads.in_time:
        first, last = (str(row + 1) for row in table.positions[positions[[0, -1]]])
    return Part(
        rows=len(positions),
        converted=int(table.leads.labels[positions].sum()),
        first=first,
        last=last,
    )
