import pytest

from tests.databases import KINDS, open_store


@pytest.fixture(params=KINDS)
def store(request, tmp_path):
    """An empty store, on both databases."""
    with open_store(request.param, tmp_path) as (opened, _):
        yield opened


@pytest.fixture
def make_file(tmp_path):
    """Writes bytes, or text in UTF-8, to a file of the test's own folder; gives its path."""

    def make(content, name="leads.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make
