"""Visitors' cookies, once it is known whose they are.

A cookie belongs to the first lead it was stitched to: a second person on the same machine does not
take over what the first one did.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from store.bulk import cluster_of
from store.tables.leads import AnonymousIdRow


class AnonymousIdRepository:
    """Who a visitor turned out to be."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def stitch(self, anonymous_id: str, lead_id: str, *, at: datetime, cause: str) -> bool:
        """This visitor is that lead. False when the cookie already was somebody's."""
        build = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        statement = (
            build.insert(AnonymousIdRow)
            .on_conflict_do_nothing(index_elements=["anonymous_id"])
            .returning(AnonymousIdRow.anonymous_id)
        )
        told = {"anonymous_id": anonymous_id, "lead_id": lead_id, "stitched_at": at, "cause": cause}
        return self._connection.execute(statement, told).first() is not None

    def of_lead(self, lead_id: str) -> list[str]:
        """The cookies of a lead and of all it speaks for."""
        return sorted(self._connection.execute(stitched_to(lead_id)).scalars())

    def lead_of(self, anonymous_id: str) -> str | None:
        """The lead a cookie was stitched to, as recorded then."""
        statement = select(AnonymousIdRow.lead_id).where(
            AnonymousIdRow.anonymous_id == anonymous_id
        )
        return self._connection.execute(statement).scalar_one_or_none()


def stitched_to(lead_id: str) -> Any:
    """A sub-query (Any: of a type no caller needs): the cookies of a lead's cluster."""
    return select(AnonymousIdRow.anonymous_id).where(
        AnonymousIdRow.lead_id.in_(cluster_of(lead_id))
    )
