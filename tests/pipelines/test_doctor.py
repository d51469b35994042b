from datetime import timedelta

import pytest
from sqlalchemy import text

from pipelines.doctor import examine
from pipelines.merging import merge, undo, work_out
from pipelines.privacy import erase
from tests.databases import KINDS, open_store
from tests.factories import NOON, a_lead, a_version
from tests.stores import put_row

LATER = NOON + timedelta(days=1)


@pytest.fixture(params=KINDS)
def store(request, tmp_path):
    with open_store(request.param, tmp_path) as (opened, _):
        fill(opened)
        yield opened


def fill(store):
    """Five leads from an import: two merged, one erased, one parted again; one job to do."""
    ids = [f"L-{n}" for n in range(1, 6)]
    with store.writing() as unit:
        unit.leads.add([a_lead(one) for one in ids])
        unit.history.add_versions([a_version(one, fields={"city": one}) for one in ids])
        unit.lead_keys.add({one: [("name", one)] for one in ids})
        work_out(unit, ids, now=NOON)
    counts = {"imported": 3, "updated": 0, "merged": 2, "unchanged": 0, "quarantined": 1}
    put_row(
        store, "import_batches", batch_id="B-1", kind="leads", done_rows=6, options={}, **counts
    )
    outcomes = ["imported"] * 3 + ["merged"] * 2
    for number, (lead_id, outcome) in enumerate(zip(ids, outcomes, strict=True), 1):
        row = {"row_number": number, "outcome": outcome, "record_id": lead_id}
        put_row(store, "import_rows", batch_id="B-1", **row)
    put_row(store, "import_rows", batch_id="B-1", row_number=6, outcome="quarantined")
    with store.writing() as unit:
        person = {"actor": "p", "now": NOON}
        merge(unit, "L-1", "L-2", cause="person", **person)
        undo(unit, merge(unit, "L-1", "L-3", cause="person", **person).merge_id, **person)
        erase(unit, "L-5", **person)
        unit.jobs.enqueue("enrich", "L-1", now=NOON)


def wrong(store, now=NOON):
    return {one.check: one.wrong for one in examine(store, now=now) if not one.is_well}


def test_a_store_that_adds_up_is_found_well(store):
    assert wrong(store) == {}


@pytest.mark.parametrize(
    ("damage", "check", "says"),
    [
        ("UPDATE import_batches SET imported = 4", "batches", "B-1"),
        ("UPDATE import_batches SET done_rows = 7", "batches", "7 done, 6 rows"),
        ("DELETE FROM import_rows WHERE row_number = 6", "batches", "B-1"),
        ("UPDATE import_rows SET record_id = 'L-9' WHERE row_number = 2", "records", "row 2"),
        ("UPDATE import_rows SET record_id = NULL", "records", "5 rows without a record, 1 erased"),
        ("UPDATE leads SET root_id = 'L-4' WHERE lead_id = 'L-2'", "pointers", "L-2"),
        ("UPDATE leads SET merged_into = 'L-2' WHERE lead_id = 'L-1'", "pointers", "L-1"),
        ("UPDATE merges SET undone_at = NULL", "merges", "no pointer"),
        ("DELETE FROM merges", "merges", "lead L-2: merged without a merge"),
        ("UPDATE leads SET fields = '{}' WHERE lead_id = 'L-4'", "fields", "L-4"),
        ("UPDATE leads SET typed = '{\"a\": 1}' WHERE lead_id = 'L-2'", "leftovers", "L-2"),
        ("INSERT INTO lead_keys VALUES ('name', 'x', 'L-5')", "keys", "L-5"),
        ("UPDATE reviews SET state = 'open', lead_b = 'L-2'", "reviews", "-"),
        ("UPDATE jobs SET state = 'dead' WHERE kind = 'enrich'", "jobs", "enrich, dead"),
    ],
)
def test_each_kind_of_damage_is_found_and_named(store, damage, check, says):
    with store.engine.begin() as connection:
        connection.execute(text(damage))

    found = wrong(store)

    assert any(says in one for one in found[check])


def test_a_job_nobody_takes_up_is_stuck(store):
    assert set(wrong(store, now=LATER)) == {"jobs"}


def test_no_more_than_twenty_ids_are_named(store):
    with store.writing() as unit:
        unit.leads.add([a_lead(f"M-{n}", fields={"city": "?"}) for n in range(30)])

    assert len(wrong(store)["fields"]) == 20
