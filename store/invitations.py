"""Invitations: who was invited to what, by which link, and how far it went."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from leads.campaigns import Invitation, InvitationStep
from store.bulk import chunks, cluster_of, members
from store.tables.leads import LeadRow
from store.tables.marketing import InvitationRow


class InvitationRepository:
    """Each is dated once a step."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, invitations: Sequence[Invitation]) -> None:
        """New invitations."""
        if invitations:
            self._connection.execute(insert(InvitationRow), [members(one) for one in invitations])

    def by_token(self, token: str) -> Invitation | None:
        """The invitation with this link."""
        statement = select(InvitationRow.__table__).where(InvitationRow.token == token)
        row = self._connection.execute(statement).first()
        return None if row is None else _invitation(row)

    def of_campaign(self, campaign_id: str) -> list[Invitation]:
        """All invitations to a campaign, oldest first."""
        statement = (
            select(InvitationRow.__table__)
            .where(InvitationRow.campaign_id == campaign_id)
            .order_by(InvitationRow.invited_at, InvitationRow.invitation_id)
        )
        return [_invitation(row) for row in self._connection.execute(statement)]

    def of_lead(self, lead_id: str) -> list[Invitation]:
        """The invitations of a lead and of all it speaks for."""
        statement = (
            select(InvitationRow.__table__)
            .where(InvitationRow.lead_id.in_(cluster_of(lead_id)))
            .order_by(InvitationRow.invited_at, InvitationRow.invitation_id)
        )
        return [_invitation(row) for row in self._connection.execute(statement)]

    def of_roots(self, campaign_id: str, root_ids: Collection[str]) -> dict[str, list[Invitation]]:
        """A campaign's invitations by the lead that now speaks for whoever was invited."""
        found: dict[str, list[Invitation]] = {}
        for some in chunks(root_ids):
            statement = (
                select(InvitationRow.__table__, LeadRow.root_id)
                .join(LeadRow, LeadRow.lead_id == InvitationRow.lead_id)
                .where(InvitationRow.campaign_id == campaign_id, LeadRow.root_id.in_(some))
                .order_by(InvitationRow.invited_at, InvitationRow.invitation_id)
            )
            for row in self._connection.execute(statement):
                told = dict(row._mapping)
                root = told.pop("root_id")
                found.setdefault(root, []).append(Invitation(**told))
        return found

    def date(self, invitation_id: str, step: InvitationStep, *, at: datetime) -> None:
        """A step was taken."""
        statement = update(InvitationRow).where(InvitationRow.invitation_id == invitation_id)
        self._connection.execute(statement.values({f"{step}_at": at}))

    def count(self, campaign_id: str) -> dict[InvitationStep, int]:
        """How many invitations have each of the steps dated."""
        row = InvitationRow
        statement = select(
            func.count(row.invited_at).label("invited"),
            func.count(row.registered_at).label("registered"),
            func.count(row.attended_at).label("attended"),
            func.count(row.followed_up_at).label("followed_up"),
        ).where(row.campaign_id == campaign_id)
        counted = self._connection.execute(statement).one()._mapping
        return {step: counted[step] for step in InvitationStep}


def _invitation(row: Row[Any]) -> Invitation:
    return Invitation(**row._mapping)
