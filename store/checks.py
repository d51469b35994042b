"""The questions an audit of the store asks; each answers with what contradicts it.

Everything is counted in the database or read in pages: the store may be larger than memory.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, Integer, String, and_, cast, exists, func, or_, select
from sqlalchemy.orm import aliased

from leads.work import JobState
from store.tables import metadata
from store.tables.access import AuditRow
from store.tables.intake import ImportBatchRow, ImportRowRow
from store.tables.leads import LeadKeyRow, LeadRow, LeadVersionRow, MergeRow, ReviewRow
from store.tables.work import JobRow

COUNTED = ("imported", "updated", "merged", "unchanged", "quarantined")
RECORDS = {
    "leads": ("leads", "lead_id"),
    "stages": ("leads", "lead_id"),
    "events": ("events", "event_id"),
    "campaigns": ("campaigns", "campaign_id"),
    "costs": ("campaign_costs", "cost_id"),
    "touchpoints": ("touchpoints", "touchpoint_id"),
    "opportunities": ("opportunities", "opportunity_id"),
}
"""Kind of import -> the table and key of what a row of it becomes."""

Found = list[str]
"""Ids, each with what is wrong about it."""


class CheckRepository:
    """Reads only; `most` ids of each kind of mistake."""

    def __init__(self, connection: Connection, *, most: int = 20) -> None:
        self._connection = connection
        self._most = most

    def batches(self) -> Found:
        """Batches whose counts are not those of their rows."""
        outcomes: dict[str, dict[str, int]] = {}
        statement = select(
            ImportRowRow.batch_id, ImportRowRow.outcome, func.count().label("n")
        ).group_by(ImportRowRow.batch_id, ImportRowRow.outcome)
        for row in self._connection.execute(statement):
            outcomes.setdefault(row.batch_id, {})[row.outcome] = row.n
        wrong = []
        for batch in self._connection.execute(select(ImportBatchRow.__table__)):
            rows = outcomes.get(batch.batch_id, {})
            told = {name: batch._mapping[name] for name in COUNTED}
            if {name: rows.get(name, 0) for name in COUNTED} != told:
                wrong.append(f"{batch.batch_id}: counts {told}, rows {rows}")
            elif not batch.done_rows == sum(told.values()) == sum(rows.values()):
                wrong.append(f"{batch.batch_id}: {batch.done_rows} done, {sum(rows.values())} rows")
        return wrong[: self._most]

    def records(self) -> Found:
        """Rows of imports whose record is not there."""
        wrong: Found = []
        for kind, (table_name, key) in RECORDS.items():
            record = metadata.tables[table_name].c[key]
            is_number = isinstance(record.type, Integer)
            told = cast(ImportRowRow.record_id, Integer) if is_number else ImportRowRow.record_id
            same = record == told  # the bare column: by its index, not by a scan for each row
            statement = (
                select(ImportRowRow.batch_id, ImportRowRow.row_number)
                .join(ImportBatchRow, ImportBatchRow.batch_id == ImportRowRow.batch_id)
                .where(ImportBatchRow.kind == kind, ImportRowRow.record_id.is_not(None))
                .where(~exists().where(same))
                .limit(self._most)
            )
            for row in self._connection.execute(statement):
                wrong.append(f"{row.batch_id} row {row.row_number}: no such {table_name} record")
        return wrong[: self._most] + self._without_record()

    def _without_record(self) -> Found:
        """Rows that lost their record must be those that erasures say they emptied."""
        lost = self._connection.execute(
            select(func.count())
            .select_from(ImportRowRow)
            .where(ImportRowRow.record_id.is_(None), ImportRowRow.outcome != "quarantined")
        ).scalar_one()
        if not lost:
            return []
        details = self._connection.execute(
            select(AuditRow.details).where(AuditRow.action == "lead_erased")
        ).scalars()
        erased = sum(each.get("counts", {}).get("import_rows", 0) for each in details)
        return [f"{lost} rows without a record, {erased} erased"] if lost > erased else []

    def pointers(self) -> Found:
        """Leads whose pointers do not lead to the one that speaks for them."""
        statement = select(LeadRow.lead_id, LeadRow.root_id, LeadRow.merged_into).where(
            or_(LeadRow.merged_into.is_not(None), LeadRow.root_id != LeadRow.lead_id)
        )
        into, roots, wrong = {}, {}, []
        for row in self._connection.execute(statement):
            into[row.lead_id], roots[row.lead_id] = row.merged_into, row.root_id
        for lead_id, root_id in roots.items():
            at, seen = lead_id, set()
            while at in into and at not in seen:
                seen.add(at)
                at = into[at] or at
            if at != root_id or at in into:
                wrong.append(f"{lead_id}: points to {at}, root {root_id}")
        return wrong[: self._most]

    def merges(self) -> Found:
        """Merges that stand without a pointer, and pointers without a merge."""
        standing = and_(MergeRow.undone_at.is_(None), MergeRow.absorbed_id == LeadRow.lead_id)
        without_pointer = (
            select(MergeRow.merge_id)
            .join(LeadRow, LeadRow.lead_id == MergeRow.absorbed_id)
            .where(MergeRow.undone_at.is_(None))
            .where(func.coalesce(LeadRow.merged_into, "") != MergeRow.survivor_id)
            .limit(self._most)
        )
        without_merge = (
            select(LeadRow.lead_id)
            .where(LeadRow.merged_into.is_not(None))
            .where(~exists().where(standing, MergeRow.survivor_id == LeadRow.merged_into))
            .limit(self._most)
        )
        twice = (
            select(MergeRow.absorbed_id)
            .where(MergeRow.undone_at.is_(None))
            .group_by(MergeRow.absorbed_id)
            .having(func.count() > 1)
            .limit(self._most)
        )
        return [
            *(f"merge {one}: no pointer" for one in self._ids(without_pointer)),
            *(f"lead {one}: merged without a merge" for one in self._ids(without_merge)),
            *(f"lead {one}: merged twice" for one in self._ids(twice)),
        ]

    def leftovers(self) -> Found:
        """Leads that should be empty, because another speaks for them or they were erased."""
        empty = "{}"
        merged = LeadRow.merged_into.is_not(None)
        of_leads = select(LeadRow.lead_id).where(
            or_(merged, LeadRow.erased_at.is_not(None)),
            or_(
                *(
                    cast(column, String) != empty
                    for column in (LeadRow.fields, LeadRow.typed, LeadRow.attributes)
                )
            ),
        )
        said = (
            select(LeadRow.lead_id)
            .join(LeadVersionRow, LeadVersionRow.lead_id == LeadRow.lead_id)
            .where(LeadRow.erased_at.is_not(None), cast(LeadVersionRow.fields, String) != empty)
        )
        return [
            *(f"lead {one}: has values" for one in self._ids(of_leads.limit(self._most))),
            *(f"lead {one}: erased, but not what was said" for one in self._ids(said.limit(9))),
        ]

    def keys(self) -> Found:
        """Leads that are found by keys though they are not there or were erased."""
        statement = (
            select(LeadKeyRow.lead_id)
            .outerjoin(LeadRow, LeadRow.lead_id == LeadKeyRow.lead_id)
            .where(or_(LeadRow.lead_id.is_(None), LeadRow.erased_at.is_not(None)))
            .distinct()
            .limit(self._most)
        )
        return self._ids(statement)

    def reviews(self) -> Found:
        """Open questions about two leads that are one, or of which one was erased."""
        one, other = aliased(LeadRow), aliased(LeadRow)
        statement = (
            select(ReviewRow.review_id)
            .join(one, one.lead_id == ReviewRow.lead_a)
            .join(other, other.lead_id == ReviewRow.lead_b)
            .where(ReviewRow.state == "open")
            .where(
                or_(
                    one.root_id == other.root_id,
                    one.erased_at.is_not(None),
                    other.erased_at.is_not(None),
                )
            )
            .limit(self._most)
        )
        return self._ids(statement)

    def jobs(self, *, due_before: datetime) -> Found:
        """Jobs that are dead, or that nobody has taken up since then."""
        overdue = or_(
            and_(JobRow.state == JobState.WAITING, JobRow.run_at < due_before),
            and_(JobRow.state == JobState.RUNNING, JobRow.lease_until < due_before),
        )
        statement = (
            select(JobRow.job_id, JobRow.kind, JobRow.state, JobRow.tries)
            .where(or_(JobRow.state == JobState.DEAD, overdue))
            .order_by(JobRow.run_at)
            .limit(self._most)
        )
        return [
            f"{row.job_id}: {row.kind}, {row.state} after {row.tries} tries"
            for row in self._connection.execute(statement)
        ]

    def roots(self, *, size: int = 1000) -> Iterator[list[str]]:
        """All leads that speak for themselves, erased ones too, in pages."""
        after = ""
        while True:
            statement = (
                select(LeadRow.lead_id)
                .where(LeadRow.lead_id == LeadRow.root_id, LeadRow.lead_id > after)
                .order_by(LeadRow.lead_id)
                .limit(size)
            )
            page = list(self._connection.execute(statement).scalars())
            if not page:
                return
            yield page
            after = page[-1]

    def _ids(self, statement: object) -> Found:
        return list(self._connection.execute(statement).scalars())  # type: ignore[call-overload]
