"""From awkward exports to a promoted model, or to a refusal that names the column."""

import json
from datetime import UTC, datetime

import pandas as pd
import pytest

from pipelines.cli.shell import run
from pipelines.memory import using_store
from pipelines.settings import load_settings
from scoring.bundle import load_bundle
from scoring.pointer import read_pointer
from scoring.scorer import Scorer
from serving.champion import Served
from serving.schemas import ExplainRequest
from serving.told import tell_one
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
    check_that_file_command_and_service_agree(home, capsys, load_bundle(pointer.bundle))


def check_that_file_command_and_service_agree(home, capsys, bundle):
    """One lead, scored in a file of all, explained alone, and told to the service."""
    assert run(["score", "--out", str(home / "scores.csv")]) == 0
    scores = pd.read_csv(home / "scores.csv").set_index("lead_id")
    lead_id = scores["probability"].idxmax()
    scorer, now = Scorer(bundle), datetime.now(UTC)
    served = Served(pointer=None, bundle=bundle, scorer=scorer, since=now, named={})

    _, explained = answer_of(capsys, "explain", "--lead", lead_id)
    request = ExplainRequest(lead_id=lead_id)
    with using_store(load_settings()) as store, store.reading() as unit:
        told = tell_one(request, served, unit, now=now)

    assert len(scores) == 420
    score = scorer.score_one(told.attributes, as_of=now)
    assert "no_history" not in score.warnings
    assert explained["probability"] == pytest.approx(scores["probability"][lead_id], rel=1e-6)
    assert score.p_convert == pytest.approx(explained["probability"], rel=1e-6)
    fields = {name: told.attributes[name] for name in ("industry", "employees")}
    assert "no_history" in scorer.score_one(fields, as_of=now).warnings


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
