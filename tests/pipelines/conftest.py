import pytest


@pytest.fixture
def make_file(tmp_path):
    """Writes bytes, or text in UTF-8, to a file of the test's own folder; gives its path."""

    def make(content, name="leads.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make
