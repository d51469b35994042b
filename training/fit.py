"""Fitting one model on leads: encoder, trees, calibrator. No judging here.

`train` does this twice, on the rows before the hold-out and on everything matured; benchmarks
time it alone.
"""

from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np
from sklearn.isotonic import IsotonicRegression

from features.encoder import Encoder
from features.schema import Schema
from leads.progress import Progress
from scoring.calibration import Curve
from training.keeper import Keeper
from training.platt import Ridge, fit_platt
from training.recipe import Table, TrainingConfig, grow, grow_on_folds, margins_of
from training.splits import forward_folds, stratified_folds

ISOTONIC_FROM = 1_000
"""Conversions from which an isotonic curve is steadier than a sigmoid is stiff."""

_CLOSEST_KNOTS = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Leads:
    """Leads whose outcome is known, oldest first where time is.

    frame     their columns, a pandas DataFrame with index 0..n-1
    labels    (n,) 1 converted, 0 not
    moments   (n,) datetime64[us]; None when no dates are known
    groups    (n,) account codes, -1 for none; None when there are no accounts
    in_time   whether the rows stand in time order
    days_to_convert   (n,) from each lead's moment to its conversion, NaN where no date says so;
                      None when no column does
    """

    frame: Any
    labels: np.ndarray
    moments: np.ndarray | None
    groups: np.ndarray | None
    in_time: bool
    days_to_convert: np.ndarray | None = None

    def take(self, positions: np.ndarray) -> "Leads":
        """Some of these leads, in the given order."""
        return Leads(
            frame=self.frame.iloc[positions].reset_index(drop=True),
            labels=self.labels[positions],
            moments=None if self.moments is None else self.moments[positions],
            groups=None if self.groups is None else self.groups[positions],
            in_time=self.in_time,
            days_to_convert=(
                None if self.days_to_convert is None else self.days_to_convert[positions]
            ),
        )

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedModel:
    """A model before it is put in a bundle.

    keeper        None without time
    out_of_fold   (n,) margins of the training leads from models that had not seen them; NaN for
                  the first quarter where folds go forward
    """

    encoder: Encoder
    booster: lgb.Booster
    n_trees: int
    keeper: Keeper | None
    curve: Curve
    out_of_fold: np.ndarray

    def table(self, leads: Leads) -> Table:
        """Leads as this model sees them."""
        return encoded(self.encoder, leads)

    def margins(self, leads: Leads) -> np.ndarray:
        """(n,) raw margins."""
        return margins_of(self.booster, self.table(leads).rows)


def fit(
    leads: Leads, *, schema: Schema, config: TrainingConfig, progress: Progress, what: str
) -> FittedModel:
    """The recipe on all of these leads."""
    encoder = Encoder.fit(leads.frame, schema)
    table = encoded(encoder, leads)
    if leads.in_time:
        folds = forward_folds(leads.labels, groups=leads.groups)
    else:
        folds = stratified_folds(leads.labels, groups=leads.groups, seed=config.seed)
    tried = grow_on_folds(table, folds, config=config, progress=progress, what=what)
    best = tried.best()
    n_trees = int(tried.counts[best])
    out_of_fold = tried.out_of_fold(n_rows=len(leads), index=best)
    keeper = warm_keeper(out_of_fold, leads.labels) if leads.in_time else None
    return FittedModel(
        encoder=encoder,
        booster=grow(table, n_trees=n_trees, config=config),
        n_trees=n_trees,
        keeper=keeper,
        curve=(
            static_curve(out_of_fold, leads.labels)
            if keeper is None
            else keeper.curve(kept_until=newest(leads))
        ),
        out_of_fold=out_of_fold,
    )


def encoded(encoder: Encoder, leads: Leads) -> Table:
    """Leads as numbers; dates are ages at each lead's own time."""
    return Table(
        rows=encoder.encode_frame(leads.frame, as_of=leads.moments),
        labels=leads.labels,
        names=encoder.feature_names,
        categorical=encoder.categorical_features,
    )


def warm_keeper(out_of_fold: np.ndarray, labels: np.ndarray) -> Keeper:
    """A keeper started on the rows that some forward fold predicted."""
    seen = np.isfinite(out_of_fold)
    return Keeper.warm(out_of_fold[seen], labels[seen])


def static_curve(out_of_fold: np.ndarray, labels: np.ndarray) -> Curve:
    """A curve that will not move: sigmoid, or isotonic from a thousand conversions on."""
    seen = np.isfinite(out_of_fold)
    margins, labels = out_of_fold[seen], labels[seen]
    if labels.sum() >= ISOTONIC_FROM:
        return _isotonic(margins, labels)
    positive = labels[None, :].astype(np.float64)
    ridge = Ridge(slope=1.0, intercept=1e-3)
    slope, intercept = fit_platt(margins, positive, 1 - positive, ridge=ridge)
    return Curve.sigmoid(slope=float(slope[0]), intercept=float(intercept[0]))


def newest(leads: Leads) -> str:
    """The newest lead's date in ISO form, or how many leads with an outcome there are."""
    if leads.moments is None:
        return str(len(leads))
    return str(leads.moments[-1].astype("datetime64[D]"))


def _isotonic(margins: np.ndarray, labels: np.ndarray) -> Curve:
    fitted = IsotonicRegression(out_of_bounds="clip").fit(margins, labels)
    knots, shown = fitted.X_thresholds_, fitted.y_thresholds_
    apart = np.concatenate([[True], np.diff(knots) > _CLOSEST_KNOTS])
    # nobody has seen enough leads to say never or always
    rare = 1 / (len(labels) + 2)
    return Curve.isotonic(knots[apart].tolist(), np.clip(shown[apart], rare, 1 - rare).tolist())
