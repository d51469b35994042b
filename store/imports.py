"""Imports: batches that can be resumed, the outcome of every row, and what was put aside."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from leads.errors import NotFound
from leads.imports import Batch, ImportKind, Quarantined, RowOutcome
from store.bulk import members
from store.tables.intake import ImportBatchRow, ImportRowRow, QuarantineRow


class ImportRepository:
    """A chunk's outcomes are written in the chunk's own transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, batch: Batch) -> None:
        """A new batch."""
        self._connection.execute(insert(ImportBatchRow), members(batch))

    def get(self, batch_id: str) -> Batch:
        """Raises NotFound."""
        statement = select(ImportBatchRow.__table__).where(ImportBatchRow.batch_id == batch_id)
        row = self._connection.execute(statement).one_or_none()
        if row is None:
            raise NotFound(f"there is no import {batch_id}")
        return _batch(row)

    def unfinished(
        self, *, kind: str, source: str, file_digest: str, options: Mapping[str, Any]
    ) -> Batch | None:
        """The batch of the same file and options that was cut short, if there is one."""
        statement = (
            select(ImportBatchRow.__table__)
            .where(
                ImportBatchRow.file_digest == file_digest,
                ImportBatchRow.kind == kind,
                ImportBatchRow.source == source,
                ImportBatchRow.finished_at.is_(None),
            )
            .order_by(ImportBatchRow.started_at.desc())
        )
        found = (_batch(row) for row in self._connection.execute(statement))
        return next((batch for batch in found if _same(batch.options, options)), None)

    def latest(self, *, limit: int = 50) -> list[Batch]:
        """The newest batches, the newest first."""
        statement = (
            select(ImportBatchRow.__table__)
            .order_by(ImportBatchRow.started_at.desc(), ImportBatchRow.batch_id.desc())
            .limit(limit)
        )
        return [_batch(row) for row in self._connection.execute(statement)]

    def advance(
        self,
        batch_id: str,
        *,
        outcomes: Sequence[tuple[int, RowOutcome, str | None]],
        in_review: int,
    ) -> None:
        """A chunk is done: of each row its number, outcome and the id of what it became."""
        self._connection.execute(
            insert(ImportRowRow),
            [
                {"batch_id": batch_id, "row_number": n, "outcome": outcome, "record_id": record}
                for n, outcome, record in outcomes
            ],
        )
        table = ImportBatchRow
        counts = {
            outcome.value: getattr(table, outcome.value)
            + sum(each is outcome for _, each, _ in outcomes)
            for outcome in RowOutcome
        }
        self._connection.execute(
            update(table)
            .where(table.batch_id == batch_id)
            .values(
                done_rows=table.done_rows + len(outcomes),
                in_review=table.in_review + in_review,
                **counts,
            )
        )

    def finish(self, batch_id: str, *, at: datetime) -> None:
        """All rows of the file have their outcome."""
        self._connection.execute(
            update(ImportBatchRow).where(ImportBatchRow.batch_id == batch_id).values(finished_at=at)
        )

    def put_aside(self, batch_id: str, fields: Sequence[Quarantined]) -> None:
        """Fields that kept rows out."""
        if fields:
            self._connection.execute(
                insert(QuarantineRow), [members(one) | {"batch_id": batch_id} for one in fields]
            )

    def put_aside_of(self, batch_id: str) -> Iterator[Quarantined]:
        """What was put aside of a batch, by row."""
        statement = (
            select(QuarantineRow.__table__)
            .where(QuarantineRow.batch_id == batch_id)
            .order_by(QuarantineRow.row_number, QuarantineRow.quarantine_id)
        )
        for row in self._connection.execute(statement):
            told = dict(row._mapping)
            del told["quarantine_id"], told["batch_id"]
            yield Quarantined(**told)

    def outcomes_of(self, batch_id: str) -> dict[int, tuple[RowOutcome, str | None]]:
        """What became of each row."""
        statement = select(
            ImportRowRow.row_number, ImportRowRow.outcome, ImportRowRow.record_id
        ).where(ImportRowRow.batch_id == batch_id)
        return {
            row.row_number: (RowOutcome(row.outcome), row.record_id)
            for row in self._connection.execute(statement)
        }

    def counted(self, batch_id: str) -> dict[str, int]:
        """Rows by outcome as the rows themselves say: what the batch's own counts must equal."""
        statement = (
            select(ImportRowRow.outcome, func.count().label("n"))
            .where(ImportRowRow.batch_id == batch_id)
            .group_by(ImportRowRow.outcome)
        )
        counts = {row.outcome: row.n for row in self._connection.execute(statement)}
        return {outcome.value: counts.get(outcome.value, 0) for outcome in RowOutcome}


def _batch(row: Row[Any]) -> Batch:
    return Batch(**{**row._mapping, "kind": ImportKind(row.kind)})


def _same(stored: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    """But for what the first call noted for the later ones."""
    return {name: each for name, each in stored.items() if name != "noted"} == dict(told)
