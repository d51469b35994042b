"""How much a table's fields move anyway: the newest quarter against those before it.

Campaigns come and go, seasons change what is asked for. A field that moved by half a nat within
the training leads is not broken when it does so again; an alarm waits until it moves twice as far.
"""

from typing import Any

import numpy as np

from insights.health.shift import psi
from pipelines.health.banding import SCORE, bands_of_rows
from training.fit import encoded
from training.learning import TrainingResult

_DIGITS = 4
_DECILES = np.linspace(0.1, 0.9, 9)


def usual_drift(result: TrainingResult) -> dict[str, Any]:
    """For the bundle's card: index by field, and of the score; empty without time."""
    first, holdout = result.first, result.holdout
    if first is None or holdout is None or not holdout.in_time:
        return {}
    then, now = (
        bands_of_rows(result.encoder, result.reference, encoded(result.encoder, leads).rows)
        for leads in (first.leads, holdout)
    )
    fields = {
        field.name: _index(then[:, at], now[:, at], k=len(bands.bands) + 2)
        for at, (field, bands) in enumerate(
            zip(result.encoder.fields, result.reference.fields, strict=True)
        )
    }
    return {"fields": fields, SCORE: {SCORE: _of_score(result)}}


def _of_score(result: TrainingResult) -> float:
    assert result.first is not None, "judged in time"
    seen = result.first.model.out_of_fold
    seen = seen[np.isfinite(seen)]
    cuts = np.quantile(seen, _DECILES)
    then, now = (
        np.searchsorted(cuts, margins, side="right")
        for margins in (seen, result.contenders["model"].margins)
    )
    return _index(then, now, k=len(cuts) + 1)


def _index(then: np.ndarray, now: np.ndarray, *, k: int) -> float:
    counts = [np.bincount(places, minlength=k) for places in (then, now)]
    return round(psi(*counts), _DIGITS)
