"""What a model that was trained from the store is told of a stored lead: the same as was learnt,
as of now. For single leads; no frame is made.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from features.history.one import history_of_one
from features.values import EPOCH, MICROSECOND
from pipelines.cohort.acts import read_acts
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
    """By root: fields, attributes and history as they were known at a moment; no erased leads."""
    moment = (now - EPOCH) // MICROSECOND
    asked = unit.population.roster(root_ids)
    with_colleagues = {*asked.lead_ids, *unit.population.colleagues(asked.companies)}
    roster = unit.population.roster(with_colleagues)
    acts = read_acts(unit, roster, whole=False)
    found: dict[str, dict[str, Any]] = {root: {} for root in asked.lead_ids}
    for place, said in unit.population.statements(asked, whole=False):
        found[asked.lead_ids[place]] |= Past(said).as_of(moment).told
    for root, told in list(found.items()):
        place = roster.place_of[root]
        found[root] = told | history_of_one(
            acts,
            lead=place,
            accounts=roster.accounts,
            created=EPOCH + int(roster.created[place]) * MICROSECOND,
            as_of=now,
        )
    return found
