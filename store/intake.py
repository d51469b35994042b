"""What intake asks and writes for many records at once.

Everything here is also somewhere one by one, in the repository of its noun; a file of a hundred
thousand rows cannot be asked one by one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, TextClause, bindparam, func, insert, select, text, update

from leads.lead import Fields, Lead, StageMove
from leads.lifecycle import Stage
from leads.merge import Merge, Review
from store.bulk import chunks, members
from store.tables.access import AuditRow
from store.tables.leads import (
    LeadRow,
    LeadVersionRow,
    MergeRow,
    ReviewRow,
    StageMoveRow,
)

Key = tuple[str, str]

ASKED_AT_ONCE = 200
"""Keys in one statement; SQLite takes 500 parts and, in older builds, 999 values."""


class IntakeRepository:
    """Reads and writes by the chunk."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def size(self) -> int:
        """About how many leads there are, at once: counting a million takes a while. Every lead
        has a statement, and most have one.
        """
        newest = self._connection.execute(select(func.max(LeadVersionRow.version_id))).scalar()
        return newest or 0

    def leads_with(self, keys: Collection[Key], *, most: int) -> dict[Key, list[str]]:
        """The leads of each of these keys; of more than `most` only one too many."""
        found: dict[Key, list[str]] = defaultdict(list)
        for some in chunks(keys, size=ASKED_AT_ONCE):
            values: dict[str, int | str] = {"most": most + 1}
            for place, (kind, value) in enumerate(some):
                values |= {f"kind_{place}": kind, f"value_{place}": value}
            for place, lead_id in self._connection.execute(_capped(len(some)), values):
                found[some[place]].append(lead_id)
        return found

    def fields_of(self, root_ids: Collection[str]) -> dict[str, Fields | None]:
        """What is known of each of these, None of somebody erased; no more of a lead is read."""
        found: dict[str, Fields | None] = {}
        for some in chunks(root_ids):
            statement = select(LeadRow.lead_id, LeadRow.erased_at, LeadRow.fields).where(
                LeadRow.lead_id.in_(some)
            )
            for lead_id, erased_at, fields in self._connection.execute(statement):
                found[lead_id] = fields if erased_at is None else None
        return found

    def add_leads(self, leads: Sequence[Lead]) -> None:
        """New leads, merged ones behind those they were merged into."""
        if leads:
            self._connection.execute(insert(LeadRow), [members(lead) for lead in leads])

    def set_current(self, leads: Sequence[Lead]) -> None:
        """What is known of leads that were there before, and who speaks for them."""
        if not leads:
            return
        names = ("root_id", "merged_into", "updated_at", "fields", "typed", "attributes")
        self._connection.execute(
            update(LeadRow)
            .where(LeadRow.lead_id == bindparam("of"))
            .values({name: bindparam(f"new_{name}") for name in names}),
            [
                {"of": lead.lead_id} | {f"new_{name}": getattr(lead, name) for name in names}
                for lead in leads
            ],
        )

    def repoint(self, roots: Mapping[str, str]) -> None:
        """Let the new root speak for all the old one spoke for, by old root."""
        if roots:
            self._connection.execute(
                update(LeadRow)
                .where(LeadRow.root_id == bindparam("old"))
                .values(root_id=bindparam("new")),
                [{"old": old, "new": new} for old, new in roots.items()],
            )

    def moves_of(self, lead_ids: Collection[str]) -> dict[str, list[tuple[datetime, Stage]]]:
        """When each of exactly these leads came to which stage, oldest first."""
        found: dict[str, list[tuple[datetime, Stage]]] = defaultdict(list)
        row = StageMoveRow
        for some in chunks(lead_ids):
            statement = (
                select(row.lead_id, row.occurred_at, row.to_stage)
                .where(row.lead_id.in_(some))
                .order_by(row.occurred_at, row.move_id)
            )
            for lead_id, at, stage in self._connection.execute(statement):
                found[lead_id].append((at, Stage(stage)))
        return found

    def add_moves(
        self, moves: Sequence[StageMove], *, standing: Mapping[str, tuple[Stage, datetime]]
    ) -> None:
        """Moves as their source had them; `standing` says where leads stand now, and since when."""
        if moves:
            self._connection.execute(insert(StageMoveRow), [members(move) for move in moves])
        if standing:
            self._connection.execute(
                update(LeadRow)
                .where(LeadRow.lead_id == bindparam("of"))
                .values(stage=bindparam("at_stage"), stage_since=bindparam("since")),
                [
                    {"of": lead_id, "at_stage": stage, "since": since}
                    for lead_id, (stage, since) in standing.items()
                ],
            )

    def add_merges(self, merges: Sequence[Merge]) -> None:
        """New merges, each noted on both of its leads."""
        if not merges:
            return
        self._connection.execute(insert(MergeRow), [_row(merge) for merge in merges])
        self._connection.execute(
            insert(AuditRow), [note for merge in merges for note in _notes(merge)]
        )

    def add_reviews(self, reviews: Sequence[Review]) -> None:
        """New questions; none of a pair that was asked about before."""
        if reviews:
            self._connection.execute(insert(ReviewRow), [_row(review) for review in reviews])


def _row(told: Merge | Review) -> dict[str, Any]:
    return members(told) | {"evidence": [dict(one) for one in told.evidence]}


def _notes(merge: Merge) -> Iterator[dict[str, Any]]:
    """As `pipelines.merging.merge` leaves them in the audit log."""
    sides = (merge.survivor_id, merge.absorbed_id)
    for lead_id, other in (sides, sides[::-1]):
        yield {
            "at": merge.merged_at,
            "actor": merge.actor,
            "action": "lead_merged",
            "subject_kind": "lead",
            "subject_id": lead_id,
            "details": {"other": other, "merge": merge.merge_id, "cause": str(merge.cause)},
        }


@cache
def _capped(n: int) -> TextClause:
    """Of `n` keys the first leads each, by the key's place: a part for each key stops where it is
    told to, however many leads the key has.
    """
    one = (
        "SELECT {place} AS place, lead_id FROM (SELECT lead_id FROM lead_keys"
        " WHERE kind = :kind_{place} AND value = :value_{place} ORDER BY lead_id LIMIT :most) AS k"
    )
    return text(" UNION ALL ".join(one.format(place=place) for place in range(n)))
