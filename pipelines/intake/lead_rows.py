"""Leads from a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cleansing.matching import Matcher
from leads.errors import Problem
from leads.fields import GIVEN
from leads.imports import RowOutcome
from pipelines.intake.handed import Handed, Outcome, Taken
from pipelines.intake.intake import Intake
from pipelines.intake.kinds import Result, put_aside
from pipelines.intake.prepared import MOST_OF_AN_ID, Prepared, bad_texts, prepare
from pipelines.intake.reading import DayOrder, moment_of, text_of
from pipelines.intake.rows import Row
from store.unit_of_work import UnitOfWork

OUTCOMES = {
    Outcome.CREATED: RowOutcome.IMPORTED,
    Outcome.REVIEW: RowOutcome.IMPORTED,
    Outcome.UPDATED: RowOutcome.UPDATED,
    Outcome.MERGED: RowOutcome.MERGED,
    Outcome.UNCHANGED: RowOutcome.UNCHANGED,
    Outcome.REFUSED: RowOutcome.QUARANTINED,
}
Unreadable = tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadReader:
    """Rows made ready; those whose times cannot be read are their problems."""

    source: str
    actor: str
    order: DayOrder
    country: str | None

    def __call__(self, rows: list[Row]) -> list[Prepared | Unreadable]:
        """The rows, cleaned."""
        return [self._read(row) for row in rows]

    def _read(self, row: Row) -> Prepared | Unreadable:
        values = row.values
        times = {
            name: moment_of(values.get(name), name, self.order)
            for name in ("created_at", "updated_at")
        }
        names = {name: values.get(name) for name in ("external_id", "anonymous_id")}
        unreadable = [found for found in times.values() if isinstance(found, Problem)]
        if problems := (*unreadable, *bad_texts(names, most=MOST_OF_AN_ID)):
            return problems
        handed = Handed(
            source=self.source,
            external_id=text_of(values.get("external_id")),
            fields={name: values[name] for name in GIVEN if name in values},
            attributes=row.attributes,
            occurred_at=_instant(times["updated_at"]),
            created_at=_instant(times["created_at"]),
            anonymous_id=text_of(values.get("anonymous_id")),
            actor=self.actor,
            row_number=row.number,
        )
        return prepare(handed, default_country=self.country, day_first=self.order.told)


class LeadTaker:
    """Takes leads in. `stored` is how many leads there were when the file was begun: the matcher
    must judge the same way however often the import is taken up again.
    """

    chunk_rows = 2_000

    def __init__(self, reader: LeadReader, *, stored: int) -> None:
        self.reader = reader
        self._intake = Intake(
            matcher=Matcher(stored=stored),
            default_country=reader.country,
            day_first=reader.order.told,
        )

    def take(
        self,
        unit: UnitOfWork,
        read: Sequence[Prepared | Unreadable],
        *,
        now: datetime,
        batch_id: str,
    ) -> list[Result]:
        """What became of each row."""
        records = [each for each in read if isinstance(each, Prepared)]
        taken = iter(self._intake.take(unit, records, now=now, batch_id=batch_id))
        return [
            _result(next(taken)) if isinstance(each, Prepared) else put_aside(*each)
            for each in read
        ]


def _result(taken: Taken) -> Result:
    is_refused = taken.outcome is Outcome.REFUSED
    return Result(
        outcome=OUTCOMES[taken.outcome],
        record_id=taken.recorded_on,
        in_review=taken.outcome is Outcome.REVIEW,
        problems=taken.problems if is_refused else (),
        remarks=() if is_refused else taken.problems,
    )


def _instant(found: Any) -> datetime | None:
    assert not isinstance(found, Problem)
    return found  # type: ignore[no-any-return]
