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
