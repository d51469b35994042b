"""A table as matching works on it: each field's distinct forms once, and every row's code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleansing.matching.comparer import Form
from cleansing.matching.fields import Field
from cleansing.matching.weights import level_codes
from leads.progress import Progress, silent

Index = NDArray[np.int64]
Floats = NDArray[np.float64]
Columns = Mapping[str, Sequence[object]]

MISSING = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """One field of all rows.

    forms    the distinct forms
    codes    each row's form, shape (n,); MISSING where there is nothing to compare
    terms    of each form: the number of the value whose frequency counts, shape (n_forms,)
    """

    field: Field
    forms: list[Form]
    codes: Index
    terms: Index
    n_terms: int

    def term_of_rows(self) -> Index:
        """Each row's term; what a row without a form has means nothing."""
        return self.terms[self.codes] if len(self.terms) else self.codes

    def levels(self, left: Index, right: Index) -> NDArray[np.int8]:
        """The level code of each pair of rows; each distinct pair of forms is compared once."""
        one, other = self.codes[left], self.codes[right]
        known = (one >= 0) & (other >= 0)
        numbers = level_codes(self.field)
        found = np.full(len(left), len(numbers) - 1, dtype=np.int8)
        low, high = np.minimum(one, other)[known], np.maximum(one, other)[known]
        distinct, back = np.unique(low * len(self.forms) + high, return_inverse=True)
        level, forms, width = self.field.comparer.level, self.forms, len(self.forms)
        seen = np.fromiter(
            (numbers[level(forms[key // width], forms[key % width])] for key in distinct.tolist()),
            dtype=np.int8,
            count=len(distinct),
        )
        found[known] = seen[back]
        return found


def coded(field: Field, columns: Columns, *, n_rows: int) -> Coded:
    """A field of a table."""
    cells = [columns[c] if c is not None else [None] * n_rows for c in field.columns]
    by_cells: dict[tuple[object, ...], int] = {}
    by_form: dict[Form, int] = {}
    codes = np.empty(n_rows, dtype=np.int64)
    for row, values in enumerate(zip(*cells, strict=True)):
        code = by_cells.get(values)
        if code is None:
            form = field.comparer.prepare(values)
            code = MISSING if form is None else by_form.setdefault(form, len(by_form))
            by_cells[values] = code
        codes[row] = code
    forms = list(by_form)
    terms: dict[object, int] = {}
    # a form without a term is as rare as itself
    numbers = [terms.setdefault(field.comparer.term(f) or ("", f), len(terms)) for f in forms]
    return Coded(
        field=field,
        forms=forms,
        codes=codes,
        terms=np.array(numbers, dtype=np.int64),
        n_terms=len(terms),
    )


def coded_table(
    fields: Sequence[Field], columns: Columns, *, n_rows: int, progress: Progress = silent
) -> tuple[Coded, ...]:
    """All fields of a table."""
    tables = []
    for done, field in enumerate(fields):
        progress("prepare", done, len(fields))
        tables.append(coded(field, columns, n_rows=n_rows))
    progress("prepare", len(fields), len(fields))
    return tuple(tables)
