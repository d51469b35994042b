"""Who did what, when: identifiers only, never a person's data."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from store.tables.access import AuditRow


class AuditRepository:
    """Append and read."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        action: str,
        *,
        subject_kind: str,
        subject_id: str,
        actor: str,
        at: datetime,
        **details: object,
    ) -> None:
        """Note that something was done."""
        self._connection.execute(
            insert(AuditRow),
            {
                "at": at,
                "actor": actor,
                "action": action,
                "subject_kind": subject_kind,
                "subject_id": subject_id,
                "details": details,
            },
        )

    def of(self, subject_id: str) -> list[Mapping[str, Any]]:
        """What was done to a subject, oldest first."""
        rows = self._connection.execute(
            select(AuditRow.__table__)
            .where(AuditRow.subject_id == subject_id)
            .order_by(AuditRow.audit_id)
        )
        return [dict(row._mapping) for row in rows]
