"""Everything that is known of many leads at once, as columns: what training reads.

Leads are numbered: a *place* is the position of a root among all of them, and everything of the
leads it speaks for is its own. People who were erased are left out. Instants are microseconds
since 1970. What a visitor did before it was known who that is counts as known from the moment it
was: whoever comes back and gives a name would else be told apart by it beforehand.
"""

from collections.abc import Collection, Iterator
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, Text, and_, case, cast, func, or_, select
from sqlalchemy.orm import aliased

from store.bulk import chunks
from store.columns import (
    Contacts,
    Deals,
    Moves,
    Roster,
    Statement,
    columns_of,
    contacts_of,
    or_never,
    places_of,
    roster_of,
    statement_of,
)
from store.micros import micros
from store.tables.leads import (
    AnonymousIdRow,
    EventRow,
    LeadRow,
    LeadVersionRow,
    OpportunityRow,
    OpportunityVersionRow,
    StageMoveRow,
)
from store.tables.marketing import CampaignRow, TouchpointRow

CHUNK = 50_000
"""Rows in memory at a time."""
FEW_CHUNK = 5_000
"""... of statements, which are larger."""


class PopulationRepository:
    """Reads whole tables, or what concerns a few leads by the same statements."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def roster(self, root_ids: Collection[str] | None = None) -> Roster:
        """All leads that were not erased, or those that these ids speak for."""
        row, version, any_version = LeadRow, LeadVersionRow, aliased(LeadVersionRow)
        came_with = (
            select(func.min(any_version.version_id))
            .where(any_version.lead_id == row.lead_id)
            .scalar_subquery()
        )
        in_a_file = version.batch_id.is_not(None)
        arrived = func.coalesce(micros(version.known_at), micros(row.known_at)) + 1
        born = case((in_a_file, micros(row.created_at)), else_=arrived)
        statement = (
            select(row.lead_id, row.root_id, micros(row.created_at), row.account, born)
            .join(version, version.version_id == came_with, isouter=True)
            .where(row.erased_at.is_(None))
            .order_by(row.lead_id)
        )
        rows: list[Any] = []
        for some in [None] if root_ids is None else chunks(root_ids):
            wanted = statement if some is None else statement.where(row.root_id.in_(some))
            rows += self._connection.execute(wanted).all()
        return roster_of(rows)

    def colleagues(self, accounts: Collection[str]) -> list[str]:
        """The ids that speak for leads who came with one of these companies."""
        found: set[str] = set()
        for some in chunks(accounts):
            statement = select(LeadRow.root_id).where(LeadRow.account.in_(some))
            found |= set(self._connection.execute(statement).scalars())
        return sorted(found)

    def statements(
        self, roster: Roster, *, whole: bool = True
    ) -> Iterator[tuple[int, list[Statement]]]:
        """Place by place, all that was said of a lead, in the order in which it was recorded.

        whole   the roster is of all leads, so that no list of ids is needed
        """
        row = LeadVersionRow
        statement = (
            select(row.__table__, LeadRow.root_id, micros(LeadRow.created_at).label("created"))
            .join(LeadRow, LeadRow.lead_id == row.lead_id)
            .where(LeadRow.erased_at.is_(None))
            .order_by(LeadRow.root_id, row.version_id)
        )
        for wanted in _for(statement, LeadRow.root_id, None if whole else roster.lead_ids):
            yield from self._by_root(wanted, roster)

    def _by_root(
        self, statement: Select[Any], roster: Roster
    ) -> Iterator[tuple[int, list[Statement]]]:
        place, said, seen = -1, list[Statement](), set[str]()
        for row in self._stream(statement, size=FEW_CHUNK):
            here = roster.place_of.get(row.root_id, -1)
            if here != place:
                if place >= 0:
                    yield place, said
                place, said, seen = here, [], set()
            said.append(statement_of(row, is_first=row.lead_id not in seen))
            seen.add(row.lead_id)
        if place >= 0:
            yield place, said

    def events(self, roster: Roster, *, whole: bool = True) -> Iterator[Contacts]:
        """What leads did, in chunks and in no order."""
        yield from self._contacts(EventRow, roster, whole=whole)

    def touchpoints(self, roster: Roster, *, whole: bool = True) -> Iterator[Contacts]:
        """What marketing did, in chunks and in no order."""
        yield from self._contacts(TouchpointRow, roster, whole=whole)

    def _contacts(self, row: Any, roster: Roster, *, whole: bool) -> Iterator[Contacts]:
        """Any: either table's class; both have the columns that are asked for."""
        visitor = AnonymousIdRow
        statement = (
            select(
                func.coalesce(row.lead_id, visitor.lead_id),
                row.kind,
                micros(row.occurred_at),
                micros(row.known_at),
                micros(visitor.stitched_at),
                CampaignRow.kind,
                cast(row.attributes, Text),
                row.clock,
            )
            .join_from(
                row,
                visitor,
                and_(row.lead_id.is_(None), visitor.anonymous_id == row.anonymous_id),
                isouter=True,
            )
            .join(CampaignRow, CampaignRow.campaign_id == row.campaign_id, isouter=True)
            .where(or_(row.lead_id.is_not(None), visitor.lead_id.is_not(None)))
        )
        wanted: Iterator[Select[Any]]
        if whole:
            wanted = iter([statement])
        else:
            wanted = (_of(statement, row, some) for some in chunks(roster.place_of))
        for one in wanted:
            result = self._connection.execution_options(stream_results=True).execute(one)
            for rows in result.partitions(CHUNK):
                yield contacts_of(rows, roster)

    def moves(self, roster: Roster, *, whole: bool = True) -> Moves:
        """The stages that leads went through."""
        row = StageMoveRow
        statement = (
            select(
                row.lead_id, row.to_stage, micros(row.occurred_at), micros(row.known_at), row.reason
            )
            .where(row.merge_id.is_(None))
            .order_by(row.occurred_at, row.move_id)
        )
        rows = self._all(statement, row.lead_id, roster, whole=whole)
        lead, to_stage, occurred, known, reason = columns_of(rows, 5)
        who = places_of(lead, roster)
        kept = np.flatnonzero(who >= 0).tolist()
        return Moves(
            who=who[kept],
            to_stage=[to_stage[i] for i in kept],
            occurred=np.array(occurred, np.int64)[kept],
            known=np.array(known, np.int64)[kept],
            reason=[reason[i] for i in kept],
        )

    def deals(self, roster: Roster, *, whole: bool = True) -> Deals:
        """The opportunities that leads became."""
        row, version = OpportunityRow, OpportunityVersionRow
        told = (
            select(version.opportunity_id, func.min(micros(version.occurred_at)).label("at"))
            .where(version.fields["state"].as_string() == "won")
            .group_by(version.opportunity_id)
            .subquery()
        )
        statement = select(
            row.lead_id, micros(row.opened_at), row.state, micros(row.closed_at), told.c.at
        ).join_from(row, told, told.c.opportunity_id == row.opportunity_id, isouter=True)
        rows = self._all(statement, row.lead_id, roster, whole=whole)
        lead, opened, state, closed, at = columns_of(rows, 5)
        who = places_of(lead, roster)
        won = [
            (close if close is not None else told_at) if said == "won" else None
            for said, close, told_at in zip(state, closed, at, strict=True)
        ]
        kept = who >= 0
        return Deals(
            who=who[kept], opened=np.array(opened, np.int64)[kept], won=or_never(won)[kept]
        )

    def _all(self, statement: Any, column: Any, roster: Roster, *, whole: bool) -> list[Any]:
        """Any: a statement of some columns, and its rows."""
        ids = None if whole else roster.place_of
        return [
            row
            for wanted in _for(statement, column, ids)
            for row in self._connection.execute(wanted)
        ]

    def _stream(self, statement: Select[Any], *, size: int) -> Iterator[Any]:
        result = self._connection.execution_options(stream_results=True).execute(statement)
        for rows in result.partitions(size):
            yield from rows


def _for(statement: Select[Any], column: Any, ids: Collection[str] | None) -> Iterator[Select[Any]]:
    """The statement about everybody, or about some at a time; Any: a column."""
    if ids is None:
        yield statement
        return
    for some in chunks(ids):
        yield statement.where(column.in_(some))


def _of(statement: Select[Any], row: Any, lead_ids: list[str]) -> Select[Any]:
    visitors = select(AnonymousIdRow.anonymous_id).where(AnonymousIdRow.lead_id.in_(lead_ids))
    before = and_(row.lead_id.is_(None), row.anonymous_id.in_(visitors))
    return statement.where(or_(row.lead_id.in_(lead_ids), before))
