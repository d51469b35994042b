"""Term frequencies: agreeing on "Smith" says less than agreeing on a rare name."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleansing.matching.agreement import Agreement
from cleansing.matching.coded import Coded, Floats
from cleansing.matching.words import Level


def with_rarity(table: Sequence[Coded], pairs: Agreement, *, entities: Floats) -> Agreement:
    """Term frequencies: agreeing on "Smith" says less than agreeing on a rare name.

    Where two values agree but for a slip or as nicknames, the commoner one counts.
    """
    rarities = []
    for column, levels in zip(table, pairs.levels, strict=True):
        rarity = np.zeros(len(pairs))
        share, average = _term_shares(column, entities)
        near = np.flatnonzero(_near(column)[levels])
        if average > 0:
            one, other = (column.codes[rows[near]] for rows in (pairs.left, pairs.right))
            rarity[near] = np.log(np.maximum(share[one], share[other]) / average)
        rarities.append(rarity)
    _count_whole_names(table, pairs, rarities, entities)
    return replace(pairs, rarity=tuple(rarities))


NEAR = (Level.EXACT, Level.NICKNAME, Level.CLOSE)
"""Levels at which it counts how common a value is."""


def _near(column: Coded) -> NDArray[np.bool_]:
    """Of each level code, whether the frequency of the values counts."""
    return np.array([level in NEAR for level in (*column.field.comparer.levels, Level.MISSING)])


def _count_whole_names(
    table: Sequence[Coded], pairs: Agreement, rarities: list[Floats], entities: Floats
) -> None:
    """First and last names go together ("Yoko Sato"): where a whole name is more common than
    its parts say, agreeing on it says less; the last name's rarity takes it.
    """
    places = {column.field.comparer.name: place for place, column in enumerate(table)}
    if not {"given", "family"} <= places.keys():
        return
    given, family = table[places["given"]], table[places["family"]]
    near = _near(given)[pairs.levels[places["given"]]]
    near &= _near(family)[pairs.levels[places["family"]]]
    known = (given.codes >= 0) & (family.codes >= 0)
    names = np.where(known, given.term_of_rows() * family.n_terms + family.term_of_rows(), -1)
    _, whole = np.unique(names, return_inverse=True)
    counts = np.bincount(whole[known], weights=entities[known], minlength=whole.max() + 1)
    share = np.maximum(counts - 1, _seldom(counts)) / max(counts.sum(), 1.0)
    one, other = whole[pairs.left[near]], whole[pairs.right[near]]
    parts = np.zeros(int(near.sum()))
    for place, column in ((places["given"], given), (places["family"], family)):
        _, average = _term_shares(column, entities)
        parts += rarities[place][near] + np.log(max(average, 1e-12))
    more = np.log(np.maximum(share[one], share[other])) - parts
    rarities[places["family"]][near] += np.maximum(more, 0.0)


def _term_shares(column: Coded, entities: Floats) -> tuple[Floats, float]:
    """The chance that a stranger has a form's term too, and that chance for an average row."""
    known = column.codes >= 0
    if not known.any():
        return np.empty(0), 0.0
    counts = np.bincount(
        column.terms[column.codes[known]], weights=entities[known], minlength=column.n_terms
    )
    total = counts.sum()
    again = np.maximum(counts - 1, _seldom(counts)) / total
    return again[column.terms], float((counts * again).sum() / total)


def _seldom(counts: NDArray[Any]) -> float:
    """How often, by chance, what was met once is met again (Good and Turing)."""
    once, twice = ((np.round(counts) == times).sum() for times in (1, 2))
    return float(np.clip(2 * twice / max(once, 1), 0.02, 1.0))
