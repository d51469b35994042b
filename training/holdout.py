"""Which leads are held out, and whether they can judge."""

import numpy as np

from leads.errors import InvalidInput
from training.judging import Stage
from training.reading import ReadTable
from training.recipe import TrainingConfig
from training.splits import Split, newest_quarter, stratified_fifth

_HOLDOUT_MIN_CLASS = 2
_HOLDOUT_FEW = 10


def split_of(table: ReadTable, config: TrainingConfig) -> Split:
    """The newest quarter, or a stratified fifth. Raises InvalidInput when it cannot judge."""
    leads = table.leads
    if leads.in_time:
        gap = config.gap if config.gap is not None else table.delay.duration is not None
        matured = table.matured() if gap else np.arange(len(leads))
        split = newest_quarter(matured=matured, groups=leads.groups)
        _check_history(table, split)
    else:
        split = stratified_fifth(leads.labels, groups=leads.groups, seed=config.seed)
    won = int(leads.labels[split.holdout].sum())
    if min(won, len(split.holdout) - won) < _HOLDOUT_MIN_CLASS:
        raise InvalidInput(
            f"nothing can be judged: of the {len(split.holdout):,} leads held out "
            f"({split.kind.replace('_', ' ')}), {won:,} converted; "
            f"{_HOLDOUT_MIN_CLASS} of both outcomes are needed"
            + (f" ({split.left_out:,} are of accounts seen earlier)" if split.left_out else "")
        )
    return split


def _check_history(table: ReadTable, split: Split) -> None:
    won = int(table.leads.labels[split.fit].sum())
    if len(split.gap) and min(won, len(split.fit) - won) < _HOLDOUT_MIN_CLASS:
        raise InvalidInput(
            f"--label-delay {table.delay.text} is too long for this table: when the newest quarter "
            f"began, the outcomes of {len(split.fit):,} leads were known, and {won:,} of them "
            "converted; give a shorter delay (from the store: --window) or more history"
        )


def few_judged(stage: Stage) -> list[str]:
    """A warning where the hold-out is small."""
    labels = stage.holdout_labels
    won = int(labels.sum())
    if min(won, len(labels) - won) >= _HOLDOUT_FEW:
        return []
    return [f"of the {len(labels):,} leads held out {won:,} converted: every figure is rough"]


def matured_of(table: ReadTable) -> np.ndarray:
    """(n,) how many of the first leads had their outcome when each came; 0 without time."""
    return table.matured() if table.leads.in_time else np.zeros(len(table.leads), dtype=int)
