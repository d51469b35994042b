"""Leads as somebody hands them in."""

from datetime import timedelta

from pipelines.intake.intake import Handed, take_in
from tests.factories import NOON

LATER = NOON + timedelta(hours=1)
ANN = {
    "full_name": "Ann Brown",
    "email": "ann.brown@northwind.example",
    "phone": "+44 20 7946 0958",
    "company": "Northwind Ltd",
    "city": "London",
    "country": "United Kingdom",
}


def handed(external_id="1", *, source="crm", **given):
    """Ann, unless other fields are given."""
    given.setdefault("fields", ANN)
    return Handed(source=source, external_id=external_id, **given)


def take(store, *records, now=NOON, **options):
    """What became of the records, in a transaction of their own."""
    with store.writing() as unit:
        return take_in(unit, records, now=now, **options)


def lead_of(store, taken):
    """The lead that speaks for it."""
    with store.reading() as unit:
        return unit.leads.get(taken.recorded_on)
