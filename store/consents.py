"""What people agreed to, in which words; append-only, read through the lead's root."""

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from leads.forms import Consent
from store.bulk import cluster_of, members
from store.tables.leads import ConsentRow


class ConsentRepository:
    """Withdrawing is a second row, never a change of the first."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, consents: Sequence[Consent]) -> None:
        """Somebody agreed or withdrew."""
        if consents:
            self._connection.execute(insert(ConsentRow), [members(one) for one in consents])

    def of_lead(self, lead_id: str) -> list[Consent]:
        """All that a lead and those it speaks for ever agreed to or withdrew, by time."""
        statement = (
            select(ConsentRow.__table__)
            .where(ConsentRow.lead_id.in_(cluster_of(lead_id)))
            .order_by(ConsentRow.occurred_at, ConsentRow.consent_id)
        )
        found = []
        for row in self._connection.execute(statement):
            told = dict(row._mapping)
            del told["consent_id"]
            found.append(Consent(**told))
        return found

    def standing(self, lead_id: str) -> dict[str, bool]:
        """What a lead agrees to now, by purpose: the last word counts."""
        return {one.purpose: one.is_granted for one in self.of_lead(lead_id)}
