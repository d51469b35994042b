"""The leads that new ones are ranked among."""

import numpy as np

from scoring.parts import PartCuts, part_cuts
from scoring.reference import TIER_SHARES, Reference, build_reference
from training.fit import FittedModel, Leads

REFERENCE_DAYS = 90
REFERENCE_FEW = 200
CUTS_MOST = 5_000
"""Leads whose contributions are looked at for the cuts of fit and engagement."""


def reference_of(model: FittedModel, leads: Leads) -> Reference:
    """Points rank among the last 90 days' leads, or among all where dates are not known.

    Where those are few, as in a quiet season or when their accounts are all known already, the
    newest 200 leads take their place.
    """
    seen = np.flatnonzero(np.isfinite(model.out_of_fold))
    among = seen
    if leads.moments is not None:
        among = seen[_recent(leads.moments)[seen]]
        if len(among) < REFERENCE_FEW:
            among = seen[-REFERENCE_FEW:]
    return build_reference(
        frame=leads.frame,
        encoder=model.encoder,
        outcomes=leads.labels,
        margins=model.out_of_fold[among],
        as_of=leads.moments,
        parts=_cuts(model, leads.take(_evenly(among))),
    )


def _cuts(model: FittedModel, leads: Leads) -> PartCuts:
    """Parts are ranked among those the served trees give the same leads. The trees have seen
    them; leaves of many leads make the spread of the parts the same for leads they have not.
    """
    rows = model.table(leads).rows
    added = model.booster.predict(rows, pred_contrib=True, num_threads=1)
    return part_cuts(model.encoder, rows, np.asarray(added), shares=TIER_SHARES)


def _evenly(among: np.ndarray) -> np.ndarray:
    if len(among) <= CUTS_MOST:
        return among
    evenly: np.ndarray = np.linspace(0, len(among) - 1, CUTS_MOST).astype(int)
    return np.asarray(among[evenly])


def _recent(moments: np.ndarray) -> np.ndarray:
    return np.asarray(moments > moments[-1] - np.timedelta64(REFERENCE_DAYS, "D"))


def few_recent(leads: Leads, out_of_fold: np.ndarray) -> list[str]:
    """A warning where the newest leads are too few to rank among."""
    if leads.moments is None:
        return []
    recent = int((_recent(leads.moments) & np.isfinite(out_of_fold)).sum())
    if recent >= REFERENCE_FEW:
        return []
    told = f"leads of the newest {REFERENCE_DAYS} days that can be compared with: {recent:,}"
    return [f"{told}; points rank among the newest {REFERENCE_FEW} instead"]
