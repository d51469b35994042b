import re

import pytest
from pydantic import ValidationError

import pipelines.cli  # noqa: F401  registers the commands
from leads.errors import InvalidInput
from pipelines import environment
from pipelines.cli.shell import run
from pipelines.settings import Settings, is_debugging, load_settings
from scoring.pointer import pointer_path
from tests.realdata import ROOT


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch, tmp_path):
    """No variable and no .env of the machine the tests run on."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"LEADFLOW_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


def test_without_any_variable_everything_stays_on_this_machine():
    settings = load_settings()

    assert settings.host == "127.0.0.1"
    assert settings.mlflow_tracking_uri == "sqlite:///var/mlflow.db"
    assert settings.api_key is None


def test_the_tracking_database_moves_with_the_folder(monkeypatch):
    monkeypatch.setenv("LEADFLOW_VAR", "/srv/leadflow")

    assert load_settings().mlflow_tracking_uri == "sqlite:////srv/leadflow/mlflow.db"


def test_all_wrong_values_are_named_at_once_and_none_is_shown(monkeypatch):
    monkeypatch.setenv("LEADFLOW_PORT", "tcp://10.0.0.1:3000")
    monkeypatch.setenv("LEADFLOW_MODEL_NAME", "../evil")
    monkeypatch.setenv("LEADFLOW_API_KEY", "hunter2")

    with pytest.raises(InvalidInput) as caught:
        load_settings()

    told = " ".join(problem.detail for problem in caught.value.problems)
    assert {problem.pointer for problem in caught.value.problems} == {
        "LEADFLOW_PORT",
        "LEADFLOW_MODEL_NAME",
        "LEADFLOW_API_KEY",
    }
    assert "hunter2" not in told + str(caught.value)


def test_a_model_that_can_be_trained_under_a_name_can_be_served_under_it(monkeypatch, tmp_path):
    monkeypatch.setenv("LEADFLOW_MODEL_NAME", "线索 评分")

    assert pointer_path(tmp_path, load_settings().model_name).name == "线索 评分.json"


@pytest.mark.parametrize("name", ["../evil", ".hidden", "a/b", "x" * 101, "线" * 61])
def test_a_name_that_is_no_file_name_is_neither_trained_nor_served(name, tmp_path):
    with pytest.raises(InvalidInput, match="use up to 100 letters"):
        pointer_path(tmp_path, name)
    with pytest.raises(InvalidInput) as caught:
        load_settings(model_name=name)

    assert "use up to 100 letters" in caught.value.problems[0].detail


@pytest.mark.parametrize("arguments", [[], ["--host", "localhost"]])
def test_a_host_that_is_no_address_is_refused_before_anything_starts(
    monkeypatch, capsys, arguments
):
    monkeypatch.setenv("LEADFLOW_HOST", "::1" if arguments else "localhost")

    assert run(["serve", "--port", "4000", *arguments]) == 2
    assert "LEADFLOW_HOST: use an IP address: 127.0.0.1" in capsys.readouterr().err


def test_a_value_of_the_environment_goes_before_the_file(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text("LEADFLOW_PORT=4000\nLEADFLOW_WORKERS=2\nOTHER=x\n")
    monkeypatch.setenv("LEADFLOW_PORT", "5000")

    settings = load_settings()

    assert (settings.port, settings.workers) == (5000, 2)


def test_the_api_key_never_reaches_a_log(monkeypatch):
    monkeypatch.setenv("LEADFLOW_API_KEY", "correct-horse")

    settings = load_settings()

    assert "correct-horse" not in repr(settings)
    assert settings.api_key.get_secret_value() == "correct-horse"


def test_settings_cannot_be_changed_after_the_start():
    with pytest.raises(ValidationError, match="frozen"):
        load_settings().port = 1


def test_the_documentation_lists_every_field_with_its_default_and_description():
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `LEADFLOW_(\w+)` \| (.+) \|$", page, re.MULTILINE))
    defaults = load_settings().model_dump(mode="json") | {
        "api_key": "none",
        "company_register": "none",
        "playbook": "none",
        "database_url": "sqlite:///<var>/leadflow.db",
        "mlflow_tracking_uri": "sqlite:///<var>/mlflow.db",
    }

    documented = {name.lower(): text.replace("`", "") for name, text in rows.items() if "|" in text}
    expected = {
        name: f"{defaults[name]} | {field.description}".replace("`", "")
        for name, field in Settings.model_fields.items()
    }
    assert documented == expected


def test_every_switch_that_is_always_set_is_documented():
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")

    for name, value in environment.FIXED.items():
        assert f"`{name}` | `{value}`" in page


def test_pickles_stay_forbidden_whatever_the_environment_says(monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "true")

    environment.prepare_environment()

    assert environment.os.environ["MLFLOW_ALLOW_PICKLE_DESERIALIZATION"] == "false"


@pytest.mark.parametrize(("value", "wanted"), [("1", True), ("0", False), ("", False)])
def test_debugging_is_asked_for_by_one_variable(monkeypatch, value, wanted):
    monkeypatch.setenv("LEADFLOW_DEBUG", value)

    assert is_debugging() is wanted


def test_nobodys_word_about_addresses_counts_unless_whoever_starts_us_says_so(monkeypatch):
    monkeypatch.delenv("FORWARDED_ALLOW_IPS", raising=False)
    environment.prepare_environment()
    assert environment.os.environ["FORWARDED_ALLOW_IPS"] == ""

    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "10.0.0.1")
    environment.prepare_environment()
    assert environment.os.environ["FORWARDED_ALLOW_IPS"] == "10.0.0.1"
