import json

import pytest

from pipelines.cli.shell import run
from tests.pipelines.intake.files import write_csv

HEADER = ["Lead Id", "Full Name", "E-Mail", "Shoe size"]
ROWS = [["1", "Ann Brown", "ann@northwind.example", "38"], ["2", "", "", "40"]]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a file, where `leadflow` keeps everything."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LEADFLOW_DATABASE_URL", raising=False)
    write_csv(tmp_path / "leads.csv", HEADER, *ROWS)
    return tmp_path


def test_the_totals_and_the_place_of_the_quarantine_are_told(folder, capsys):
    assert run(["import", "leads", "leads.csv", "--source", "crm", "--quarantine", "q.csv"]) == 0

    told = capsys.readouterr().out
    assert "Shoe size" in told
    assert "imported" in told
    assert "q.csv" in told
    assert "nobody" in (folder / "q.csv").read_text("utf-8-sig")


def test_machines_get_one_document(folder, capsys):
    assert run(["import", "leads", "leads.csv", "--source", "crm", "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert told["outcomes"]["imported"] == told["outcomes"]["quarantined"] == 1
    assert told["fields"]["E-Mail"] == "email"
    assert (folder / told["quarantine"]).exists()


def test_a_dry_run_writes_only_the_mapping_that_was_asked_for(folder, capsys):
    arguments = ["import", "leads", "leads.csv", "--source", "crm"]
    assert run([*arguments, "--dry-run", "--write-map", "map.toml"]) == 0

    assert "nothing was written" in capsys.readouterr().out
    assert sorted(path.name for path in folder.rglob("*")) == ["leads.csv", "map.toml"]
    assert '"E-Mail" = "email"' in (folder / "map.toml").read_text("utf-8")
    assert run([*arguments, "--map", "map.toml", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["outcomes"]["imported"] == 1


def test_without_a_source_nothing_is_done(folder, capsys):
    assert run(["import", "leads", "leads.csv"]) == 2

    assert "--source" in capsys.readouterr().err


def test_the_totals_are_told_though_the_quarantine_cannot_be_written(folder, capsys):
    (folder / "var").mkdir()
    (folder / "var" / "quarantine").touch()  # where a folder should be

    assert run(["import", "leads", "leads.csv", "--source", "crm"]) == 2

    told = capsys.readouterr()
    assert "imported     1" in told.out
    assert "cannot be written" in told.err
    assert "Traceback" not in told.err
