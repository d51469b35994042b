"""Columns filled only, or practically only, for one outcome."""

from collections.abc import Iterator

import numpy as np
from scipy.stats import binom

from features.schema import Field, Kind

FEWEST = 20
"""Leads that must have the mark before it says anything."""

CHANCE = 1e-8
_PURE = 0.02
_OF_BASE = 0.1
_MISSING_CODE = 0


def one_sided(field: Field, values: np.ndarray, labels: np.ndarray) -> str | None:
    """Evidence when a mark of the column goes with one outcome only; None when none does.

    values   (n,) the encoded column
    """
    for what, marked in _marks(field, values):
        evidence = _only_converted(what, labels[marked], labels)
        if evidence:
            return evidence
    filled = _filled(field, values)
    return None if filled.all() else _never_converted(labels[filled], labels)


def _marks(field: Field, values: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Sets of leads that a column marks: those that have it, have a word, have more than 0."""
    filled = _filled(field, values)
    if not filled.all():
        yield "that have it", filled
    if field.kind is Kind.CATEGORY:
        for code in np.unique(values[filled]):
            yield "with one of its words", values == code
    elif field.kind is not Kind.DATE:
        yield "where it is not 0", filled & (values != 0)


def _filled(field: Field, values: np.ndarray) -> np.ndarray:
    if field.kind is Kind.CATEGORY:
        return np.asarray(values != _MISSING_CODE)
    return np.asarray(np.isfinite(values))


def _only_converted(what: str, marked: np.ndarray, labels: np.ndarray) -> str | None:
    n, won, base = len(marked), int(marked.sum()), float(labels.mean())
    pure = n - won <= n * min(_PURE, _OF_BASE * (1 - base))
    if n < FEWEST or not pure or binom.sf(won - 1, n, base) > CHANCE:
        return None
    return f"of the {n:,} leads {what}, {won:,} converted, against {base:.1%} of all"


def _never_converted(marked: np.ndarray, labels: np.ndarray) -> str | None:
    n, won, base = len(marked), int(marked.sum()), float(labels.mean())
    rare = won <= _PURE * n * base
    if n < FEWEST or not rare or binom.cdf(won, n, base) > CHANCE:
        return None
    return f"of the {n:,} leads that have it, {won:,} converted, against {base:.1%} of all"
