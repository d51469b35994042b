"""The whole way once, on a simulated market: learn, promote, serve; demo_leads.py goes on.

Everything it makes lies in one folder of its own (`var/demo`), so that a model of yours is never
touched, and a second demo starts afresh.
"""

import fcntl
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from leads.clock import Clock
from leads.errors import Conflict
from leads.progress import Progress
from pipelines.demo_leads import write_incoming
from pipelines.promote import Promotion, promote
from pipelines.settings import Settings
from pipelines.train import Trained, TrainOptions, train
from sandbox.export import write_market
from sandbox.market import simulate

MODEL_NAME = "demo"
SEED = 7
LEADS = 8_000
INCOMING = 24
OPTIONS = TrainOptions(target="converted", time="handed_over_at")
MARKER = ".leadflow-demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoModel:
    """What the demo learnt, for the screen."""

    market: Path
    trained: Trained
    promoted: Promotion


def demo_settings(settings: Settings, *, port: int | None) -> Settings:
    """The settings of the demo: a folder, a model name and a key of its own."""
    return settings.model_copy(
        update={
            "var": settings.var / "demo",
            "mlflow_tracking_uri": f"sqlite:///{(settings.var / 'demo' / 'mlflow.db').as_posix()}",
            "database_url": SecretStr(
                f"sqlite:///{(settings.var / 'demo' / 'leadflow.db').as_posix()}"
            ),
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
    """Simulate the market, train on its history, register and promote; leave what comes in."""
    market = settings.var / "market"
    simulated = simulate(seed=SEED, n_leads=n_leads, n_incoming=INCOMING, progress=progress)
    write_market(simulated, market, progress=progress)
    write_incoming(simulated, market, seed=SEED)
    trained = train(market / "leads.csv", OPTIONS, settings=settings, progress=progress)
    promoted = promote(settings=settings, clock=clock, first=True)
    return DemoModel(market=market, trained=trained, promoted=promoted)


def new_key() -> str:
    """A fresh key for one demo."""
    return f"demo-{secrets.token_urlsafe(12)}"
