"""API keys: what is kept of them, and since when they no longer open anything."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from leads.access import ApiKey, Scope
from leads.errors import NotFound
from store.bulk import chunks, members
from store.tables.access import ApiKeyRow

COARSE = timedelta(minutes=1)
"""How exactly the last use of a key is kept."""


class KeyRepository:
    """Keys are never deleted: the audit log speaks of them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, key: ApiKey) -> None:
        """A new key."""
        told = members(key) | {"scopes": [str(scope) for scope in key.scopes]}
        self._connection.execute(insert(ApiKeyRow), told)

    def get(self, key_id: str) -> ApiKey:
        """One key. Raises NotFound."""
        statement = select(ApiKeyRow.__table__).where(ApiKeyRow.key_id == key_id)
        row = self._connection.execute(statement).one_or_none()
        if row is None:
            raise NotFound(f"there is no key {key_id!r}; `leadflow keys list` shows them all")
        return _key(row)

    def all(self) -> list[ApiKey]:
        """Every key there ever was, the oldest first."""
        statement = select(ApiKeyRow.__table__).order_by(ApiKeyRow.created_at, ApiKeyRow.key_id)
        return [_key(row) for row in self._connection.execute(statement)]

    def valid(self, now: datetime) -> list[ApiKey]:
        """The keys that open the doors at that moment."""
        statement = select(ApiKeyRow.__table__).where(
            ApiKeyRow.revoked_at.is_(None),
            or_(ApiKeyRow.expires_at.is_(None), ApiKeyRow.expires_at > now),
        )
        return [_key(row) for row in self._connection.execute(statement)]

    def revoke(self, key_id: str, *, at: datetime) -> None:
        """Let a key open nothing from now on; the moment of a first revocation stays."""
        self._connection.execute(
            update(ApiKeyRow)
            .where(ApiKeyRow.key_id == key_id, ApiKeyRow.revoked_at.is_(None))
            .values(revoked_at=at)
        )

    def replace(self, key_id: str, *, by: str, expires_at: datetime) -> None:
        """Let another key take the place of this one, which ends then."""
        self._connection.execute(
            update(ApiKeyRow)
            .where(ApiKeyRow.key_id == key_id)
            .values(replaced_by=by, expires_at=expires_at)
        )

    def note_use(self, key_ids: Collection[str], *, at: datetime) -> None:
        """These keys were used about now."""
        for some in chunks(sorted(key_ids)):
            self._connection.execute(
                update(ApiKeyRow)
                .where(
                    ApiKeyRow.key_id.in_(some),
                    or_(ApiKeyRow.last_used_at.is_(None), ApiKeyRow.last_used_at < at - COARSE),
                )
                .values(last_used_at=at)
            )


def _key(row: Row[Any]) -> ApiKey:
    scopes = tuple(Scope(scope) for scope in row.scopes)
    return ApiKey(**{**row._mapping, "scopes": scopes})
