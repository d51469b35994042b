"""Requests that were answered, by caller and Idempotency-Key.

A record is written in the transaction of the effect it belongs to, so it is there exactly when
the effect is: there is no record of a request that is still in flight, only a lock.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, text

from store.tables.access import IdempotencyRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A request and the answer it got."""

    caller: str
    key: str
    route: str
    payload_digest: str
    created_at: datetime
    status: int
    answer: str


class IdempotencyRepository:
    """Answers, kept for a while."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def try_lock(self, caller: str, key: str) -> bool:
        """Hold this key to the end of the transaction, unless somebody else does.

        On SQLite whoever writes is alone anyway.
        """
        if self._connection.dialect.name != "postgresql":
            return True
        digest = hashlib.sha256(f"{caller}\n{key}".encode()).digest()
        number = int.from_bytes(digest[:8], signed=True)
        locked = text("SELECT pg_try_advisory_xact_lock(:n)")
        return bool(self._connection.execute(locked, {"n": number}).scalar_one())

    def find(self, caller: str, key: str) -> Answered | None:
        """What was answered under this key."""
        statement = select(IdempotencyRow.__table__).where(
            IdempotencyRow.caller == caller, IdempotencyRow.key == key
        )
        row = self._connection.execute(statement).one_or_none()
        return Answered(**row._mapping) if row is not None else None

    def keep(self, answered: Answered) -> None:
        """Remember an answer; no other of this caller may be kept under that key."""
        self._connection.execute(
            insert(IdempotencyRow),
            {name: getattr(answered, name) for name in Answered.__slots__},
        )

    def forget(self, *, before: datetime) -> None:
        """Let go of what was answered before that."""
        self._connection.execute(delete(IdempotencyRow).where(IdempotencyRow.created_at < before))
