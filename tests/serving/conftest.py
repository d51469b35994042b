import pytest

from tests.serving import models
from tests.serving.running import running


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    """A folder with two versions of a model written, and the first promoted."""
    var = tmp_path_factory.mktemp("var")
    models.write_version(var, version="1")
    models.write_version(var, version="2", seed=5)
    models.promote(var, version="1")
    models.mark_promoted_as_good(var)
    return var


@pytest.fixture(scope="session")
def service(written):
    """The service as a process of its own, with a champion, shared by the tests that only ask."""
    with running("tests.serving.watched_service:LeadScoring", var=written) as started:
        yield started


@pytest.fixture
def client(service):
    """A client of the service that carries the key."""
    with service.client() as opened:
        yield opened
