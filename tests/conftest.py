"""Fixtures that several packages share."""

import os

import pytest
from hypothesis import settings

from pipelines.environment import FIXED

os.environ.update(FIXED)  # before any test module imports mlflow or bentoml
settings.register_profile("leadflow", deadline=None)  # a busy machine is no defect
settings.load_profile("leadflow")


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


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Make `xdist_group` count: pytest-xdist 3.8 writes the group where pytest 9.2 does not look
    any more, and says nothing (its issue 1386). To go when that is mended.
    """
    if getattr(config.option, "loadgroup", False):
        for item in items:
            written = getattr(item, "_nodeid", "")
            if written.rpartition("@")[2] in {group.args[0] for group in _groups(item)}:
                item._id = type(item._id).parse(written)


def _groups(item):
    return item.iter_markers("xdist_group")
