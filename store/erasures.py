"""Forgetting a person everywhere, and everything that is known of one.

Rows stay where a count or a report needs them, emptied of what says who it was. What a source
calls the person is kept as a digest, so that the next import does not bring it back unasked.
"""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    String,
    Table,
    cast,
    delete,
    false,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import ColumnElement

from store.bulk import chunks
from store.tables import metadata
from store.tables.access import ErasureRow, IdempotencyRow
from store.tables.intake import ImportBatchRow, ImportRowRow, QuarantineRow
from store.tables.leads import (
    AnonymousIdRow,
    ConsentRow,
    EventRow,
    LeadKeyRow,
    LeadRow,
    LeadVersionRow,
    MergeRow,
    OpportunityRow,
    OpportunityVersionRow,
    OutsideIdRow,
    ReviewRow,
    ScoreRow,
    StageMoveRow,
)
from store.tables.marketing import InvitationRow, TouchpointRow
from store.tables.work import JobRow

ERASED = "erased"

WHOSE: Mapping[str, tuple[str, ...]] = {
    "leads": ("lead_id",),
    "lead_versions": ("lead_id",),
    "outside_ids": ("lead_id",),
    "lead_keys": ("lead_id",),
    "stage_moves": ("lead_id",),
    "anonymous_ids": ("lead_id",),
    "events": ("lead_id",),
    "touchpoints": ("lead_id",),
    "invitations": ("lead_id",),
    "consents": ("lead_id",),
    "scores": ("lead_id",),
    "opportunities": ("lead_id",),
    "merges": ("survivor_id", "absorbed_id"),
    "reviews": ("lead_a", "lead_b"),
}
"""Table -> the columns that say whose a row is; a test compares it with the tables."""

DEAL_FACTS = ("state", "stage", "amount_minor", "currency", "product", "opened_at", "closed_at")
"""What a deal's versions keep: what it was worth, not whose it was."""


def erasure_digest(source: str, external_id: str) -> str:
    """What an erased outside id is remembered by."""
    return hashlib.sha256(f"{source}\0{external_id}".encode(errors="replace")).hexdigest()


class ErasureRepository:
    """Reads and empties every row about a person."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def erased(self, outside_ids: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """Of these (source, external id) those of people erased: they are not taken in again."""
        by_digest = {erasure_digest(*each): each for each in outside_ids}
        found: set[tuple[str, str]] = set()
        for some in chunks(by_digest):
            statement = select(ErasureRow.digest).where(ErasureRow.digest.in_(some))
            found |= {by_digest[one] for one in self._connection.execute(statement).scalars()}
        return found

    def rows_about(self, lead_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
        """Table -> everything it holds about these leads."""
        found = {name: self._rows(name, lead_ids) for name in WHOSE}
        visitors = [row["anonymous_id"] for row in found["anonymous_ids"]]
        for name in ("events", "touchpoints"):
            table = metadata.tables[name]
            is_visit = table.c.lead_id.is_(None) & table.c.anonymous_id.in_(visitors)
            found[name] += self._select(table, is_visit)
        deals = [row["opportunity_id"] for row in found["opportunities"]]
        table = metadata.tables["opportunity_versions"]
        found["opportunity_versions"] = self._select(table, table.c.opportunity_id.in_(deals))
        return found

    def forget(
        self,
        lead_ids: Sequence[str],
        *,
        now: datetime,
        identifiers: Collection[str],
    ) -> dict[str, int]:
        """Empty every row about these leads, and what else holds one of the identifiers (mail
        addresses and numbers) or an outside id of theirs; how many rows of each table.
        """
        counts = {name: len(rows) for name, rows in self.rows_about(lead_ids).items() if rows}
        counts |= self._forget_papers(lead_ids, identifiers)
        self._forget_ids(lead_ids, now=now)
        self._forget_acts(lead_ids)
        self._forget_deals(lead_ids)
        nothing: dict[str, Any] = {"fields": {}, "typed": {}, "attributes": {}}
        self._update(LeadVersionRow, LeadVersionRow.lead_id.in_(lead_ids), **nothing)
        self._update(LeadRow, LeadRow.lead_id.in_(lead_ids), **nothing, account=None, erased_at=now)
        self._update(StageMoveRow, StageMoveRow.lead_id.in_(lead_ids), comment=None)
        self._update(ConsentRow, ConsentRow.lead_id.in_(lead_ids), wording=None)
        self._update(ScoreRow, ScoreRow.lead_id.in_(lead_ids), inputs={}, external_id=None)
        self._forget_pairs(lead_ids)
        return {name: n for name, n in sorted(counts.items()) if n}

    def _forget_ids(self, lead_ids: Sequence[str], *, now: datetime) -> None:
        ids = self._rows("outside_ids", lead_ids)
        known = [erasure_digest(row["source"], row["external_id"]) for row in ids]
        if ids:
            build = postgresql if self._connection.dialect.name == "postgresql" else sqlite
            self._connection.execute(
                build.insert(ErasureRow).on_conflict_do_nothing(),
                [
                    {"digest": digest, "lead_id": row["lead_id"], "erased_at": now}
                    for digest, row in zip(known, ids, strict=True)
                ],
            )
        for table in (OutsideIdRow, LeadKeyRow):
            self._delete(table, table.lead_id.in_(lead_ids))

    def _forget_acts(self, lead_ids: Sequence[str]) -> None:
        """What the person did stays as a count of dated acts of nobody."""
        visitors = [row["anonymous_id"] for row in self._rows("anonymous_ids", lead_ids)]
        for table, key, name in (
            (EventRow, EventRow.event_id, "message_id"),
            (TouchpointRow, TouchpointRow.touchpoint_id, "external_id"),
        ):
            theirs = table.lead_id.in_(lead_ids) | table.anonymous_id.in_(visitors)
            values = {"attributes": {}, "anonymous_id": None, name: _erased(key)}
            self._update(table, theirs, **values)
        self._delete(AnonymousIdRow, AnonymousIdRow.lead_id.in_(lead_ids))
        self._update(
            InvitationRow,
            InvitationRow.lead_id.in_(lead_ids),
            token=_erased(InvitationRow.invitation_id),
        )

    def _forget_deals(self, lead_ids: Sequence[str]) -> None:
        deals = [row["opportunity_id"] for row in self._rows("opportunities", lead_ids)]
        table = metadata.tables["opportunity_versions"]
        for row in self._select(table, table.c.opportunity_id.in_(deals)):
            kept = {name: row["fields"][name] for name in DEAL_FACTS if name in row["fields"]}
            its = OpportunityVersionRow.version_id == row["version_id"]
            self._update(OpportunityVersionRow, its, fields=kept)
        self._update(
            OpportunityRow,
            OpportunityRow.opportunity_id.in_(deals),
            name=None,
            digest=ERASED,
            external_id=_erased(OpportunityRow.opportunity_id),
        )

    def _forget_pairs(self, lead_ids: Sequence[str]) -> None:
        of_merge = MergeRow.survivor_id.in_(lead_ids) | MergeRow.absorbed_id.in_(lead_ids)
        self._update(MergeRow, of_merge, evidence=[])
        of_review = ReviewRow.lead_a.in_(lead_ids) | ReviewRow.lead_b.in_(lead_ids)
        self._delete(ReviewRow, of_review & (ReviewRow.state == "open"))
        self._update(ReviewRow, of_review, evidence=[])

    def _forget_papers(
        self, lead_ids: Sequence[str], identifiers: Collection[str]
    ) -> dict[str, int]:
        """What was handed in and answered: rows keep their outcome, not what they held."""
        rows = ImportRowRow.record_id.in_(lead_ids)
        outside = [
            (row["source"], row["external_id"]) for row in self._rows("outside_ids", lead_ids)
        ]
        holds = [*identifiers, *lead_ids]
        payload = _text(JobRow.payload)
        return {
            "import_rows": self._update(ImportRowRow, rows, record_id=None),
            "quarantine": self.forget_quarantined(identifiers, outside),
            "idempotency_keys": self._delete(
                IdempotencyRow, _holding(_text(IdempotencyRow.answer), holds)
            ),
            "jobs": self._delete(JobRow, JobRow.key.in_(lead_ids) | _holding(payload, holds)),
        }

    def forget_quarantined(
        self, identifiers: Collection[str], outside: Collection[tuple[str, str]] = ()
    ) -> int:
        """Empty the rows of the quarantine that hold one of these; how many."""
        theirs = {key for key, held in self._quarantined(identifiers, outside) if held}
        return sum(
            self._update(
                QuarantineRow,
                (QuarantineRow.batch_id == batch) & (QuarantineRow.row_number == number),
                value=None,
                row=None,
                reason="erased on request",
            )
            for batch, number in sorted(theirs)
        )

    def _quarantined(
        self, identifiers: Collection[str], outside: Collection[tuple[str, str]]
    ) -> Iterator[tuple[tuple[str, int], bool]]:
        """Rows that may hold one of these, and whether they do: never a part of another's."""
        texts = [_text(column) for column in (QuarantineRow.row, QuarantineRow.value)]
        words = {*identifiers, *(external_id for _, external_id in outside)}
        statement = (
            select(QuarantineRow.__table__, ImportBatchRow.source)
            .join(ImportBatchRow, ImportBatchRow.batch_id == QuarantineRow.batch_id)
            .where(or_(*(_holding(text, words) for text in texts)))
        )
        for row in self._connection.execute(statement).all():
            cells = {_cell(one) for one in ((row.row or {}).values())} | {_cell(row.value)}
            is_theirs = any((row.source, cell) in outside for cell in cells)
            holds = any(_stands_in(one, cell) for one in identifiers for cell in cells)
            yield (row.batch_id, row.row_number), is_theirs or holds

    def leads_with(self, address: str) -> set[str]:
        """The leads of which this mail address was ever said, as typed or as it was read."""
        said = [_text(LeadVersionRow.fields), _text(LeadVersionRow.typed)]
        statement = select(LeadVersionRow.lead_id).where(
            or_(*(_holding(text, [address]) for text in said))
        )
        return set(self._connection.execute(statement).scalars())

    def _rows(self, name: str, lead_ids: Sequence[str]) -> list[dict[str, Any]]:
        table = metadata.tables[name]
        return self._select(table, or_(*(table.c[column].in_(lead_ids) for column in WHOSE[name])))

    def _select(self, table: Table, which: ColumnElement[bool]) -> list[dict[str, Any]]:
        statement = select(table).where(which).order_by(*table.primary_key.columns)
        return [dict(row._mapping) for row in self._connection.execute(statement)]

    def _update(self, table: Any, which: ColumnElement[bool], **values: Any) -> int:
        done = self._connection.execute(update(table).where(which).values(**values))
        return int(done.rowcount)

    def _delete(self, table: Any, which: ColumnElement[bool]) -> int:
        return int(self._connection.execute(delete(table).where(which)).rowcount)


def _erased(key: Any) -> Any:
    """In place of an id that others gave, one that says nothing and is still unique."""
    return literal(f"{ERASED}:") + cast(key, String)


def _text(column: Any) -> ColumnElement[str]:
    return func.lower(cast(column, String))


def _holding(text: ColumnElement[str], words: Collection[str]) -> ColumnElement[bool]:
    """Whether one of the words stands somewhere in a text, in whatever case."""
    return or_(false(), *(text.contains(one.lower(), autoescape=True) for one in sorted(words)))


def _cell(value: object) -> str:
    return str(value or "").strip()


def _stands_in(identifier: str, cell: str) -> bool:
    """Whether it is there, and not as a part of a longer address or number."""
    return bool(
        re.search(rf"(?<![\w.+-]){re.escape(identifier)}(?![\w-]|\.\w)", cell, re.IGNORECASE)
    )
