"""A whole table, or two: which rows are the same, as clusters and as judged pairs."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from cleansing.matching.agreement import Agreement, agreement, probabilities
from cleansing.matching.blocking import candidates
from cleansing.matching.clusters import (
    components,
    contested,
    pairs_within,
)
from cleansing.matching.coded import Coded, Columns, Floats, Index, coded_table
from cleansing.matching.comparer import text_of
from cleansing.matching.cutting import Clustering, in_given_order
from cleansing.matching.explaining import Explainer, vetoes_of
from cleansing.matching.fields import fields_of, is_about_people
from cleansing.matching.learning import learn
from cleansing.matching.rarity import with_rarity
from cleansing.matching.weights import Weights
from cleansing.matching.words import MERGE_BAR, REVIEW_BAR, Kind, Pair
from features.values import DateOrder, date_order_of
from leads.errors import InvalidInput
from leads.progress import Progress, silent

MOST_TOGETHER = 64
"""Rows that hang together, directly or not, of which every pair is judged."""

_HANGING = 0.1  # pairs at least so likely make rows hang together
_NOTICED = 0.001  # less likely pairs count as impossible in clusters
_ORDER_SAMPLE = 10_000
_ENOUGH_KNOWN = 3  # fields; two rows that say no more than a common name are not yet copies


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduplicated:
    """What was found.

    clusters        of each row, numbered from 0 in order of the first row
    left, right     rows of the judged pairs at or above the review bar, likeliest first
    probabilities   of these pairs
    n_candidates    pairs that were compared
    """

    clusters: Index
    left: Index
    right: Index
    probabilities: Floats
    n_candidates: int
    weights: Weights
    _explain: Explainer
    _cluster: Callable[[float], Index]

    def clusters_at(self, bar: float) -> Index:
        """The clusters another merge bar would give."""
        return self._cluster(bar)

    def pair(self, number: int) -> Pair:
        """The evidence of the pair at this place, field by field."""
        return self._explain.pair(number)

    def pairs(self) -> Iterator[tuple[int, int, Pair]]:
        """(left row, right row, judged pair), likeliest first."""
        for number in range(len(self.left)):
            yield int(self.left[number]), int(self.right[number]), self.pair(number)


def dedupe(
    columns: Columns,
    kinds: Mapping[str, Kind],
    *,
    n_left: int | None = None,
    only_one: bool = False,
    merge_bar: float = MERGE_BAR,
    progress: Progress = silent,
) -> Deduplicated:
    """Which rows of a table are the same.

    columns    header -> cells, all of one length; None is missing
    kinds      header -> kind; what is not named is not compared
    n_left     rows from this one on are a second table: only rows across the two are joined
    only_one   with `n_left`: a row is joined with one row of the other table at most

    The order of rows changes nothing but the numbers of clusters. Raises InvalidInput when no
    column can be compared.
    """
    compared = {header: kind for header, kind in kinds.items() if kind is not Kind.IGNORE}
    fields = fields_of(compared, date_orders=_date_orders(columns, compared))
    if not fields:
        raise InvalidInput("no column can be compared; name the kinds of some with --map")
    n_rows = len(next(iter(columns.values())))
    order, n_first = _in_order_of_content(columns, compared, n_rows=n_rows, n_left=n_left)
    in_order = {header: [columns[header][row] for row in order.tolist()] for header in compared}
    work = _Work(
        table=coded_table(fields, in_order, n_rows=n_rows, progress=progress),
        about_people=is_about_people(compared),
        n_left=n_first,
        progress=progress,
    )
    return work.result(in_order, order, only_one=only_one, merge_bar=merge_bar)


def _date_orders(columns: Columns, kinds: Mapping[str, Kind]) -> dict[str, DateOrder]:
    dates = [header for header, kind in kinds.items() if kind is Kind.DATE]
    return {
        header: date_order_of([text_of(cell) for cell in columns[header][:_ORDER_SAMPLE]])[0]
        for header in dates
    }


def _in_order_of_content(
    columns: Columns, kinds: Mapping[str, Kind], *, n_rows: int, n_left: int | None
) -> tuple[Index, int | None]:
    """Rows sorted by what they hold, the second table after the first: no result may hang on
    the order in a file.
    """
    cells = [columns[header] for header in sorted(kinds)]
    keys = list(zip(*([text_of(cell) for cell in column] for column in cells), strict=True))
    first = n_rows if n_left is None else n_left
    order = sorted(range(n_rows), key=lambda row: (row >= first, keys[row]))
    return np.array(order, dtype=np.int64), n_left


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    table: tuple[Coded, ...]
    about_people: bool
    n_left: int | None
    progress: Progress

    @property
    def n_rows(self) -> int:
        return len(self.table[0].codes)

    @property
    def n_all_pairs(self) -> float:
        n = self.n_rows
        if self.n_left is None:
            return max(n * (n - 1) / 2, 1.0)
        return max(float(self.n_left) * (n - self.n_left), 1.0)

    def result(
        self,
        columns: Columns,
        order: Index,
        *,
        only_one: bool,
        merge_bar: float,
    ) -> Deduplicated:
        self.progress("compare", 0, 3)
        original = self._originals()
        copies = np.flatnonzero(original != np.arange(self.n_rows))
        left, right = self._candidates(np.flatnonzero(original == np.arange(self.n_rows)))
        n_candidates = len(left) + len(copies)
        pairs = agreement(self.table, left, right)
        self.progress("compare", 1, 3)
        weights, pairs, entities = learn(
            self.table,
            pairs,
            n_all_pairs=self.n_all_pairs,
            related=self.about_people,
            copies=copies[self._n_known()[copies] >= _ENOUGH_KNOWN],
        )
        chances = probabilities(self.table, weights, pairs)
        self.progress("compare", 2, 3)
        pairs, chances = self._completed(pairs, chances, weights, entities)
        vetoes = vetoes_of(self.table, pairs, chances)
        repeated = agreement(self.table, original[copies], copies)
        repeated = with_rarity(self.table, repeated, entities=entities)
        sure = probabilities(self.table, weights, repeated)
        clustering = self._clustering(pairs, chances, vetoes, only_one=only_one)
        pairs, chances = pairs.and_(repeated), np.concatenate([clustering.chances, sure])

        def cluster(bar: float) -> Index:
            found = clustering.at(bar)
            same = repeated.right[sure >= bar]
            found[same] = found[original[same]]
            return in_given_order(found, order)

        self.progress("compare", 3, 3)
        shown = np.flatnonzero(chances >= REVIEW_BAR)
        shown = shown[np.argsort(-chances[shown], kind="stable")]
        chosen = pairs.some(shown)
        one, other = order[chosen.left], order[chosen.right]
        return Deduplicated(
            clusters=cluster(merge_bar),
            left=np.minimum(one, other),
            right=np.maximum(one, other),
            probabilities=chances[shown],
            n_candidates=n_candidates,
            weights=weights,
            _explain=Explainer(
                table=self.table,
                columns=columns,
                pairs=chosen,
                chances=chances[shown],
                weights=weights,
                turned=(one > other).tolist(),
                merge_bar=merge_bar,
            ),
            _cluster=cluster,
        )

    def _originals(self) -> Index:
        """Of each row, the first one that is the same in every field."""
        if self.n_left is not None:
            return np.arange(self.n_rows)  # a copy in the other table is a link
        codes = np.stack([column.codes for column in self.table], axis=1)
        _, first, back = np.unique(codes, axis=0, return_index=True, return_inverse=True)
        original: Index = first[back.reshape(-1)]
        return original

    def _n_known(self) -> Index:
        known: Index = np.sum([column.codes >= 0 for column in self.table], axis=0, dtype=np.int64)
        return known

    def _candidates(self, kept: Index) -> tuple[Index, Index]:
        """Candidates among some rows."""
        some = tuple(replace(column, codes=column.codes[kept]) for column in self.table)
        left, right = candidates(some, about_people=self.about_people, first_of_right=self.n_left)
        return kept[left], kept[right]

    def _completed(
        self, pairs: Agreement, chances: Floats, weights: Weights, entities: Floats
    ) -> tuple[Agreement, Floats]:
        """With the pairs that were no candidates but hang together through others."""
        likely = chances >= _HANGING
        component = components(self.n_rows, pairs.left[likely], pairs.right[likely])
        left, right = pairs_within(component, most=MOST_TOGETHER)
        if self.n_left is not None:
            across = (left < self.n_left) & (right >= self.n_left)
            left, right = left[across], right[across]
        low, high = np.minimum(left, right), np.maximum(left, right)
        new = ~np.isin(low * self.n_rows + high, pairs.left * self.n_rows + pairs.right)
        more = agreement(self.table, low[new], high[new])
        more = with_rarity(self.table, more, entities=entities)
        return pairs.and_(more), np.concatenate([chances, probabilities(self.table, weights, more)])

    def _clustering(
        self, pairs: Agreement, chances: Floats, vetoes: Mapping[int, str], *, only_one: bool
    ) -> "Clustering":
        codes = pairs.left * self.n_rows + pairs.right
        vetoed = {int(codes[place]) for place in vetoes}
        near = np.flatnonzero(chances > _NOTICED)
        known = dict(zip(codes[near].tolist(), chances[near].tolist(), strict=True))
        left, right = pairs.left, pairs.right
        return Clustering(
            n_rows=self.n_rows,
            left=left,
            right=right,
            chances=contested(self.n_rows, left, right, chances, vetoed=vetoed, known=known),
            vetoed=vetoed,
            known=known,
            n_left=self.n_left,
            only_one=only_one,
        )
