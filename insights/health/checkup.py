"""One look at a model: everything measured, and what of it is worth an alarm."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from insights.health.fields import Moved, fields_moved
from insights.health.limits import USUAL, Limits
from insights.health.months import Month, missing_of, months_of
from insights.health.observed import Distribution, Flags, Observed
from insights.health.promises import InTheLarge, Watch, in_the_large, p_beyond, watch


class AlarmKind(StrEnum):
    """What an alarm is about."""

    FIELD = "field"
    SCORE = "score"
    PROMISES = "promises"
    SLOWLY = "slowly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something moved, and not by chance.

    subject    the field; empty for the score and for what it promises
    since      the likeliest moment; None when that cannot be told
    """

    kind: AlarmKind
    subject: str = ""
    since: np.datetime64 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """What was shown against what came.

    recent        of outcomes that became known in the newest days
    p             of that by chance, within the margin; None when there were too few
    more, fewer   the cumulative sums towards more and towards fewer conversions than shown
    since_more, since_fewer   when their present rise began
    """

    recent: InTheLarge
    p: float | None
    more: Watch
    fewer: Watch
    since_more: np.datetime64 | None
    since_fewer: np.datetime64 | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """The health of a model.

    n, n_recent       leads looked at; those of the newest days
    first, last       as of when the recent ones were scored; None without moments
    score, fields     against when the model was made; None and empty when there are too few leads
    uncalibrated      share of recent leads that the day-one rules scored
    imputed           mean share of missing fields among them
    n_known           outcomes known
    delays            median and 90th percentile of days to conversion; None without conversions
    """

    n: int
    n_recent: int
    first: np.datetime64 | None
    last: np.datetime64 | None
    score: Moved | None
    fields: tuple[Moved, ...]
    uncalibrated: float
    imputed: float
    promises: Promises | None
    n_known: int
    delays: tuple[float, float] | None
    months: tuple[Month, ...]
    alarms: tuple[Alarm, ...]


def check_up(
    observed: Observed,
    *,
    fields: Sequence[Distribution],
    score: Distribution,
    now: np.datetime64,
    days: int = 30,
    limits: Limits = USUAL,
) -> Checkup:
    """The health as of `now`; the newest `days` are compared with training.

    Without moments all leads are the newest, and outcomes are judged together.
    """
    references = tuple(fields)
    since = now - np.timedelta64(days, "D")
    recent = _all(observed) if observed.moments is None else observed.moments > since
    moved: tuple[Moved, ...] = ()
    if recent.sum() >= limits.fewest:
        bands = np.column_stack([observed.score_bands, observed.bands])
        moved = fields_moved(
            (score, *references), bands, recent=recent, moments=observed.moments, limits=limits
        )
    promises = _promises(observed, since=since, limits=limits)
    missing = missing_of(observed, references)[recent]
    days_to = observed.delays[np.isfinite(observed.delays)]
    moments = None if observed.moments is None else observed.moments[recent]
    return Checkup(
        n=len(observed),
        n_recent=int(recent.sum()),
        first=None if moments is None or not len(moments) else moments[0],
        last=None if moments is None or not len(moments) else moments[-1],
        score=moved[0] if moved else None,
        fields=moved[1:],
        uncalibrated=float((~observed.calibrated[recent]).mean()) if recent.any() else 0.0,
        imputed=float(missing.mean()) if missing.size else 0.0,
        promises=promises,
        n_known=int(observed.is_known.sum()),
        delays=_quantiles(days_to),
        months=months_of(observed, references),
        alarms=(*_of_fields(moved), *_of_promises(promises, since=since, limits=limits)),
    )


def _all(observed: Observed) -> Flags:
    return np.ones(len(observed), dtype=bool)


def _promises(observed: Observed, *, since: np.datetime64, limits: Limits) -> Promises | None:
    """In the order in which outcomes became known; None before the first."""
    known = np.flatnonzero(observed.is_known & observed.calibrated)
    if not len(known):
        return None
    times = None
    is_new = np.ones(len(known), dtype=bool)
    if observed.known_at is not None:
        known = known[np.argsort(observed.known_at[known], kind="stable")]
        times = observed.known_at[known]
        is_new = times > since
    shown, outcomes = observed.shown[known], observed.outcomes[known]
    recent = in_the_large(shown[is_new], outcomes[is_new])
    p = None
    if recent.expected >= limits.fewest_won:
        p = p_beyond(shown[is_new], outcomes[is_new], margin=limits.margin)
    more = watch(shown, outcomes, odds=limits.odds)
    fewer = watch(shown, outcomes, odds=1 / limits.odds)
    starts = [
        None if times is None or each.began >= len(times) else times[each.began]
        for each in (more, fewer)
    ]
    return Promises(
        recent=recent, p=p, more=more, fewer=fewer, since_more=starts[0], since_fewer=starts[1]
    )


def _of_fields(moved: Sequence[Moved]) -> list[Alarm]:
    """The score comes first in `moved`, and last here: a field that moved explains it."""
    found = [
        Alarm(kind=AlarmKind.FIELD, subject=one.name, since=one.since)
        for one in sorted(moved[1:], key=lambda one: -one.shift.psi)
        if one.is_moved
    ]
    if moved and moved[0].is_moved:
        found.append(Alarm(kind=AlarmKind.SCORE, since=moved[0].since))
    return found


def _of_promises(promises: Promises | None, *, since: np.datetime64, limits: Limits) -> list[Alarm]:
    if promises is None:
        return []
    if promises.p is not None and promises.p < limits.p_promises:
        return [Alarm(kind=AlarmKind.PROMISES, since=since)]
    begun = [
        moment
        for each, moment in (
            (promises.more, promises.since_more),
            (promises.fewer, promises.since_fewer),
        )
        if each.now > limits.reached
    ]
    return [Alarm(kind=AlarmKind.SLOWLY, since=begun[0])] if begun else []


def _quantiles(days: np.ndarray) -> tuple[float, float] | None:
    if not len(days):
        return None
    middle, late = np.quantile(days, [0.5, 0.9])
    return float(middle), float(late)
