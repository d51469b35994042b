"""What had been said of a lead by a moment."""

from datetime import UTC, datetime, timedelta

from leads.clock import ClockBasis
from pipelines.cohort.fields import Known, Past, unknown_shares
from store.columns import Statement
from tests.factories import NOON, a_version

DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(at):
    return (at - EPOCH) // timedelta(microseconds=1)


def said(at=NOON, *, known=None, first=False, created=NOON - 30 * DAY, **given):
    told = {"clock": ClockBasis.SOURCE, "occurred_at": at, "known_at": known or at, **given}
    return Statement(version=a_version(**told), is_first=first, created=micros(created))


def told(past, at):
    return past.as_of(micros(at)).told


def test_a_statement_counts_once_it_is_so_and_has_reached_us():
    past = Past([said(NOON, known=NOON + 2 * DAY, fields={"city": "Bonn"})])

    assert told(past, NOON + DAY) == {}
    assert told(past, NOON + 2 * DAY) == {"city": "Bonn"}


def test_what_happens_at_the_very_moment_is_not_before_it():
    past = Past([said(NOON, fields={"city": "Bonn"})])

    assert told(past, NOON) == {}
    assert told(past, NOON + timedelta(microseconds=1)) == {"city": "Bonn"}


def test_later_statements_replace_earlier_ones_of_their_source_from_then_on():
    past = Past(
        [
            said(NOON - DAY, fields={"city": "Bonn", "employees": 5}, attributes={"x": "a"}),
            said(NOON, fields={"city": None}, attributes={"x": "b"}),
        ]
    )

    assert told(past, NOON) == {"city": "Bonn", "employees": 5, "x": "a"}
    assert told(past, NOON + DAY) == {"employees": 5, "x": "b"}


def test_what_came_in_a_file_counts_since_the_lead_came_and_is_marked():
    file = {"batch_id": "B", "clock": ClockBasis.UNKNOWN, "first": True}
    past = Past([said(NOON, **file, fields={"city": "Bonn"}, attributes={"contract_no": "7"})])

    known = past.as_of(micros(NOON - 10 * DAY))

    assert known.told == {"city": "Bonn", "contract_no": "7"}
    assert known.unknown == {"city", "contract_no"}
    assert told(past, NOON - 31 * DAY) == {}


def test_a_file_with_dates_of_change_is_unknown_before_them_and_known_after():
    past = Past([said(NOON, first=True, batch_id="B", fields={"city": "Bonn"})])

    before, after = (past.as_of(micros(at)) for at in (NOON - DAY, NOON + DAY))

    assert before.told == after.told == {"city": "Bonn"}
    assert (before.unknown, after.unknown) == ({"city"}, frozenset())


def test_what_a_later_file_changes_counts_from_its_arrival():
    file = {"batch_id": "B", "clock": ClockBasis.UNKNOWN}
    past = Past(
        [
            said(NOON, **file, first=True, fields={"city": "Bonn"}),
            said(NOON + 9 * DAY, **file, fields={"city": "Ulm"}),
        ]
    )

    assert told(past, NOON + 8 * DAY) == {"city": "Bonn"}
    assert told(past, NOON + 10 * DAY) == {"city": "Ulm"}


def test_people_and_free_texts_are_not_looked_at():
    fields = {"email": "a@b.example", "company": "Acme", "job_title": "CEO", "seniority": "c_level"}
    attributes = {"Private phone": "123", "notes": ["x"], "Shoe size": 38, "city": "not the field"}
    past = Past([said(NOON, fields=fields, attributes=attributes)])

    assert told(past, NOON + DAY) == {"seniority": "c_level", "Shoe size": 38}


def test_changes_are_those_after_a_lead_came():
    past = Past(
        [
            said(NOON - DAY, first=True, fields={"city": "Bonn"}),
            said(NOON, fields={"city": "Ulm", "email": "x@y.example"}, attributes={"stage": "7"}),
            said(NOON, fields={"email": "z@y.example"}),
        ]
    )

    assert [(change.at, change.columns) for change in past.changes()] == [
        (micros(NOON), ("city", "stage"))
    ]


def test_shares_of_unknown_history_are_of_the_values_there_are():
    rows = [
        Known(told={"a": 1, "b": 2}, unknown=frozenset({"a"})),
        Known(told={"a": 1}, unknown=frozenset()),
    ]

    assert unknown_shares(rows) == {"a": 0.5}
