"""From judged pairs to clusters that cannot chain into giants.

Pairs are taken in order of their probability. Two clusters are joined only if no pair across
them is forbidden and the pairs across them are, on average, likely: one strong pair does not
pull in what the rest of the cluster contradicts.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

import numpy as np

from cleansing.matching.coded import Floats, Index

LINKAGE = 0.5
"""The least mean probability of all pairs across two clusters that are joined."""

MOST_CROSSED = 4096
"""Pairs across two clusters that are looked at; larger ones are joined no more."""

Code = int
"""left * n_rows + right, left < right."""


def agglomerated(
    n_rows: int,
    left: Index,
    right: Index,
    probabilities: Floats,
    *,
    bar: float,
    vetoed: AbstractSet[Code],
    known: Mapping[Code, float],
    first_of_right: int | None = None,
) -> Index:
    """The cluster of each row, numbered in order of its first row.

    `known` has the probability of every pair within a group of rows that hang together; a pair
    that is in no such group counts as 0. Pairs in `vetoed` never end in one cluster. Rows from
    `first_of_right` on are a second table; pairs within one of the two say nothing.
    """
    cluster = np.arange(n_rows)
    members: dict[int, list[int]] = {}
    order = np.lexsort((right, left, -probabilities))
    for pair in order[probabilities[order] >= bar].tolist():
        one, other = int(cluster[left[pair]]), int(cluster[right[pair]])
        if one == other:
            continue
        ours, theirs = members.get(one, [one]), members.get(other, [other])
        crossing = _crossing(ours, theirs, n_rows, first_of_right)
        if _may_join(crossing, vetoed=vetoed, known=known):
            first, last = min(one, other), max(one, other)
            members[first] = ours + theirs
            members.pop(last, None)
            cluster[members[first]] = first
    return _numbered(cluster)


def _crossing(
    ours: list[int], theirs: list[int], n_rows: int, first_of_right: int | None
) -> list[Code]:
    """The pairs across two clusters; none where they are too many to look at."""
    if len(ours) * len(theirs) > MOST_CROSSED:
        return []
    pairs = [(min(one, other), max(one, other)) for one in ours for other in theirs]
    if first_of_right is not None:
        pairs = [(one, other) for one, other in pairs if one < first_of_right <= other]
    return [one * n_rows + other for one, other in pairs]


def _may_join(
    crossing: list[Code], *, vetoed: AbstractSet[Code], known: Mapping[Code, float]
) -> bool:
    if not crossing or not vetoed.isdisjoint(crossing):
        return False
    return sum(known.get(code, 0.0) for code in crossing) >= LINKAGE * len(crossing)


def contested(
    n_rows: int,
    left: Index,
    right: Index,
    probabilities: Floats,
    *,
    vetoed: AbstractSet[Code],
    known: Mapping[Code, float],
) -> Floats:
    """The probabilities, shared out where a row fits two rows that are forbidden to be one.

    A Wei Zhang without an address may be either of the two Wei Zhangs of a company: the odds of
    each are divided, and none is merged by itself.
    """
    rivals: dict[int, list[int]] = {}
    for code in vetoed:
        one, other = divmod(code, n_rows)
        rivals.setdefault(one, []).append(other)
        rivals.setdefault(other, []).append(one)
    shared = probabilities.copy()
    for place in np.flatnonzero((probabilities > 0.5) & (probabilities < _BEYOND_DOUBT)).tolist():
        rows = int(left[place]), int(right[place])
        for row, fitting in (rows, rows[::-1]):
            against = [_between(row, rival, n_rows, known) for rival in rivals.get(fitting, [])]
            odds = sum(_odds(chance) for chance in against)
            if odds:
                own = _odds(float(probabilities[place]))
                shared[place] = min(shared[place], probabilities[place] * own / (own + odds))
    return shared


_BEYOND_DOUBT = 0.9999


def _between(one: int, other: int, n_rows: int, known: Mapping[Code, float]) -> float:
    return known.get(min(one, other) * n_rows + max(one, other), 0.0)


def _odds(chance: float) -> float:
    chance = min(chance, _BEYOND_DOUBT)
    return chance / (1 - chance)


def one_to_one(left: Index, right: Index, probabilities: Floats, *, bar: float) -> Index:
    """Indices of the pairs that are kept when each row may be in one only, likeliest first."""
    taken: set[int] = set()
    kept = []
    order = np.lexsort((right, left, -probabilities))
    for pair in order[probabilities[order] >= bar].tolist():
        rows = {int(left[pair]), int(right[pair])}
        if taken.isdisjoint(rows):
            taken |= rows
            kept.append(pair)
    return np.array(sorted(kept), dtype=np.int64)


def components(n_rows: int, left: Index, right: Index) -> Index:
    """The connected component of each row, named by its first row."""
    parent = list(range(n_rows))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    for one, other in zip(left.tolist(), right.tolist(), strict=True):
        first, last = sorted((root(one), root(other)))
        parent[last] = first
    return np.array([root(row) for row in range(n_rows)], dtype=np.int64)


def pairs_within(component: Index, *, most: int) -> tuple[Index, Index]:
    """All pairs within each component of at most `most` rows, left < right."""
    order = np.argsort(component, kind="stable")
    _, first, counts = np.unique(component[order], return_index=True, return_counts=True)
    lefts, rights = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for start, size in zip(first.tolist(), counts.tolist(), strict=True):
        if 1 < size <= most:
            one, other = np.triu_indices(size, 1)
            rows = order[start : start + size]
            lefts.append(rows[one])
            rights.append(rows[other])
    return np.concatenate(lefts), np.concatenate(rights)


def _numbered(cluster: Index) -> Index:
    _, first, back = np.unique(cluster, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    return rank[back]
