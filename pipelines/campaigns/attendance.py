"""Who came, by a list from the door: known people are found, strangers come in as new leads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cleansing.clean import clean
from cleansing.mapping import HeaderMapping, match_headers
from cleansing.matching import keys_of
from leads.campaigns import Campaign, CampaignState
from leads.clock import ClockBasis
from leads.errors import Conflict, InvalidInput
from leads.fields import GIVEN, Value
from pipelines.campaigns.people import CONTACTS, are_named_alike, find_person
from pipelines.campaigns.touching import note_attendance
from pipelines.intake.intake import Handed, Taken, take_in
from pipelines.locks import INTAKE_LOCK
from pipelines.tables import AS_FOUND, TableOptions, read_table
from store.unit_of_work import UnitOfWork

MOST_ROWS = 10_000
"""A list is taken in as one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that named nobody; rows are counted from 1 below the header."""

    row_number: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceReport:
    """What became of the rows: each is exactly one of known, added, repeated and refused.

    known       people we knew, now noted as having come
    added       strangers, now leads
    repeated    people noted before, or standing in the list twice
    """

    n_rows: int
    known: int
    added: int
    repeated: int
    refused: tuple[RefusedRow, ...]
    fields: Mapping[str, str]
    warnings: tuple[str, ...]


def take_attendance(
    unit: UnitOfWork,
    campaign_id: str,
    path: Path,
    *,
    source: str,
    now: datetime,
    actor: str,
    at: datetime | None = None,
    options: TableOptions = AS_FOUND,
) -> AttendanceReport:
    """Note everybody in the list as having attended, at `at` or else when the campaign began.

    `source` is whose ids the column of ids holds. Handing the list in again changes nothing.
    Raises NotFound, Conflict for a campaign that never opened, InvalidInput for what is no table.
    """
    campaign = unit.campaigns.get(campaign_id)
    if campaign.state is CampaignState.PLANNED:
        raise Conflict(f"campaign {campaign_id} ({campaign.name}) has not opened; nobody came yet")
    table = read_table(path, **options.arguments())
    if len(table.frame) > MOST_ROWS:
        raise InvalidInput(f"{path}: has more than {MOST_ROWS:,} rows; hand it in in parts")
    mapping = match_headers(list(table.frame.columns), kind="leads")
    rows = _rows(table.frame, mapping)
    unit.lock(INTAKE_LOCK)
    door = _Door(unit, campaign, source=source, actor=actor, now=now, at=at)
    outcomes = door.admit(rows)
    refused = tuple(
        RefusedRow(row_number=place, reason=told)
        for place, told in enumerate(outcomes, start=1)
        if told not in ("known", "added", "repeated")
    )
    counted = {word: outcomes.count(word) for word in ("known", "added", "repeated")}
    unit.audit.add(
        "attendance_taken",
        subject_kind="campaign",
        subject_id=campaign_id,
        actor=actor,
        at=now,
        refused=len(refused),
        **counted,
    )
    return AttendanceReport(
        n_rows=len(rows),
        refused=refused,
        fields=dict(mapping.fields),
        warnings=(*table.warnings, *map(str, mapping.ambiguous)),
        **counted,
    )


class _Door:
    """Admits the people of a list."""

    def __init__(
        self,
        unit: UnitOfWork,
        campaign: Campaign,
        *,
        source: str,
        actor: str,
        now: datetime,
        at: datetime | None,
    ) -> None:
        self._unit, self._campaign, self._now = unit, campaign, now
        self._source, self._actor = source, actor
        self._at = at or min(campaign.starts_at, now)
        self._clock = ClockBasis.SOURCE if at else ClockBasis.UNKNOWN

    def admit(self, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        """What became of each row: known, added or repeated; else why it cannot be taken."""
        known = [self._known(row) for row in rows]
        strangers = _Strangers()
        for place, (row, lead_id) in enumerate(zip(rows, known, strict=True)):
            if lead_id is None:
                strangers.add(place, fields_of(row))
        firsts = list(strangers.places)
        taken = dict(zip(firsts, self._take([rows[place] for place in firsts]), strict=True))
        outcomes = []
        for place, lead_id in enumerate(known):
            became = taken.get(strangers.first_of.get(place, place))
            lead = lead_id or (became.lead_id if became else None)
            if lead is None:
                assert became is not None
                outcomes.append("; ".join(problem.detail for problem in became.problems))
            elif not note_attendance(
                self._unit, self._campaign, lead, at=self._at, now=self._now, clock=self._clock
            ):
                outcomes.append("repeated")
            else:
                outcomes.append("known" if lead_id else "added")
        return outcomes

    def _take(self, rows: Sequence[Mapping[str, Any]]) -> list[Taken]:
        handed = [
            Handed(
                source=self._source,
                external_id=id_of(row),
                fields=fields_of(row),
                attributes=row["attributes"],
                actor=self._actor,
            )
            for row in rows
        ]
        return take_in(self._unit, handed, now=self._now) if handed else []

    def _known(self, row: Mapping[str, Any]) -> str | None:
        external_id = id_of(row)
        if external_id is not None:
            outside = self._unit.leads.outside(self._source, [external_id]).get(external_id)
            if outside is not None:
                lead = self._unit.leads.many([outside.lead_id])[outside.lead_id]
                return None if lead.erased_at is not None else lead.lead_id
        found = find_person(self._unit, fields_of(row))
        return None if found is None else found.lead_id


class _Strangers:
    """Rows of people we do not know; who stands in the list twice is one.

    places      the first row of each
    first_of    that row, by the place of a later one
    """

    def __init__(self) -> None:
        self.places: list[int] = []
        self.first_of: dict[int, int] = {}
        self._by_contact: dict[tuple[str, str], tuple[int, Mapping[str, Value]]] = {}

    def add(self, place: int, fields: Mapping[str, object]) -> None:
        """One more row."""
        cleaned = clean(fields).fields
        contacts = [key for key in keys_of(cleaned) if key[0] in CONTACTS]
        for key in contacts:
            first, before = self._by_contact.get(key, (place, cleaned))
            if first != place and are_named_alike(before, cleaned):
                self.first_of[place] = first
                return
        for key in contacts:
            self._by_contact.setdefault(key, (place, cleaned))
        self.places.append(place)


def fields_of(row: Mapping[str, Any]) -> dict[str, object]:
    """What a row says under our names; Any: cells."""
    return {name: row[name] for name in GIVEN if row.get(name) not in (None, "")}


def id_of(row: Mapping[str, Any]) -> str | None:
    """The row's own id, if it has one; Any: cells."""
    return str(row.get("external_id") or "").strip() or None


def _rows(frame: Any, mapping: HeaderMapping) -> Sequence[dict[str, Any]]:
    """Any: a data frame. The rows under the names of our fields, missing cells as None."""
    texts = frame.astype(object).where(frame.notna(), None)
    return [mapping.record(row) for row in texts.to_dict(orient="records")]
