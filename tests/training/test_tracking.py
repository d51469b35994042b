import json
import sqlite3

import mlflow
import pandas as pd
import pytest

from features.encoder import Encoder
from features.schema import Field, Kind, Schema
from leads.errors import InvalidInput, Unavailable
from pipelines.train import TrainOptions, train
from scoring.bundle import load_bundle
from scoring.scorer import Scorer
from tests.workshop import QUICK, a_table
from training.registry import Registry
from training.tracking import check_tracking, example_of, flat, open_tracking

pytestmark = pytest.mark.xdist_group("mlflow")


@pytest.fixture
def tracking(built_workshop):
    settings = built_workshop.settings
    return open_tracking(settings.mlflow_tracking_uri, artifacts=settings.var / "mlruns")


@pytest.fixture
def run(tracking, built_workshop):
    return tracking.client.get_run(built_workshop.strong.run_id)


def test_a_run_has_the_figures_that_the_command_prints(run, built_workshop):
    report = built_workshop.strong.to_json()

    logged = run.data.metrics

    assert logged["holdout.auc"] == report["holdout"]["auc"]
    assert logged["kept_up.log_loss"] == report["kept_up"]["log_loss"]
    assert logged["holdout.intervals.auc.low"] == report["holdout"]["intervals"]["auc"][0]
    assert logged["baselines.logistic_regression.auc"] > 0.5


def test_a_run_has_the_options_and_the_recipe_as_parameters(run):
    assert run.data.params["target"] == "won"
    assert run.data.params["time"] == "created"
    assert run.data.params["seed"] == "0"
    assert run.data.params["lightgbm.num_leaves"] == "6"
    assert int(run.data.params["trees"]) > 0


def test_a_run_names_its_data_with_digest_and_schema(run):
    (logged,) = run.inputs.dataset_inputs

    schema = json.loads(logged.dataset.schema)["mlflow_colspec"]

    assert len(logged.dataset.digest) == 32
    assert "员工人数" in [column["name"] for column in schema]


def test_a_run_has_pictures_and_a_card(tracking, run):
    pictures = [file.path for file in tracking.client.list_artifacts(run.info.run_id, "pictures")]
    files = [file.path for file in tracking.client.list_artifacts(run.info.run_id)]

    assert sorted(pictures) == [
        "pictures/calibration.png",
        "pictures/gain.png",
        "pictures/shap_bar.png",
        "pictures/shap_beeswarm.png",
    ]
    assert "model_card.html" in files


def test_nothing_that_was_written_is_a_pickle(built_workshop):
    written = [path for path in (built_workshop.folder / "var").rglob("*") if path.is_file()]

    assert len(written) > 20
    assert not [path for path in written if path.suffix in {".pkl", ".pickle", ".joblib"}]
    assert not [path for path in written if path.read_bytes()[:2] in {b"\x80\x04", b"\x80\x05"}]


def test_the_registered_model_scores_as_the_bundle_does(tracking, built_workshop, tmp_path):
    leads = a_table(50, seed=9).drop(columns="won")
    bundle = Registry(tracking).fetch_bundle(
        Registry(tracking).find("lead-scoring", "challenger"), into=tmp_path
    )

    model = mlflow.pyfunc.load_model("models:/lead-scoring@challenger")
    answer = model.predict(leads.drop(columns="created"))

    expected = Scorer(load_bundle(bundle)).score_frame(leads)
    assert list(answer["probability"]) == list(expected.p_convert)
    assert list(answer["points"]) == list(expected.points)
    assert list(answer["tier"]) == list(expected.tier)


def test_the_registered_model_reads_what_the_encoder_reads(tracking):
    model = mlflow.pyfunc.load_model("models:/lead-scoring@challenger")

    answer = model.predict(pd.DataFrame({"visits [30d]": [4], "员工人数": ["1,200"]}))

    assert 0 < answer["probability"][0] < 1


def test_the_logged_example_is_nobodys_row(built_workshop):
    result = built_workshop.strong.result

    example = example_of(result.encoder)

    assert len(example.astype(str).merge(a_table().astype(str))) == 0


def test_the_logged_example_has_no_word_of_a_column_about_persons():
    field = Field(name="contact_name", kind=Kind.CATEGORY)
    frame = pd.DataFrame({"contact_name": ["Ada", "Ada", "Bo"]})
    encoder = Encoder.fit(frame, Schema(fields=(field,), dropped=(), warnings=()))

    assert example_of(encoder)["contact_name"].tolist() == ["unknown"]


def test_figures_are_flattened_under_dotted_names():
    nested = {"auc": 0.7, "kept_up": None, "intervals": {"auc": [0.6, 0.8]}, "kind": "newest"}

    assert flat(nested) == {"auc": 0.7, "intervals.auc.low": 0.6, "intervals.auc.high": 0.8}


def test_an_address_that_is_no_database_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match=r"sqlite:///var/mlflow\.db"):
        open_tracking("no database", artifacts=tmp_path)


def test_a_file_that_is_no_database_is_unavailable(tmp_path):
    (tmp_path / "mlflow.db").write_text("not a database, but long enough to be looked at\n" * 40)

    with pytest.raises(Unavailable, match=r"mlflow\.db cannot be used"):
        open_tracking(f"sqlite:///{tmp_path}/mlflow.db", artifacts=tmp_path)


def test_an_address_that_is_no_database_keeps_its_password_to_itself(tmp_path):
    with pytest.raises(InvalidInput, match="postgresql:") as caught:
        open_tracking("postgresql://me:secret@host:port/db", artifacts=tmp_path)

    assert "secret" not in str(caught.value)


def test_checking_an_address_makes_nothing(tmp_path):
    check_tracking(f"sqlite:///{tmp_path}/var/mlflow.db", artifacts=tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_database_that_fails_on_the_way_is_unavailable(workshop):
    with sqlite3.connect(workshop.folder / "var/mlflow.db") as database:
        database.execute("UPDATE experiments SET lifecycle_stage = 'deleted'")

    with pytest.raises(Unavailable, match=r"mlflow\.db: .*deleted"):
        train(a_table(300), TrainOptions(target="won"), settings=workshop.settings, config=QUICK)
