"""Columns that may know the outcome."""

from training.fit import FittedModel, Leads
from training.recipe import Table
from training.report import Suspect


def find_suspects(table: Table, *, model: FittedModel, leads: Leads) -> tuple[Suspect, ...]:
    return ()
