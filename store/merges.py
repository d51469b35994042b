"""Merges: which lead absorbed which, and whether that was undone."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from leads.errors import NotFound
from leads.merge import Merge, MergeCause
from store.bulk import chunks, members
from store.tables.leads import (
    AnonymousIdRow,
    ConsentRow,
    EventRow,
    LeadRow,
    LeadVersionRow,
    MergeRow,
    OpportunityRow,
    OutsideIdRow,
    ScoreRow,
    StageMoveRow,
)
from store.tables.marketing import InvitationRow, TouchpointRow

_FACTS = (
    OutsideIdRow,
    LeadVersionRow,
    StageMoveRow,
    AnonymousIdRow,
    EventRow,
    ScoreRow,
    OpportunityRow,
    ConsentRow,
    TouchpointRow,
    InvitationRow,
)


class MergeRepository:
    """Added, and marked as undone; only erasure empties their evidence."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, merge: Merge) -> None:
        """A new merge."""
        row = members(merge)
        row["evidence"] = [dict(one) for one in merge.evidence]
        self._connection.execute(insert(MergeRow), row)

    def get(self, merge_id: str) -> Merge:
        """Raises NotFound."""
        row = self._connection.execute(
            select(MergeRow.__table__).where(MergeRow.merge_id == merge_id)
        ).one_or_none()
        if row is None:
            raise NotFound(f"there is no merge {merge_id}; `leadflow merge list` names them")
        return _merge(row)

    def set_undone(self, merge: Merge, *, by: str, at: datetime) -> Merge:
        """Note that a merge was undone; what it is now."""
        self._connection.execute(
            update(MergeRow)
            .where(MergeRow.merge_id == merge.merge_id)
            .values(undone_at=at, undone_by=by)
        )
        return replace(merge, undone_at=at, undone_by=by)

    def of(self, lead_ids: Collection[str], *, standing: bool = False) -> list[Merge]:
        """The merges that name one of these leads, oldest first; `standing` ones only, or all."""
        found: dict[str, Merge] = {}
        for some in chunks(lead_ids, size=400):
            statement = select(MergeRow.__table__).where(
                or_(MergeRow.survivor_id.in_(some), MergeRow.absorbed_id.in_(some))
            )
            if standing:
                statement = statement.where(MergeRow.undone_at.is_(None))
            for row in self._connection.execute(statement):
                found[row.merge_id] = _merge(row)
        return sorted(found.values(), key=lambda merge: (merge.merged_at, merge.merge_id))

    def latest(self, *, limit: int = 50) -> list[Merge]:
        """The newest merges, the newest first."""
        statement = (
            select(MergeRow.__table__)
            .order_by(MergeRow.merged_at.desc(), MergeRow.merge_id.desc())
            .limit(limit)
        )
        return [_merge(row) for row in self._connection.execute(statement)]

    def facts_of(self, lead_ids: Collection[str]) -> dict[str, int]:
        """How many facts of each kind stand under these leads: table -> count, none left out."""
        counts = dict.fromkeys((table.__tablename__ for table in _FACTS), 0)
        for some in chunks(lead_ids):
            for table in _FACTS:
                statement = select(func.count()).where(table.lead_id.in_(some))
                counts[table.__tablename__] += self._connection.execute(statement).scalar_one()
        return counts

    def lock(self, lead_ids: Collection[str]) -> None:
        """Let nobody else change these leads before the transaction ends."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(
                select(LeadRow.lead_id)
                .where(LeadRow.lead_id.in_(lead_ids))
                .order_by(LeadRow.lead_id)
                .with_for_update()
            )


def _merge(row: Row[Any]) -> Merge:
    told = dict(row._mapping)
    return Merge(**{**told, "cause": MergeCause(told["cause"]), "evidence": told["evidence"] or ()})
