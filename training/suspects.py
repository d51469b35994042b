"""Columns that may know the outcome: measured, named with evidence, and left to people to judge.

What separates a leak from a strong honest column? Not the AUC across a whole table: a column that
moves with the market (bank-additional's euribor3m: .66) collects it from the base rate's drift and
has .53 within any stretch of time. Nor the gain share alone: an honest column takes up to a
quarter of all gain in the sandbox. Within stretches of time the two are far apart (measured on
training rows):

    bank-additional   duration     AUC .88, gain share .69; next column .55
    bank-full         duration     AUC .87, gain share .68; next column .56
    shoppers          PageValues   AUC .88, gain share .70; next column .68
    sandbox, clean    page visits, pricing visits: AUC at most .73, gain share at most .25

Stretches of the file are taken even where no order was claimed: in a table whose rows are in no
order they change nothing. (Shuffled, duration has .81 and euribor3m .77.)

A whole honest model reaches .72 to .85 on tables of leads, so one column is implausible

* when it alone surely (lower end of the 95 % interval) exceeds .78, or
* when it surely exceeds .70, holds more than 40 % of all gain, and knows at least twice as much
  (AUC above .5) as the next one.

Some leaks are rare and have no AUC to speak of: the contract number that one lead in fifty has.
So a column is also named when nearly all leads that have it, or have one certain word or anything
but zero in it, converted, or when the leads that have it hardly ever did, where chance would have
done otherwise less than once in 10**8. And two kinds of columns need less: a date that mostly lies
after the lead's own time, and numbers that look like identifiers, are named when they tell
anything at all.

After something was found, the rest is looked at again without it, so that a second leak does not
hide behind a larger one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from features.schema import Field, Kind
from training.fit import FittedModel, Leads
from training.onesided import one_sided
from training.recipe import Table, TrainingConfig, grow
from training.report import Suspect
from training.screening import SingleAuc, single_auc, time_slices
from training.splits import stratified_folds

IMPLAUSIBLE_AUC = 0.78
DOMINANT_AUC = 0.70
DOMINANT_GAIN = 0.4
DOMINANT_LEAD = 2.0
WEAK_AUC = 0.55

_DISTINCT = 0.98
_SAME_LENGTH = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """What was measured about one field."""

    field: Field
    values: np.ndarray
    auc: SingleAuc
    gain: float


def find_suspects(
    table: Table, *, model: FittedModel, leads: Leads, config: TrainingConfig
) -> tuple[Suspect, ...]:
    """Suspect columns among the rows the model was fitted on, the plainest first."""
    folds = stratified_folds(leads.labels, groups=leads.groups, seed=config.seed)
    slices = time_slices(leads.labels)
    fields = [model.encoder.fields[i] for i in model.encoder.field_of_feature]
    aucs = [
        single_auc(table, feature, folds=folds, slices=slices) for feature in range(len(fields))
    ]
    gains = _shares(model.booster.feature_importance("gain"))
    found: dict[str, str] = {}
    while True:
        columns = [
            _Column(field=field, values=table.rows[:, j], auc=aucs[j], gain=float(gains[j]))
            for j, field in enumerate(fields)
            if field.name not in found
        ]
        named = _named(columns, table.labels)
        if not named:
            return tuple(Suspect(column=name, evidence=why) for name, why in found.items())
        found |= named
        gains = _gains_without(table, fields, found, n_trees=model.n_trees, config=config)


def _named(columns: Sequence[_Column], labels: np.ndarray) -> dict[str, str]:
    """Evidence by column name, the highest AUC first."""
    ranked = sorted(columns, key=lambda column: -column.auc.value)
    named = {}
    for column in ranked:
        others = [other.auc.value for other in ranked if other is not column]
        why = [
            _implausible(column, others),
            one_sided(column.field, column.values, labels),
            _after_the_lead(column),
            _identifier(column),
        ]
        evidence = "; ".join(reason for reason in why if reason)
        if evidence:
            named[column.field.name] = evidence
    return named


def _implausible(column: _Column, others: Sequence[float]) -> str | None:
    """The column alone tells more than an honest one can."""
    runner_up = max(others, default=0.5)
    lead = (column.auc.value - 0.5) / max(runner_up - 0.5, 0.01)
    dominant = (
        column.auc.lower > DOMINANT_AUC and column.gain > DOMINANT_GAIN and lead >= DOMINANT_LEAD
    )
    if column.auc.lower <= IMPLAUSIBLE_AUC and not dominant:
        return None
    return (
        f"alone it ranks leads with an AUC of {column.auc.value:.2f} within a stretch of time "
        f"(the next column {runner_up:.2f}) and makes {column.gain:.0%} of the trees' gain; "
        "honest columns stay far below"
    )


def _after_the_lead(column: _Column) -> str | None:
    """A date that lies in the lead's future, and tells something."""
    if column.field.kind is not Kind.DATE or column.auc.lower <= WEAK_AUC:
        return None
    ages = column.values[np.isfinite(column.values)]
    later = float((ages < 0).mean()) if len(ages) else 0.0
    if later <= 0.5:  # mostly
        return None
    return (
        f"its date lies after the lead's own time in {later:.0%} of the rows, so it was not known "
        f"then (AUC alone {column.auc.value:.2f})"
    )


def _identifier(column: _Column) -> str | None:
    """Whole numbers of one length, hardly ever the same, that tell something."""
    if column.field.kind is not Kind.NUMBER or column.auc.lower <= WEAK_AUC:
        return None
    given = np.abs(column.values[np.isfinite(column.values)])
    if not len(given) or np.any(given != np.floor(given)):
        return None
    distinct = len(np.unique(given)) / len(given)
    lengths = np.floor(np.log10(np.maximum(given, 1)))
    alike = np.bincount(lengths.astype(int)).max() / len(given)
    if distinct < _DISTINCT or alike < _SAME_LENGTH:
        return None
    return (
        f"it looks like an identifier ({distinct:.0%} of its values are different whole numbers of "
        f"one length), yet it tells who converts (AUC alone {column.auc.value:.2f})"
    )


def _gains_without(
    table: Table,
    fields: Sequence[Field],
    found: dict[str, str],
    *,
    n_trees: int,
    config: TrainingConfig,
) -> np.ndarray:
    """Gain shares of a model that does not see the columns already found; theirs are 0."""
    rows = table.rows.copy()
    for j, field in enumerate(fields):
        if field.name in found:
            rows[:, j] = 0
    blind = Table(rows=rows, labels=table.labels, names=table.names, categorical=table.categorical)
    return _shares(grow(blind, n_trees=n_trees, config=config).feature_importance("gain"))


def _shares(gains: np.ndarray) -> np.ndarray:
    return np.asarray(gains / max(gains.sum(), 1e-12))
