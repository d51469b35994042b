"""The commands of merging, privacy, worker and doctor, run as they are."""

import json

import pytest
import structlog

from leads.merge import Review
from pipelines.cli import app  # noqa: F401  registers the commands
from pipelines.cli.shell import run
from pipelines.merging import work_out
from tests.databases import open_store
from tests.factories import NOON, a_lead, a_version


@pytest.fixture
def told(tmp_path, monkeypatch, capsys):
    """Runs a command line on a store with three leads: exit code and what it said."""
    with open_store("sqlite", tmp_path) as (store, url), store.writing() as unit:
        ids = ["L-1", "L-2", "L-3"]
        unit.leads.add([a_lead(one) for one in ids])
        mails = {one: f"{one.lower()}@acme.example" for one in ids}
        unit.history.add_versions([a_version(one, fields={"email": mails[one]}) for one in ids])
        work_out(unit, ids, now=NOON)
        told = {"lead_a": "L-1", "lead_b": "L-3", "probability": 0.7, "opened_at": NOON}
        unit.reviews.add([Review(review_id="R-1", **told)])
    monkeypatch.setenv("LEADFLOW_DATABASE_URL", url)

    def told(*words):
        code = run([*words])
        return code, capsys.readouterr()

    yield told
    structlog.reset_defaults()  # the worker writes its log to what was captured here


def test_leads_are_merged_listed_and_parted(told):
    code, shown = told("merge", "L-1", "L-2", "--preview")
    assert (code, "would speak for L-2" in shown.out) == (0, True)
    code, shown = told("merge", "L-1", "L-2", "--json")
    merge_id = json.loads(shown.out)["merge_id"]
    assert merge_id in told("merge", "list")[1].out

    assert told("merge", "L-2", "L-1")[0] == 4
    assert told("merge", "L-1", "L-9")[0] == 3
    assert told("merge", "L-1")[0] == 2
    assert told("merge", "undo", merge_id)[1].out == "lead L-2 speaks for itself again\n"
    assert told("merge", "undo", merge_id)[0] == 4


def test_reviews_are_shown_and_decided(told):
    assert "1 pairs are for a person" in told("reviews", "list")[1].out
    shown = [told("reviews", "show", "R-1", "--locale", each)[1].out for each in ("en", "zh")]
    assert shown[0] != shown[1]
    assert json.loads(told("reviews", "list", "--json")[1].out)["reviews"][0]["state"] == "open"

    assert told("reviews", "different", "R-1")[0] == 0
    assert told("reviews", "merge", "R-1")[0] == 4
    assert told("reviews", "show", "R-9")[0] == 3


def test_a_person_is_exported_and_erased(told, tmp_path):
    out = tmp_path / "person.json"
    assert told("export", "L-1", "--out", str(out))[0] == 0
    assert json.loads(out.read_text())["current"]["fields"] == {"email": "l-1@acme.example"}

    assert told("erase", "L-1", "--yes")[0] == 0
    assert told("erase", "L-1", "--yes")[0] == 3
    assert told("erase", "--email", "l-2@acme.example", "--yes")[0] == 0
    assert told("erase", "--yes")[0] == 2
    for word in (b"l-1@acme", b"l-2@acme"):
        assert word not in (tmp_path / "leadflow.db").read_bytes()


def test_erasing_asks_first(told, monkeypatch):
    monkeypatch.setattr("sys.stdin", __import__("io").StringIO("n\n"))

    assert told("erase", "L-1")[0] == 1
    assert told("merge", "L-1", "L-2", "--preview")[0] == 0


def test_the_doctor_says_what_it_checked_and_what_is_wrong(told, tmp_path):
    import sqlite3

    code, shown = told("doctor")
    assert (code, shown.out.count("ok ")) == (0, 10)

    with sqlite3.connect(tmp_path / "leadflow.db") as connection:
        connection.execute("UPDATE leads SET fields = '{}' WHERE lead_id = 'L-2'")
    code, shown = told("doctor", "--json")
    answer = json.loads(shown.out)
    assert (code, answer["ok"]) == (4, False)
    assert [one["check"] for one in answer["checks"] if not one["ok"]] == ["fields"]


def test_jobs_are_asked_for_done_listed_and_tried_again(told):
    assert told("enrich")[1].out == "3 leads wait for the worker\n"
    assert "3 waiting" in told("jobs", "list")[1].out
    assert told("worker", "--once")[1].out == "1 jobs done, 0 failed\n"  # no register: all at once
    assert json.loads(told("jobs", "list", "--json")[1].out)["counts"] == {
        "waiting": 1,  # tomorrow's calibration
        "running": 0,
        "done": 1,
        "dead": 0,
    }
    assert told("jobs", "retry")[1].out == "0 jobs wait again\n"
    assert told("jobs", "retry", "J-9")[0] == 3
