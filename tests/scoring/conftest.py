import pytest

from scoring.bundle import load_bundle, write_bundle
from scoring.scorer import Scorer
from tests.scoring.tables import a_model, a_table


@pytest.fixture(scope="session")
def table():
    return a_table()


@pytest.fixture(scope="session")
def model(table):
    return a_model(*table)


@pytest.fixture(scope="session")
def written(model, tmp_path_factory):
    directory = tmp_path_factory.mktemp("bundles") / "1"
    write_bundle(directory, **model)
    return directory


@pytest.fixture(scope="session")
def scorer(written):
    return Scorer(load_bundle(written))
