"""What a training says about itself, as records; `to_json` gives the shape of `train --json`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from training.evaluation import Probabilities, Ranking

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The rows one part of a training saw.

    first, last   dates, or row numbers of the table from 1; None without time
    """

    rows: int
    converted: int
    first: str | None
    last: str | None

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "rows": self.rows,
            "converted": self.converted,
            "first": self.first,
            "last": self.last,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Every row of the table, accounted for.

    fit          learnt from by the model that was judged on the hold-out
    gap          not learnt from, because their outcome was not known when the hold-out began
    refit        learnt from by the model that is registered
    other_part   left out of the judged model: rows of accounts that belong to an earlier part
    """

    table: int
    without_outcome: int
    without_time: int
    immature: int
    other_part: int
    fit: Part
    gap: Part
    holdout: Part
    refit: Part

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        counts = ("table", "without_outcome", "without_time", "immature", "other_part")
        parts = ("fit", "gap", "holdout", "refit")
        return {name: getattr(self, name) for name in counts} | {
            name: getattr(self, name).to_json() for name in parts
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdout:
    """The model as fitted, on rows it did not see.

    calibration     what made the probabilities: "none" (the trees' own) where time is known, as
                    the keeper's figures stand beside; else the curve of the bundle
    shown           honesty of those probabilities
    frozen_curve    honesty of the curve as it was at the cut, never updated; None without time
    """

    kind: str
    calibration: str
    ranking: Ranking
    shown: Probabilities
    frozen_curve: Probabilities | None
    log_loss_constant: float
    intervals: Mapping[str, Interval]

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        order = self.ranking
        figures = {
            "kind": self.kind,
            "optimistic": self.kind == "stratified_fifth",
            "calibration": self.calibration,
            "auc": order.auc,
            "ap": order.ap,
            "log_loss": self.shown.log_loss,
            "log_loss_constant": self.log_loss_constant,
            "brier": self.shown.brier,
            "ece": self.shown.ece,
            "lift_at_10": order.lift_at_10,
            "lift_cap": order.lift_cap,
        }
        for share, value in order.precision_at.items():
            figures[f"precision_at_{round(100 * share)}"] = value
            figures[f"recall_at_{round(100 * share)}"] = order.recall_at[share]
        figures["frozen_curve"] = _honesty(self.frozen_curve)
        figures["intervals"] = {name: list(pair) for name, pair in self.intervals.items()}
        return figures


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptUp:
    """The hold-out replayed in time order, the calibrator fed with outcomes as they matured."""

    label_delay: str
    shown: Probabilities
    intervals: Mapping[str, Interval]

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "label_delay": self.label_delay,
            "log_loss": self.shown.log_loss,
            "brier": self.shown.brier,
            "ece": self.shown.ece,
            "intervals": {name: list(pair) for name, pair in self.intervals.items()},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossValidation:
    """Means over stratified folds; beside the hold-out, because a random fold knows the future."""

    folds: int
    auc: float
    ap: float
    log_loss: float
    brier: float
    ece: float

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        names = ("folds", "auc", "ap", "log_loss", "brier", "ece")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineFigures:
    """One baseline on the same hold-out, as fitted and with the same keeper."""

    auc: float
    ap: float
    shown: Probabilities
    kept_up: Probabilities | None

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        as_fitted = {"auc": self.auc, "ap": self.ap, **_honesty(self.shown)}
        return as_fitted | {"kept_up": _honesty(self.kept_up)}


@dataclass(frozen=True, slots=True, kw_only=True)
class TimingFigures:
    """How well the time to convert is told, on the leads held out.

    conversions   with a date, within the window, among the leads held out
    covered       share of them in the span shown; `expected` is what the hazards promise, at
                  least a half, and more because spans are whole weeks
    loss          mean surprise of the week in nats; `loss_same` where all leads share one curve
    """

    weeks: int
    n_trees: int
    conversions: int
    covered: float
    expected: float
    loss: float
    loss_same: float

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningFigures:
    """What tuning came to: the search on older leads, the choice on newer ones.

    leads, judged     leads searched on, and the later ones decided on
    search_*          mean loss of the forward folds on the older ones
    kept_up_*         log loss on the newer ones, kept up; difference is best minus default
    numbers           the best found, used only when `adopted`
    """

    adopted: bool
    trials: int
    leads: int
    judged: int
    search_default: float
    search_best: float
    kept_up_default: float
    kept_up_best: float
    difference: float
    interval: Interval
    numbers: Mapping[str, float]

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        found = {name: getattr(self, name) for name in self.__slots__}
        return found | {"interval": list(self.interval), "numbers": dict(self.numbers)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A column that may know the outcome, and what speaks for it in a sentence with figures."""

    column: str
    evidence: str


def joined(suspects: Sequence[Suspect], more: Sequence[Suspect]) -> tuple[Suspect, ...]:
    """Both, each column once with all that speaks for it."""
    evidence: dict[str, list[str]] = {}
    for one in (*suspects, *more):
        evidence.setdefault(one.column, []).append(one.evidence)
    return tuple(
        Suspect(column=column, evidence="; ".join(told)) for column, told in evidence.items()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything a training found out. Model name and run id are filled in by who registers it."""

    seed: int
    n_trees: int
    target: str
    positive: str
    rows: Rows
    holdout: Holdout
    kept_up: KeptUp | None
    cv: CrossValidation
    baselines: Mapping[str, BaselineFigures]
    timing: TimingFigures | None
    tuning: TuningFigures | None = None
    suspects: tuple[Suspect, ...]
    dropped: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    calibration_curve: np.ndarray = field(repr=False)
    gain_curve: np.ndarray = field(repr=False)
    score_bands: np.ndarray = field(repr=False)

    def to_json(
        self, *, name: str | None = None, version: str | None = None, run_id: str | None = None
    ) -> dict[str, Any]:
        """The shape of `train --json`; what only the registry knows comes in."""
        return {
            "model": {"name": name, "version": version},
            "run_id": run_id,
            "seed": self.seed,
            "trees": self.n_trees,
            "target": {"column": self.target, "positive": self.positive},
            "rows": self.rows.to_json(),
            "holdout": self.holdout.to_json(),
            "kept_up": None if self.kept_up is None else self.kept_up.to_json(),
            "cv": self.cv.to_json(),
            "baselines": {name: figures.to_json() for name, figures in self.baselines.items()},
            "tuning": None if self.tuning is None else self.tuning.to_json(),
            "timing": None if self.timing is None else self.timing.to_json(),
            "suspects": [{"column": s.column, "evidence": s.evidence} for s in self.suspects],
            "dropped": [{"column": column, "reason": reason} for column, reason in self.dropped],
            "warnings": list(self.warnings),
            "calibration_curve": [
                {"shown": shown, "converted": converted, "leads": int(leads)}
                for shown, converted, leads in self.calibration_curve.tolist()
            ],
            "gain_curve": self.gain_curve.tolist(),
            "score_bands": [
                {"leads": int(leads), "lowest": low, "highest": high, "converted": rate}
                for leads, low, high, rate in self.score_bands.tolist()
            ],
        }


def _honesty(figures: Probabilities | None) -> Any:
    if figures is None:
        return None
    return {"log_loss": figures.log_loss, "brier": figures.brier, "ece": figures.ece}
