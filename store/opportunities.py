"""Opportunities and what they were said to be, read through the lead's root."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from leads.clock import ClockBasis
from leads.opportunity import Opportunity, OpportunityState, OpportunityVersion
from store.bulk import chunks, cluster_of, members
from store.tables.leads import OpportunityRow, OpportunityVersionRow

_CHANGING = (
    *("lead_id", "digest", "name", "state", "amount_minor", "currency", "product", "opened_at"),
    *("closed_at", "batch_id", "row_number"),
)


class OpportunityRepository:
    """The present state beside an append-only history."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, opportunities: Sequence[Opportunity]) -> None:
        """New opportunities."""
        if opportunities:
            rows = [members(one) for one in opportunities]
            self._connection.execute(insert(OpportunityRow), rows)

    def put(self, opportunities: Sequence[Opportunity]) -> None:
        """Opportunities as they now are."""
        if not opportunities:
            return
        self._connection.execute(
            update(OpportunityRow)
            .where(OpportunityRow.opportunity_id == bindparam("of"))
            .values({name: bindparam(f"new_{name}") for name in _CHANGING}),
            [
                {"of": one.opportunity_id}
                | {f"new_{name}": getattr(one, name) for name in _CHANGING}
                for one in opportunities
            ],
        )

    def add_versions(self, versions: Sequence[OpportunityVersion]) -> None:
        """What they were said to be."""
        if versions:
            rows = [members(one) for one in versions]
            self._connection.execute(insert(OpportunityVersionRow), rows)

    def outside(self, source: str, external_ids: Collection[str]) -> dict[str, Opportunity]:
        """Opportunities by what a source calls them."""
        found: dict[str, Opportunity] = {}
        for some in chunks(external_ids):
            statement = select(OpportunityRow.__table__).where(
                OpportunityRow.source == source, OpportunityRow.external_id.in_(some)
            )
            for row in self._connection.execute(statement):
                found[row.external_id] = _opportunity(row)
        return found

    def of_lead(self, lead_id: str) -> list[Opportunity]:
        """The opportunities of a lead and of all it speaks for, the oldest first."""
        statement = (
            select(OpportunityRow.__table__)
            .where(OpportunityRow.lead_id.in_(cluster_of(lead_id)))
            .order_by(OpportunityRow.opened_at, OpportunityRow.opportunity_id)
        )
        return [_opportunity(row) for row in self._connection.execute(statement)]

    def versions_of(self, opportunity_id: str) -> list[OpportunityVersion]:
        """What one was said to be, oldest first."""
        statement = (
            select(OpportunityVersionRow.__table__)
            .where(OpportunityVersionRow.opportunity_id == opportunity_id)
            .order_by(OpportunityVersionRow.occurred_at, OpportunityVersionRow.version_id)
        )
        return [_version(row) for row in self._connection.execute(statement)]


def _opportunity(row: Row[Any]) -> Opportunity:
    return Opportunity(**{**row._mapping, "state": OpportunityState(row.state)})


def _version(row: Row[Any]) -> OpportunityVersion:
    told = dict(row._mapping)
    del told["version_id"]
    return OpportunityVersion(**{**told, "clock": ClockBasis(told["clock"])})
