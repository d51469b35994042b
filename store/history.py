"""What was said of leads and which stages they went through: append-only, read through the root."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from leads.clock import ClockBasis
from leads.lead import LeadVersion, StageMove
from leads.lifecycle import Stage
from store.bulk import chunks, cluster_of, members
from store.tables.leads import LeadRow, LeadVersionRow, StageMoveRow


class HistoryRepository:
    """Facts are added, never changed; only erasure takes them away."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_versions(self, versions: Sequence[LeadVersion]) -> None:
        """New statements."""
        if versions:
            self._connection.execute(insert(LeadVersionRow), [members(one) for one in versions])

    def versions_of(self, root_ids: Collection[str]) -> dict[str, list[LeadVersion]]:
        """All that was said of the leads these ids speak for, oldest first, by root.

        A version's `lead_id` is the lead it was said of, before any merge.
        """
        found: dict[str, list[LeadVersion]] = defaultdict(list)
        for some in chunks(root_ids):
            statement = (
                select(LeadVersionRow.__table__, LeadRow.root_id)
                .join(LeadRow, LeadRow.lead_id == LeadVersionRow.lead_id)
                .where(LeadRow.root_id.in_(some))
                .order_by(LeadVersionRow.occurred_at, LeadVersionRow.version_id)
            )
            for row in self._connection.execute(statement):
                told = dict(row._mapping)
                root = told.pop("root_id")
                del told["version_id"]
                told["clock"] = ClockBasis(told["clock"])
                found[root].append(LeadVersion(**told))
        return found

    def move(self, moves: Sequence[StageMove]) -> None:
        """Note stage moves, and let their leads stand there. Whether one is lawful is for
        `leads.lifecycle` to say.
        """
        if not moves:
            return
        self._connection.execute(insert(StageMoveRow), [members(move) for move in moves])
        self._connection.execute(
            update(LeadRow)
            .where(LeadRow.lead_id == bindparam("of"))
            .values(
                stage=bindparam("to"), stage_since=bindparam("since"), updated_at=bindparam("now")
            ),
            [
                {"of": move.lead_id, "to": move.to_stage, "since": move.occurred_at}
                | {"now": move.known_at}
                for move in moves
            ],
        )

    def moves_of(self, lead_id: str) -> list[StageMove]:
        """The stage moves of a lead and of all it speaks for, oldest first."""
        statement = (
            select(StageMoveRow.__table__)
            .where(StageMoveRow.lead_id.in_(cluster_of(lead_id)))
            .order_by(StageMoveRow.occurred_at, StageMoveRow.move_id)
        )
        return [_move(row) for row in self._connection.execute(statement)]


def _move(row: Row[Any]) -> StageMove:
    told = dict(row._mapping)
    del told["move_id"]
    told["from_stage"], told["to_stage"] = Stage(told["from_stage"]), Stage(told["to_stage"])
    told["clock"] = ClockBasis(told["clock"])
    return StageMove(**told)
