import json
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest

from leads.errors import InvalidInput
from pipelines.cli.shell import run
from pipelines.cli.tables import training_report
from pipelines.evaluate import evaluate
from pipelines.reports.drawing import draw
from pipelines.reports.model_card import model_card
from pipelines.train import TrainOptions, train
from scoring.bundle import load_bundle
from tests.workshop import QUICK, a_table, settings_in
from training.evidence import load_evidence
from training.tracking import open_tracking

pytestmark = pytest.mark.xdist_group("mlflow")
PROJECT = Path(__file__).parents[2]


@pytest.fixture
def leads_file(tmp_path):
    path = tmp_path / "leads.csv"
    a_table(400).to_csv(path, index=False)
    return path


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"target": "wonn"}, "did you mean 'won'"),
        ({"target": "industry"}, "exactly two"),
        ({"target": "won", "time": "noise2"}, "no column 'noise2'"),
        ({"target": "won", "drop": ("colour",)}, "no column 'colour'"),
        ({"target": "won", "label_delay": "soon"}, "--label-delay"),
    ],
)
def test_bad_input_leaves_nothing_behind(options, told, tmp_path):
    with pytest.raises(InvalidInput, match=told):
        train(a_table(300), TrainOptions(**options), settings=settings_in(tmp_path))

    assert list(tmp_path.iterdir()) == []


def test_what_is_wrong_with_a_file_names_the_file(leads_file, tmp_path):
    with pytest.raises(InvalidInput, match=r"leads\.csv: the table has no column 'wonn'"):
        train(leads_file, TrainOptions(target="wonn"), settings=settings_in(tmp_path))
    options = TrainOptions(target="won", label_delay="soon")
    with pytest.raises(InvalidInput, match=r"^--label-delay"):
        train(leads_file, options, settings=settings_in(tmp_path))


def test_an_unusable_model_name_is_refused_before_anything_is_learnt(tmp_path):
    with pytest.raises(InvalidInput, match=r"model name '\.\./x'"):
        train(a_table(300), TrainOptions(target="won"), settings=settings_in(tmp_path), name="../x")


def test_the_answer_has_the_shape_that_machines_rely_on(built_workshop):
    answer = built_workshop.strong.to_json()

    assert answer["model"] == {"name": "lead-scoring", "version": "2"}
    assert answer["run_id"] == built_workshop.strong.run_id
    assert {"kind", "auc", "ap", "log_loss", "log_loss_constant", "brier", "ece", "lift_at_10",
            "lift_cap"} <= set(answer["holdout"])  # fmt: skip
    assert {"label_delay", "log_loss", "brier", "ece"} <= set(answer["kept_up"])
    assert {"rows", "cv", "baselines", "suspects", "dropped"} <= set(answer)
    json.dumps(answer, allow_nan=False)


def test_equal_trainings_make_equal_bundles(built_workshop):
    """No moment, no path, no run id in it: the digests say whether two models are the same."""
    bundles = (built_workshop.folder / "var/mlruns/models").glob("*/artifacts/artifacts/bundle")

    cards = [(path / "card.json").read_text() for path in bundles]

    assert len(cards) == 2
    assert not [card for card in cards if str(built_workshop.folder) in card]
    assert not [card for card in cards if built_workshop.strong.run_id in card]


def test_evaluating_on_the_judged_leads_gives_the_model_some_credit(workshop):
    table = a_table(500, seed=11)

    found = evaluate(table, model="2", settings=workshop.settings)

    assert (found.rows, found.left_out) == (500, 0)
    assert found.ranking.auc > 0.7
    assert found.shown.log_loss < found.constant
    assert found.warnings == ()


def test_evaluating_tells_which_columns_are_missing_and_counts_unknown_outcomes(workshop):
    table = a_table(500, seed=11).drop(columns="noise")
    table.loc[:9, "won"] = None

    found = evaluate(table, model="challenger", settings=workshop.settings)

    assert (found.rows, found.left_out) == (490, 10)
    assert found.warnings == ("the table lacks 'noise': the model saw them as missing",)


def test_the_command_evaluates_promotes_and_refuses_with_its_exit_codes(
    workshop, leads_file, monkeypatch, capsys
):
    monkeypatch.setenv("LEADFLOW_VAR", str(workshop.folder / "var"))

    assert run(["evaluate", "--data", str(leads_file), "--model", "2"]) == 0
    assert "this model" in capsys.readouterr().out
    assert run(["evaluate", "--data", str(leads_file)]) == 5
    assert "no champion yet" in capsys.readouterr().err
    assert run(["evaluate", "--data", str(leads_file), "--model", "9", "--json"]) == 3
    assert run(["promote", "--allow-suspect", "noise"]) == 2
    assert "--because" in capsys.readouterr().err
    assert run(["promote", "--version", "1", "--tolerance", "-1"]) == 2
    assert run(["rollback"]) == 5
    capsys.readouterr()
    for verb in ("promote", "rollback"):
        assert run([verb, "--name", "another"]) in (3, 5)
        assert "another" in capsys.readouterr().err


def test_every_command_that_takes_a_table_can_be_told_how_to_read_it(
    workshop, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("LEADFLOW_VAR", str(workshop.folder / "var"))
    table = a_table(400).assign(город="Москва")
    table["created"] = table["created"].astype(str)
    table.to_csv(tmp_path / "leads.csv", index=False, sep="~", encoding="gb18030")
    with pd.ExcelWriter(tmp_path / "leads.xlsx") as book:
        pd.DataFrame({"note": ["see the other sheet"]}).to_excel(
            book, sheet_name="notes", index=False
        )
        table.to_excel(book, sheet_name="leads", index=False)
    text = ["--data", str(tmp_path / "leads.csv"), "--encoding", "gb18030", "--separator", "~"]
    sheet = ["--data", str(tmp_path / "leads.xlsx"), "--sheet", "leads"]

    for said in (text, sheet):
        assert run(["evaluate", *said, "--model", "2"]) == 0
        assert run(["score", *said, "--model", "2", "--out", str(tmp_path / "out.csv")]) == 0
        assert "Москва" in (tmp_path / "out.csv").read_text(encoding="utf-8")
        assert run(["explain", *said, "--model", "2", "--where", "город=Москва"]) == 0
        assert run(["train", *said, "--target", "nothing"]) == 2
        assert "город" in capsys.readouterr().err


def test_the_project_file_trains_through_the_command(
    leads_file, tmp_path, monkeypatch, migrated_database
):
    migrated_database(tmp_path / "var" / "mlflow.db")
    monkeypatch.setenv("LEADFLOW_VAR", str(tmp_path / "var"))
    settings = settings_in(tmp_path)
    tracking = open_tracking(settings.mlflow_tracking_uri, artifacts=settings.var / "mlruns")

    submitted = mlflow.projects.run(
        str(PROJECT),
        entry_point="train",
        parameters={"data": str(leads_file), "target": "won", "time": "created", "seed": "3"},
        env_manager="local",
    )

    version = tracking.client.get_model_version_by_alias("lead-scoring", "challenger")
    parameters = tracking.client.get_run(version.run_id).data.params
    assert submitted.get_status() == "FINISHED"
    assert (parameters["seed"], parameters["time"]) == ("3", "created")
    assert version.run_id != submitted.run_id


def test_a_card_escapes_what_a_table_brings(built_workshop):
    report = built_workshop.strong.to_json()
    evil = "<script>alert(1)</script>"
    report |= {
        "legend": {"field 1": evil},
        "data": {"table": evil, "digest": "0" * 64},
        "warnings": [evil],
        "suspects": [{"column": evil, "evidence": evil}],
        "dropped": [{"column": evil, "reason": evil}],
        "target": {"column": evil, "positive": evil},
    }
    pictures = dict.fromkeys(("calibration", "gain", "shap_bar", "shap_beeswarm"), b"\x89PNG")

    card = model_card(report, pictures=pictures)

    assert "<script" not in card
    assert card.count("&lt;script&gt;") >= 7
    assert 'src="data:image/png;base64,' in card
    assert "http" not in card


def test_a_card_of_a_table_that_no_profile_knows_has_no_points_and_tells_the_curve_since(
    built_workshop,
):
    report = built_workshop.strong.to_json()
    baselines = {name: one for name, one in report["baselines"].items() if name != "points"}
    beside = {"legend": {}, "data": {"table": "leads", "digest": "0" * 64}, "baselines": baselines}
    pictures = dict.fromkeys(("calibration", "gain", "shap_bar", "shap_beeswarm"), b"\x89PNG")
    curve = {
        "made_at": "2026-03-02T03:00:00+00:00",
        "labels": 1_234,
        "matured_until": "2026-03-01",
        "reason": "a jump",
        "because": "prices were halved",
    }

    card = model_card(report | beside, pictures=pictures, calibration=curve)

    assert "The points of the profile" not in card
    assert "adjusted on 2026-03-02T03:00:00+00:00, with 1,234 outcomes" in card
    assert "had been held (a jump); a person let it serve: prices were halved" in card
    assert "Calibration since training" not in model_card(report | beside, pictures=pictures)


def test_a_card_without_time_says_that_its_figures_are_optimistic(tmp_path, migrated_database):
    migrated_database(tmp_path / "var" / "mlflow.db")
    settings = settings_in(tmp_path)

    trained = train(a_table(300), TrainOptions(target="won"), settings=settings, config=QUICK)

    (card,) = (settings.var / "mlruns").glob("*/artifacts/model_card.html")
    text = card.read_text(encoding="utf-8")
    assert trained.to_json()["kept_up"] is None
    assert "They are optimistic: such a test knows the future." in text
    assert "偏于乐观" in text


def test_a_workbook_with_words_among_its_numbers_is_learnt_from(tmp_path, migrated_database):
    migrated_database(tmp_path / "var" / "mlflow.db")
    table = a_table(300).assign(created=lambda leads: leads["created"].dt.tz_localize(None))
    table["员工人数"] = table["员工人数"].astype(object).where(table["noise"] < 2.2, "about ten")
    table.to_excel(tmp_path / "leads.xlsx", index=False)
    settings = settings_in(tmp_path)

    trained = train(
        tmp_path / "leads.xlsx",
        TrainOptions(target="won", time="created"),
        settings=settings,
        config=QUICK,
    )

    (logged,) = (
        open_tracking(settings.mlflow_tracking_uri, artifacts=settings.var / "mlruns")
        .client.get_run(trained.run_id)
        .inputs.dataset_inputs
    )
    assert str(tmp_path) not in logged.dataset.source
    evidence = load_evidence(settings.var / f"mlruns/{trained.run_id}/artifacts/gate")
    kept = evidence.stream["员工人数"]
    assert "about ten" in set(kept)
    assert any(str(cell).isdigit() for cell in kept)
    assert trained.result.stream is not None
    rows = [
        trained.result.encoder.encode_frame(f)
        for f in (evidence.stream, trained.result.stream.frame)
    ]
    np.testing.assert_array_equal(*rows)


def test_tuning_and_the_time_to_convert_are_told_on_screen_card_and_run(tmp_path):
    table = a_table(700)
    rng = np.random.default_rng(2)
    closed = table["created"] + pd.to_timedelta(rng.integers(1, 60, len(table)), unit="D")
    table["closed"] = closed.where(table["won"] == "yes")
    settings = settings_in(tmp_path)

    trained = train(
        table,
        TrainOptions(target="won", time="created", converted_at="closed"),
        settings=settings,
        config=QUICK,
        tune="2 trials",
    )

    report = trained.to_json()
    screen = training_report(report)
    assert "Tuning (2 trials on" in screen
    assert "Time to convert, within 9 weeks: of" in screen
    assert (settings.var / "tuning" / "tuning.db").exists()
    tracked = open_tracking(settings.mlflow_tracking_uri, artifacts=settings.var / "mlruns")
    run_of = mlflow.MlflowClient(tracking_uri=settings.mlflow_tracking_uri).get_run(trained.run_id)
    assert tracked is not None
    assert run_of.data.metrics["timing.covered"] == report["timing"]["covered"]
    (bundle,) = settings.var.glob("mlruns/models/*/artifacts/artifacts/bundle")
    assert load_bundle(bundle).timing.weeks == 9
    pictures, legend = draw(trained.result)
    beside = {"legend": legend, "data": {"table": "leads", "digest": "0"}}
    page = model_card(report | beside, pictures=pictures)
    assert "It also tells when leads convert" in page
    assert "2 trials" in page


def test_a_budget_that_is_none_leaves_nothing_behind(tmp_path):
    options = TrainOptions(target="won", time="created")

    with pytest.raises(InvalidInput, match="--tune 'soon': write a time such as 10m"):
        train(a_table(300), options, settings=settings_in(tmp_path), tune="soon")

    assert list(tmp_path.iterdir()) == []
