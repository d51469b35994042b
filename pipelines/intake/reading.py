"""Reading the cells of facts: times, amounts, words. A cell that cannot be read is a Problem."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from cleansing.dates import normal_date
from cleansing.draft import shown
from cleansing.missing import is_missing
from cleansing.numbers import normal_boolean, normal_number
from cleansing.texts import tidy
from leads.errors import Problem
from pipelines.intake.prepared import IDS, MOST_OF_AN_ID, bad_texts, digest_of, there
from pipelines.intake.rows import Row
from pipelines.intake.times import mistimed

TIMES = frozenset(
    {"occurred_at", "known_at", "created_at", "updated_at", "starts_at", "ends_at"}
    | {"spent_on", "opened_at", "closed_at"}
)
MAY_BE_AHEAD = frozenset({"starts_at", "ends_at", "closed_at"})
"""Times of plans: a campaign of next year, the day a deal is expected to close."""
NUMBERS = frozenset({"amount", "budget", "cost", "duration_seconds"})
BOOLEANS = frozenset({"is_online"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOrder:
    """How columns write dates: what was told for all, else what each column shows by itself."""

    told: bool | None = None
    by_field: Mapping[str, bool | None] = field(default_factory=dict)

    def of(self, name: str) -> bool | None:
        """Whether the day stands first in this field; None where nobody knows."""
        return self.told if self.told is not None else self.by_field.get(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A row of facts, read: times are datetimes, amounts Decimals, the rest tidy text.

    external_id   its own, or `row:` and its digest
    currencies    field -> the currency that was written beside the amount
    """

    row: Row
    external_id: str
    digest: str
    values: Mapping[str, Any]
    currencies: Mapping[str, str]
    problems: tuple[Problem, ...]

    def get(self, name: str) -> Any:
        """Any: of the field's type; None where it is missing."""
        return self.values.get(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactReader:
    """Reads rows of facts. `id_field` is the one that names a row in its source."""

    id_field: str | None
    order: DayOrder

    def __call__(self, rows: list[Row]) -> list[Fact]:
        """The rows, read."""
        return [self._read(row) for row in rows]

    def _read(self, row: Row) -> Fact:
        values: dict[str, Any] = {}
        currencies: dict[str, str] = {}
        ids = {name: cell for name, cell in row.values.items() if name in IDS}
        others = {name: cell for name, cell in row.values.items() if name not in IDS}
        problems = [*bad_texts(ids, most=MOST_OF_AN_ID), *bad_texts(others)]
        problems += bad_texts(row.attributes)
        found: Any  # of the field's type
        for name, cell in row.values.items() if not problems else ():
            if name in TIMES:
                found = moment_of(cell, name, self.order)
            elif name in NUMBERS:
                found = _amount(cell, name, currencies)
            elif name in BOOLEANS:
                found = None if cell is None else normal_boolean(str(cell))
            else:
                found = text_of(cell)
            if isinstance(found, Problem):
                problems.append(found)
            elif found is not None:
                values[name] = found
        digest = digest_of([there(row.values), there(row.attributes)])
        external_id = values.get(self.id_field) if self.id_field else None
        return Fact(
            row=row,
            external_id=external_id or f"row:{digest}",
            digest=digest,
            values=values,
            currencies=currencies,
            problems=tuple(problems),
        )


def text_of(cell: object) -> str | None:
    """A cell as tidy text, None for one that says nothing."""
    if cell is None:
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        cell = int(cell)  # Excel and pandas write the id 123 as 123.0
    text = tidy(str(cell))
    return None if is_missing(text) else text


def moment_of(cell: object, name: str, order: DayOrder) -> datetime | Problem | None:
    """A cell as an instant; of a day its beginning, without a zone UTC."""
    if isinstance(cell, datetime):
        at = datetime.fromisoformat(cell.isoformat())  # a pandas Timestamp is one, too
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day, tzinfo=UTC)
    text = text_of(cell)
    if text is None:
        return None
    found = normal_date(text, day_first=order.of(name))
    if found is None:
        detail = f"{shown(text)} is not a date; one looks like 2026-03-04"
        return Problem(pointer=name, code="not_a_date", detail=detail)
    if found.text is None:
        detail = (
            f"{shown(text)} may be two dates; say --day-first or --month-first, or write 2026-03-04"
        )
        return Problem(pointer=name, code="ambiguous_date", detail=detail)
    return found.moment()


def bad_times(fact: Mapping[str, Any], *, now: datetime) -> list[Problem]:
    """Times that cannot have been: before there were systems to note them, or not yet."""
    found = (
        mistimed(name, at, now=max(now, at) if name in MAY_BE_AHEAD else now)
        for name, at in fact.items()
        if name in TIMES and isinstance(at, datetime)
    )
    return [problem for problem in found if problem]


def _amount(cell: object, name: str, currencies: dict[str, str]) -> Decimal | Problem | None:
    text = text_of(cell)
    if text is None:
        return None
    number = normal_number(text)
    if number is None:
        detail = f"{shown(text)} is not a number; one looks like 1234.50"
        return Problem(pointer=name, code="not_a_number", detail=detail)
    if number.value < 0:
        detail = f"{shown(text)} is negative; {name} is 0 or more"
        return Problem(pointer=name, code="negative", detail=detail)
    if number.is_ambiguous:
        detail = f"{shown(text)} has two readings; write it without signs for thousands"
        return Problem(pointer=name, code="ambiguous_number", detail=detail)
    if number.currency:
        currencies[name] = number.currency
    return Decimal(str(number.value))
