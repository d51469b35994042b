"""Who somebody is that left little of himself: a mail address at the door, an id in a list."""

from collections.abc import Mapping

from cleansing.clean import clean
from cleansing.matching import keys_of
from leads.fields import Value
from leads.lead import Lead
from store.unit_of_work import UnitOfWork

CONTACTS = ("email", "phone")
"""Kinds of keys that one person has alone, the surer first."""
NAMES = ("full_name", "first_name", "last_name")


def find_person(unit: UnitOfWork, fields: Mapping[str, object]) -> Lead | None:
    """The only lead with this mail address or, failing that, this telephone number.

    None when there is none, when there are several, and when the name says it is somebody else:
    then matching decides (`take_in`).
    """
    cleaned = clean(fields).fields
    keys = keys_of(cleaned)
    for kind in CONTACTS:
        asked = [key for key in keys if key[0] == kind]
        found = {one for ids in unit.lead_keys.find(asked, most=5).values() for one in ids}
        leads = {lead.lead_id: lead for lead in unit.leads.many(found).values()}
        alive = [lead for lead in leads.values() if lead.erased_at is None]
        if alive:
            return (
                alive[0] if len(alive) == 1 and are_named_alike(alive[0].fields, cleaned) else None
            )
    return None


def is_same_person(lead: Lead, fields: Mapping[str, object]) -> bool:
    """Whether what somebody says of himself fits a lead: the same address, or the same name, or
    nothing said that could contradict.
    """
    cleaned = clean(fields).fields
    known, said = lead.fields.get("email"), cleaned.get("email")
    if said is not None and said == known:
        return True
    if _name(cleaned) and _name(lead.fields):
        return are_named_alike(lead.fields, cleaned)
    return said is None or known is None


def are_named_alike(one: Mapping[str, Value], other: Mapping[str, Value]) -> bool:
    """Whether two names are written the same, or one is not known."""
    ours, theirs = _name(one), _name(other)
    return not ours or not theirs or ours == theirs


def _name(fields: Mapping[str, Value]) -> tuple[str, ...]:
    """The words of a name in no order: which comes first differs from form to form."""
    full = fields.get("full_name") or " ".join(
        str(fields[name]) for name in NAMES[1:] if fields.get(name)
    )
    words = str(full).casefold().split()
    return tuple(sorted(words)) if words else ()
