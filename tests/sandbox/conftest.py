import pytest

from sandbox.market import simulate


@pytest.fixture(scope="session")
def plain():
    return simulate(seed=3, n_leads=20_000, n_incoming=40)


@pytest.fixture(scope="session")
def hard():
    return simulate(seed=4, n_leads=20_000, market="hard", n_incoming=40)
