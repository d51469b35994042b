"""Points for what a lead does: so many for each act, less as it ages, and never above a cap.

Acts are dated where the store has them. A table that only counts them in windows
(`pricing_visits_7d`, `pricing_visits_30d`) is read as if those of each window beyond the shorter
one stood in its middle; a count without a window as if they were of today.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from features.values import number_of
from scoring.concepts import Window, is_worth_remembering, read_column
from scoring.profile.kinds import CONCEPT_OF, WORDS_OF
from scoring.profile.records import Behaviour

Acts = Mapping[str, Sequence[tuple[float, float]]]
"""By kind: each act's age in days, not negative, and its weight: the chance a person did it."""

_DAYS: Mapping[str, float] = {"hours": 1 / 24, "days": 1, "weeks": 7, "months": 30, "years": 365}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The columns that count acts of one kind, the shortest window first.

    shares    what is left of an act's points, one for each column
    """

    columns: tuple[str, ...]
    shares: tuple[float, ...]

    def sum(self, counts: Sequence[float]) -> float:
        """Acts, those of each window beyond the shorter one weighed by what is left of them."""
        total = before = 0.0
        for count, share in zip(counts, self.shares, strict=True):
            more = max(count - before, 0.0)
            total += more * share
            before = max(before, count)
        return total


def decayed(acts: Iterable[tuple[float, float]], *, half_life_days: float) -> float:
    """Acts weighed by what is left of each after its age."""
    return sum((weight * 0.5 ** (age / half_life_days) for age, weight in acts), 0.0)


def capped(line: Behaviour, acts: float) -> float:
    """The points of a line for so many acts."""
    points = line.points * acts
    return min(points, line.cap) if points >= 0 else max(points, -line.cap)


def columns_of(line: Behaviour, headers: tuple[str, ...]) -> Counted | None:
    """Where a table counts acts of the line's kind; None where it does not."""
    find = _remembered if is_worth_remembering(headers) else _columns_of
    return find(line.kind, line.half_life_days, headers)


def _columns_of(kind: str, half_life: float, headers: tuple[str, ...]) -> Counted | None:
    concept, words = CONCEPT_OF.get(kind), WORDS_OF.get(kind)
    read = {name: read_column(name) for name in headers}
    found = {
        name: _days(column.window)
        for name, column in read.items()
        if name == kind
        or (concept is not None and column.concept == concept)
        or (words is not None and column.words == words)
    }
    windows = {days: name for name, days in found.items() if days is not None}
    if not windows:
        plain = next(iter(found), None)
        return None if plain is None else Counted(columns=(plain,), shares=(1.0,))
    shares, edge = [], 0.0
    for days in sorted(windows):
        shares.append(0.5 ** ((edge + days) / 2 / half_life))
        edge = days
    return Counted(columns=tuple(windows[days] for days in sorted(windows)), shares=tuple(shares))


_remembered = lru_cache(maxsize=4096)(_columns_of)


def _days(window: Window | None) -> float | None:
    return None if window is None else window.length * _DAYS[window.unit]


def count_of(value: object) -> float:
    """How many acts a cell counts; one that cannot be read, none."""
    number = number_of(value)
    return 0.0 if number is None or number < 0 else number


def acts_from_counts(
    line: Behaviour, headers: tuple[str, ...], value_of: Callable[[str], object]
) -> tuple[float, float] | None:
    """Acts of one lead by its counts, weighed by what is left of them, and how many there were;
    None where nothing counts them.
    """
    counted = columns_of(line, headers)
    if counted is None:
        return None
    counts = [count_of(value_of(name)) for name in counted.columns]
    return counted.sum(counts), max(counts)
