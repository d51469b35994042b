"""How many outcomes there are to learn from."""

from sqlalchemy import Connection, distinct, func, or_, select

from leads.lifecycle import Stage
from store.tables.leads import LeadRow, StageMoveRow

_CONVERTED = [str(stage) for stage in (Stage.SQL, Stage.OPPORTUNITY, Stage.CUSTOMER)]


class OutcomeRepository:
    """Counts, for those who ask whether there is a history yet."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def converted(self) -> int:
        """Leads that sales has qualified at some time; merged ones are one."""
        lead, move = LeadRow, StageMoveRow
        statement = (
            select(func.count(distinct(lead.root_id)))
            .join_from(lead, move, move.lead_id == lead.lead_id, isouter=True)
            .where(or_(lead.stage.in_(_CONVERTED), move.to_stage.in_(_CONVERTED)))
        )
        return int(self._connection.execute(statement).scalar_one())
