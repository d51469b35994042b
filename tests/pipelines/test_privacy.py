import json

import pytest

from leads.errors import InvalidInput, NotFound
from leads.merge import Review
from pipelines.merging import merge
from pipelines.privacy import erase, erase_by_email, export
from store.erasures import WHOSE, erasure_digest
from store.tables import metadata
from tests.databases import KINDS, open_store
from tests.factories import NOON, a_lead, a_version, an_outside_id
from tests.stores import everything, put_row

MAIL, PHONE, TYPED, NAME = "anna.weber@acme.example", "+4930901820", "030 / 90 18 20", "Anna Weber"
ACT = {"actor": "person:dpo", "now": NOON}
KEPT = "kim@other.example"


@pytest.fixture(params=KINDS)
def store(request, tmp_path):
    with open_store(request.param, tmp_path) as (opened, _):
        yield opened


def fill(store):
    """Anna, known twice, with something in every table; and Kim, who stays."""
    anna = {"full_name": NAME, "email": MAIL, "phone": PHONE, "city": "Berlin"}
    with store.writing() as unit:
        unit.leads.add([a_lead("L-1", fields=anna), a_lead("L-2"), a_lead("L-3")])
        unit.history.add_versions(
            [
                a_version("L-1", fields=anna, typed={"phone": TYPED}, attributes={"Tel": TYPED}),
                a_version("L-2", fields={"email": MAIL, "full_name": NAME}, origin="crm"),
                a_version("L-3", fields={"email": KEPT, "full_name": "Kim Lee"}),
            ]
        )
        unit.leads.put_outside([an_outside_id("A-77777", "L-1"), an_outside_id("A-8", "L-3")])
        unit.lead_keys.add({"L-1": [("email", MAIL)], "L-3": [("email", KEPT)]})
        evidence = ({"field": "email", "level": "exact", "left": MAIL, "right": MAIL, "weight": 9},)
        merge(unit, "L-1", "L-2", cause="matching", evidence=evidence, **ACT)
        pair = {"lead_a": "L-1", "lead_b": "L-3", "probability": 0.4, "opened_at": NOON}
        unit.reviews.add([Review(review_id="R-1", evidence=evidence, **pair)])
        unit.jobs.enqueue("enrich", "L-1", now=NOON)
        unit.jobs.enqueue("mail", "M-1", now=NOON, payload={"to": MAIL})
    put_row(store, "anonymous_ids", anonymous_id="cookie-anna", lead_id="L-1")
    put_row(store, "events", lead_id="L-2", message_id=f"m-{MAIL}", attributes={"name": NAME})
    put_row(
        store,
        "events",
        source="y",
        lead_id=None,
        anonymous_id="cookie-anna",
        attributes={"q": NAME},
    )
    put_row(store, "campaigns", campaign_id="C-1")
    put_row(store, "touchpoints", lead_id="L-1", campaign_id="C-1", external_id=MAIL)
    put_row(store, "invitations", lead_id="L-1", campaign_id="C-1", token=f"t-{MAIL}")
    put_row(store, "consents", lead_id="L-1", wording=f"I, {NAME}, agree")
    put_row(store, "scores", lead_id="L-1", inputs={"email": MAIL}, external_id="A-77777")
    put_row(store, "stage_moves", lead_id="L-1", comment=f"{NAME} called from {PHONE}")
    deal = {"name": f"{NAME} 2026", "external_id": f"O-{NAME}", "amount_minor": 500}
    put_row(store, "opportunities", opportunity_id="O-1", lead_id="L-1", **deal)
    told = {"amount_minor": 500, "name": NAME, "email": MAIL}
    put_row(store, "opportunity_versions", opportunity_id="O-1", fields=told)
    put_row(store, "import_batches", batch_id="B-1", source="crm", options={})
    put_row(store, "import_rows", batch_id="B-1", row_number=1, record_id="L-1")
    for number, row in enumerate(({"mail": MAIL}, {"Id": "A-77777", "n": NAME}, {"Tel": TYPED}), 2):
        put_row(store, "quarantine", batch_id="B-1", row_number=number, row=row, value=NAME)
    others = {"mail": f"not{MAIL}", "also": KEPT, "id": "A-777777"}
    put_row(store, "quarantine", batch_id="B-1", row_number=9, row=others)
    put_row(store, "idempotency_keys", answer=json.dumps({"lead_id": "L-2", "x": MAIL}))


def assert_nowhere(text, *words):
    assert [word for word in words if word.lower() in text.lower()] == []


def test_a_person_is_forgotten_in_every_table_and_nobody_else(store):
    fill(store)
    before = everything(store)

    with store.writing() as unit:
        erased = erase(unit, "L-2", **ACT)

    after = everything(store)
    others = [row for row in after["quarantine"] if row["row_number"] == 9]
    assert others == [row for row in before["quarantine"] if row["row_number"] == 9]
    after["quarantine"] = [row for row in after["quarantine"] if row["row_number"] != 9]
    assert_nowhere(repr(after), MAIL, PHONE, TYPED, NAME, "Weber", "cookie-anna", "A-77777")
    assert erased.lead_ids == ("L-1", "L-2")
    assert KEPT in repr(after["leads"] + after["lead_versions"])
    assert {len(after[name]) - len(before[name]) for name in ("leads", "events", "merges")} == {0}


def test_nothing_of_the_person_is_left_in_the_files_of_the_database(tmp_path):
    with open_store("sqlite", tmp_path) as (store, _):
        fill(store)
        with store.writing() as unit:
            erase(unit, "L-1", **ACT)
            unit.erasures.forget_quarantined({f"not{MAIL}"})

        store.compact()

        for path in tmp_path.iterdir():
            held = path.read_bytes()
            for word in (MAIL, PHONE, TYPED, NAME, "cookie-anna"):
                assert word.encode() not in held, f"{word} is in {path.name}"
            if path.suffix == ".db":
                assert KEPT.encode() in held


def test_that_it_happened_is_kept_with_its_counts_and_the_ids_do_not_come_back(store):
    fill(store)
    with store.writing() as unit:
        erased = erase(unit, "L-1", **ACT)

        (entry,) = [one for one in unit.audit.of("L-1") if one["action"] == "lead_erased"]
        assert entry["details"]["counts"] == erased.counts
        assert erased.counts["quarantine"] == 3
        assert erased.counts["lead_versions"] == 2
        assert unit.erasures.erased([("crm", "A-77777"), ("crm", "A-8")]) == {("crm", "A-77777")}
        assert unit.leads.outside("crm", ["A-77777"]) == {}
        for lead_id in ("L-1", "L-2"):
            with pytest.raises(NotFound, match="erased on request"):
                erase(unit, lead_id, **ACT)


def test_a_deal_keeps_what_it_was_worth_but_not_whose_it_was(store):
    fill(store)
    with store.writing() as unit:
        erase(unit, "L-1", **ACT)

    (deal,) = everything(store)["opportunities"]
    (said,) = everything(store)["opportunity_versions"]
    assert (deal["name"], deal["amount_minor"], deal["external_id"]) == (None, 500, "erased:O-1")
    assert said["fields"] == {"amount_minor": 500}


def test_a_person_is_found_by_a_mail_address_however_it_is_written(store):
    fill(store)
    put_row(store, "quarantine", batch_id="B-1", row_number=11, row={"m": "only@here.example"})
    with store.writing() as unit:
        (erased,) = erase_by_email(unit, "Anna.Weber@ACME.example", **ACT)
        assert erased.lead_ids == ("L-1", "L-2")

        (waiting,) = erase_by_email(unit, "only@here.example", **ACT)
        assert waiting.counts == {"quarantine": 1}

        with pytest.raises(NotFound, match="nobody here"):
            erase_by_email(unit, MAIL, **ACT)
        with pytest.raises(InvalidInput, match="no mail address"):
            erase_by_email(unit, "anna", **ACT)


def test_an_export_has_everything_and_nothing_of_anybody_else(store):
    fill(store)
    with store.reading() as unit:
        told = export(unit, "L-2", now=NOON)

    text = json.dumps(told, ensure_ascii=False)
    for word in (MAIL, PHONE, TYPED, NAME, "cookie-anna", "A-77777", "O-1", "I, Anna Weber, agree"):
        assert word in text
    assert KEPT not in text
    assert len(told["events"]) == 2
    assert told["current"]["fields"]["city"] == "Berlin"


def test_every_table_that_names_a_lead_is_forgotten_and_exported():
    naming = {
        table.name: tuple(
            column.name
            for column in table.columns
            if column.name != "merged_into"
            and (
                any(key.column.table.name == "leads" for key in column.foreign_keys)
                or column.name == "lead_id"
            )
        )
        for table in metadata.sorted_tables
    }
    assert {
        name: columns for name, columns in naming.items() if columns and name != "erasures"
    } == WHOSE


def test_a_digest_tells_sources_apart():
    assert erasure_digest("crm", "1") != erasure_digest("crm2", "1")
