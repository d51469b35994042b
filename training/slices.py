"""Challenger against champion for one kind of leads at a time: channel, region, size, language.

A model may be better on the whole and worse for the one region somebody answers for. In every
slice with enough conversions the difference of the log losses is tested by a paired bootstrap; the
p-values are Holm-corrected over all slices, so that among many slices one does not stand out by
chance.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from features.values import category_of, number_of
from scoring.concepts import concept_of

MIN_POSITIVES = 50
SURE = 0.05
ROUNDS = 2_000
MOST_VALUES = 30
"""Of one column; one with more tells leads apart, not kinds of leads."""
_KINDS = {
    "channel": ("channel", "source"),
    "region": ("region", "country"),
    "size": ("employees",),
    "language": ("language",),
}
_SIZES = (50.0, 250.0, 1000.0)
_SIZE_NAMES = ("below 50", "50 to 249", "250 to 999", "1,000 or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One kind of leads. `difference` is challenger minus champion in nats; `p` that it is not
    above zero, Holm-corrected.
    """

    kind: str
    column: str
    value: str
    n: int
    converted: int
    difference: float
    p: float
    worse: bool

    def sentence(self) -> str:
        """The figures in words."""
        return (
            f"{self.kind} {self.value} ({self.column!r}; {self.n:,} leads, {self.converted:,} "
            f"converted): its log loss is {self.difference:.4f} above the champion's "
            f"(p = {self.p:.4f} after Holm's correction)"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceReport:
    """All slices that could be compared, and those that could not, each with the reason."""

    compared: tuple[Slice, ...]
    left_out: tuple[str, ...]

    def holds(self) -> list[str]:
        """Why the challenger is to be held, a sentence for each slice."""
        return [f"it is surely worse for {one.sentence()}" for one in self.compared if one.worse]

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        told = [asdict(one) for one in self.compared]
        return {"compared": told, "left_out": list(self.left_out)}


def compare_slices(
    frame: Any,  # a pandas DataFrame
    labels: np.ndarray,
    differences: np.ndarray,
    *,
    tolerance: float,
    rng: np.random.Generator,
) -> SliceReport:
    """The comparison in every slice of the leads.

    differences   (n,) log loss of each lead, challenger minus champion
    tolerance     nats by which a slice may be worse and still pass, as for all leads together
    """
    left_out: list[str] = []
    found: list[tuple[str, str, str, np.ndarray]] = []
    for kind, column, value, rows in _slices_of(frame, left_out):
        n, won = int(rows.sum()), int(labels[rows].sum())
        if won == n:  # below MIN_POSITIVES the next reason is the plainer one
            left_out.append(f"{kind} {value}: all of its {n:,} leads converted")
        elif won < MIN_POSITIVES:
            told = "none of its" if won == 0 else f"{won:,} of its"
            left_out.append(
                f"{kind} {value}: {told} {n:,} leads converted, {MIN_POSITIVES} are needed"
            )
        else:
            found.append((kind, column, value, rows))
    raw = [_p_not_worse(differences[rows], rng=rng) for *_, rows in found]
    compared = []
    for (kind, column, value, rows), p in zip(found, holm(raw), strict=True):
        difference = float(differences[rows].mean())
        compared.append(
            Slice(
                kind=kind,
                column=column,
                value=value,
                n=int(rows.sum()),
                converted=int(labels[rows].sum()),
                difference=difference,
                p=p,
                worse=p < SURE and difference > tolerance,
            )
        )
    return SliceReport(compared=tuple(compared), left_out=tuple(left_out))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down correction (1979), in the order given.

    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values, kind="stable")
    corrected, highest = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(order.tolist()):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        corrected[place] = highest
    return corrected


def _p_not_worse(differences: np.ndarray, *, rng: np.random.Generator) -> float:
    """One-sided: how often leads drawn again have a mean difference that is not above zero."""
    n = len(differences)
    means = [differences[rng.integers(0, n, n)].mean() for _ in range(ROUNDS)]
    return float((1 + np.sum(np.array(means) <= 0)) / (1 + ROUNDS))


def _slices_of(frame: Any, left_out: list[str]) -> Iterator[tuple[str, str, str, np.ndarray]]:
    """Kind, column, value and (n,) which leads, for every value of the columns that are found."""
    for kind, concepts in _KINDS.items():
        for concept in concepts:
            columns = [name for name in frame.columns if _is_about(str(name), concept)]
            for column in columns[:1]:
                values = _sizes(frame[column]) if kind == "size" else _words(frame[column])
                different = sorted({value for value in values.tolist() if value is not None})
                if len(different) > MOST_VALUES:
                    left_out.append(
                        f"{kind}: column {column!r} has {len(different):,} values, more than "
                        f"{MOST_VALUES}"
                    )
                    continue
                for value in different:
                    yield kind, str(column), value, values == value


def _is_about(name: str, concept: str) -> bool:
    return concept_of(name) == concept or name.casefold() in (concept, f"{concept}_code")


def _words(column: Any) -> np.ndarray:
    return np.array([category_of(value) for value in column.tolist()], dtype=object)


def _sizes(column: Any) -> np.ndarray:
    numbers = [number_of(value) for value in column.tolist()]
    names = [
        None if number is None else _SIZE_NAMES[int(np.searchsorted(_SIZES, number, side="right"))]
        for number in numbers
    ]
    return np.array(names, dtype=object)
