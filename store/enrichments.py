"""What providers said about companies, kept so that each is asked once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from leads.lead import Fields
from store.bulk import chunks, members
from store.tables.leads import EnrichmentRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a provider said under a key; `facts` None: it knows nothing."""

    provider: str
    key: str
    facts: Fields | None
    as_of: datetime | None = None
    fetched_at: datetime


class EnrichmentRepository:
    """The newest answer under each key."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def answers(self, provider: str, keys: Collection[str]) -> dict[str, Answer]:
        """By key; a key that was never asked for is left out."""
        found: dict[str, Answer] = {}
        for some in chunks(keys):
            statement = select(EnrichmentRow.__table__).where(
                EnrichmentRow.provider == provider, EnrichmentRow.key.in_(some)
            )
            for row in self._connection.execute(statement):
                found[row.key] = Answer(**row._mapping)
        return found

    def put(self, answers: Collection[Answer]) -> None:
        """Keep answers, in place of older ones."""
        if not answers:
            return
        build = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        statement = build.insert(EnrichmentRow)
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["provider", "key"],
                set_={name: statement.excluded[name] for name in ("facts", "as_of", "fetched_at")},
            ),
            [members(one) for one in answers],
        )
