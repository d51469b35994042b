"""Learning when leads convert, from those that did.

A discrete-time hazard: each lead that converted stands once for every week in which it was still
to convert. Leads that did not say nothing about when; whether a lead converts is the model's
business, and the shown probability times these shares is the chance by any week. The window has
passed for every lead that is learnt from, so nobody is cut off in the middle.

The trees begin from everybody's hazards, so that no tree at all is an honest answer too; their
number is chosen on forward folds, and each week is calibrated on what the folds had not seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import lightgbm as lgb
import numpy as np

from leads.errors import InvalidInput
from leads.progress import Progress, silent
from scoring.timing import HALF, MOST_WEEKS, Timing, hazard_names, spans, with_weeks
from training.fit import FittedModel, Leads
from training.keeper import PLATT_RIDGE
from training.platt import fit_platt
from training.recipe import TrainingConfig, margins_at
from training.report import TimingFigures
from training.splits import Fold, forward_folds
from training.timeline import LabelDelay

FEWEST = 100
"""Conversions with a date, below which nothing is said about when."""
MOST_TREES = 200
_DAYS = 7
_NEARLY_ALL = 0.99
_FEWEST_JUDGED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods:
    """Leads that converted, a row for every week in which they were still to.

    rows     (n, n_features) of the leads; week (n,) in which they converted, from 0
    n_weeks  whole weeks of the window; in the last one nothing is left to be told
    """

    rows: np.ndarray
    week: np.ndarray
    n_weeks: int

    def take(self, positions: np.ndarray) -> "Periods":
        """Those of some leads."""
        return Periods(rows=self.rows[positions], week=self.week[positions], n_weeks=self.n_weeks)

    def weekly(self) -> np.ndarray:
        """(n_periods, n_features + 1): with the week as last column."""
        return with_weeks(self.rows, self._at_risk())

    def happened(self) -> np.ndarray:
        """(n_periods,) 1 where the lead converted in that week."""
        n = self._at_risk()
        last = np.cumsum(n) - 1
        found = np.zeros(int(n.sum()))
        found[last[self.week < self.n_weeks - 1]] = 1
        return found

    def base(self) -> np.ndarray:
        """(n_weeks - 1,) everybody's log-odds of converting in a week, if not before."""
        weeks = self.weekly()[:, -1].astype(int)
        at_risk = np.bincount(weeks, minlength=self.n_weeks - 1)
        events = np.bincount(weeks, weights=self.happened(), minlength=self.n_weeks - 1)
        return np.asarray(np.log((events + 0.5) / (at_risk - events + 0.5)))

    def _at_risk(self) -> np.ndarray:
        return np.asarray(np.minimum(self.week, self.n_weeks - 2) + 1)

    def __len__(self) -> int:
        return len(self.week)


def window_of(leads: Leads, delay: LabelDelay) -> int:
    """Whole weeks of the window: the label delay's, or else what nearly all conversions took."""
    took = _took(leads)
    if delay.duration is not None:
        days = float(delay.duration / np.timedelta64(1, "D"))
    else:
        days = float(np.quantile(took, _NEARLY_ALL)) if len(took) else 0.0
    return min(ceil(days / _DAYS), MOST_WEEKS)


def learn_timing(
    model: FittedModel,
    leads: Leads,
    *,
    delay: LabelDelay,
    config: TrainingConfig,
    progress: Progress = silent,
) -> Timing | None:
    """When leads convert, by the fields the model knows; None where too few say so."""
    if leads.days_to_convert is None:
        return None
    weeks = window_of(leads, delay)
    periods, among = _periods(model, leads, weeks)
    if weeks < 2 or len(periods) < FEWEST:
        return None
    groups = None if leads.groups is None else leads.groups[among]
    folds = _folds(periods, groups)
    grower = _Grower(
        names=hazard_names(model.encoder.feature_names),
        categorical=model.encoder.categorical_features,
        config=config,
    )
    tried = []
    for done, fold in enumerate(folds):
        progress("time to convert", done, len(folds))
        tried.append(_Tried.on(periods, fold, grower))
    progress("time to convert", len(folds), len(folds))
    if not tried:
        return Timing.of_everybody(periods.base())
    best = int(np.mean([one.losses for one in tried], axis=0).argmin())
    slope, intercept = _calibrated(periods, folds, [one.log_odds[best] for one in tried])
    n_trees = int(grower.counts[best])
    return Timing(
        base=tuple(periods.base().tolist()),
        slope=tuple(slope),
        intercept=tuple(intercept),
        booster=grower.grow(periods, n_trees) if n_trees else None,
    )


def _folds(periods: Periods, groups: np.ndarray | None) -> list[Fold]:
    """Forward folds with early and late conversions in each; none where nearly all are alike."""
    early = (periods.week <= np.median(periods.week)).astype(float)
    try:
        return forward_folds(early, groups=groups)
    except InvalidInput:
        return []


def judged_timing(
    model: FittedModel,
    fitted_on: Leads,
    holdout: Leads,
    *,
    delay: LabelDelay,
    config: TrainingConfig,
) -> TimingFigures | None:
    """The figures of a timing learnt before the hold-out, on the hold-out."""
    timing = learn_timing(model, fitted_on, delay=delay, config=config)
    return None if timing is None else judge_timing(timing, model, holdout)


def judge_timing(timing: Timing, model: FittedModel, holdout: Leads) -> TimingFigures | None:
    """Its figures on leads it has not seen; None where too few of them converted."""
    periods, _ = _periods(model, holdout, timing.weeks)
    if len(periods) < _FEWEST_JUDGED:
        return None
    shares = timing.shares(periods.rows)
    same = Timing.of_everybody(timing.base).shares(periods.rows)
    each = np.arange(len(periods))
    low, high = spans(shares)
    until = np.hstack([np.zeros((len(periods), 1)), np.cumsum(shares, axis=1)])
    return TimingFigures(
        weeks=timing.weeks,
        n_trees=0 if timing.booster is None else timing.booster.num_trees(),
        conversions=len(periods),
        covered=float(((periods.week >= low) & (periods.week < high)).mean()),
        expected=float((until[each, high] - until[each, low]).mean()),
        loss=_surprise(shares[each, periods.week]),
        loss_same=_surprise(same[each, periods.week]),
    )


def timing_warnings(leads: Leads, timing: Timing | None, *, delay: LabelDelay) -> tuple[str, ...]:
    """What should be known about the dates of conversion, where a column has any."""
    if leads.days_to_convert is None:
        return ()
    weeks = window_of(leads, delay)
    early = int((leads.days_to_convert[leads.labels == 1] < 0).sum())
    found = []
    if early:
        found.append(f"{early:,} conversions are dated before their lead came: not used for when")
    if timing is None:
        n = int((_took(leads) < weeks * _DAYS).sum())
        found.append(
            f"when leads convert is not told: {n:,} conversions have a date within {weeks} weeks; "
            f"{FEWEST} within at least 2 weeks are needed"
        )
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grower:
    """Grows trees on periods, beginning from everybody's hazards."""

    names: Sequence[str]
    categorical: Sequence[int]
    config: TrainingConfig

    @property
    def counts(self) -> np.ndarray:
        """Numbers of trees that are tried; none is one of them."""
        most = min(self.config.max_trees, MOST_TREES)
        return np.arange(0, most + 1, self.config.tree_step)

    def grow(self, periods: Periods, n_trees: int) -> lgb.Booster:
        weekly, happened = periods.weekly(), periods.happened()
        data = lgb.Dataset(
            weekly,
            label=happened,
            init_score=periods.base()[weekly[:, -1].astype(int)],
            feature_name=list(self.names),
            categorical_feature=list(self.categorical),
            params={"verbose": -1},
        )
        parameters = self.config.parameters(n_rows=len(happened))
        return lgb.train(parameters, data, num_boost_round=n_trees)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    """A fold: log-odds of its unseen periods at every number of trees, and the mean loss a lead."""

    log_odds: np.ndarray
    losses: np.ndarray

    @classmethod
    def on(cls, periods: Periods, fold: Fold, grower: _Grower) -> "_Tried":
        seen, unseen = periods.take(fold.train), periods.take(fold.test)
        weekly, happened = unseen.weekly(), unseen.happened()
        counts = grower.counts
        booster = grower.grow(seen, int(counts[-1]))
        added = np.vstack([np.zeros(len(weekly)), margins_at(booster, weekly, counts[1:])])
        log_odds = seen.base()[weekly[:, -1].astype(int)] + added
        loss = np.logaddexp(0, log_odds) - happened * log_odds
        return cls(log_odds=log_odds, losses=loss.sum(axis=1) / len(unseen))


def _calibrated(
    periods: Periods, folds: Sequence[Fold], log_odds: Sequence[np.ndarray]
) -> tuple[list[float], list[float]]:
    """Slope and intercept of each week, on periods the folds' trees had not seen."""
    unseen = [periods.take(fold.test) for fold in folds]
    weeks = np.concatenate([one.weekly()[:, -1] for one in unseen])
    happened = np.concatenate([one.happened() for one in unseen])
    found = np.concatenate(log_odds)
    slopes, intercepts = [], []
    for week in range(periods.n_weeks - 1):
        here = weeks == week
        positive = happened[here][None, :]
        slope, intercept = fit_platt(found[here], positive, 1 - positive, ridge=PLATT_RIDGE)
        slopes.append(float(slope[0]))
        intercepts.append(float(intercept[0]))
    return slopes, intercepts


def _periods(model: FittedModel, leads: Leads, weeks: int) -> tuple[Periods, np.ndarray]:
    """The leads that are known to have converted within the window, and where they stand."""
    assert leads.days_to_convert is not None, "asked of leads with dates of conversion"
    days = leads.days_to_convert
    among = np.flatnonzero((leads.labels == 1) & (days >= 0) & (days <= weeks * _DAYS))
    week = np.minimum(days[among] // _DAYS, weeks - 1).astype(int)
    rows = model.table(leads.take(among)).rows
    return Periods(rows=rows, week=week, n_weeks=weeks), among


def _took(leads: Leads) -> np.ndarray:
    """Days that conversions took, of those with a date that can be."""
    assert leads.days_to_convert is not None, "asked of leads with dates of conversion"
    days = leads.days_to_convert[leads.labels == 1]
    return np.asarray(days[days >= 0])


def _surprise(shares: np.ndarray) -> float:
    return float(-np.log(np.maximum(shares, HALF**52)).mean())
