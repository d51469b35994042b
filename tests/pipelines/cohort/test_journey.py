"""From awkward exports to a promoted model, or to a refusal that names the column."""

import json

import pytest

from pipelines.cli.shell import run
from pipelines.settings import load_settings
from scoring.bundle import load_bundle
from scoring.pointer import read_pointer
from tests.pipelines.cohort.exports import (
    chinese_workbook,
    created_only,
    lifecycle_csv,
    some_people,
)

pytestmark = pytest.mark.xdist_group("mlflow")


@pytest.fixture
def home(tmp_path, migrated_database, monkeypatch):
    """A folder of our own, with the settings pointing to it."""
    migrated_database(tmp_path / "var" / "mlflow.db")
    monkeypatch.setenv("LEADFLOW_VAR", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def bring_in(folder, *, source):
    for kind in ("leads", "stages", "events"):
        (path,) = folder.glob(f"{kind}.*")
        assert run(["import", kind, str(path), "--source", source]) == 0


def answer_of(capsys, *command):
    capsys.readouterr()
    code = run([*command, "--json"])
    out = capsys.readouterr()
    return code, json.loads(out.out) if out.out else out.err


@pytest.mark.parametrize(
    ("make", "unlooked"), [(chinese_workbook, ()), (lifecycle_csv, ("Lifecycle Stage",))]
)
def test_an_awkward_export_reaches_a_promoted_model(home, capsys, make, unlooked):
    make(home / "export", some_people())
    bring_in(home / "export", source="crm")
    drop = ["--drop", ",".join(unlooked)] if unlooked else []

    code, report = answer_of(capsys, "train", "--window", "60d", *drop)
    promoted, decision = answer_of(capsys, "promote", "--first")

    assert (code, promoted) == (0, 0), decision
    assert decision["decision"]["verdict"] == "promote"
    told = report["cohort"]
    assert told["candidates"] == told["learnt"] + told["immature"] + sum(told["excluded"].values())
    assert told["candidates"] == 420
    assert report["holdout"]["auc"] > 0.65
    assert report["history_unknown"]["employees"] > 0.9
    pointer = read_pointer(load_settings().var, "lead-scoring")
    card = load_bundle(pointer.bundle).card
    assert card["inputs"] == "history"
    assert card["cohort"] == told
    assert card["history_unknown"] == report["history_unknown"]


def test_a_column_that_says_how_it_ended_stops_promotion_with_its_name(home, capsys):
    lifecycle_csv(home / "export", some_people())
    bring_in(home / "export", source="crm")

    answer_of(capsys, "train", "--window", "60d")
    code = run(["promote", "--first"])

    assert code == 4
    assert "'Lifecycle Stage'" in capsys.readouterr().err


def test_a_contract_number_imported_without_its_time_stops_promotion_with_its_name(home, capsys):
    created_only(home / "export", some_people())
    bring_in(home / "export", source="crm")

    _, report = answer_of(capsys, "train", "--window", "60d")
    code = run(["promote", "--first"])

    assert code == 4
    assert "'contract_no'" in capsys.readouterr().err
    (suspect,) = report["suspects"]
    assert suspect["column"] == "contract_no"
    assert report["history_unknown"]["contract_no"] == 1

    again, _ = answer_of(capsys, "train", "--window", "60d", "--drop", "contract_no")
    assert (again, run(["promote", "--first"])) == (0, 0)
