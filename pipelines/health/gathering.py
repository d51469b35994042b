"""Scored leads as arrays, from the store or from a table file, for one model.

A lead that is scored again and again would count again and again, so of each lead the newest score
in every `days` counts, and its outcome is judged only at scores whose label windows do not overlap.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from features.codecs import UNSEEN_CODE
from features.schema import Kind
from features.values import EPOCH, MICROSECOND, category_of
from insights.health.observed import Observed
from leads.score import StoredScore
from pipelines.health.banding import bands_of_rows, score_bands
from pipelines.health.outcomes import Outcomes, window_of
from pipelines.models import Model
from scoring.bundle import Bundle
from store.unit_of_work import UnitOfWork

LOOKED_BACK = timedelta(days=400)
MOST_SCORES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What health is worked out from.

    unseen    by field, how often each value that training did not know stands in recent leads
    """

    observed: Observed
    unseen: Mapping[str, Counter[str]]


def gather_scores(
    unit: UnitOfWork, model: Model, *, now: datetime, days: int, outcomes: Outcomes
) -> Gathered:
    """The scores of a version in the store."""
    found = unit.scores.of_model(
        model.name, model.version, since=now - LOOKED_BACK, until=now, limit=MOST_SCORES
    )
    scores = _newest_of_each(found, now=now, days=days)
    converted = outcomes(unit, {one.lead_id for one in scores if one.lead_id}, now)
    return _gathered(
        scores, model.bundle, converted=converted, now=now, days=days, window=window_of(model)
    )


def unseen_words(
    bundle: Bundle, rows: np.ndarray, value: Callable[[int, str], object]
) -> dict[str, Counter[str]]:
    """Words without a code in encoded rows; `value` gives a row's raw value of a field."""
    found = {}
    for feature, at in enumerate(bundle.encoder.field_of_feature):
        field = bundle.encoder.fields[at]
        if field.kind is Kind.CATEGORY:
            new = np.flatnonzero(rows[:, feature] == UNSEEN_CODE).tolist()
            words = (category_of(value(row, field.name)) for row in new)
            found[field.name] = Counter(word for word in words if word)
    return found


def _newest_of_each(found: Sequence[StoredScore], *, now: datetime, days: int) -> list[StoredScore]:
    """Oldest first; a lead's newest score in each stretch of `days` back from now."""
    stretch = timedelta(days=days)
    newest = {
        (one.lead_id or one.prediction_id, (now - one.as_of) // stretch): at
        for at, one in enumerate(found)
    }
    return [found[at] for at in sorted(newest.values())]


def _gathered(
    scores: Sequence[StoredScore],
    bundle: Bundle,
    *,
    converted: Mapping[str, datetime],
    now: datetime,
    days: int,
    window: timedelta,
) -> Gathered:
    encoder = bundle.encoder
    rows = np.array(
        [encoder.encode_values(one.inputs, as_of=one.as_of) for one in scores], dtype=np.float64
    ).reshape(len(scores), len(encoder.feature_names))
    moments = as_moments([one.as_of for one in scores])
    outcomes, delays = _outcomes(scores, converted, now=now, window=window)
    observed = Observed(
        moments=moments,
        bands=bands_of_rows(encoder, bundle.reference, rows),
        score_bands=score_bands(np.array([one.points for one in scores], dtype=np.int64)),
        tiers=np.array([str(one.tier) for one in scores], dtype=np.str_),
        shown=np.array([one.probability for one in scores], dtype=np.float64),
        calibrated=np.array([one.calibrated for one in scores], dtype=np.bool_),
        outcomes=outcomes,
        known_at=moments + np.timedelta64(window),
        delays=delays,
    )
    recent = np.flatnonzero(moments > as_moments([now - timedelta(days=days)])[0])
    raw: Callable[[int, str], object] = lambda row, name: scores[recent[row]].inputs.get(name)  # noqa: E731
    return Gathered(observed=observed, unseen=unseen_words(bundle, rows[recent], raw))


def as_moments(instants: Sequence[datetime]) -> np.ndarray[Any, np.dtype[np.datetime64]]:
    """Aware instants as datetime64[us] in UTC."""
    micros = [(one - EPOCH) // MICROSECOND for one in instants]
    return np.array(micros, dtype=np.int64).view("datetime64[us]")


def _outcomes(
    scores: Sequence[StoredScore],
    converted: Mapping[str, datetime],
    *,
    now: datetime,
    window: timedelta,
) -> tuple[np.ndarray, np.ndarray]:
    """(n,) outcomes, NaN where not known yet or not to be judged; (n,) days to conversion."""
    outcomes, delays = np.full(len(scores), np.nan), np.full(len(scores), np.nan)
    judged_until: dict[str, datetime] = defaultdict(lambda: datetime.min.replace(tzinfo=now.tzinfo))
    for at, one in enumerate(scores):
        lead = one.lead_id
        if lead is None or one.as_of < judged_until[lead]:
            continue
        won_at = converted.get(lead)
        if won_at is not None and won_at <= one.as_of:
            continue
        judged_until[lead] = one.as_of + window
        is_won = won_at is not None and won_at <= one.as_of + window
        if one.as_of + window <= now:
            outcomes[at] = float(is_won)
        if is_won and won_at is not None:
            delays[at] = (won_at - one.as_of) / timedelta(days=1)
    return outcomes, delays
