"""Campaigns, what they cost, and what they need made."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from leads.campaigns import (
    Campaign,
    CampaignCost,
    CampaignKind,
    CampaignState,
    Channel,
    Goal,
    Material,
)
from leads.errors import NotFound
from store.bulk import chunks, members
from store.tables.marketing import CampaignCostRow, CampaignRow, MaterialRow


class CampaignRepository:
    """Campaigns are changed as a whole; costs are added or voided; materials become ready."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # Campaigns

    def add(self, campaigns: Sequence[Campaign]) -> None:
        """New campaigns."""
        if campaigns:
            self._connection.execute(insert(CampaignRow), [members(one) for one in campaigns])

    def put(self, campaign: Campaign) -> None:
        """A campaign as it now is."""
        told = members(campaign)
        self._connection.execute(
            update(CampaignRow).where(CampaignRow.campaign_id == told.pop("campaign_id")), told
        )

    def get(self, campaign_id: str) -> Campaign:
        """The campaign. Raises NotFound."""
        found = self.many([campaign_id]).get(campaign_id)
        if found is None:
            raise NotFound(f"there is no campaign {campaign_id}")
        return found

    def many(self, campaign_ids: Collection[str]) -> dict[str, Campaign]:
        """Campaigns by id; unknown ids are left out."""
        return {one.campaign_id: one for one in self._where(CampaignRow.campaign_id, campaign_ids)}

    def outside(self, source: str, external_ids: Collection[str]) -> dict[str, Campaign]:
        """Campaigns by what a source calls them."""
        found = self._where(CampaignRow.external_id, external_ids)
        return {one.external_id: one for one in found if one.source == source}

    def named(self, names: Collection[str]) -> dict[str, list[Campaign]]:
        """Campaigns by name, whatever their source, oldest first."""
        found: dict[str, list[Campaign]] = {}
        for one in self._where(CampaignRow.name, names):
            found.setdefault(one.name, []).append(one)
        return found

    def page(
        self, *, after: str = "", limit: int = 100, state: str | None = None
    ) -> list[Campaign]:
        """Campaigns by id, from `after` on."""
        statement = (
            select(CampaignRow.__table__)
            .where(CampaignRow.campaign_id > after)
            .order_by(CampaignRow.campaign_id)
            .limit(limit)
        )
        if state is not None:
            statement = statement.where(CampaignRow.state == state)
        return [_campaign(row) for row in self._connection.execute(statement)]

    # Costs

    def add_costs(self, costs: Sequence[CampaignCost]) -> None:
        """Money that was spent."""
        if costs:
            self._connection.execute(insert(CampaignCostRow), [members(one) for one in costs])

    def put_cost(self, cost: CampaignCost) -> None:
        """A cost as its source now tells it."""
        told = members(cost)
        self._connection.execute(
            update(CampaignCostRow).where(CampaignCostRow.cost_id == told.pop("cost_id")), told
        )

    def outside_costs(self, source: str, external_ids: Collection[str]) -> dict[str, CampaignCost]:
        """Costs by what a source calls them."""
        found: dict[str, CampaignCost] = {}
        for some in chunks(external_ids):
            statement = select(CampaignCostRow.__table__).where(
                CampaignCostRow.source == source, CampaignCostRow.external_id.in_(some)
            )
            for row in self._connection.execute(statement):
                found[row.external_id] = CampaignCost(**row._mapping)
        return found

    def costs_of(self, campaign_id: str) -> list[CampaignCost]:
        """What was spent on a campaign and not voided, by day."""
        statement = (
            select(CampaignCostRow.__table__)
            .where(CampaignCostRow.campaign_id == campaign_id, CampaignCostRow.voided_at.is_(None))
            .order_by(CampaignCostRow.spent_on, CampaignCostRow.cost_id)
        )
        return [CampaignCost(**row._mapping) for row in self._connection.execute(statement)]

    def spent_on(self, campaign_ids: Collection[str]) -> dict[str, dict[str, int]]:
        """Minor units spent on each campaign, by currency."""
        found: dict[str, dict[str, int]] = {}
        for some in chunks(campaign_ids):
            row = CampaignCostRow
            statement = (
                select(row.campaign_id, row.currency, func.sum(row.amount_minor).label("minor"))
                .where(row.campaign_id.in_(some), row.voided_at.is_(None))
                .group_by(row.campaign_id, row.currency)
                .order_by(row.campaign_id, row.currency)
            )
            for told in self._connection.execute(statement):
                found.setdefault(told.campaign_id, {})[told.currency] = int(told.minor)
        return found

    def void_cost(self, cost_id: str, *, at: datetime) -> None:
        """A cost that was a mistake. Raises NotFound, also for one already voided."""
        row = CampaignCostRow
        statement = update(row).where(row.cost_id == cost_id, row.voided_at.is_(None))
        if self._connection.execute(statement.values(voided_at=at)).rowcount != 1:
            raise NotFound(f"there is no cost {cost_id} that could be voided")

    # Materials

    def add_materials(self, materials: Sequence[Material]) -> None:
        """What a campaign needs made."""
        if materials:
            self._connection.execute(insert(MaterialRow), [members(one) for one in materials])

    def materials_of(self, campaign_id: str) -> list[Material]:
        """What a campaign needs made, oldest first."""
        statement = (
            select(MaterialRow.__table__)
            .where(MaterialRow.campaign_id == campaign_id)
            .order_by(MaterialRow.material_id)
        )
        return [Material(**row._mapping) for row in self._connection.execute(statement)]

    def make_ready(self, material_id: str, *, campaign_id: str, at: datetime) -> None:
        """A material is ready, since the first time this was said. Raises NotFound."""
        row = MaterialRow
        statement = update(row).where(
            row.material_id == material_id, row.campaign_id == campaign_id
        )
        values = {"ready_at": func.coalesce(row.ready_at, at)}
        if self._connection.execute(statement.values(values)).rowcount != 1:
            raise NotFound(f"campaign {campaign_id} has no material {material_id}")

    def _where(self, column: Any, values: Collection[str]) -> Iterable[Campaign]:
        """Any: a column as SQLAlchemy types it."""
        for some in chunks(values):
            statement = select(CampaignRow.__table__).where(column.in_(some))
            rows = self._connection.execute(statement.order_by(CampaignRow.campaign_id))
            yield from (_campaign(row) for row in rows)


def _campaign(row: Row[Any]) -> Campaign:
    told = dict(row._mapping)
    told["kind"], told["channel"] = CampaignKind(row.kind), Channel(row.channel)
    told["goal"] = None if row.goal is None else Goal(row.goal)
    told["state"] = CampaignState(row.state)
    return Campaign(**told)
