"""What models said of leads: append-only, read through the root."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from leads.errors import NotFound
from leads.score import StoredScore, Tier
from store.bulk import cluster_of, members
from store.tables.leads import LeadRow, ScoreRow


class ScoreRepository:
    """Scores are added, never changed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, scores: Sequence[StoredScore]) -> None:
        """New scores."""
        if scores:
            self._connection.execute(insert(ScoreRow), [members(score) for score in scores])

    def get(self, prediction_id: str) -> StoredScore:
        """One score. Raises NotFound."""
        statement = select(ScoreRow.__table__).where(ScoreRow.prediction_id == prediction_id)
        row = self._connection.execute(statement).one_or_none()
        if row is None:
            raise NotFound(f"there is no prediction {prediction_id}")
        return _score(row)

    def latest_of(self, lead_id: str) -> StoredScore | None:
        """The newest score of a lead, or of any it speaks for."""
        statement = (
            select(ScoreRow.__table__)
            .where(ScoreRow.lead_id.in_(cluster_of(lead_id)))
            .order_by(ScoreRow.scored_at.desc(), ScoreRow.prediction_id.desc())
            .limit(1)
        )
        row = self._connection.execute(statement).one_or_none()
        return None if row is None else _score(row)

    def of_model(
        self, name: str, version: str, *, since: datetime, until: datetime, limit: int
    ) -> list[StoredScore]:
        """What a version said with since < as_of <= until, the newest `limit`, oldest first.

        `lead_id` is the lead that speaks for it now.
        """
        root = func.coalesce(LeadRow.root_id, ScoreRow.lead_id).label("lead_id")
        columns: list[Any] = [
            column for column in ScoreRow.__table__.columns if column.name != "lead_id"
        ]
        statement = (
            select(root, *columns)
            .outerjoin(LeadRow, LeadRow.lead_id == ScoreRow.lead_id)
            .where(
                ScoreRow.model_name == name,
                ScoreRow.model_version == version,
                ScoreRow.as_of > since,
                ScoreRow.as_of <= until,
            )
            .order_by(ScoreRow.as_of.desc(), ScoreRow.prediction_id.desc())
            .limit(limit)
        )
        rows: Sequence[Any] = self._connection.execute(statement).all()
        return [_score(row) for row in reversed(rows)]


def _score(row: Row[Any]) -> StoredScore:
    return StoredScore(**{**row._mapping, "tier": Tier(row.tier)})
