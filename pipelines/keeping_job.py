"""The daily job that keeps calibration up from the store, for every version that is served.

It asks for its own next day before it works, so that a day that fails breaks no chain; done twice
it counts no label twice.
"""

from datetime import datetime, time, timedelta

import structlog

from leads.clock import Clock
from leads.errors import Conflict, NoChampion
from leads.work import Job
from pipelines.cards import tell_curve
from pipelines.keeping import Kept, keep_up
from pipelines.matured import from_store
from pipelines.settings import Settings
from scoring.live_curve import LIVE
from scoring.pointer import Role
from store.database import Store
from store.unit_of_work import UnitOfWork

KIND = "keep_calibration"
AT = time(3)
"""Of the day, UTC: after the day's imports, before anybody asks."""

log = structlog.get_logger()


def ask_for_next(unit: UnitOfWork, name: str, *, now: datetime) -> None:
    """Ask for the next day's update of a model; asked again it stays one job."""
    unit.jobs.enqueue(KIND, name, now=now, run_at=next_day(now))


def next_day(now: datetime) -> datetime:
    """The next moment at which an update is due."""
    today = datetime.combine(now.date(), AT, tzinfo=now.tzinfo)
    return today if now < today else today + timedelta(days=1)


def keep_calibration(store: Store, job: Job, *, settings: Settings, clock: Clock) -> None:
    """Update the curve of the champion, and of the version beside it."""
    with store.writing() as unit:
        ask_for_next(unit, job.key, now=clock())
    for role in Role:
        try:
            kept = keep_up(
                from_store(store), settings=settings, name=job.key, role=role, clock=clock
            )
        except NoChampion:  # nothing is served in that role
            continue
        except Conflict as error:  # no keeper, or somebody is at it: tomorrow is another day
            log.info("calibration_not_kept", model=job.key, role=str(role), why=str(error))
            continue
        _tell(kept)
        if kept.status == LIVE and (why_not := tell_curve(settings, kept.made)):
            log.warning("card_not_renewed", model=job.key, why=why_not)


def _tell(kept: Kept) -> None:
    about = {"model": kept.name, "version": kept.version, "new_labels": kept.new}
    if not kept.made.is_live:
        log.error("calibration_held", why=kept.made.reason, number=kept.made.number, **about)
    elif kept.why is not None:
        log.info("calibration_waits", why=kept.why, **about)
    else:
        log.info("calibration_renewed", number=kept.made.number, jump=kept.made.jump, **about)
