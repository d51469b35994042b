from datetime import UTC, datetime, timedelta

import pytest

from leads.clock import ClockBasis
from leads.errors import Conflict, InvalidInput
from pipelines.intake.planning import Asked, plan_import
from pipelines.intake.running import bring_in, rehearse
from tests.factories import NOON
from tests.pipelines.intake.files import (
    codes,
    counts,
    import_,
    lead_called,
    plan,
    write_csv,
    write_jsonl,
)

HEADER = ["Id", "Name", "Email", "Company", "Shoe size"]
ANN = ["1", "Ann Brown", "ann.brown@northwind.example", "Northwind Ltd", "38"]
WEI = ["2", "王伟", "wang.wei@huarui.example", "上海华瑞科技有限公司", ""]


def test_rows_become_leads_and_unknown_columns_attributes(store, tmp_path):
    done = import_(store, write_csv(tmp_path / "leads.csv", HEADER, ANN, WEI))

    assert counts(done) == {"imported": 2}
    ann, wei = lead_called(store, "1"), lead_called(store, "2")
    assert ann.fields["company"] == "Northwind Ltd"
    assert (ann.attributes, wei.attributes) == ({"Shoe size": "38"}, {})
    with store.reading() as unit:
        (version,) = unit.history.versions_of([wei.lead_id])[wei.lead_id]
        outcomes = unit.imports.outcomes_of(done.batch.batch_id)
    assert version.clock is ClockBasis.UNKNOWN
    assert version.batch_id == done.batch.batch_id
    assert outcomes == {1: ("imported", ann.lead_id), 2: ("imported", wei.lead_id)}


def test_in_a_file_with_only_a_date_of_creation_the_history_is_unknown(store, tmp_path):
    header, row = ["Id", "Name", "created_at", "updated_at"], ["1", "Ann Brown", "2025-01-05", ""]

    import_(store, write_csv(tmp_path / "leads.csv", header, row))

    lead = lead_called(store, "1")
    with store.reading() as unit:
        (version,) = unit.history.versions_of([lead.lead_id])[lead.lead_id]
    assert lead.created_at.year == 2025
    assert (version.clock, version.known_at) == (ClockBasis.UNKNOWN, NOON)


def test_the_same_file_again_changes_nothing(store, tmp_path):
    path = write_csv(tmp_path / "leads.csv", HEADER, ANN, WEI)
    first = import_(store, path)

    again = import_(store, path)

    assert counts(again) == {"unchanged": 2}
    assert again.batch.batch_id != first.batch.batch_id


def test_a_later_file_updates_what_changed(store, tmp_path):
    import_(store, write_csv(tmp_path / "may.csv", HEADER, ANN, WEI))
    later = [*ANN[:4], ""]

    done = import_(
        store, write_csv(tmp_path / "june.csv", HEADER, later, WEI), now=NOON + timedelta(days=9)
    )

    assert counts(done) == {"updated": 1, "unchanged": 1}
    assert lead_called(store, "1").attributes == {}


def test_a_file_that_is_silent_about_a_field_says_nothing_about_it(store, tmp_path):
    header = ["Id", "Email", "Mail consent", "Employees"]
    import_(store, write_csv(tmp_path / "a.csv", header, ["1", "ann@acme.example", "yes", "1,200"]))
    import_(store, write_csv(tmp_path / "b.csv", ["Id", "Contract no"], ["1", "K-17"]))

    lead = lead_called(store, "1")
    with store.reading() as unit:
        versions = unit.history.versions_of([lead.lead_id])[lead.lead_id]
    assert dict(versions[-1].fields) == {}
    assert versions[-1].attributes == {"Contract no": "K-17"}
    assert (lead.fields["mail_consent"], lead.fields["employees"]) == (True, 1200)


def test_doubles_of_a_file_are_merged(store, tmp_path):
    double = ["7", "Ann Brown", "ann.brown@northwind.example", "Northwind", ""]

    done = import_(store, write_csv(tmp_path / "leads.csv", HEADER, ANN, double))

    assert counts(done) == {"imported": 1, "merged": 1}
    assert lead_called(store, "7").lead_id == lead_called(store, "1").lead_id


def test_the_same_id_twice_with_other_data_is_put_aside_and_names_the_first_row(store, tmp_path):
    other = ["1", "Ann Brown", "ann@elsewhere.example", "Elsewhere", ""]

    done = import_(store, write_csv(tmp_path / "leads.csv", HEADER, ANN, ANN, other))

    assert counts(done) == {"imported": 1, "unchanged": 1, "quarantined": 1}
    assert codes(store, done) == [(3, "Id", "same_id_twice")]
    with store.reading() as unit:
        (aside,) = unit.imports.put_aside_of(done.batch.batch_id)
    assert "row 1" in aside.reason
    assert aside.row == dict(zip(HEADER[:4], other[:4], strict=True))


def test_a_history_with_its_own_times_is_history(store, tmp_path):
    header = ["Id", "Name", "Company", "LastModifiedDate"]
    rows = [
        ["1", "Ann Brown", "Northwind", "2026-01-05"],
        ["1", "Ann Brown", "Southwind", "2026-02-05"],
    ]

    done = import_(store, write_csv(tmp_path / "leads.csv", header, *rows))

    assert counts(done) == {"imported": 1, "updated": 1}
    lead = lead_called(store, "1")
    assert lead.fields["company"] == "Southwind"
    with store.reading() as unit:
        versions = unit.history.versions_of([lead.lead_id])[lead.lead_id]
    assert [one.occurred_at.month for one in versions] == [1, 2]
    assert all(one.known_at == one.occurred_at for one in versions)


def test_a_column_decides_how_its_dates_are_read(store, tmp_path):
    rows = [["1", "Ann Brown", "31/12/2025"], ["2", "Bob Marsh", "05/01/2026"]]

    done = import_(store, write_csv(tmp_path / "a.csv", ["Id", "Name", "Created"], *rows))

    assert counts(done) == {"imported": 2}
    assert lead_called(store, "2").created_at == datetime(2026, 1, 5, tzinfo=UTC)


def test_ambiguous_and_future_dates_are_put_aside(store, tmp_path):
    rows = [
        ["1", "Ann Brown", "05/01/2025"],
        ["2", "Bob Marsh", "2027-01-01"],
        ["3", "C D", "soon"],
    ]
    path = write_csv(tmp_path / "a.csv", ["Id", "Name", "Created"], *rows)

    done = import_(store, path)

    assert plan(path).undecided == ("Created",)
    assert counts(done) == {"quarantined": 3}
    assert codes(store, done) == [
        (1, "Created", "ambiguous_date"),
        (2, "Created", "future_date"),
        (3, "Created", "not_a_date"),
    ]
    told = import_(store, path, day_first=False)
    assert counts(told) == {"imported": 1, "quarantined": 2}
    assert lead_called(store, "1").created_at.month == 5


def test_json_lines_keep_their_nested_values(store, tmp_path):
    rows = [
        {"id": 7, "email": "ann@northwind.example", "utm": {"source": "ads", "tags": ["a", None]}},
        {"id": 8, "email": "bob@northwind.example", "score": 1.5},
    ]

    done = import_(store, write_jsonl(tmp_path / "leads.jsonl", *rows))

    assert counts(done) == {"imported": 2}
    assert lead_called(store, "7").attributes == {"utm": {"source": "ads", "tags": ["a", None]}}
    assert lead_called(store, "8").attributes == {"score": 1.5}


def test_a_visitor_is_stitched_to_the_lead(store, tmp_path):
    header = ["Id", "Name", "anonymous_id"]
    import_(store, write_csv(tmp_path / "a.csv", header, ["1", "Ann Brown", "cookie-9"]))

    with store.reading() as unit:
        assert unit.anonymous_ids.lead_of("cookie-9") == lead_called(store, "1").lead_id


def test_a_visitor_is_stitched_to_a_lead_of_which_nothing_else_is_new(store, tmp_path):
    import_(store, write_csv(tmp_path / "a.csv", ["Id", "Name"], ["1", "Ann Brown"]))
    header = ["Id", "Name", "anonymous_id"]

    done = import_(store, write_csv(tmp_path / "b.csv", header, ["1", "Ann Brown", "cookie-9"]))

    assert counts(done) == {"unchanged": 1}
    with store.reading() as unit:
        assert unit.anonymous_ids.lead_of("cookie-9") == lead_called(store, "1").lead_id


def test_an_import_that_was_cut_short_goes_on_behind_the_last_chunk(store, tmp_path, monkeypatch):
    rows = [[str(n), f"Person N{n}", f"n{n}@firm{n}.example", "", ""] for n in range(1, 11)]
    planned = plan(write_csv(tmp_path / "leads.csv", HEADER, *rows))
    monkeypatch.setattr("pipelines.intake.lead_rows.LeadTaker.chunk_rows", 4)

    class PulledOut(Exception):
        """The plug."""

    def pull(step, done, total):
        if step == "import" and done == 8:
            raise PulledOut

    with pytest.raises(PulledOut):
        bring_in(store, planned, actor="t", clock=lambda: NOON, progress=pull, processes=0)
    done = bring_in(store, planned, actor="t", clock=lambda: NOON, processes=0)

    assert done.resumed_at == 8
    assert counts(done) == {"imported": 10}
    with store.reading() as unit:
        assert unit.leads.count() == 10
        assert len(unit.imports.latest()) == 1


def test_two_imports_of_one_file_at_once_are_noticed(store, tmp_path, monkeypatch):
    rows = [[str(n), f"Person N{n}", f"n{n}@firm{n}.example", "", ""] for n in range(1, 11)]
    planned = plan(write_csv(tmp_path / "leads.csv", HEADER, *rows))
    monkeypatch.setattr("pipelines.intake.lead_rows.LeadTaker.chunk_rows", 4)
    others = []

    def start_another(step, done, total):
        if not others:
            others.append(bring_in(store, planned, actor="t", clock=lambda: NOON, processes=0))

    with pytest.raises(Conflict, match="another process"):
        bring_in(store, planned, actor="t", clock=lambda: NOON, progress=start_another, processes=0)

    assert counts(others[0]) == {"imported": 10}


def test_a_rehearsal_says_what_would_be_and_writes_nothing(store, tmp_path):
    planned = plan(write_csv(tmp_path / "leads.csv", HEADER, ANN, ["3", "", "", "", "40"]))

    seen = rehearse(store, planned, clock=lambda: NOON)

    assert dict(seen.outcomes) == {"imported": 1, "quarantined": 1}
    assert [one.code for one in seen.problems] == ["nobody"]
    with store.reading() as unit:
        assert unit.leads.count() == 0
        assert unit.imports.latest() == []


def test_whose_ids_these_are_must_be_said(tmp_path):
    path = write_csv(tmp_path / "leads.csv", HEADER, ANN)

    with pytest.raises(InvalidInput, match="--source"):
        plan_import(path, kind="leads")
    without_ids = write_csv(tmp_path / "fair.csv", HEADER[1:], ANN[1:])
    assert plan_import(without_ids, kind="leads").source == "fair"


def test_a_map_file_may_speak_of_columns_that_are_not_there(tmp_path):
    told = tmp_path / "map.toml"
    told.write_text('[fields]\n"Shoe size" = "ignore"\n"Gone" = "city"\n', "utf-8")
    path = write_csv(tmp_path / "leads.csv", HEADER, ANN)

    planned = plan_import(path, kind="leads", asked=Asked(source="crm", map=told))

    assert planned.mapping.ignored == ("Shoe size",)
