"""Engagement events: append-only, known by (source, message id)."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select

from leads.clock import ClockBasis
from leads.events import EventKind, StoredEvent
from store.anonymous_ids import stitched_to
from store.bulk import chunks, cluster_of, members
from store.tables.leads import EventRow


class EventRepository:
    """Added once, never changed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, events: Sequence[StoredEvent]) -> None:
        """New events; whoever adds them has asked `outside` under the intake lock."""
        if events:
            self._connection.execute(insert(EventRow), [members(one) for one in events])

    def outside(self, source: str, message_ids: Collection[str]) -> dict[str, StoredEvent]:
        """Events by what a source calls them."""
        found: dict[str, StoredEvent] = {}
        for some in chunks(message_ids):
            statement = select(EventRow.__table__).where(
                EventRow.source == source, EventRow.message_id.in_(some)
            )
            for row in self._connection.execute(statement):
                found[row.message_id] = _event(row)
        return found

    def ids_of(self, source: str, message_ids: Collection[str]) -> dict[str, str]:
        """Our own id of each of a source's events: it tells nothing about anybody."""
        found: dict[str, str] = {}
        for some in chunks(message_ids):
            statement = select(EventRow.message_id, EventRow.event_id).where(
                EventRow.source == source, EventRow.message_id.in_(some)
            )
            found |= {name: str(own) for name, own in self._connection.execute(statement)}
        return found

    def of_lead(self, lead_id: str) -> list[StoredEvent]:
        """All acts of a lead and those it speaks for, before it was known too, by time."""
        mine = or_(
            EventRow.lead_id.in_(cluster_of(lead_id)),
            EventRow.lead_id.is_(None) & EventRow.anonymous_id.in_(stitched_to(lead_id)),
        )
        statement = (
            select(EventRow.__table__).where(mine).order_by(EventRow.occurred_at, EventRow.event_id)
        )
        return [_event(row) for row in self._connection.execute(statement)]


def _event(row: Row[Any]) -> StoredEvent:
    told = dict(row._mapping)
    del told["event_id"]
    return StoredEvent(
        **{**told, "kind": EventKind(told["kind"]), "clock": ClockBasis(told["clock"])}
    )
