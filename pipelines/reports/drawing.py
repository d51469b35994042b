"""The pictures of a training, from its result."""

import numpy as np

from features.schema import Kind
from training.fit import encoded
from training.learning import TrainingResult
from training.pictures import (
    beeswarm_picture,
    calibration_picture,
    gain_picture,
    importance_picture,
    undrawn,
)

SAMPLE = 1_000


def draw(result: TrainingResult) -> tuple[dict[str, bytes], dict[str, str]]:
    """PNGs by name (calibration, gain, shap_bar, shap_beeswarm); the legend of numbered fields."""
    report = result.report
    assert report is not None, "drawn for trainings with a report"
    shown, converted, size = report.calibration_curve.T
    holdout = report.rows.holdout
    contributions, values, names = _contributions(result)
    pictures = {
        "calibration": calibration_picture(shown, converted, size=size),
        "gain": gain_picture(report.gain_curve, base_rate=holdout.converted / holdout.rows),
        "shap_bar": importance_picture(contributions, names),
        "shap_beeswarm": beeswarm_picture(contributions, values, names),
    }
    return pictures, undrawn(contributions, names)


def _contributions(result: TrainingResult) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Contributions and ordered values per raw field of a random sample of the leads."""
    rng = np.random.default_rng(result.config.seed)
    n = min(SAMPLE, len(result.leads))
    chosen = np.sort(rng.choice(len(result.leads), n, replace=False))
    rows = encoded(result.encoder, result.leads.take(chosen)).rows
    raw = np.asarray(result.booster.predict(rows, pred_contrib=True))[:, :-1]
    fields = result.encoder.fields
    pushes, values = np.zeros((n, len(fields))), np.full((n, len(fields)), np.nan)
    for feature, field in enumerate(result.encoder.field_of_feature):
        pushes[:, field] += raw[:, feature]
        if fields[field].kind is not Kind.CATEGORY:
            values[:, field] = rows[:, feature]
    return pushes, values, [field.name for field in fields]
