"""The daily job that makes a new model of the store's leads when the last one is old.

It asks for its own next day before it works, so that a day that fails breaks no chain. Whether the
new model serves is for the gate to say; a refusal leaves it as challenger, with the reasons at its
version. While there is too little to learn from, the job says so in the log and waits.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Any

import structlog

from leads.clock import Clock
from leads.errors import Conflict, InvalidInput, NoChampion, PromotionRefused
from leads.work import Job
from pipelines.cohort.inputs import is_from_history
from pipelines.cohort.need import why_not
from pipelines.cohort.training import StoreOptions, options_of_card, train_from_store
from pipelines.models import open_model
from pipelines.promote import promote
from pipelines.settings import Settings
from scoring.pointer import pointer_path
from store.database import Store
from store.unit_of_work import UnitOfWork

KIND = "retrain"
AT = time(4)
"""Of the day, UTC: after the calibration."""

log = structlog.get_logger()


def ask_for_next(unit: UnitOfWork, settings: Settings, *, now: datetime) -> None:
    """Ask for the next day's look at a model; asked again it stays one job."""
    if settings.retrain_days:
        today = datetime.combine(now.date(), AT, tzinfo=now.tzinfo)
        run_at = today if now < today else today + timedelta(days=1)
        unit.jobs.enqueue(KIND, settings.model_name, now=now, run_at=run_at)


def retrain(
    store: Store,
    job: Job,
    *,
    settings: Settings,
    clock: Clock,
    config: Any = None,  # a training.recipe.TrainingConfig
) -> None:
    """Make and offer a new model when the newest is older than `retrain_days`."""
    now, name = clock(), job.key
    with store.writing() as unit:
        ask_for_next(unit, settings, now=now)
    if not settings.retrain_days:
        return
    days = settings.retrain_days
    try:
        with _alone(settings, name):
            reason = why_not(store, settings, name=name, stale_days=days, if_drifted=False, now=now)
            if reason is not None:
                log.info("retraining_not_needed", model=name, why=reason)
                return
            options = _as_the_champion(settings, name)
            trained = train_from_store(
                store, options, settings=settings, name=name, clock=clock, config=config
            )
    except InvalidInput as error:  # too few outcomes, say: more come every day
        log.warning("retraining_not_possible", model=name, why=str(error))
        return
    except Conflict:
        log.info("retraining_under_way", model=name)
        return
    _offer(settings, name, trained.version, clock=clock)


def _offer(settings: Settings, name: str, version: str, *, clock: Clock) -> None:
    try:
        promote(name=name, version=version, settings=settings, clock=clock)
    except PromotionRefused as refusal:
        log.warning("challenger_not_promoted", model=name, version=version, why=str(refusal))
    else:
        log.info("challenger_promoted", model=name, version=version)


def _as_the_champion(settings: Settings, name: str) -> StoreOptions:
    """What the champion was asked and kept from, so that the two can be compared; the usual
    without one.
    """
    try:
        card = open_model(settings, name=name).bundle.card
    except (NoChampion, InvalidInput):
        return StoreOptions()
    return options_of_card(card) if is_from_history(card) else StoreOptions()


@contextmanager
def _alone(settings: Settings, name: str) -> Iterator[None]:
    """One retraining at a time, also when it takes longer than a job's lease. Raises Conflict."""
    path = pointer_path(settings.var, name).with_suffix(".retraining")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(f"model {name!r} is being retrained by another process") from error
        yield
