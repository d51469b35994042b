"""The whole way once, on a simulated market: learn, promote, serve, score what comes in.

Everything it makes lies in one folder of its own (`var/demo`), so that a model of yours is never
touched, and a second demo starts afresh.
"""

import json
import os
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from leads.clock import Clock
from leads.errors import Conflict, Unavailable
from leads.progress import Progress
from leads.score import Locale
from pipelines.explain import who
from pipelines.promote import Promotion, promote
from pipelines.settings import Settings
from pipelines.tables import read_table
from pipelines.train import Trained, TrainOptions, train
from sandbox.export import write_market
from sandbox.market import simulate

MODEL_NAME = "demo"
SEED = 7
LEADS = 8_000
INCOMING = 24
REASONS = 3
OPTIONS = TrainOptions(target="converted", time="handed_over_at")
START_SECONDS = 60
STOP_SECONDS = 25
PERSONAL = ("first_name", "last_name", "email", "phone")
"""Columns the demo does not send: the model does not look at them, so they stay at home."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoModel:
    """What the demo learnt, for the screen."""

    market: Path
    trained: Trained
    promoted: Promotion


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoLead:
    """One incoming lead as the service answered it."""

    lead_id: str
    who: str
    attributes: Mapping[str, str]
    answer: Mapping[str, Any]


def demo_settings(settings: Settings, *, port: int | None) -> Settings:
    """The settings of the demo: a folder, a model name and a key of its own."""
    return settings.model_copy(
        update={
            "var": settings.var / "demo",
            "mlflow_tracking_uri": f"sqlite:///{(settings.var / 'demo' / 'mlflow.db').as_posix()}",
            "model_name": MODEL_NAME,
            "port": port or settings.port,
        }
    )


def check_port(host: str, port: int) -> None:
    """Raise Conflict when something else listens there, before minutes of work are done."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Conflict(
                f"{host}:{port} is in use: stop what listens there, or choose --port"
            ) from error


def build_demo(
    settings: Settings, *, n_leads: int = LEADS, clock: Clock, progress: Progress
) -> DemoModel:
    """Simulate the market, train on its history, register and promote."""
    if settings.var.exists():
        shutil.rmtree(settings.var)
    market = settings.var / "market"
    simulated = simulate(seed=SEED, n_leads=n_leads, n_incoming=INCOMING, progress=progress)
    write_market(simulated, market, progress=progress)
    trained = train(market / "leads.csv", OPTIONS, settings=settings, progress=progress)
    promoted = promote(settings=settings, clock=clock, first=True)
    return DemoModel(market=market, trained=trained, promoted=promoted)


@contextmanager
def running_service(settings: Settings, *, api_key: str) -> Iterator[str]:
    """The service as a process of its own, ready; its address. Ends with the block."""
    address = f"http://{settings.host}:{settings.port}"
    log = settings.var / "service.log"
    environment = os.environ | {
        "LEADFLOW_VAR": str(settings.var),
        "LEADFLOW_MODEL_NAME": settings.model_name,
        "LEADFLOW_API_KEY": api_key,
        "LEADFLOW_HOST": settings.host,
        "LEADFLOW_PORT": str(settings.port),
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "pipelines.cli", "serve"],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches us; we then stop the whole group
        )
    try:
        _wait_until_ready(address, process, log)
        yield address
    finally:
        _stop(process)


def score_incoming(address: str, market: Path, *, api_key: str, locale: Locale) -> list[DemoLead]:
    """Send the incoming leads to the service in one request; best first."""
    table = read_table(market / "incoming.csv").frame
    rows = [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]
    answer = httpx.post(
        f"{address}/v1/score",
        headers={"Authorization": f"Bearer {api_key}"},
        json={
            "leads": [
                {"external_id": row["lead_id"], "attributes": attributes_of(row)} for row in rows
            ],
            "options": {"explain": REASONS, "locale": locale},
        },
        timeout=30,
    )
    answer.raise_for_status()
    leads = [
        DemoLead(lead_id=row["lead_id"], who=who(row), attributes=attributes_of(row), answer=result)
        for row, result in zip(rows, answer.json()["results"], strict=True)
    ]
    return sorted(leads, key=lambda lead: -lead.answer["probability"])


def attributes_of(row: Mapping[str, Any]) -> dict[str, str]:
    """What a CRM would send of a row: what is there, and nothing about the person."""
    return {
        name: value
        for name, value in row.items()
        if isinstance(value, str) and name not in PERSONAL and name != "lead_id"
    }


def curl_examples(address: str, lead: DemoLead) -> tuple[str, ...]:
    """Commands that work as printed while the demo serves, once $KEY is set."""
    one = {"leads": [{"external_id": lead.lead_id, "attributes": lead.attributes}]}
    why = {"lead": {"attributes": lead.attributes}, "top": REASONS, "locale": Locale.ZH}
    key = '-H "Authorization: Bearer $KEY"'
    post = f"{key} -H 'Content-Type: application/json' -d"
    return (
        f"curl -s {address}/v1/status {key}",
        f"curl -s {address}/v1/score {post} {shlex.quote(json.dumps(one, ensure_ascii=False))}",
        f"curl -s {address}/v1/explain {post} {shlex.quote(json.dumps(why, ensure_ascii=False))}",
    )


def wait_for_interrupt() -> None:
    """Return when somebody presses Ctrl-C or asks the process to end."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while True:
            time.sleep(1)
    except KeyboardInterrupt:
        return


def new_key() -> str:
    """A fresh key for one demo."""
    return f"demo-{secrets.token_urlsafe(12)}"


def _wait_until_ready(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if httpx.get(f"{address}/readyz", timeout=2).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise Unavailable(f"the service did not start; its last words:\n{_last_lines(log)}")


def _last_lines(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End the service's whole process group, by asking first."""
    for request in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, request)
            process.wait(STOP_SECONDS)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
        else:
            return
