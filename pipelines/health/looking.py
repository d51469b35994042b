"""The use cases: look at the champion's health in the store, or on a file; say what is alarming."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from insights.health.checkup import Checkup, check_up
from leads.errors import NoChampion
from leads.score import Locale
from pipelines.health.banding import distributions, score_distribution
from pipelines.health.gathering import Gathered, as_moments, gather_scores
from pipelines.health.outcomes import Outcomes, as_trained
from pipelines.models import Model, open_model
from pipelines.settings import Settings
from pipelines.tables import AS_FOUND, TableOptions, read_table
from pipelines.tables.refusals import file_named
from store.database import Store
from store.unit_of_work import UnitOfWork

DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """A look at a model.

    source    the store, or the name of the file
    unseen    by field, the values training did not know, the most frequent first, with how often
    """

    model: Model
    source: str
    now: datetime
    days: int
    checkup: Checkup
    unseen: dict[str, list[tuple[str, int]]]
    warnings: tuple[str, ...] = ()


def look_at_store(
    unit: UnitOfWork,
    model: Model,
    *,
    now: datetime,
    days: int = DAYS,
    outcomes: Outcomes | None = None,
) -> Health:
    """From the scores that were kept (`persist`) and what became of their leads.

    outcomes   when leads converted; as the model's labels have it otherwise
    """
    gathered = gather_scores(
        unit, model, now=now, days=days, outcomes=outcomes or as_trained(model)
    )
    return _health(gathered, model, source="store", now=now, days=days)


def look_at_file(
    data: Path,
    model: Model,
    *,
    now: datetime,
    days: int = DAYS,
    reading: TableOptions = AS_FOUND,
) -> Health:
    """From a table of leads, scored here; with times and outcomes if it has the model's columns
    for them. The newest lead is today.

    Raises InvalidInput when the file has none of the model's columns.
    """
    from pipelines.health.in_file import gather_file  # brings pandas and scikit-learn

    table = read_table(data, **reading.arguments())
    with file_named(data):
        gathered, newest, told = gather_file(table.frame, model, now=now, days=days)
    health = _health(gathered, model, source=data.name, now=newest, days=days)
    return replace(health, warnings=(*table.warnings, *told))


def alarms(store: Store, settings: Settings, now: datetime) -> list[str]:
    """What is alarming about the champion, a sentence each; empty without a champion or scores."""
    from pipelines.health.words import alarm_sentences

    try:
        model = open_model(settings)
    except NoChampion:
        return []
    with store.reading() as unit:
        health = look_at_store(unit, model, now=now)
    return alarm_sentences(health, Locale.EN)


def _health(gathered: Gathered, model: Model, *, source: str, now: datetime, days: int) -> Health:
    checkup = check_up(
        gathered.observed,
        fields=distributions(model.bundle),
        score=score_distribution(model.bundle),
        now=as_moments([now])[0],
        days=days,
    )
    unseen = {name: words.most_common() for name, words in gathered.unseen.items() if words}
    return Health(model=model, source=source, now=now, days=days, checkup=checkup, unseen=unseen)
