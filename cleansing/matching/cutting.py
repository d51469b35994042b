"""Judged pairs that can be cut into clusters at any bar."""

from dataclasses import dataclass

import numpy as np

from cleansing.matching.clusters import agglomerated, components, one_to_one
from cleansing.matching.coded import Floats, Index


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustering:
    """Judged pairs, ready to be cut at any bar."""

    n_rows: int
    left: Index
    right: Index
    chances: Floats
    vetoed: set[int]
    known: dict[int, float]
    n_left: int | None
    only_one: bool

    def at(self, bar: float) -> Index:
        """The cluster of each row."""
        if self.n_left is not None and self.only_one:
            codes = (self.left * self.n_rows + self.right).tolist()
            free = np.array([code not in self.vetoed for code in codes], dtype=bool)
            left, right, chances = self.left[free], self.right[free], self.chances[free]
            kept = one_to_one(left, right, chances, bar=bar)
            return components(self.n_rows, left[kept], right[kept])
        return agglomerated(
            self.n_rows,
            self.left,
            self.right,
            self.chances,
            bar=bar,
            vetoed=self.vetoed,
            known=self.known,
            first_of_right=self.n_left,
        )


def in_given_order(clusters: Index, order: Index) -> Index:
    """The clusters of the rows as they were given, numbered in order of their first row."""
    given = np.empty(len(order), dtype=np.int64)
    given[order] = clusters
    _, first, back = np.unique(given, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first, kind="stable"), kind="stable")
    return rank[back.reshape(-1)]
