"""Who is learnt from and who is judged on: the hold-out, forward folds, stratified folds.

Everything here speaks of positions 0..n-1 of rows that stand in time order (where there is one).

The hold-out is the newest quarter. With a label delay in days, leads whose outcome was not known
yet at the cut are not learnt from either (the *gap*); their outcomes reach the calibrator while
the hold-out is replayed, as in production. A delay given as a share of rows is an assumption about
a table whose dates are unknown, and there no gap is made: measured on the bank data (2 %), it
takes away just the 824 leads of a new regime before the cut, and the margin's AUC falls from .70
to .63 and the kept-up log loss from .505 to .515, so figures with and without one must never be
compared. `TrainingConfig.gap` decides otherwise.

Accounts never straddle: a group belongs to the side of its first row, later rows are left out.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from leads.errors import InvalidInput

HOLDOUT_SHARE = 0.25
FOLD_START = 0.25
FOLD_SHARE = 0.05
FOLD_MIN_CLASS = 10
_FEWER = (FOLD_MIN_CLASS, 5, 2)
N_FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Positions of the rows of each part, ascending.

    kind         "newest_quarter", or "stratified_fifth" (optimistic: it knows the future)
    left_out     rows in no part because their account belongs to an earlier one
    """

    kind: str
    fit: np.ndarray
    gap: np.ndarray
    holdout: np.ndarray
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """Positions to fit on and positions to predict."""

    train: np.ndarray
    test: np.ndarray


def newest_quarter(*, matured: np.ndarray, groups: np.ndarray | None) -> Split:
    """The split at the newest quarter of rows in time order.

    matured   (n,) how many of the first rows had their outcome when row i came; the rows before
              the cut that had not form the gap
    groups    (n,) codes, -1 for a lead without a group
    """
    n = len(matured)
    cut = n - round(HOLDOUT_SHARE * n)
    part = np.zeros(n, dtype=int)
    part[int(matured[cut]) : cut] = 1
    part[cut:] = 2
    own = _in_first_part(part, groups)
    fit, gap, holdout = (np.flatnonzero(own & (part == p)) for p in range(3))
    return Split(
        kind="newest_quarter", fit=fit, gap=gap, holdout=holdout, left_out=int((~own).sum())
    )


def stratified_fifth(labels: np.ndarray, *, groups: np.ndarray | None, seed: int) -> Split:
    """A random fifth with the table's conversion rate; whole groups."""
    first = stratified_folds(labels, groups=groups, seed=seed)[0]
    return Split(
        kind="stratified_fifth",
        fit=first.train,
        gap=np.array([], dtype=int),
        holdout=first.test,
        left_out=0,
    )


def forward_folds(labels: np.ndarray, *, groups: np.ndarray | None) -> list[Fold]:
    """Expanding folds: each predicts the next 5 % of the rows from all before it.

    Neighbours are merged until each, and the first training part, has ten of both outcomes; a
    table so small that no fold has is content with five or two. Raises InvalidInput when even
    that cannot be.
    """
    for fewest in _FEWER:
        bounds = _fold_bounds(labels, groups, fewest=fewest)
        if len(bounds) > 1:
            return [_forward(start, end, groups=groups) for start, end in pairwise(bounds)]
    raise InvalidInput(
        f"the outcomes are too bunched in time to be learnt from: no stretch of {len(labels):,} "
        f"leads can be predicted from earlier ones with {_FEWER[-1]} of both outcomes in each"
    )


def stratified_folds(labels: np.ndarray, *, groups: np.ndarray | None, seed: int) -> list[Fold]:
    """Five shuffled folds with about the same conversion rate; whole groups.

    Raises InvalidInput when a few large groups make that impossible.
    """
    empty = np.zeros((len(labels), 0))
    if groups is None:
        pairs = StratifiedKFold(N_FOLDS, shuffle=True, random_state=seed).split(empty, labels)
        return [Fold(train=train, test=test) for train, test in pairs]
    whole = singletons_apart(groups)
    n_groups = len(np.unique(whole))
    if n_groups >= N_FOLDS:
        maker = StratifiedGroupKFold(N_FOLDS, shuffle=True, random_state=seed)
        folds = [Fold(train=a, test=b) for a, b in maker.split(empty, labels, whole)]
        if all(0 < labels[fold.test].mean() < 1 for fold in folds):
            return folds
    raise InvalidInput(
        f"the {n_groups:,} accounts are too few or too large to be shared out over {N_FOLDS} "
        "folds with both outcomes in each; leave --group away, or give a finer one"
    )


def singletons_apart(groups: np.ndarray) -> np.ndarray:
    """Group codes in which every lead without a group (-1) is its own."""
    alone = groups < 0
    codes = groups.copy()
    codes[alone] = codes.max(initial=-1) + 1 + np.arange(alone.sum())
    return codes


def _in_first_part(part: np.ndarray, groups: np.ndarray | None) -> np.ndarray:
    """Whether each row stands in the part in which its group was first seen."""
    if groups is None:
        return np.ones(len(part), dtype=bool)
    _, first, inverse = np.unique(singletons_apart(groups), return_index=True, return_inverse=True)
    return np.asarray(part[first[inverse]] == part)


def _forward(start: int, end: int, *, groups: np.ndarray | None) -> Fold:
    part = np.zeros(end, dtype=int)
    part[start:] = 1
    own = _in_first_part(part, None if groups is None else groups[:end])
    return Fold(train=np.arange(start), test=np.flatnonzero(own & (part == 1)))


def _fold_bounds(labels: np.ndarray, groups: np.ndarray | None, *, fewest: int) -> list[int]:
    """Where folds begin, and the end of the last; fewer than two when there is no fold."""
    shares = np.arange(FOLD_START, 1 + FOLD_SHARE / 2, FOLD_SHARE)
    cuts = np.unique(np.round(shares * len(labels)).astype(int))
    cuts = cuts[[_enough(labels[:cut], fewest) for cut in cuts]]
    bounds = [int(cut) for cut in cuts[:1]]
    for cut in cuts[1:]:
        if _enough(labels[_forward(bounds[-1], int(cut), groups=groups).test], fewest):
            bounds.append(int(cut))
    if len(bounds) > 1 and bounds[-1] != len(labels):
        bounds[-1] = len(labels)  # what is left is too little for a fold of its own
    return bounds


def _enough(labels: np.ndarray, fewest: int) -> bool:
    won = int(labels.sum())
    return min(won, len(labels) - won) >= fewest
