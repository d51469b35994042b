"""Fixtures that several packages share."""

import os

import pytest

from pipelines.environment import FIXED

os.environ.update(FIXED)  # before any test module imports mlflow or bentoml


@pytest.fixture(scope="session")
def built_workshop(tmp_path_factory):
    """Read only: tests that change something take `workshop`."""
    from tests.workshop import Workshop

    return Workshop.build(tmp_path_factory.mktemp("workshop"))


@pytest.fixture
def workshop(built_workshop, tmp_path):
    return built_workshop.copy(tmp_path)


@pytest.fixture
def migrated_database(built_workshop, tmp_path_factory):
    """Puts an empty tracking database at a path: migrations, which take seconds, are done once."""

    def put(path):
        from tests.workshop import emptied

        path.parent.mkdir(parents=True, exist_ok=True)
        emptied(built_workshop.folder / "var/mlflow.db", path)
        return path

    return put
