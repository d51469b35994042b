"""Whether what the model is told has moved, field by field, and its own score with it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from insights.health.limits import Limits
from insights.health.observed import Codes, Distribution, Flags, Moments
from insights.health.onset import change_point
from insights.health.shift import Shift, shift_between, terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One field now against when the model was made.

    limit       index, beyond chance, from which it counts as moved
    is_moved    beyond the limit, and not by chance
    band        the band that changed most; then, now: its share of the leads
    missing_then, missing_now    share of leads without a value
    since       the likeliest moment of the change; None when it did not move or cannot be told
    """

    name: str
    shift: Shift
    limit: float
    is_moved: bool
    band: int
    then: float
    now: float
    missing_then: float
    missing_now: float
    since: np.datetime64 | None


def fields_moved(
    references: Sequence[Distribution],
    bands: Codes,
    *,
    recent: Flags,
    moments: Moments | None,
    limits: Limits,
) -> tuple[Moved, ...]:
    """Every field of (n, n_fields) bands, `recent` leads against the references.

    The older leads only help to tell since when. Chance is allowed `limits.alpha` for all fields
    together (Bonferroni).
    """
    p_limit = limits.alpha / max(len(references), 1)
    return tuple(
        _moved(one, bands[:, at], recent=recent, moments=moments, least=limits.psi, p_limit=p_limit)
        for at, one in enumerate(references)
    )


def _moved(
    reference: Distribution,
    bands: Codes,
    *,
    recent: Flags,
    moments: Moments | None,
    least: float,
    p_limit: float,
) -> Moved:
    then = reference.counts
    now = np.bincount(bands[recent], minlength=len(then))
    found = shift_between(then, now)
    limit = max(least, 2 * reference.usual)
    is_moved = found.excess > limit and found.p < p_limit
    band = int(np.argmax(terms(then, now)))
    share_then, share_now = then / then.sum(), now / now.sum()
    missing = reference.missing
    return Moved(
        name=reference.name,
        shift=found,
        limit=limit,
        is_moved=is_moved,
        band=band,
        then=float(share_then[band]),
        now=float(share_now[band]),
        missing_then=0.0 if missing is None else float(share_then[missing]),
        missing_now=0.0 if missing is None else float(share_now[missing]),
        since=_since(bands == band, moments) if is_moved else None,
    )


def _since(marked: Flags, moments: Moments | None) -> np.datetime64 | None:
    if moments is None:
        return None
    at = change_point(marked)
    return None if at is None or at >= len(moments) else moments[at]
