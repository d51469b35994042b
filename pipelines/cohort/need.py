"""Whether a new model is needed: the last one is old, or the leads are not what they were."""

from datetime import datetime, timedelta

from pipelines.health.looking import alarms
from pipelines.models import open_registry
from pipelines.settings import Settings
from store.database import Store


def why_not(
    store: Store,
    settings: Settings,
    *,
    name: str,
    stale_days: int | None,
    if_drifted: bool,
    now: datetime,
) -> str | None:
    """Why no model need be made, in a sentence; None when one is, or nothing was asked.

    stale_days   one is needed when the newest version is older
    if_drifted   ... or when the champion's health is alarming
    """
    if stale_days is None and not if_drifted:
        return None
    reasons = []
    if stale_days is not None:
        versions = open_registry(settings).versions(name)
        age = now - versions[-1].made_at if versions else None
        if age is None or age >= timedelta(days=stale_days):
            return None
        reasons.append(
            f"version {versions[-1].number} of {name!r} is {max(age.days, 0)} days old, younger"
            f" than {stale_days}"
        )
    if if_drifted:
        if alarms(store, settings, now):
            return None
        reasons.append("nothing is alarming about the champion's health")
    return " and ".join(reasons)
