"""Training on any table of leads: read, split, fit and judge, then fit again on everything.

The figures of the report belong to the first fit, which has not seen the hold-out. The bundle
holds the second, on every mature lead, because the newest quarter is what tomorrow looks like.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np

from features.encoder import Encoder
from features.schema import DeclaredField, read_declared
from leads.progress import Progress, silent
from scoring.bundle import write_bundle
from scoring.calibration import Curve
from scoring.reference import Reference
from scoring.timing import Timing
from training.accounting import rows_of
from training.baselines import Points, constant, logistic_regression, run_baseline, run_points
from training.evaluation import calibration_curve, gain_curve, score_bands
from training.fit import FittedModel, Leads, fit
from training.holdout import few_judged, matured_of, split_of
from training.judging import (
    Contender,
    Stage,
    contend,
    cross_validation,
    judge_baseline,
    judge_holdout,
    judge_kept_up,
)
from training.keeper import Keeper
from training.labels import MIN_CLASS
from training.reading import ReadTable, Roles, read_table
from training.recipe import TrainingConfig, grow_on_folds, margins_of
from training.reference_leads import few_recent, reference_of
from training.report import Report, Suspect, joined
from training.splits import (
    Split,
    forward_folds,
    stratified_folds,
)
from training.suspects import find_suspects
from training.timeline import LabelDelay
from training.timing import judged_timing, learn_timing, timing_warnings
from training.tuning import Tuning, tune


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstFit:
    """The model whose figures the report has, and the leads it learnt from."""

    model: FittedModel
    leads: Leads


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingResult:
    """A trained model and what is known about it.

    keeper        the calibrator to go on with as outcomes mature; None without time
    curve         what it shows today
    timing        when leads convert; None where no column or too few leads say so
    out_of_fold   (n,) margins of the leads from models that had not seen them, NaN where none
    leads         the leads it was fitted on, in the order of `out_of_fold`
    contenders    on the hold-out: "model" (the first fit), "constant", "logistic_regression", and
                  "points" where a rule was given that knows the table; empty without report
    stage         where the contenders met, for judging a champion on the same rows
    holdout       the hold-out leads, to be scored by a champion
    report        None when it was not asked for
    first         the fit that has not seen the hold-out, and what it was fitted on
    stream        gap and hold-out, where a champion is judged too
    stream_rows   (n_gap + n_holdout,) positions in the table that was given
    """

    booster: lgb.Booster
    encoder: Encoder
    keeper: Keeper | None
    curve: Curve
    reference: Reference
    timing: Timing | None
    n_trees: int
    leads: Leads
    out_of_fold: np.ndarray
    config: TrainingConfig
    report: Report | None = None
    contenders: Mapping[str, Contender] = field(default_factory=dict)
    stage: Stage | None = None
    holdout: Leads | None = None
    first: FirstFit | None = None
    stream: Leads | None = None
    stream_rows: np.ndarray | None = None

    def write_bundle(self, directory: Path, *, card: Mapping[str, Any] | None = None) -> None:
        """Write what serves: trees, encoder, curve, reference, and a card for people.

        Without `card` the report is the card. Raises Conflict when something is there already.
        """
        if card is None:
            card = {} if self.report is None else self.report.to_json()
        write_bundle(
            directory,
            booster=self.booster,
            encoder=self.encoder,
            curve=self.curve,
            reference=self.reference,
            timing=self.timing,
            card=card,
        )

    def to_json(self, **names: str | None) -> dict[str, Any]:
        """The report as `train --json` prints it; name, version and run_id as keywords."""
        if self.report is None:
            raise ValueError("this training was made without a report")
        return self.report.to_json(**names)


def train(
    frame: Any,  # a pandas DataFrame
    *,
    target: str,
    time: str | None = None,
    ordered: bool = False,
    group: str | None = None,
    drop: Sequence[str] = (),
    positive: str | None = None,
    converted_at: str | None = None,
    label_delay: str = "2%",
    fields: Mapping[str, DeclaredField] | Path | None = None,
    min_class: int = MIN_CLASS,
    seed: int = 0,
    report: bool = True,
    now: datetime | None = None,
    known_until: datetime | None = None,
    suspects: Sequence[Suspect] = (),
    points: Points | None = None,
    progress: Progress = silent,
    config: TrainingConfig | None = None,
    tuning: Tuning | None = None,
) -> TrainingResult:
    """Learn from a table of historical leads.

    Parameters
    ----------
    frame       one row a lead, any columns
    target      the column of outcomes, two values
    time        the column of dates at which leads came; or `ordered`: rows stand oldest first
    group       the column of accounts, which never straddle a split
    drop        columns to leave out
    positive    the target's value that means converted, where that is not plain
    converted_at   the column of when leads converted, to learn the time to convert; needs `time`
    label_delay how long outcomes take to be known: "2%" of the leads, or "30d"
    fields      declared types and labels, or the TOML file that has them
    min_class   fewest leads of either outcome
    report      False: only fit, without hold-out and figures
    now         the present instant, aware; leads dated later count as undated. Not checked without
    known_until as of when outcomes are known; a lead is mature when its label delay was over then.
                The newest lead's time otherwise
    suspects    columns that are suspect for what is known beside the table
    points      the day-one rule, a baseline
    tuning      how long to search for better numbers than the recipe's; not at all without
    progress    called with what is being done, steps done, and steps in all

    Returns
    -------
    TrainingResult

    Raises
    ------
    InvalidInput    naming the column or option that is wrong
    """
    config = replace(config or TrainingConfig(), seed=seed)
    declared = read_declared(fields) if isinstance(fields, Path) else (fields or {})
    roles = Roles(
        target=target,
        time=time,
        ordered=ordered,
        group=group,
        drop=tuple(drop),
        positive=positive,
        converted_at=converted_at,
    )
    delay = LabelDelay.parse(label_delay)
    table = read_table(
        frame,
        roles,
        delay=delay,
        declared=declared,
        min_class=min_class,
        now=now,
        known_until=known_until,
    )
    figures = None
    if tuning is not None:
        before = table.leads.take(split_of(table, config).fit)
        tuned = tune(before, table, config=config, tuning=tuning, progress=progress)
        config, figures = tuned.config, tuned.figures
    beside = [one for one in suspects if one.column not in roles.drop]
    judged = _judge(table, beside, points, config=config, progress=progress) if report else {}
    fitted = _fit_all(table, config=config, progress=progress)
    if judged:
        told = (*judged["report"].warnings, *few_recent(fitted.leads, fitted.out_of_fold))
        told += timing_warnings(fitted.leads, fitted.timing, delay=table.delay)
        judged["report"] = replace(judged["report"], warnings=told, tuning=figures)
    return replace(fitted, **judged)


def _fit_all(table: ReadTable, *, config: TrainingConfig, progress: Progress) -> TrainingResult:
    """The model that is registered: fitted on everything matured."""
    model = fit(
        table.leads, schema=table.schema, config=config, progress=progress, what="final fit"
    )
    return TrainingResult(
        booster=model.booster,
        encoder=model.encoder,
        keeper=model.keeper,
        curve=model.curve,
        reference=reference_of(model, table.leads),
        timing=learn_timing(
            model, table.leads, delay=table.delay, config=config, progress=progress
        ),
        n_trees=model.n_trees,
        leads=table.leads,
        out_of_fold=model.out_of_fold,
        config=config,
    )


def _judge(
    table: ReadTable,
    told: Sequence[Suspect],
    points: Points | None,
    *,
    config: TrainingConfig,
    progress: Progress,
) -> dict[str, Any]:
    """The first fit, judged on the hold-out: what `TrainingResult` says beyond the model."""
    leads, rng = table.leads, np.random.default_rng(config.seed)
    split = split_of(table, config)
    fitted_on = leads.take(split.fit)
    model = fit(
        fitted_on, schema=table.schema, config=config, progress=progress, what="fit before hold-out"
    )
    stage = Stage.of(leads.labels, split, matured=matured_of(table), in_time=leads.in_time)
    contenders = _contenders(model, table, split, stage, points, config=config, progress=progress)
    ours = contenders["model"]
    folds = stratified_folds(leads.labels, groups=leads.groups, seed=config.seed)
    tried = grow_on_folds(
        model.table(leads), folds, config=config, progress=progress, what="cross-validation"
    )
    labels = stage.holdout_labels
    report = Report(
        seed=config.seed,
        n_trees=model.n_trees,
        target=table.target.column,
        positive=table.target.positive,
        rows=rows_of(table, split),
        holdout=judge_holdout(ours, stage, kind=split.kind, rng=rng),
        kept_up=judge_kept_up(ours, stage, label_delay=table.delay.text, rng=rng),
        cv=cross_validation(tried, leads.labels),
        baselines={
            name: judge_baseline(contenders[name], stage)
            for name in ("constant", "logistic_regression", "points")
            if name in contenders
        },
        timing=judged_timing(
            model, fitted_on, leads.take(split.holdout), delay=table.delay, config=config
        ),
        suspects=joined(
            find_suspects(model.table(fitted_on), model=model, leads=fitted_on, config=config), told
        ),
        dropped=tuple((column.column, column.reason) for column in table.schema.dropped),
        warnings=(*table.warnings, *few_judged(stage)),
        calibration_curve=calibration_curve(ours.judged, labels),
        gain_curve=gain_curve(ours.margins, labels),
        score_bands=score_bands(ours.judged, labels),
    )
    return {
        "report": report,
        "contenders": contenders,
        "stage": stage,
        "holdout": leads.take(split.holdout),
        "first": FirstFit(model=model, leads=fitted_on),
        "stream": leads.take(np.concatenate([split.gap, split.holdout])),
        "stream_rows": table.positions[np.concatenate([split.gap, split.holdout])],
    }


def _contenders(
    model: FittedModel,
    table: ReadTable,
    split: Split,
    stage: Stage,
    points: Points | None,
    *,
    config: TrainingConfig,
    progress: Progress,
) -> dict[str, Contender]:
    fitted_on = table.leads.take(split.fit)
    stream = table.leads.take(np.concatenate([split.gap, split.holdout]))
    seen, ahead = model.table(fitted_on), model.table(stream).rows
    found = {
        "model": contend(
            stage,
            name="model",
            out_of_fold=model.out_of_fold,
            margins=margins_of(model.booster, ahead),
        )
    }
    if fitted_on.in_time:
        folds = forward_folds(fitted_on.labels, groups=fitted_on.groups)
    else:
        folds = stratified_folds(fitted_on.labels, groups=fitted_on.groups, seed=config.seed)
    learners = {"constant": constant, "logistic_regression": logistic_regression}
    for done, (name, learner) in enumerate(learners.items()):
        progress("baselines", done, len(learners))
        base = run_baseline(learner, seen, folds=folds, ahead=ahead)
        found[name] = contend(stage, name=name, out_of_fold=base.out_of_fold, margins=base.margins)
    if points is not None:
        stream_rows = np.concatenate([split.gap, split.holdout])
        rule = run_points(points, table.leads.frame, fit=split.fit, folds=folds, stream=stream_rows)
        if rule is not None:
            found["points"] = contend(
                stage, name="points", out_of_fold=rule.out_of_fold, margins=rule.margins
            )
    progress("baselines", len(learners), len(learners))
    return found
