import json
import os
import socket
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import numpy as np
import pandas as pd
import pytest

from leads.errors import InvalidInput
from scoring.bundle import load_bundle
from scoring.scorer import Scorer
from tests.workshop import a_table
from training.model_code import LeadScoring
from training.registry import Registry
from training.tracking import open_tracking

pytestmark = pytest.mark.xdist_group("mlflow")


@pytest.fixture
def registry(built_workshop):
    settings = built_workshop.settings
    return Registry(open_tracking(settings.mlflow_tracking_uri, artifacts=settings.var / "mlruns"))


@contextmanager
def served(model_uri, log):
    """What `mlflow models serve --env-manager local` starts, without the process that starts it."""
    from mlflow.models.flavor_backend_registry import get_flavor_backend

    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    backend = get_flavor_backend(model_uri, env_manager="local", workers=1)
    with log.open("wb") as output:
        process = backend.serve(
            model_uri, port, "127.0.0.1", 30, synchronous=False, stdout=output, stderr=output
        )
        try:
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.terminate()
            process.wait(timeout=20)


def wait_until_it_answers(address, process, *, seconds=90):
    for _ in range(seconds * 5):
        assert process.poll() is None, "the server ended"
        try:
            return urlopen(f"{address}/ping", timeout=5).status
        except (URLError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError(f"no answer within {seconds} s")


def test_mlflow_serves_the_registered_model(registry, tmp_path, monkeypatch):
    # as after `source .venv/bin/activate`: MLflow calls uvicorn by name
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    version = registry.find("lead-scoring", "2")
    leads = a_table(3, seed=5)[["visits [30d]", "industry", "员工人数", "noise"]]
    expected = Scorer(load_bundle(registry.fetch_bundle(version, into=tmp_path))).score_frame(leads)
    records = json.loads(leads.to_json(orient="records"))

    with served("models:/lead-scoring/2", tmp_path / "server.log") as (address, process):
        wait_until_it_answers(address, process)
        request = Request(
            f"{address}/invocations",
            data=json.dumps({"dataframe_records": records}).encode(),
            headers={"content-type": "application/json"},
        )
        answer = json.load(urlopen(request, timeout=30))["predictions"]

    np.testing.assert_allclose([row["probability"] for row in answer], expected.p_convert)
    assert [row["tier"] for row in answer] == list(expected.tier)


@pytest.mark.parametrize("text", ["yesterday", "2026-03-02T09:00:00"])
def test_a_moment_that_is_none_or_has_no_offset_is_refused(text, registry, tmp_path):
    model = LeadScoring()
    place = registry.fetch_bundle(registry.find("lead-scoring", "2"), into=tmp_path)
    model._scorer = Scorer(load_bundle(place))

    with pytest.raises(InvalidInput, match=r"write it like .*\+00:00"):
        model.predict(None, pd.DataFrame({"noise": [1.0]}), {"as_of": text})
