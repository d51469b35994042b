"""Forgetting a person everywhere, and giving a person everything that is known of them.

Erasing empties every row about the person, in all leads that were merged with theirs, and keeps
that it happened. Their ids in other systems are kept as digests: an import that brings one back is
quarantined with code `erased`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from cleansing.clean import clean
from cleansing.emails import email_key, normal_email
from cleansing.matching import keys_of
from leads.errors import InvalidInput, NotFound
from leads.lead import LeadVersion
from pipelines.locks import INTAKE_LOCK
from store.unit_of_work import UnitOfWork

COMPACT = "compact"
"""The kind of a job that takes deleted rows out of the database's files."""

_IDENTIFYING = ("email", "phone", "mobile")
_SHORTEST = 5
"""Characters of an identifier to look for in texts; a shorter one stands in anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was forgotten.

    lead_ids   all leads that were merged into one; they stay as empty rows
    counts     table -> rows that were emptied or deleted
    """

    lead_ids: tuple[str, ...]
    counts: Mapping[str, int]


def erase(unit: UnitOfWork, lead_id: str, *, actor: str, now: datetime) -> Erased:
    """Forget the person a lead is about. Raises NotFound, also for one that was erased before."""
    unit.lock(INTAKE_LOCK)
    root = unit.leads.get(lead_id).lead_id
    ids = unit.leads.clusters_of([root])[root]
    identifiers = _identifiers(unit.history.versions_of([root]).get(root, []))
    counts = unit.erasures.forget(ids, now=now, identifiers=identifiers)
    for one in ids:
        unit.audit.add(
            "lead_erased",
            subject_kind="lead",
            subject_id=one,
            actor=actor,
            at=now,
            root=root,
            counts=counts if one == root else {},
        )
    unit.jobs.enqueue(COMPACT, "store", now=now)
    return Erased(lead_ids=tuple(ids), counts=counts)


def erase_by_email(unit: UnitOfWork, email: str, *, actor: str, now: datetime) -> list[Erased]:
    """Forget everybody who has or had this mail address, and rows in quarantine that hold it.

    Raises InvalidInput for what is no mail address, NotFound when nobody has it.
    """
    unit.lock(INTAKE_LOCK)
    address = normal_email(email)
    if not address.is_valid:
        raise InvalidInput(f"{email!r} is no mail address; one looks like name@example.com")
    roots = sorted(_roots_with(unit, address.address))
    done = [erase(unit, root, actor=actor, now=now) for root in roots]
    quarantined = unit.erasures.forget_quarantined({address.address, email.strip()})
    if quarantined:
        done.append(Erased(lead_ids=(), counts={"quarantine": quarantined}))
        unit.audit.add(
            "quarantine_erased",
            subject_kind="quarantine",
            subject_id="-",
            actor=actor,
            at=now,
            rows=quarantined,
        )
    if not done:
        raise NotFound(f"nobody here has the mail address {email}")
    return done


def export(unit: UnitOfWork, lead_id: str, *, now: datetime) -> dict[str, Any]:
    """Everything that is known of a person, for the person. Raises NotFound."""
    lead = unit.leads.get(lead_id)
    ids = unit.leads.clusters_of([lead.lead_id])[lead.lead_id]
    return {
        "lead_id": lead.lead_id,
        "exported_at": now.isoformat(),
        "current": {
            "stage": str(lead.stage),
            "since": lead.stage_since.isoformat(),
            "fields": dict(lead.fields),
            "as_typed": dict(lead.typed),
            "attributes": dict(lead.attributes),
        },
        **{
            _TITLES.get(table, table): [_readable(row) for row in rows]
            for table, rows in unit.erasures.rows_about(ids).items()
            if table != "lead_keys"  # how they are looked up; nothing that is not in the rest
        },
    }


_TITLES = {
    "leads": "records",
    "lead_versions": "what_was_said",
    "outside_ids": "ids_elsewhere",
    "anonymous_ids": "visitor_ids",
}


def _readable(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _json(value) for name, value in row.items() if value is not None}


def _json(value: Any) -> Any:
    """A value as JSON has it; Any: of any column."""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _identifiers(told: Iterable[LeadVersion]) -> set[str]:
    """What a text may hold that is this person and nobody else, as typed and as it was read."""
    said = {
        str(values[name]).strip()
        for version in told
        for values in (version.fields, version.typed)
        for name in _IDENTIFYING
        if values.get(name)
    }
    return {one for one in said if len(one) >= _SHORTEST}


def _roots_with(unit: UnitOfWork, address: str) -> set[str]:
    """Whoever has or had the mailbox, however it was written."""
    keys = [key for key in keys_of(clean({"email": address}).fields) if key[0] == "email"]
    found = {one for ids in unit.lead_keys.find_all(keys).values() for one in ids}
    roots = set(unit.leads.roots_of(found | unit.erasures.leads_with(address)).values())
    wanted = email_key(address)
    versions = unit.history.versions_of(roots)
    return {
        root
        for root in roots
        if any(
            email_key(str(version.fields["email"])) == wanted
            for version in versions.get(root, ())
            if version.fields.get("email")
        )
    }
