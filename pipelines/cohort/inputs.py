"""What a model that was trained from the store is told of a stored lead: the same as was learnt,
as of now. For single leads; no frame is made.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from features.values import EPOCH, MICROSECOND
from pipelines.cohort.fields import Past
from store.unit_of_work import UnitOfWork

CARD, FROM_HISTORY = "inputs", "history"
"""What the card of such a model says."""


def is_from_history(card: Mapping[str, Any]) -> bool:
    """Whether a model learnt from the store, by its card."""
    return card.get(CARD) == FROM_HISTORY


def inputs_as_of(
    unit: UnitOfWork, root_ids: Collection[str], *, now: datetime
) -> dict[str, dict[str, Any]]:
    """By root: fields and attributes as they were known at a moment; of erased leads nothing."""
    moment = (now - EPOCH) // MICROSECOND
    roster = unit.population.roster(root_ids)
    found: dict[str, dict[str, Any]] = {root: {} for root in roster.lead_ids}
    for place, said in unit.population.statements(roster, whole=False):
        found[roster.lead_ids[place]] |= Past(said).as_of(moment).told
    return found
