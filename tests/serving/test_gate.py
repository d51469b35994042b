"""The gate around the mounted application, in this process, without a champion."""

import asyncio
from datetime import UTC, datetime

import httpx
import pytest
import structlog

from pipelines.logs import configure_logging
from serving.app import create_app
from serving.gate import Gate
from serving.runtime import Runtime

KEY = "a-key-for-tests-only"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LEADS = b'{"leads":[{"attributes":{}}]}'


@pytest.fixture
def gate(tmp_path):
    """Opens a gate; closes what it opened."""
    opened = []
    configure_logging(format="json")

    def open_gate(*, key=KEY, per_minute=0):
        runtime = Runtime()
        runtime.open(
            var=tmp_path, model_name="m", key=key, per_minute=per_minute, clock=lambda: NOW
        )
        opened.append(runtime)
        return Gate(create_app(runtime), runtime)

    yield open_gate
    structlog.reset_defaults()
    for runtime in opened:
        runtime.close()


def ask(gate, path="/v1/score", *, method="POST", times=1, **request):
    headers = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}
    headers |= request.pop("headers", {})
    fails = request.pop("fails", True)

    async def asking():
        transport = httpx.ASGITransport(gate, raise_app_exceptions=fails)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            for _ in range(times):
                answer = await client.request(method, path, headers=headers, **request)
            return answer

    return asyncio.run(asking())


def test_without_a_configured_key_every_request_is_refused_with_what_to_set(gate):
    answer = ask(gate(key=None), content=LEADS)

    assert answer.status_code == 503
    assert "LEADFLOW_API_KEY" in answer.json()["detail"]
    assert answer.headers["retry-after"]


def test_a_wrong_key_is_refused_as_a_problem_document(gate):
    answer = ask(gate(), content=LEADS, headers={"authorization": "Bearer wrong"})

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["instance"] == "/v1/score"


def test_without_a_champion_the_answer_is_503_and_when_to_try_again(gate):
    answer = ask(gate(), content=LEADS)

    assert answer.status_code == 503
    assert answer.json()["detail"] == "model 'm' has no champion yet"
    assert int(answer.headers["retry-after"]) > 0


def test_the_status_can_be_read_without_a_champion(gate):
    answer = ask(gate(), "/v1/status", method="GET")

    assert answer.status_code == 200
    assert answer.json()["model"] is None


def test_asking_too_often_is_429_with_retry_after(gate):
    answer = ask(gate(per_minute=1), "/v1/status", method="GET", times=2)

    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "60"


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/csv"},
        {"content-type": "application/vnd.bentoml+pickle"},
        {"content-encoding": "gzip"},
    ],
)
@pytest.mark.parametrize("path", ["/v1/score", "/v1/explain", "/score", "/explain"])
def test_a_body_that_is_not_announced_as_json_is_415(gate, path, headers):
    assert ask(gate(), path, content=LEADS, headers=headers).status_code == 415


@pytest.mark.parametrize(("path", "limit"), [("/v1/score", 8_000_000), ("/v1/explain", 1_000_000)])
def test_a_body_is_counted_even_when_its_length_is_not_announced(gate, path, limit):
    async def chunks():
        for _ in range(limit // 500_000 + 1):
            yield b" " * 500_000

    answer = ask(gate(), path, content=chunks())

    assert answer.status_code == 413
    assert f"{limit:,} bytes" in answer.json()["detail"]


def test_a_request_id_is_repeated(gate):
    answer = ask(gate(), content=b"", headers={"x-request-id": "order-66.a"})

    assert answer.headers["x-request-id"] == "order-66.a"
    assert answer.json()["request_id"] == "order-66.a"


@pytest.mark.parametrize("strange", ["", "a b", "x" * 101, "<script>"])
def test_a_strange_request_id_is_replaced(gate, strange):
    answer = ask(gate(), content=b"", headers={"x-request-id": strange})

    assert answer.headers["x-request-id"] != strange
    assert len(answer.headers["x-request-id"]) == 24


def test_what_is_not_there_is_404_and_a_wrong_method_405(gate):
    gate = gate()

    nowhere, wrong = ask(gate, "/v1/scores"), ask(gate, "/v1/score", method="PUT")

    assert (nowhere.status_code, wrong.status_code) == (404, 405)
    assert wrong.headers["allow"] == "POST"
    for answer in (nowhere, wrong):
        assert answer.headers["content-type"] == "application/problem+json"


def test_our_own_mistakes_are_500_without_their_insides(gate, monkeypatch):
    monkeypatch.setattr("serving.status.Status.members", lambda _: 1 / 0)

    answer = ask(gate(), "/v1/status", method="GET")

    assert answer.status_code == 500
    assert "division" not in answer.text
    assert answer.json()["request_id"]


def test_a_broken_open_route_is_500_as_a_problem_document_with_an_id(gate, monkeypatch):
    monkeypatch.setattr("serving.metrics.Meters.told", lambda _: 1 / 0)

    answer = ask(gate(), "/metrics", method="GET", fails=False)

    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"]


@pytest.mark.parametrize("sent", [[], [{"type": "http.request", "body": b"{", "more_body": True}]])
def test_a_body_that_does_not_arrive_in_time_is_408(gate, monkeypatch, sent):
    monkeypatch.setattr("serving.gate.PATIENCE", 0.05)

    assert asyncio.run(post(gate(), sent))[0]["status"] == 408


def test_a_request_that_is_given_up_from_outside_counts_as_504(gate, monkeypatch):
    counted = []
    monkeypatch.setattr(
        "serving.runtime.Runtime.count", lambda _, path, status, seconds: counted.append(status)
    )

    async def giving_up():
        async with asyncio.timeout(0.05):
            await post(gate(), [])

    with pytest.raises(TimeoutError):
        asyncio.run(giving_up())
    assert counted == [504]


async def post(gate, messages):
    """What is answered to a request whose body comes in these messages, and no further."""
    coming, answered = iter(messages), []

    async def receive():
        return next(coming, None) or await asyncio.Event().wait()

    async def send(message):
        answered.append(message)

    headers = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}
    await gate(
        {
            "type": "http",
            "method": "POST",
            "path": "/v1/score",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        },
        receive,
        send,
    )
    return answered
