"""What `leadflow build` makes is a bento that serves the promoted model on its own."""

import shutil
from importlib.metadata import PackageNotFoundError, version

import pytest

from leads.errors import NoChampion
from pipelines.build import build, stage_champion
from serving.version import leadflow_version
from tests.serving import models
from tests.serving.running import PROJECT, running

pytestmark = pytest.mark.xdist_group("serving")

IN_A_BENTO = (
    *("leads", "features", "cleansing", "scoring", "store", "pipelines", "serving", "playbook"),
    "requirements",
)


@pytest.fixture
def project(tmp_path):
    """The project's sources in a folder of their own, so that staging touches nothing else."""
    copied = tmp_path / "project"
    copied.mkdir()
    for name in IN_A_BENTO:
        shutil.copytree(PROJECT / name, copied / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("bentofile.yaml", "pyproject.toml"):
        shutil.copy(PROJECT / name, copied / name)
    return copied


def test_a_built_bento_serves_the_promoted_model_and_nothing_else_is_needed(
    written, project, tmp_path, monkeypatch
):
    monkeypatch.setenv("BENTOML_HOME", str(tmp_path / "bentoml"))
    (project / "staged").mkdir()
    (project / "staged" / "left-from-before.txt").touch()
    tag = build(var=written, name=models.NAME, project=project)
    folder = tmp_path / "bentoml" / "bentos" / tag.replace(":", "/")
    shutil.rmtree(project)

    with (
        running(
            tag,
            var=tmp_path / "empty",
            cwd=tmp_path,
            BENTOML_HOME=str(tmp_path / "bentoml"),
            PYTHONPATH="",
        ) as service,
        service.client() as client,
    ):
        status = client.get("/v1/status").json()
        result = client.post("/v1/score", json={"leads": [{"attributes": models.LEAD}]}).json()

    assert status["model"]["version"] == "1"
    assert result["results"][0]["status"] == "ok"
    assert {path.name for path in (folder / "src" / "staged").iterdir()} == {"bundles", "champions"}
    carried = {path.name for path in (folder / "src").iterdir()}
    assert {"serving", "staged"} <= carried
    assert carried.isdisjoint({"tests", "training", "var", ".env"})


def test_without_a_champion_nothing_is_staged(tmp_path):
    with pytest.raises(NoChampion):
        stage_champion(var=tmp_path, name=models.NAME, project=tmp_path)

    assert not (tmp_path / "staged").exists()


def test_where_leadflow_is_not_installed_its_version_is_the_projects(monkeypatch):
    monkeypatch.setattr("serving.version.version", _not_installed)

    assert leadflow_version() == version("leadflow")


def _not_installed(name):
    raise PackageNotFoundError(name)
