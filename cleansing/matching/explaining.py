"""Judged pairs of a table field by field, and which of them are forbidden."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleansing.matching.agreement import Agreement
from cleansing.matching.coded import Coded, Columns, Floats
from cleansing.matching.judging import (
    LOG2,
    VETOING,
    odds_of,
    veto_of,
)
from cleansing.matching.mail import differ_in_number
from cleansing.matching.weights import RELATED, SAME, STRANGERS, Weights
from cleansing.matching.words import Evidence, Level, Pair, outcome_of

_POSSIBLE = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Explainer:
    """Tells the evidence of judged pairs; `turned` ones are told with left and right exchanged."""

    table: Sequence[Coded]
    columns: Columns
    pairs: Agreement
    chances: Floats
    weights: Weights
    turned: Sequence[bool]
    merge_bar: float

    def pair(self, number: int) -> Pair:
        """The pair at this place."""
        logs, codes = [], []
        for column, table, levels, rarity in zip(
            self.table, self.weights.tables, self.pairs.levels, self.pairs.rarity, strict=True
        ):
            code, rare = int(levels[number]), float(rarity[number])
            near = 0.0 if column.field.comparer.shared else rare
            same, related, apart = table[SAME, code], table[RELATED, code], table[STRANGERS, code]
            logs.append((float(same), float(related) + near, float(apart) + rare))
            codes.append(code)
        _, parts, prior = odds_of(logs, self.weights.shares)
        chance = float(self.chances[number])
        veto = vetoes_of(self.table, self.pairs.some(np.array([number])), np.ones(1)).get(0)
        return Pair(
            probability=chance,
            outcome=outcome_of(chance, veto, merge_bar=self.merge_bar),
            veto=veto,
            evidence=tuple(
                self._evidence(column, code, part / LOG2, number)
                for column, code, part in zip(self.table, codes, parts, strict=True)
            ),
            prior=prior / LOG2,
        )

    def _evidence(self, column: Coded, code: int, weight: float, number: int) -> Evidence:
        rows = [int(self.pairs.left[number]), int(self.pairs.right[number])]
        if self.turned[number]:
            rows.reverse()
        left, right = (
            column.field.shown({c: self.columns[c][row] for c in column.field.columns if c})
            for row in rows
        )
        levels = (*column.field.comparer.levels, Level.MISSING)
        return Evidence(
            field=column.field.label, level=levels[code], left=left, right=right, weight=weight
        )


def vetoes_of(table: Sequence[Coded], pairs: Agreement, chances: Floats) -> dict[int, str]:
    """The forbidden pairs by their place, and why; each combination of levels is asked once.

    Whether addresses differ in a number is asked of pairs that have a chance.
    """
    chosen: dict[str, int] = {}
    for place, column in enumerate(table):
        chosen.setdefault(column.field.comparer.name, place)
    places = {name: chosen[name] for name in VETOING if name in chosen}
    if not places or not len(pairs):
        return {}
    numbered = _numbered(table, pairs, places.get("email"), possible=chances > _POSSIBLE)
    stack = np.stack([*(pairs.levels[place] for place in places.values()), numbered], axis=1)
    kinds, back = np.unique(stack, axis=0, return_inverse=True)
    reasons = [_reason(table, places, kind.tolist()) for kind in kinds]
    found = back.reshape(-1)
    forbidden = np.flatnonzero(np.array([reason is not None for reason in reasons])[found])
    return {int(place): reason for place in forbidden if (reason := reasons[found[place]])}


def _reason(table: Sequence[Coded], places: dict[str, int], kind: list[int]) -> str | None:
    *codes, numbered = kind
    levels = {
        name: (*table[place].field.comparer.levels, Level.MISSING)[code]
        for (name, place), code in zip(places.items(), codes, strict=True)
    }
    return veto_of(levels, numbered=bool(numbered))


def _numbered(
    table: Sequence[Coded], pairs: Agreement, place: int | None, *, possible: NDArray[np.bool_]
) -> NDArray[np.int8]:
    """Whether each pair's addresses differ in a number only."""
    found = np.zeros(len(pairs), dtype=np.int8)
    if place is None:
        return found
    column = table[place]
    levels = column.field.comparer.levels
    asked = np.isin(
        pairs.levels[place], [levels.index(Level.COLLEAGUE), levels.index(Level.DIFFERS)]
    )
    for pair in np.flatnonzero(asked & possible).tolist():
        left = column.forms[column.codes[pairs.left[pair]]]
        right = column.forms[column.codes[pairs.right[pair]]]
        found[pair] = differ_in_number(left, right)
    return found
