"""Leads and whether they were won, from the store or from a table, for a draft of the profile."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from features.values import EPOCH, MICROSECOND
from leads.lifecycle import Stage
from pipelines.day_one import known_of_inline
from pipelines.tables import AS_FOUND, TableOptions, read_table
from store.columns import NEVER
from training.labels import read_target

if TYPE_CHECKING:
    from store.unit_of_work import UnitOfWork

WINDOW_DAYS = 90
"""Younger leads are left out: nobody knows yet what becomes of them."""
_FIRST_DAY = timedelta(days=1) // MICROSECOND


@dataclass(frozen=True, slots=True, kw_only=True)
class WonDeals:
    """What a draft is made from.

    leads      fields of each, as they were known a day after it came where the store knows that
    won        (n,) 1 for a won deal, 0 for none
    left_out   why some leads are not among them, each with how many
    """

    leads: list[Mapping[str, Any]]
    won: np.ndarray
    left_out: tuple[str, ...]


def from_store(unit: "UnitOfWork", *, now: datetime) -> WonDeals:
    """All leads old enough to have been won; what was said of them later does not count."""
    from pipelines.cohort.fields import Past

    roster = unit.population.roster()
    moment = (now - EPOCH) // MICROSECOND
    is_old = roster.created <= moment - timedelta(days=WINDOW_DAYS) // MICROSECOND
    won = np.zeros(len(roster))
    moves, deals = unit.population.moves(roster), unit.population.deals(roster)
    customers = [to == Stage.CUSTOMER for to in moves.to_stage]
    won[moves.who[np.array(customers, dtype=bool)]] = 1
    won[deals.who[(deals.won != NEVER) & (deals.won <= moment)]] = 1
    known: list[Mapping[str, Any]] = [{} for _ in range(len(roster))]
    for place, said in unit.population.statements(roster):
        if is_old[place]:
            known[place] = Past(said).as_of(int(roster.created[place]) + _FIRST_DAY).told
    young = int((~is_old).sum())
    told = f"{young:,} leads younger than {WINDOW_DAYS} days: their outcome is not known yet"
    return WonDeals(
        leads=[known[place] for place in np.flatnonzero(is_old)],
        won=won[is_old],
        left_out=(told,) if young else (),
    )


def from_table(
    path: Path, *, target: str, positive: str | None = None, reading: TableOptions = AS_FOUND
) -> WonDeals:
    """The rows of a table that say what became of the lead. Raises InvalidInput."""
    frame = read_table(path, **reading.arguments()).frame
    outcome = read_target(frame, column=target, positive=positive)
    says = ~np.isnan(outcome.labels)
    rows = frame.drop(columns=[target])[says].to_dict(orient="records")
    without = int((~says).sum())
    return WonDeals(
        leads=[known_of_inline({str(name): row[name] for name in row}) for row in rows],
        won=outcome.labels[says],
        left_out=(f"{without:,} rows without an outcome",) if without else (),
    )
