"""The commands, against a real store."""

import csv
import json

import pytest

from pipelines.cli.shell import run


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LEADFLOW_DATABASE_URL", f"sqlite:///{tmp_path / 'leadflow.db'}")
    monkeypatch.setenv("LEADFLOW_PUBLIC_URL", "https://events.example")
    return tmp_path


@pytest.fixture
def leadflow(capsys):
    """Runs a command under `leadflow campaigns`; its exit code and its answer."""

    def command(*words, fails=False):
        as_json = () if fails else ("--json",)
        code = run(["campaigns", *words, *as_json])
        told = capsys.readouterr()
        return (code, told.err) if fails else json.loads(told.out)

    return command


def test_a_campaign_from_its_plan_to_its_results(leadflow, here):
    money = ("--budget", "1200.50", "--currency", "eur")
    made = leadflow("add", "Seminar", "--kind", "seminar", "--starts", "2026-03-02", *money)
    assert (made["budget"], made["state"], made["channel"]) == ("1200.50", "planned", "seminar")
    code, told = leadflow("open", "Seminar", fails=True)
    assert (code, "has no material" in told) == (4, True)
    flyer = leadflow("material", "Seminar", "Flyer", "--kind", "print", "--owner", "Mia")
    leadflow("ready", "Seminar", flyer["material_id"])
    assert leadflow("open", "Seminar")["state"] == "open"
    spent = leadflow("cost", "Seminar", "99.9", "--on", "2026-03-01")
    leadflow("cost", "Seminar", "100", "--on", "2026-03-01")
    leadflow("cost", "Seminar", "--void", spent["cost_id"])
    form = leadflow("form", "Seminar", "--kind", "registration", "--field", "email!")
    assert form["url"] == f"https://events.example/f/{form['form_id']}"
    (here / "door.csv").write_text("name,email\nAda Love,ada@x.example\n,\nBob,b@y.example\n")

    door = leadflow("attendance", "Seminar", "door.csv")

    assert (door["rows"], door["added"]) == (3, 2)
    assert [one["row"] for one in door["refused"]] == [2]
    results = leadflow("results", "Seminar")
    assert (results["attended"], results["leads"]) == (2, 2)
    assert results["costs"] == [{"currency": "EUR", "amount": "100.00"}]
    assert results["cost_per_person"] == "50.00"
    assert leadflow("close", "Seminar")["state"] == "closed"
    assert [one["name"] for one in leadflow("list", "--state", "closed")] == ["Seminar"]
    shown = leadflow("show", made["campaign_id"])
    assert [len(shown[name]) for name in ("materials", "costs", "forms")] == [1, 1, 1]


def test_invited_leads_are_listed_with_their_links(leadflow, here):
    leadflow("add", "S", "--kind", "seminar", "--starts", "2026-03-02")
    leadflow("material", "S", "F", "--kind", "print", "--owner", "Mia", "--ready")
    leadflow("open", "S")
    leadflow("form", "S", "--kind", "registration")
    (here / "door.csv").write_text("name,email\nAda Love,ada@x.example\nBob Roe,b@y.example\n")
    leadflow("attendance", "S", "door.csv")
    from store.database import Store

    store = Store.open(f"sqlite:///{here / 'leadflow.db'}")
    with store.reading() as unit:
        ids = [lead.lead_id for lead in unit.leads.page()]
    store.close()
    (here / "leads.csv").write_text("lead_id\n" + "\n".join(ids))

    told = leadflow("invite", "S", "--leads", "leads.csv", "--out", "links.csv")

    assert told == {"invited": 2, "before": 0, "listed": 2}
    with (here / "links.csv").open() as file:
        assert {row["email"] for row in csv.DictReader(file)} == {"ada@x.example", "b@y.example"}
    assert leadflow("invite", "S", "--lead", ids[0], "--followed-up") == {"followed_up": 1}


def test_what_is_not_there_or_meant_twice_is_named(leadflow):
    code, told = leadflow("show", "Nothing", fails=True)
    assert (code, "there is no campaign Nothing" in told) == (3, True)
    for _ in range(2):
        leadflow("add", "Twin", "--kind", "seo", "--starts", "2026-03-02")

    code, told = leadflow("show", "Twin", fails=True)

    assert (code, "2 campaigns are called 'Twin'" in told) == (4, True)


def test_a_mistake_exits_with_two_and_says_what_would_be_right(leadflow):
    words = ("add", "S", "--kind", "seo", "--starts", "2026-03-02", "--ends", "2026-03-01")

    code, told = leadflow(*words, "--budget", "-1", "--currency", "EUR", fails=True)

    assert code == 2
    assert "before it starts" in told
    assert "-1 is negative" in told


def test_people_are_told_of_forms_and_their_parts_by_name(capsys):
    run(["campaigns", "add", "Fair", "--kind", "trade_fair", "--starts", "2026-03-02"])
    form = ["campaigns", "form", "Fair", "--kind", "feedback"]
    capsys.readouterr()

    code = run([*form, "--product", "Pumps", "--product", "阀门"])

    assert (code, "Pumps\n  阀门" in capsys.readouterr().out) == (0, True)
    assert run(["campaigns", "show", "Fair"]) == 0
    assert "products Pumps, 阀门" in capsys.readouterr().out
