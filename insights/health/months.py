"""Month by month: how many leads, what they were told, what came of it, and in which tiers.

Scores inflate when the same tiers are handed out ever more often, or promise ever more than comes.
"""

from dataclasses import dataclass

import numpy as np

from insights.health.observed import Distribution, Flags, Observed
from insights.health.promises import InTheLarge, in_the_large

TIERS = ("A", "B", "C", "D")


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The leads scored in one calendar month.

    mean_shown   of all of them
    uncalibrated share that the day-one rules scored
    imputed      mean share of the fields that were missing
    shares       of each tier among them
    promises     of those whose outcome is known
    tiers        the same for each tier that has any
    """

    month: str
    n: int
    mean_shown: float
    uncalibrated: float
    imputed: float
    shares: dict[str, float]
    promises: InTheLarge
    tiers: dict[str, InTheLarge]


def months_of(observed: Observed, references: tuple[Distribution, ...]) -> tuple[Month, ...]:
    """The calendar months (UTC) there are leads of, oldest first; none without moments."""
    if observed.moments is None:
        return ()
    of_month = observed.moments.astype("datetime64[M]")
    missing = missing_of(observed, references)
    return tuple(
        _month(str(month), observed, chosen=of_month == month, missing=missing)
        for month in np.unique(of_month)
    )


def missing_of(observed: Observed, references: tuple[Distribution, ...]) -> Flags:
    """(n, n_fields) whether a lead has no value there."""
    codes = [-1 if one.missing is None else one.missing for one in references]
    return np.asarray(observed.bands == np.array(codes, dtype=np.int64))


def _month(month: str, observed: Observed, *, chosen: Flags, missing: Flags) -> Month:
    known = chosen & observed.is_known
    tiers = observed.tiers[chosen]
    return Month(
        month=month,
        n=int(chosen.sum()),
        mean_shown=float(observed.shown[chosen].mean()),
        uncalibrated=float((~observed.calibrated[chosen]).mean()),
        imputed=float(missing[chosen].mean()) if missing.shape[1] else 0.0,
        shares={tier: float((tiers == tier).mean()) for tier in TIERS},
        promises=_promises(observed, known),
        tiers={
            tier: _promises(observed, of_tier)
            for tier in TIERS
            if (of_tier := known & (observed.tiers == tier)).any()
        },
    )


def _promises(observed: Observed, chosen: Flags) -> InTheLarge:
    return in_the_large(observed.shown[chosen], observed.outcomes[chosen])
