"""The whole way once, on a simulated market: learn, promote, serve, score what comes in.

Everything it makes lies in one folder of its own (`var/demo`), so that a model of yours is never
touched, and a second demo starts afresh.
"""

import fcntl
import json
import secrets
import shlex
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leads.clock import Clock
from leads.errors import Conflict
from leads.progress import Progress
from leads.score import Locale
from pipelines.background import direct_client
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
MARKER = ".leadflow-demo"
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


@contextmanager
def own_folder(folder: Path) -> Iterator[None]:
    """The demo's folder, empty, and nobody else's while the block runs.

    Raises Conflict when another demo is using it, or when it is not a demo's at all.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(f"another demo is running in {folder}: end it first") from error
        if folder.exists():
            if any(folder.iterdir()) and not (folder / MARKER).exists():
                raise Conflict(f"{folder} was not made by a demo: move it, or set LEADFLOW_VAR")
            shutil.rmtree(folder)
        folder.mkdir()
        (folder / MARKER).touch()
        yield


def build_demo(
    settings: Settings, *, n_leads: int = LEADS, clock: Clock, progress: Progress
) -> DemoModel:
    """Simulate the market, train on its history, register and promote."""
    market = settings.var / "market"
    simulated = simulate(seed=SEED, n_leads=n_leads, n_incoming=INCOMING, progress=progress)
    write_market(simulated, market, progress=progress)
    trained = train(market / "leads.csv", OPTIONS, settings=settings, progress=progress)
    promoted = promote(settings=settings, clock=clock, first=True)
    return DemoModel(market=market, trained=trained, promoted=promoted)


def score_incoming(address: str, market: Path, *, api_key: str, locale: Locale) -> list[DemoLead]:
    """Send the incoming leads to the service in one request; best first."""
    table = read_table(market / "incoming.csv").frame
    rows = [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]
    answer = direct_client().post(
        f"{address}/v1/score",
        headers={"Authorization": f"Bearer {api_key}"},
        json={
            "leads": [
                {"external_id": row["lead_id"], "attributes": attributes_of(row)} for row in rows
            ],
            "options": {"explain": REASONS, "locale": locale},
        },
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


def new_key() -> str:
    """A fresh key for one demo."""
    return f"demo-{secrets.token_urlsafe(12)}"
