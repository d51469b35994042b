"""The service as people meet it: a process of its own, asked over sockets."""

import json
import os
import socket
import subprocess
import sys
import threading
import time

import bentoml
import httpx
import pytest

from scoring.bundle import load_bundle
from scoring.pointer import Role, remove_pointer
from scoring.scorer import Scorer
from serving.answers import instant
from serving.schemas import ExplainAnswer, ScoreAnswer, StatusAnswer
from tests.serving import models
from tests.serving.running import KEY, PROJECT, running

pytestmark = pytest.mark.xdist_group("serving")

LEAD = models.LEAD


def score(client, *leads, **options):
    answer = client.post("/v1/score", json={"leads": list(leads), "options": options})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_score_is_what_the_scorer_says(client, written):
    bundle = load_bundle(written / "bundles" / models.NAME / "1")

    answer = score(client, {"external_id": "a", "attributes": LEAD})

    result = answer["results"][0]
    scored_at = ScoreAnswer.model_validate(answer).results[0].scored_at
    expected = Scorer(bundle).score_one(LEAD, as_of=scored_at)
    assert result["probability"] == expected.p_convert
    assert (result["points"], result["tier"]) == (expected.points, expected.tier)
    assert result["scored_at"] == instant(scored_at)
    assert answer["model"]["version"] == "1"


def test_answers_have_the_documented_shape(client):
    leads = [
        {"external_id": "a", "attributes": LEAD},
        {"external_id": "b", "attributes": {"x": []}},
    ]

    ScoreAnswer.model_validate_json(json.dumps(score(client, *leads, explain=2)))
    explained = client.post("/v1/explain", json={"lead": {"attributes": LEAD}})
    ExplainAnswer.model_validate_json(explained.content)
    StatusAnswer.model_validate_json(client.get("/v1/status").content)


def test_results_keep_the_order_and_length_asked_for_and_mistakes_stay_where_they_are(client):
    leads = [{"external_id": str(i), "attributes": {"employees": i}} for i in range(1000)]
    leads[500]["attributes"]["employees"] = ["many"]

    results = score(client, *leads)["results"]

    assert [result["external_id"] for result in results] == [str(i) for i in range(1000)]
    assert [i for i, result in enumerate(results) if result["status"] == "error"] == [500]
    assert results[500]["error"]["errors"][0]["pointer"] == "/leads/500/attributes/employees"
    assert len({result["prediction_id"] for result in results if "prediction_id" in result}) == 999


def test_a_batch_scores_each_lead_as_it_would_be_alone(client):
    leads = [{"attributes": {**LEAD, "employees": 9 * i}} for i in range(30)]
    for lead in leads:
        del lead["attributes"]["created"]

    together = [result["probability"] for result in score(client, *leads)["results"]]

    assert together == [score(client, lead)["results"][0]["probability"] for lead in leads]


def test_reasons_are_given_when_asked_for_and_in_the_language_asked_for(client):
    lead = {"attributes": LEAD}

    plain = score(client, lead)["results"][0]
    english = score(client, lead, explain=2)["results"][0]
    chinese = score(client, lead, explain=2, locale="zh")["results"][0]

    assert plain["reasons"] == []
    assert len(english["reasons"]) == 2
    assert "convert" in english["reasons"][0]["text"]
    assert "转化" in chinese["reasons"][0]["text"]


def test_an_explanation_adds_up_to_the_margin(client):
    answer = client.post("/v1/explain", json={"lead": {"attributes": LEAD}, "top": 2}).json()

    parts = [reason["contribution"] for reason in answer["reasons"]]
    assert len(parts) == 2
    assert answer["base_value"] + sum(parts) + answer["other"] == pytest.approx(answer["margin"])
    sides = answer["fit_log_odds"] + answer["engagement_log_odds"]
    assert answer["base_value"] + sides == pytest.approx(answer["margin"])


def test_every_score_says_how_they_fit_and_how_engaged_they_are_or_that_it_is_unknown(client):
    fitting = {"employees": 480, "industry": "software", "created": "2026-02-01"}
    leads = [fitting | {"trial": True}, fitting, {"employees": 3, "trial": False}]

    results = score(client, *({"attributes": lead} for lead in leads))["results"]

    engaged, unknown, idle = [(one["fit"], one["engagement"]) for one in results]
    assert engaged[0] in {"A", "B"}
    assert engaged[1] in {1, 2, 3}
    assert unknown[0] in {"A", "B"}
    assert unknown[1] is None
    assert idle == ("D", 4)


def test_what_the_model_does_not_know_is_a_warning_and_what_is_missing_is_listed(client):
    result = score(client, {"attributes": {"employees": "many", "shoe_size": 44}})["results"][0]

    assert {"unreadable:employees", "unknown_field:shoe_size"} <= set(result["warnings"])
    assert result["imputed"] == ["employees", "industry", "trial", "created"]


def test_the_status_names_the_model_its_digests_and_how_long_its_curve_was_kept(client, written):
    status = client.get("/v1/status").json()

    bundle = load_bundle(written / "bundles" / models.NAME / "1")
    assert status["model"]["digests"] == dict(bundle.manifest)
    assert status["model"]["calibration"] == {
        "method": "keeper",
        "kept_until": models.KEPT_UNTIL,
        "live": False,
        "updated_at": None,
        "labels": 0,
        "held": None,
    }
    assert [field["name"] for field in status["model"]["fields"]] == [*LEAD]


@pytest.fixture
def second(client, written):
    """The second version, served beside the first for as long as a test takes."""
    models.promote(written, version="2", role=Role.BESIDE)
    models.mark_promoted_as_good(written, Role.BESIDE)
    wait_until(lambda: client.get("/v1/status").json()["beside"])
    yield
    remove_pointer(written, models.NAME, Role.BESIDE)
    wait_until(lambda: not client.get("/v1/status").json()["beside"])


def wait_until(true):
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_two_versions_answer_side_by_side_each_under_its_own_name(client, service, second):
    answers = {
        which: score(client, {"attributes": LEAD}, model=which)
        for which in ("champion", "beside", "1", "2")
    }

    told = {which: answer["model"]["version"] for which, answer in answers.items()}
    shown = {which: answer["results"][0]["probability"] for which, answer in answers.items()}
    assert told == {"champion": "1", "beside": "2", "1": "1", "2": "2"}
    assert shown["champion"] == shown["1"] != shown["2"] == shown["beside"]
    explained = client.post("/v1/explain", json={"lead": {"attributes": LEAD}, "model": "beside"})
    assert explained.json()["model"]["version"] == "2"
    assert explained.json()["probability"] == shown["2"]
    metrics = httpx.get(f"{service.url}/metrics").text
    assert 'leadflow_leads_scored_total{outcome="ok",role="beside"} 3.0' in metrics
    assert 'leadflow_model_info{name="lead-scoring",role="beside",version="2"} 1.0' in metrics


def test_a_version_that_is_not_served_is_not_found_and_those_served_are_named(client):
    asked = {"leads": [{"attributes": LEAD}], "options": {"model": "9"}}

    answer = client.post("/v1/score", json=asked)
    explained = client.post("/v1/explain", json={"lead": {"attributes": LEAD}, "model": "9"})

    assert (answer.status_code, explained.status_code) == (404, 404)
    assert answer.json()["errors"][0]["pointer"] == "/options/model"
    assert explained.json()["errors"][0]["pointer"] == "/model"
    assert "'champion' (version 1); 'day_one' (profile-" in answer.json()["detail"]


def test_bentos_own_doors_want_the_key_and_say_the_same(client, service):
    asked = {"leads": [{"attributes": {"employees": 3}}], "options": {"explain": 1}}

    door, ours = client.post("/score", json=asked), client.post("/v1/score", json=asked)
    locked = httpx.post(f"{service.url}/explain", json={"lead": {"attributes": {}}})

    assert door.json()["results"][0]["reasons"] == ours.json()["results"][0]["reasons"]
    assert locked.status_code == 401


def test_bentos_own_client_can_score(service):
    with bentoml.SyncHTTPClient(service.url, token=KEY) as client:
        answer = client.score(leads=[{"attributes": {"employees": 3}}])
        with_options = client.score(leads=[{"attributes": {}}], options={"explain": 1})

    assert answer["results"][0]["status"] == "ok"
    assert len(with_options["results"][0]["reasons"]) == 1


def test_bentos_document_declares_options_as_ours_does(service):
    schemas = httpx.get(f"{service.url}/docs.json").json()["components"]["schemas"]

    options = schemas["score__Input"]["properties"]["options"]
    assert options["type"] == "object"
    assert options["default"] == {}


def test_health_and_documentation_are_answered_and_strangers_cannot_swell_the_metrics(
    service, client
):
    score(client, {"attributes": {}})
    with httpx.Client(base_url=service.url) as stranger:
        for made_up in range(300):
            stranger.get(f"/made/up/{made_up}")

    for path in ("/livez", "/readyz", "/docs.json", "/openapi.json"):
        assert httpx.get(service.url + path).status_code == 200, path
    metrics = httpx.get(f"{service.url}/metrics").text

    ours = [line for line in metrics.splitlines() if line.startswith("leadflow_")]
    assert any('leadflow_requests_total{route="/v1/score",status="200"}' in line for line in ours)
    assert 'leadflow_model_info{name="lead-scoring",role="champion",version="1"} 1.0' in ours
    assert any(line.startswith("leadflow_leads_scored_total") for line in ours)
    assert 'leadflow_requests_total{route="other",status="401"} 300.0' in ours
    assert "made" not in metrics


def test_two_services_of_one_bentoml_home_keep_their_own_figures(
    client, service, written, tmp_path
):
    score(client, {"attributes": {}})

    with running(
        "serving.service:LeadScoring",
        var=tmp_path,
        until="/livez",
        BENTOML_HOME=str(written / "bentoml"),
        TMPDIR=str(tmp_path),
    ) as second:
        first_says = httpx.get(f"{service.url}/metrics").text
        second_says = httpx.get(f"{second.url}/metrics").text
        folders_meanwhile = list(tmp_path.glob("leadflow-metrics-*"))

    assert 'leadflow_requests_total{route="/v1/score",status="200"}' in first_says
    assert "leadflow_requests_total{" not in second_says
    assert len(folders_meanwhile) == 1
    assert list(tmp_path.glob("leadflow-metrics-*")) == []


def test_a_body_of_60_mb_is_refused_and_the_process_survives(client, service):
    before = httpx.get(f"{service.url}/watch").json()["pid"]

    def chunks():
        for _ in range(60):
            yield b"[" * 1_000_000

    announced = client.post(
        "/v1/score", content=b"[" * 60_000_000, headers={"content-type": "application/json"}
    )
    chunked = client.post(
        "/v1/score", content=chunks(), headers={"content-type": "application/json"}
    )

    assert (announced.status_code, chunked.status_code) == (413, 413)
    assert httpx.get(f"{service.url}/watch").json()["pid"] == before


@pytest.mark.parametrize("path", ["/v1/score", "/v1/explain", "/score", "/explain"])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[" * 20_000,
        b'{"leads":' * 20_000,
        b'{"leads":[{"attributes":{"a":NaN}}],"lead":{"attributes":{"a":NaN}}}',
        b"\xff",
        b"\x00",
        b'{"leads":[{"attributes":{"a":%s}}]}' % (b"9" * 10_000),
        b'{"leads":[{"attributes":{"\\ud800":"\\u0000"}}]}',
    ],
)
def test_nonsense_is_422_with_what_is_wrong_and_never_500(client, path, body):
    answer = client.post(path, content=body, headers={"content-type": "application/json"})

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"]


def test_a_single_lead_of_more_than_1_mb_is_413_though_a_batch_may_be_larger(client):
    large = {"attributes": {"note": "x" * 1_100_000}}

    alone = client.post("/v1/score", json={"leads": [large]})
    together = client.post("/v1/score", json={"leads": [large, {"attributes": {}}]})

    assert (alone.status_code, together.status_code) == (413, 200)


def test_a_caller_that_hangs_up_harms_nobody(client, service):
    for sent in (b"", b"{", b"0" * 1000):
        with socket.create_connection(("127.0.0.1", service.port)) as caller:
            head = (
                f"POST /v1/score HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n"
                "Content-Type: application/json\r\nContent-Length: 2000\r\n\r\n"
            )
            caller.sendall(head.encode() + sent)

    assert score(client, {"attributes": {}})["results"][0]["status"] == "ok"


def test_after_100_requests_nothing_of_training_is_loaded_and_nothing_was_unpickled(
    client, service
):
    for i in range(100):
        score(client, {"attributes": {**LEAD, "employees": i}}, explain=i % 2)
    client.post("/v1/explain", json={"lead": {"attributes": LEAD}})

    watched = httpx.get(f"{service.url}/watch").json()

    roots = {name.partition(".")[0] for name in watched["modules"]}
    assert roots.isdisjoint({"mlflow", "shap", "pandas", "sklearn"})
    assert "lightgbm" in roots
    assert watched["unpickled"] == []


def test_the_plain_client_of_the_documentation_runs(service):
    said = subprocess.run(
        [sys.executable, PROJECT / "docs" / "client.py", service.url, "employees=240", "trial=yes"],
        env={**os.environ, "LEADFLOW_API_KEY": KEY},
        capture_output=True, text=True, timeout=30, check=True,
    )  # fmt: skip

    first, *reasons = said.stdout.splitlines()
    assert "tier" in first
    assert len(reasons) == 3


def test_a_promotion_under_load_fails_no_request_and_a_broken_pointer_keeps_serving(
    client, service, written
):
    statuses, versions, stop = [], [], threading.Event()

    def keep_asking():
        with service.client() as asking:
            while not stop.is_set():
                answer = asking.post("/v1/score", json={"leads": [{"attributes": LEAD}]})
                statuses.append(answer.status_code)
                versions.append(answer.json()["model"]["version"])

    callers = [threading.Thread(target=keep_asking) for _ in range(2)]
    for caller in callers:
        caller.start()
    try:
        models.promote(written, version="2")
        served_before_breaking = until(client, lambda status: status["model"]["version"] == "2")
        pointer = written / "champions" / f"{models.NAME}.json"
        pointer.write_text("not a pointer")
        broken = until(client, lambda status: status["last_swap"]["error"])
        ready = httpx.get(f"{service.url}/readyz").status_code
        models.promote(written, version="1")
        until(client, lambda status: status["model"]["version"] == "1")
    finally:
        models.promote(written, version="1")
        stop.set()
        for caller in callers:
            caller.join(timeout=30)

    assert served_before_breaking["last_swap"]["error"] is None
    assert broken["model"]["version"] == "2"
    assert "no champion pointer" in broken["last_swap"]["error"]
    assert ready == 200
    assert set(statuses) == {200}
    assert versions[0] == versions[-1] == "1"
    assert "2" in versions


def until(client, holds, *, seconds=60):
    """The status once it is as wanted."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        status = client.get("/v1/status").json()
        if holds(status):
            return status
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s: {status}")
