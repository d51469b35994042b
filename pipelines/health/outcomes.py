"""When leads converted, by the same rule as the model's labels (training/cohort.py)."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

import numpy as np

from features.values import EPOCH, MICROSECOND
from pipelines.cohort.course import read_course
from pipelines.models import Model
from store.unit_of_work import UnitOfWork
from training.cohort import FOREVER, Conversion, converted_at
from training.timeline import LabelDelay

Outcomes = Callable[[UnitOfWork, Collection[str], datetime], Mapping[str, datetime]]
"""When leads converted, by the id that speaks for them, as known at a moment."""

WINDOW = timedelta(days=90)
"""Where the model does not say how long its outcomes take."""


def as_trained(model: Model) -> Outcomes:
    """The conversion the model learnt to foresee; for one that learnt from a table, which does not
    say, that a deal was opened.
    """
    told = model.bundle.card.get("cohort", {}).get("conversion", Conversion.OPPORTUNITY)
    return converted_in_store(Conversion(told))


def converted_in_store(conversion: Conversion) -> Outcomes:
    """From stage moves and deals."""

    def outcomes(
        unit: UnitOfWork, lead_ids: Collection[str], now: datetime
    ) -> Mapping[str, datetime]:
        if not lead_ids:
            return {}
        roster = unit.population.roster(lead_ids)
        course = read_course(unit, roster, known_by=(now - EPOCH) // MICROSECOND, whole=False)
        at = converted_at(course, conversion)
        return {
            roster.lead_ids[place]: EPOCH + timedelta(microseconds=int(at[place]))
            for place in np.flatnonzero(at != FOREVER).tolist()
        }

    return outcomes


def window_of(model: Model) -> timedelta:
    """How long after a score a conversion counts."""
    card = model.bundle.card
    days = card.get("cohort", {}).get("window_days")
    if days is not None:
        return timedelta(days=int(days))
    delay = LabelDelay.parse(card.get("options", {}).get("label_delay", "0%")).duration
    return WINDOW if delay is None else timedelta(microseconds=int(delay.astype(np.int64)))
