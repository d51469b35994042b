"""Which pairs are looked at: records that share a telling key; growth is linear.

Every record gives a handful of keys. A key that at most `cap` records share makes candidates of
them; one that more share is joined with each other such key of the record, and what is still
shared by too many is dropped: such a pair agrees on nothing rare. A record is therefore in at
most (keys x cap) pairs, however many records there are (dynamic blocking; McNeill, Kardes and
Borthwick 2012).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cleansing.matching.coded import Coded, Index

LEAST_CAP, MOST_CAP = 24, 200
"""Records of one block: at least for large tables, at most for small ones."""

_PAIRS_OF_SMALL = 1_000_000
_NEVER_ALONE = ("given_start", "family_start", "letters", "phone_end", "company_start")


@dataclass(frozen=True, slots=True)
class _Entries:
    """Keys of records, sorted by record: which record, which key, of which field."""

    rows: Index
    keys: Index
    fields: Index
    weak: Index  # 1 where the key says little alone

    def where(self, chosen: Index) -> "_Entries":
        return _Entries(
            self.rows[chosen], self.keys[chosen], self.fields[chosen], self.weak[chosen]
        )


def cap_for(n_rows: int) -> int:
    """How many records a block may have; constant from about 40,000 records on."""
    return int(np.clip(_PAIRS_OF_SMALL // max(n_rows, 1), LEAST_CAP, MOST_CAP))


def candidates(
    table: Sequence[Coded], *, about_people: bool, first_of_right: int | None = None
) -> tuple[Index, Index]:
    """The pairs to compare, each once, left row < right row, in order.

    `about_people`: companies and places are then no key of their own. `first_of_right`: rows
    from this one on are a second table, and only pairs across the two are wanted.
    """
    n_rows = len(table[0].codes)
    cap = cap_for(n_rows)
    entries = _entries(table, about_people=about_people)
    small, large = _split(entries, cap=cap)
    alone = small.where(np.flatnonzero(small.weak == 0))
    kept = [_pairs(alone.rows, alone.keys, n_rows, first_of_right)]
    joined = _joined(_together(large, small.where(np.flatnonzero(small.weak == 1))))
    small_joined, _ = _split(joined, cap=cap)
    kept.append(_pairs(small_joined.rows, small_joined.keys, n_rows, first_of_right))
    pairs = np.unique(np.concatenate(kept))
    return pairs // n_rows, pairs % n_rows


def _entries(table: Sequence[Coded], *, about_people: bool) -> _Entries:
    known: dict[tuple[str, str], int] = {}
    parts: list[tuple[Index, Index, Index, Index]] = []
    for number, column in enumerate(table):
        shared = about_people and column.field.comparer.shared
        of_form, key_of, weak = [], [], []
        for code, form in enumerate(column.forms):
            for slot, value in column.field.comparer.keys(form):
                name = (f"{number}{slot}", value)
                of_form.append(code)
                key_of.append(known.setdefault(name, len(known)))
                weak.append(shared or slot in _NEVER_ALONE)
        parts.append(_of_rows(column.codes, of_form, key_of, weak, number))
    rows, keys, fields, weak_ = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.argsort(rows, kind="stable")
    return _Entries(rows[order], keys[order], fields[order], weak_[order])


def _of_rows(
    codes: Index, of_form: list[int], key_of: list[int], weak: list[bool], number: int
) -> tuple[Index, Index, Index, Index]:
    """The keys of forms, given to every row that has the form."""
    forms, keys = np.array(of_form, dtype=np.int64), np.array(key_of, dtype=np.int64)
    rows = np.argsort(codes, kind="stable")
    rows = rows[codes[rows] >= 0]
    first = np.searchsorted(codes[rows], forms, side="left")
    counts = np.searchsorted(codes[rows], forms, side="right") - first
    entry = np.repeat(np.arange(len(forms)), counts)
    within = np.arange(len(entry)) - np.repeat(np.cumsum(counts) - counts, counts)
    return (
        rows[first[entry] + within],
        keys[entry],
        np.full(len(entry), number, dtype=np.int64),
        np.array(weak, dtype=np.int64)[entry] if len(forms) else np.empty(0, dtype=np.int64),
    )


def _split(entries: _Entries, *, cap: int) -> tuple[_Entries, _Entries]:
    """Entries in blocks of 2 to `cap` records, and those in larger ones."""
    if not len(entries.keys):
        return entries, entries
    _, back, counts = np.unique(entries.keys, return_inverse=True, return_counts=True)
    size = counts[back]
    return entries.where(np.flatnonzero((size > 1) & (size <= cap))), entries.where(
        np.flatnonzero(size > cap)
    )


def _together(one: _Entries, other: _Entries) -> _Entries:
    rows = np.concatenate([one.rows, other.rows])
    order = np.argsort(rows, kind="stable")
    return _Entries(
        rows[order],
        np.concatenate([one.keys, other.keys])[order],
        np.concatenate([one.fields, other.fields])[order],
        np.concatenate([one.weak, other.weak])[order],
    )


def _joined(entries: _Entries) -> _Entries:
    """Each two keys of a record that are of different fields, as one key."""
    if not len(entries.rows):
        return entries
    width = int(entries.keys.max()) + 1
    most = int(np.bincount(entries.rows).max())
    parts = []
    for step in range(1, most):
        here = np.arange(len(entries.rows) - step)
        there = here + step
        fits = (
            (entries.rows[here] == entries.rows[there])
            & (entries.fields[here] != entries.fields[there])
            & (entries.weak[here] + entries.weak[there] < 2)
        )
        here, there = here[fits], there[fits]
        low = np.minimum(entries.keys[here], entries.keys[there])
        high = np.maximum(entries.keys[here], entries.keys[there])
        parts.append((entries.rows[here], low * width + high))
    rows = np.concatenate([part[0] for part in parts]) if parts else entries.rows[:0]
    keys = np.concatenate([part[1] for part in parts]) if parts else entries.rows[:0]
    return _Entries(rows, keys, np.zeros_like(rows), np.zeros_like(rows))


def _pairs(rows: Index, keys: Index, n_rows: int, first_of_right: int | None) -> Index:
    """All pairs of rows that share a key, each as left * n_rows + right."""
    order = np.lexsort((rows, keys))
    rows, keys = rows[order], keys[order]
    parts = []
    start = np.arange(len(rows))
    step = 1
    while len(start):
        start = start[start + step < len(rows)]
        start = start[keys[start] == keys[start + step]]
        left, right = rows[start], rows[start + step]
        wanted = left < right
        if first_of_right is not None:
            wanted &= (left < first_of_right) & (right >= first_of_right)
        parts.append(left[wanted] * n_rows + right[wanted])
        step += 1
    return np.unique(np.concatenate(parts)) if parts else np.empty(0, dtype=np.int64)
