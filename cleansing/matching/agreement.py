"""Compared pairs, and how likely each class of pairs makes them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleansing.matching.coded import Coded, Floats, Index
from cleansing.matching.weights import RELATED, SAME, STRANGERS, Weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Compared pairs.

    levels   one array a field, shape (n_pairs,)
    rarity   one a field: log(share of the agreed value / share of an average one), 0 where the
             two do not agree exactly; it is added to what strangers' agreement weighs
    """

    left: Index
    right: Index
    levels: tuple[NDArray[np.int8], ...]
    rarity: tuple[Floats, ...]

    def __len__(self) -> int:
        return len(self.left)

    def some(self, chosen: Index) -> "Agreement":
        """The chosen pairs."""
        return Agreement(
            left=self.left[chosen],
            right=self.right[chosen],
            levels=tuple(level[chosen] for level in self.levels),
            rarity=tuple(rarity[chosen] for rarity in self.rarity),
        )

    def and_(self, other: "Agreement") -> "Agreement":
        """These pairs and the other ones."""
        join = np.concatenate
        both = zip(self.levels, other.levels, strict=True)
        rare = zip(self.rarity, other.rarity, strict=True)
        return Agreement(
            left=join([self.left, other.left]),
            right=join([self.right, other.right]),
            levels=tuple(join(two) for two in both),
            rarity=tuple(join(two) for two in rare),
        )


def agreement(table: Sequence[Coded], left: Index, right: Index) -> Agreement:
    """Each pair's levels, without rarity."""
    levels = tuple(column.levels(left, right) for column in table)
    return Agreement(
        left=left, right=right, levels=levels, rarity=tuple(np.zeros(len(left)) for _ in table)
    )


def class_odds(table: Sequence[Coded], weights: Weights, pairs: Agreement) -> Floats:
    """The log chance of each pair under each class, shape (3, n_pairs)."""
    with np.errstate(divide="ignore"):
        start = np.log(np.array(weights.shares))
    total: Floats = np.repeat(start[:, None], len(pairs), axis=1)
    for column, logs, levels, rarity in zip(
        table, weights.tables, pairs.levels, pairs.rarity, strict=True
    ):
        total += logs[:, levels]
        total[STRANGERS] += rarity
        if not column.field.comparer.shared:
            total[RELATED] += rarity
    return total


def posterior(odds: Floats) -> Floats:
    """Class chances of each pair, shape (3, n_pairs)."""
    chances = np.exp(odds - odds.max(axis=0))
    normal: Floats = chances / chances.sum(axis=0)
    return normal


def probabilities(table: Sequence[Coded], weights: Weights, pairs: Agreement) -> Floats:
    """The calibrated probability of "the same" of each pair."""
    odds = class_odds(table, weights, pairs)
    against = np.logaddexp(odds[RELATED], odds[STRANGERS])
    return expit(weights.slope * (odds[SAME] - against) + weights.intercept)


def expit(odds: Floats) -> Floats:
    """Probability of log odds."""
    chance: Floats = 1 / (1 + np.exp(-np.clip(odds, -700, 700)))
    return chance
