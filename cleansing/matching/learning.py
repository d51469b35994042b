"""Weights from the table at hand, without a single known answer: expectation-maximisation.

All pairs of a table are a mixture of the same person, related people, and strangers. What
strangers agree on is counted over all pairs, with the matches taken out again; the other two
classes are learnt on the candidates, drawn towards the shipped weights so that a small table
does not talk itself into anything. No random number is used twice differently: the same table
gives the same weights.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cleansing.matching.agreement import Agreement, class_odds, posterior
from cleansing.matching.coded import Coded, Floats, Index
from cleansing.matching.rarity import with_rarity
from cleansing.matching.weights import (
    INTERCEPT_AT_COMPANIES,
    RELATED,
    SAME,
    STRANGERS,
    Weights,
    default_chances,
    log_table,
)

MOST_LEARNT_FROM = 300_000  # candidate pairs; more say the same
SAMPLED = 200_000  # random pairs, to see what strangers agree on
ROUNDS = 25
SAME_STRENGTH = 20.0  # as many pairs do the shipped chances count for, at least
SAME_STRENGTH_OF_ROWS = 0.1  # and this much for each row
RELATED_STRENGTH = 200.0
STRANGER_STRENGTH = 20.0
_RELATED_AT_FIRST = 0.5  # pairs of related people a record has
_SAME_AT_FIRST = 0.2
_LEAST = 1e-12
_MOST_SAME, _MOST_RELATED = 0.4, 0.4  # shares of all pairs; a table of three rows has few strangers
AT_COMPANIES = ("company", "domain")
"""Comparisons that say at which company a person is."""


def learn(
    table: Sequence[Coded],
    pairs: Agreement,
    *,
    n_all_pairs: float,
    related: bool,
    copies: Index,
) -> tuple[Weights, Agreement, Floats]:
    """Weights for the table, the candidates with the rarity of what they agree on, and how much
    of a person each row is.

    `related`: whether rows may be people who share a company or household. `copies`: rows that
    repeat another one word for word and say enough to be the same; they make no name commoner.
    """
    n_rows = len(table[0].codes)
    whole = np.ones(n_rows)
    whole[copies] = 0.0
    rows = np.flatnonzero(whole)
    n_all = max(n_all_pairs * (len(rows) / n_rows) ** 2, 1.0)
    strangers = _random_levels(table, rows=rows)
    weights = _first(table, strangers, n_rows=len(rows), n_all=n_all, related=related)
    entities = whole
    pairs = with_rarity(table, pairs, entities=entities)
    chosen = np.arange(0, len(pairs), max(1, -(-len(pairs) // MOST_LEARNT_FROM)))
    scale = len(pairs) / max(len(chosen), 1)
    for _ in range(2):
        some = pairs.some(chosen)
        weights = _rounds(
            table, weights, some, strangers, entities=entities, scale=scale, n_all=n_all
        )
        same = posterior(class_odds(table, weights, pairs))[SAME]
        entities = whole * _entities(pairs, same, n_rows)
        pairs = with_rarity(table, pairs, entities=entities)
    return weights, pairs, entities


def _entities(pairs: Agreement, same: Floats, n_rows: int) -> Floats:
    """How much of a person each row is: two rows of one person are half a person each."""
    partners = np.bincount(pairs.left, weights=same, minlength=n_rows)
    partners += np.bincount(pairs.right, weights=same, minlength=n_rows)
    whole: Floats = 1 / (1 + partners)
    return whole


def related_pairs(table: Sequence[Coded], entities: Floats) -> float:
    """How many pairs of different people are at one company, as its name or domain says."""
    found = [0.0]
    for column in table:
        if column.field.comparer.name not in AT_COMPANIES:
            continue
        known = column.codes >= 0
        if not known.any():
            continue
        whole = entities[known]
        people = np.bincount(column.terms[column.codes[known]], weights=whole)
        alike = (people * np.maximum(people - 1, 0)).sum() / 2
        unknown = entities.sum() / whole.sum()
        found.append(alike * unknown**2 / default_chances(column.field)[RELATED, 0])
    return max(found)


def _random_levels(table: Sequence[Coded], *, rows: Index) -> tuple[Floats, ...]:
    """How often random pairs of rows, with both values known, have each level."""
    n_rows = len(rows)
    rng = np.random.default_rng(n_rows)
    one = rng.integers(n_rows, size=SAMPLED)
    other = (one + rng.integers(1, max(n_rows, 2), size=SAMPLED)) % n_rows
    left, right = rows[one], rows[other]
    counts = []
    for column in table:
        levels = column.levels(left, right)
        n_levels = len(column.field.comparer.levels)
        counts.append(np.bincount(levels, minlength=n_levels + 1)[:n_levels].astype(np.float64))
    return tuple(counts)


def _first(
    table: Sequence[Coded],
    strangers: Sequence[Floats],
    *,
    n_rows: int,
    n_all: float,
    related: bool,
) -> Weights:
    tables = []
    for column, counts in zip(table, strangers, strict=True):
        chances = default_chances(column.field)
        chances[STRANGERS] = _smoothed(counts, chances[STRANGERS], STRANGER_STRENGTH)
        tables.append(log_table(column.field, chances))
    same = min(_SAME_AT_FIRST * n_rows / n_all, _MOST_SAME)
    near = min(_RELATED_AT_FIRST * n_rows / n_all, _MOST_RELATED) if related else 0.0
    names = {column.field.comparer.name for column in table}
    at_companies = related and not names.isdisjoint(AT_COMPANIES)
    return Weights(
        tables=tuple(tables),
        shares=(same, near, 1 - same - near),
        intercept=INTERCEPT_AT_COMPANIES if at_companies else 0.0,
    )


def _smoothed(counts: Floats, prior: Floats, strength: float) -> Floats:
    smooth: Floats = (counts + strength * prior) / (counts.sum() + strength * prior.sum())
    return smooth


def _rounds(
    table: Sequence[Coded],
    weights: Weights,
    pairs: Agreement,
    strangers: Sequence[Floats],
    *,
    entities: Floats,
    scale: float,
    n_all: float,
) -> Weights:
    for _ in range(ROUNDS):
        chances = posterior(class_odds(table, weights, pairs))
        weights = _maximised(
            table,
            weights,
            pairs,
            strangers,
            chances=chances,
            entities=entities,
            scale=scale,
            n_all=n_all,
        )
    return weights


def _maximised(
    table: Sequence[Coded],
    weights: Weights,
    pairs: Agreement,
    strangers: Sequence[Floats],
    *,
    chances: Floats,
    entities: Floats,
    scale: float,
    n_all: float,
) -> Weights:
    n_rows = len(table[0].codes)
    same_strength = SAME_STRENGTH + SAME_STRENGTH_OF_ROWS * n_rows
    n_same, n_related = (chances[each].sum() * scale for each in (SAME, RELATED))
    tables = []
    for column, levels, random in zip(table, pairs.levels, strangers, strict=True):
        n_levels = len(column.field.comparer.levels)
        prior = default_chances(column.field)
        found = np.stack(
            [
                np.bincount(levels, weights=weight, minlength=n_levels + 1)[:n_levels]
                for weight in chances
            ]
        )
        learnt = prior.copy()
        learnt[SAME] = _smoothed(found[SAME] * scale, prior[SAME], same_strength)
        if column.field.comparer.shared:
            learnt[RELATED] = _smoothed(found[RELATED] * scale, prior[RELATED], RELATED_STRENGTH)
        # the matches among the random pairs are taken out, or a heavily doubled table would
        # make strangers look alike
        others = np.maximum(random - found[:2].sum(axis=0) * scale * SAMPLED / n_all, 0)
        learnt[STRANGERS] = _smoothed(others, prior[STRANGERS], STRANGER_STRENGTH)
        tables.append(log_table(column.field, learnt))
    same = min((n_same + 1) / n_all, _MOST_SAME)
    near = 0.0
    if weights.shares[RELATED]:
        # people of one company are mostly no candidates: they are counted, not found
        counted = related_pairs(table, entities) / n_all
        near = min(max(n_related / n_all, counted, _LEAST), _MOST_RELATED)
    return replace(weights, tables=tuple(tables), shares=(same, near, 1 - same - near))
