"""The keys by which leads are found and compared: `cleansing.matching` says which a lead has."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection, delete, select, tuple_

from store.bulk import chunks, insert_texts
from store.tables.leads import LeadKeyRow

Key = tuple[str, str]
"""Kind and value."""


class LeadKeyRepository:
    """Keys belong to the lead they were made from, merged away or not."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, keys: Mapping[str, Iterable[Key]]) -> None:
        """Let leads be found by these keys, and no longer by the ones they had."""
        for some in chunks(keys):
            self._connection.execute(delete(LeadKeyRow).where(LeadKeyRow.lead_id.in_(some)))
        self.add(keys)

    def add(self, keys: Mapping[str, Iterable[Key]]) -> None:
        """The keys of leads that had none yet."""
        # in the order of their index: a page is changed once, not once a key
        rows = sorted({(*key, lead_id) for lead_id, found in keys.items() for key in found})
        insert_texts(self._connection, LeadKeyRow, ("kind", "value", "lead_id"), rows)

    def find(self, keys: Collection[Key], *, most: int) -> dict[Key, list[str]]:
        """The leads found by each key, `most` + 1 at most: a longer list is cut and means that the
        key says little.
        """
        found: dict[Key, list[str]] = {}
        for kind, value in keys:
            statement = (
                select(LeadKeyRow.lead_id)
                .where(LeadKeyRow.kind == kind, LeadKeyRow.value == value)
                .limit(most + 1)
            )
            found[kind, value] = list(self._connection.execute(statement).scalars())
        return found

    def find_all(self, keys: Collection[Key]) -> dict[Key, list[str]]:
        """All leads of each of these keys, for whole batches."""
        found: dict[Key, list[str]] = defaultdict(list)
        for some in chunks(keys, size=400):
            pairs = tuple_(LeadKeyRow.kind, LeadKeyRow.value).in_(some)
            statement = select(LeadKeyRow.kind, LeadKeyRow.value, LeadKeyRow.lead_id).where(pairs)
            for row in self._connection.execute(statement):
                found[row.kind, row.value].append(row.lead_id)
        return found
