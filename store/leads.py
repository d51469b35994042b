"""Leads, and what others call them.

A lead that was merged is read through its root: a question here takes any id and answers for the
lead that speaks for it, unless it says otherwise.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from leads.errors import NotFound
from leads.lead import Attributes, Fields, Lead, OutsideId
from leads.lifecycle import Stage
from store.bulk import chunks, cluster_of, members
from store.tables.leads import LeadRow, OutsideIdRow


class LeadRepository:
    """Leads as rows that never move; merging changes who speaks for them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # Leads

    def add(self, leads: Sequence[Lead]) -> None:
        """New leads."""
        if leads:
            self._connection.execute(insert(LeadRow), [members(lead) for lead in leads])

    def get(self, lead_id: str) -> Lead:
        """The lead that speaks for this id. Raises NotFound, also for an erased one."""
        found = self.many([lead_id]).get(lead_id)
        if found is None:
            raise NotFound(f"there is no lead {lead_id}")
        if found.erased_at is not None:
            raise NotFound(f"lead {lead_id} was erased on request")
        return found

    def many(self, lead_ids: Collection[str]) -> dict[str, Lead]:
        """The leads that speak for these ids, by the id asked for; unknown ids are left out."""
        roots = self.roots_of(lead_ids)
        leads = {lead.lead_id: lead for lead in self.rows(set(roots.values()))}
        return {asked: leads[root] for asked, root in roots.items()}

    def rows(self, lead_ids: Collection[str]) -> Iterator[Lead]:
        """Exactly these rows, merged away or not."""
        for some in chunks(lead_ids):
            statement = select(LeadRow.__table__).where(LeadRow.lead_id.in_(some))
            yield from (_lead(row) for row in self._connection.execute(statement))

    def roots_of(self, lead_ids: Collection[str]) -> dict[str, str]:
        """The id of the lead that speaks for each of these."""
        found: dict[str, str] = {}
        for some in chunks(lead_ids):
            statement = select(LeadRow.lead_id, LeadRow.root_id).where(LeadRow.lead_id.in_(some))
            found |= {row.lead_id: row.root_id for row in self._connection.execute(statement)}
        return found

    def clusters_of(self, root_ids: Collection[str]) -> dict[str, list[str]]:
        """The ids of all leads each of these speaks for, itself among them, oldest id first."""
        found: dict[str, list[str]] = defaultdict(list)
        for some in chunks(root_ids):
            statement = (
                select(LeadRow.root_id, LeadRow.lead_id)
                .where(LeadRow.root_id.in_(some))
                .order_by(LeadRow.lead_id)
            )
            for row in self._connection.execute(statement):
                found[row.root_id].append(row.lead_id)
        return found

    def set_current(
        self,
        lead_id: str,
        *,
        fields: Fields,
        typed: Mapping[str, str],
        attributes: Attributes,
        at: datetime,
    ) -> None:
        """What is now known of a root, as worked out from its facts."""
        self._connection.execute(
            update(LeadRow)
            .where(LeadRow.lead_id == lead_id)
            .values(fields=fields, typed=typed, attributes=attributes, updated_at=at)
        )

    def point(
        self, lead_ids: Collection[str], *, root_id: str, merged_into: Mapping[str, str | None]
    ) -> None:
        """Let `root_id` speak for these leads; `merged_into` changes for those named in it."""
        for some in chunks(lead_ids):
            self._connection.execute(
                update(LeadRow).where(LeadRow.lead_id.in_(some)).values(root_id=root_id)
            )
        for lead_id, into in merged_into.items():
            self._connection.execute(
                update(LeadRow).where(LeadRow.lead_id == lead_id).values(merged_into=into)
            )

    def page(self, *, after: str = "", limit: int = 100) -> list[Lead]:
        """Leads that speak for themselves and were not erased, by id, from `after` on."""
        statement = (
            select(LeadRow.__table__)
            .where(LeadRow.lead_id == LeadRow.root_id, LeadRow.erased_at.is_(None))
            .where(LeadRow.lead_id > after)
            .order_by(LeadRow.lead_id)
            .limit(limit)
        )
        return [_lead(row) for row in self._connection.execute(statement)]

    def count(self) -> int:
        """How many leads speak for themselves and were not erased."""
        statement = select(func.count()).where(
            LeadRow.lead_id == LeadRow.root_id, LeadRow.erased_at.is_(None)
        )
        return self._connection.execute(statement).scalar_one()

    # Outside ids

    def outside(self, source: str, external_ids: Collection[str]) -> dict[str, OutsideId]:
        """What is known under these ids of a source; `lead_id` as first recorded, not the root."""
        found: dict[str, OutsideId] = {}
        for some in chunks(external_ids):
            statement = select(OutsideIdRow.__table__).where(
                OutsideIdRow.source == source, OutsideIdRow.external_id.in_(some)
            )
            for row in self._connection.execute(statement):
                found[row.external_id] = OutsideId(**row._mapping)
        return found

    def outside_ids_of(self, lead_id: str) -> list[OutsideId]:
        """Everything a lead is called elsewhere, by source and id."""
        statement = (
            select(OutsideIdRow.__table__)
            .where(OutsideIdRow.lead_id.in_(cluster_of(lead_id)))
            .order_by(OutsideIdRow.source, OutsideIdRow.external_id)
        )
        return [OutsideId(**row._mapping) for row in self._connection.execute(statement)]

    def put_outside(self, ids: Sequence[OutsideId]) -> None:
        """New ids, and new digests of known ones; `lead_id` and `first_seen` never change."""
        if not ids:
            return
        build = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        statement = build.insert(OutsideIdRow)
        changing = ("digest", "batch_id", "row_number", "last_seen")
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["source", "external_id"],
                set_={name: statement.excluded[name] for name in changing},
            ),
            [members(one) for one in ids],
        )


def _lead(row: Row[Any]) -> Lead:
    return Lead(**{**row._mapping, "stage": Stage(row.stage)})
