"""What a model may look at, of many leads as of many moments."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from features.history.acts import Acts
from features.history.catalogue import HISTORY_NAMES
from features.history.many import history_of
from pipelines.cohort.fields import Known, Past
from store.columns import Roster
from store.unit_of_work import UnitOfWork

Changes = Mapping[str, Sequence[tuple[int, int]]]
"""Column -> (lead, instant) of everything that was changed."""


def known_at(
    unit: UnitOfWork, roster: Roster, leads: np.ndarray, as_of: np.ndarray
) -> tuple[list[Known], Changes]:
    """What was known of each pair of lead and moment, and every change of these leads."""
    wanted: dict[int, list[int]] = defaultdict(list)
    for row, lead in enumerate(leads.tolist()):
        wanted[lead].append(row)
    moments = as_of.tolist()
    rows = [Known(told={}, unknown=frozenset())] * len(leads)
    changes: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for lead, said in unit.population.statements(roster):
        if lead not in wanted:
            continue
        past = Past(said)
        for row in wanted[lead]:
            rows[row] = past.as_of(moments[row])
        for change in past.changes():
            for column in change.columns:
                changes[column].append((lead, change.at))
    return rows, changes


def looked_at(
    rows: Sequence[Known], leads: np.ndarray, as_of: np.ndarray, *, roster: Roster, acts: Acts
) -> dict[str, Any]:
    """Fields, attributes and history by column; a feature of the history wins over an attribute."""
    told = sorted({name for row in rows for name in row.told} - HISTORY_NAMES)
    history = history_of(
        acts, leads=leads, as_of=as_of, created=roster.created[leads], accounts=roster.accounts
    )
    return {name: [row.told.get(name) for row in rows] for name in told} | history
