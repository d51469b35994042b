"""Contenders on the hold-out: what each would have shown, and the figures of the report.

Every contender, the model, a champion or a baseline, goes through the same calibrator: with time
a keeper warm-started on its own forward out-of-fold margins and replayed over the hold-out,
without time a static curve on its out-of-fold margins.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from training.evaluation import (
    Probabilities,
    auc,
    average_precision,
    brier,
    ece,
    interval,
    log_loss,
    log_losses,
    mean_interval,
    probabilities,
    ranking,
)
from training.fit import static_curve, warm_keeper
from training.keeper import replay_matured
from training.recipe import FoldMargins
from training.report import BaselineFigures, CrossValidation, Holdout, Interval, KeptUp
from training.splits import Split


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One opinion on the hold-out.

    margins   (n_holdout,) raw margins; they rank
    shown     (n_holdout,) probabilities as fitted: the trees' own, or the static curve's
    frozen    (n_holdout,) the keeper's curve at the cut, never updated; None without time
    kept_up   (n_holdout,) the keeper's, replayed; None without time
    """

    name: str
    margins: np.ndarray
    shown: np.ndarray
    frozen: np.ndarray | None
    kept_up: np.ndarray | None

    @property
    def judged(self) -> np.ndarray:
        """The probabilities the gate compares."""
        return self.shown if self.kept_up is None else self.kept_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where contenders meet: the fitted rows' labels, then gap and hold-out in time order.

    labels    (n_gap + n_holdout,)
    matured   (n_gap + n_holdout,) how many of the stream's first rows had their outcome by then
    n_gap     leading rows that feed the calibrator but are not judged
    in_time   False: there is no stream, labels are the hold-out's
    """

    fit_labels: np.ndarray
    labels: np.ndarray
    matured: np.ndarray
    n_gap: int
    in_time: bool

    @classmethod
    def of(cls, labels: np.ndarray, split: Split, *, matured: np.ndarray, in_time: bool) -> "Stage":
        """The stage of a split; `matured` counts over all leads in time order."""
        stream = np.concatenate([split.gap, split.holdout])
        return cls(
            fit_labels=labels[split.fit],
            labels=labels[stream],
            matured=np.searchsorted(stream, matured[stream]),
            n_gap=len(split.gap),
            in_time=in_time,
        )

    @property
    def holdout_labels(self) -> np.ndarray:
        """(n_holdout,) outcomes."""
        return self.labels[self.n_gap :]


def contend(stage: Stage, *, name: str, out_of_fold: np.ndarray, margins: np.ndarray) -> Contender:
    """A contender from its margins for the fitted rows (out of fold) and for the stream."""
    judged = margins[stage.n_gap :]
    if not stage.in_time:
        curve = static_curve(out_of_fold, stage.fit_labels)
        shown = curve.probability(judged)
        return Contender(name=name, margins=judged, shown=shown, frozen=None, kept_up=None)
    keeper = warm_keeper(out_of_fold, stage.fit_labels)
    replayed = replay_matured(keeper, margins, stage.labels, matured=stage.matured)
    return Contender(
        name=name,
        margins=judged,
        shown=expit(judged),
        frozen=keeper.probability(judged),
        kept_up=replayed[stage.n_gap :],
    )


def judge_holdout(
    contender: Contender, stage: Stage, *, kind: str, rng: np.random.Generator
) -> Holdout:
    """The report's figures of the model as fitted."""
    labels = stage.holdout_labels
    rate = stage.fit_labels.mean()
    return Holdout(
        kind=kind,
        calibration="none" if stage.in_time else "curve",
        ranking=ranking(contender.margins, labels),
        shown=probabilities(contender.shown, labels),
        frozen_curve=_maybe(contender.frozen, labels),
        log_loss_constant=log_loss(np.full(len(labels), rate), labels),
        intervals={
            "auc": interval(auc, contender.margins, labels, rng=rng),
            "ap": interval(average_precision, contender.margins, labels, rng=rng),
            **_intervals(contender.shown, labels, rng),
        },
    )


def judge_kept_up(
    contender: Contender, stage: Stage, *, label_delay: str, rng: np.random.Generator
) -> KeptUp | None:
    """The report's figures of the model kept up; None without time."""
    if contender.kept_up is None:
        return None
    labels = stage.holdout_labels
    return KeptUp(
        label_delay=label_delay,
        shown=probabilities(contender.kept_up, labels),
        intervals=_intervals(contender.kept_up, labels, rng),
    )


def judge_baseline(contender: Contender, stage: Stage) -> BaselineFigures:
    """The report's figures of a baseline."""
    labels = stage.holdout_labels
    return BaselineFigures(
        auc=auc(contender.margins, labels),
        ap=average_precision(contender.margins, labels),
        shown=probabilities(contender.shown, labels),
        kept_up=_maybe(contender.kept_up, labels),
    )


def cross_validation(tried: FoldMargins, labels: np.ndarray) -> CrossValidation:
    """Mean figures over folds; each fold's number of trees is chosen on the other folds."""
    figures = []
    for k, (fold, margins) in enumerate(zip(tried.folds, tried.margins, strict=True)):
        m, y = margins[tried.best(without=k)], labels[fold.test]
        p = expit(m)
        figures.append([auc(m, y), average_precision(m, y), log_loss(p, y), brier(p, y), ece(p, y)])
    mean = np.mean(figures, axis=0).tolist()
    return CrossValidation(
        folds=len(figures), auc=mean[0], ap=mean[1], log_loss=mean[2], brier=mean[3], ece=mean[4]
    )


def _maybe(shown: np.ndarray | None, labels: np.ndarray) -> Probabilities | None:
    return None if shown is None else probabilities(shown, labels)


def _intervals(
    shown: np.ndarray, labels: np.ndarray, rng: np.random.Generator
) -> dict[str, Interval]:
    return {
        "log_loss": mean_interval(log_losses(shown, labels), rng=rng),
        "brier": mean_interval((shown - labels) ** 2, rng=rng),
        "ece": interval(ece, shown, labels, rng=rng),
    }
