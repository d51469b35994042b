"""Contacts between campaigns and people: append-only, read through the lead's root.

A visitor who was not known yet is known by a cookie; once it is stitched to a lead
(`store.anonymous_ids`), what it did before is the lead's too.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, case, distinct, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from leads.campaigns import Touchpoint
from leads.clock import ClockBasis
from store.anonymous_ids import stitched_to
from store.bulk import chunks, cluster_of, members
from store.tables.leads import AnonymousIdRow, LeadRow
from store.tables.marketing import TouchpointRow


class TouchpointRepository:
    """Added once, never changed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, touchpoints: Sequence[Touchpoint]) -> list[Touchpoint]:
        """Note those not known yet by (source, external_id), and say which these are."""
        if not touchpoints:
            return []
        build = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        statement = (
            build.insert(TouchpointRow)
            .on_conflict_do_nothing(index_elements=["source", "external_id"])
            .returning(TouchpointRow.touchpoint_id)
        )
        told = [members(one) for one in touchpoints]
        added = set(self._connection.execute(statement, told).scalars())
        return [one for one in touchpoints if one.touchpoint_id in added]

    def outside(self, source: str, external_ids: Collection[str]) -> dict[str, Touchpoint]:
        """Touchpoints by what a source calls them."""
        found: dict[str, Touchpoint] = {}
        for some in chunks(external_ids):
            statement = select(TouchpointRow.__table__).where(
                TouchpointRow.source == source, TouchpointRow.external_id.in_(some)
            )
            for row in self._connection.execute(statement):
                found[row.external_id] = _touchpoint(row)
        return found

    def of_lead(self, lead_id: str) -> list[Touchpoint]:
        """All contacts with a lead and those it speaks for, before it was known too, by time."""
        mine = or_(
            TouchpointRow.lead_id.in_(cluster_of(lead_id)),
            TouchpointRow.lead_id.is_(None) & TouchpointRow.anonymous_id.in_(stitched_to(lead_id)),
        )
        statement = (
            select(TouchpointRow.__table__)
            .where(mine)
            .order_by(TouchpointRow.occurred_at, TouchpointRow.touchpoint_id)
        )
        return [_touchpoint(row) for row in self._connection.execute(statement)]

    def people_by_kind(self, campaign_id: str) -> dict[str, int]:
        """How many people a campaign touched in each way; merged leads are one person."""
        touched = _touched(campaign_id)
        statement = (
            select(touched.c.kind, func.count(distinct(touched.c.root_id)).label("n"))
            .group_by(touched.c.kind)
            .order_by(touched.c.kind)
        )
        return {row.kind: row.n for row in self._connection.execute(statement)}

    def people(self, campaign_id: str, *, without: str) -> tuple[int, int]:
        """How many people have any touchpoint but those of the kind `without`, and how many of
        them were not known before the campaign touched them.
        """
        touched = _touched(campaign_id)
        first = (
            select(touched.c.root_id, func.min(touched.c.known_at).label("first_at"))
            .where(touched.c.kind != without)
            .group_by(touched.c.root_id)
            .subquery()
        )
        is_new = case((LeadRow.known_at >= first.c.first_at, 1), else_=0)
        statement = select(
            func.count().label("people"), func.coalesce(func.sum(is_new), 0).label("fresh")
        ).join_from(first, LeadRow, LeadRow.lead_id == first.c.root_id)
        counted = self._connection.execute(statement).one()
        return int(counted.people), int(counted.fresh)


def _touched(campaign_id: str) -> Any:
    """Any: a sub-query. A campaign's touchpoints, each with the root of whom it touched."""
    row, visitor = TouchpointRow, AnonymousIdRow
    return (
        select(row.kind, row.known_at, LeadRow.root_id)
        .join_from(
            row,
            visitor,
            row.lead_id.is_(None) & (visitor.anonymous_id == row.anonymous_id),
            isouter=True,
        )
        .join(LeadRow, LeadRow.lead_id == func.coalesce(row.lead_id, visitor.lead_id))
        .where(row.campaign_id == campaign_id)
        .subquery()
    )


def _touchpoint(row: Row[Any]) -> Touchpoint:
    return Touchpoint(**{**row._mapping, "clock": ClockBasis(row.clock)})
