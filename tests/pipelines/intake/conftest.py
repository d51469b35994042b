"""Every test of intake runs on both databases."""

import pytest

from tests.databases import KINDS, empty_database, open_store


@pytest.fixture(params=KINDS)
def database_url(request, tmp_path):
    """The address of a database without tables."""
    with empty_database(request.param, tmp_path) as url:
        yield url


@pytest.fixture(params=KINDS)
def store(request, tmp_path):
    """An empty store."""
    with open_store(request.param, tmp_path) as (opened, _):
        yield opened
