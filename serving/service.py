"""The BentoML service: `bentoml serve serving.service:LeadScoring`.

Listens on loopback unless told otherwise. BentoML answers /livez, /readyz and /docs.json;
everything else is the mounted application (serving/app.py), /metrics among it
(serving/metrics.py says why). Tracing is switched off
by excluding every address: it has no other switch and costs more than a scored request.
"""

import gc
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bentoml
from pydantic_core import to_json

from pipelines.clock import system_clock
from pipelines.environment import prepare_environment
from pipelines.logs import configure_logging
from pipelines.settings import Settings, load_settings
from scoring.lean import load_lightgbm_alone
from serving.figures import make_own_folder, use_own_folder

use_own_folder()  # before the metrics are imported

from serving.app import create_app  # noqa: E402
from serving.gate import Gate  # noqa: E402
from serving.runtime import Runtime  # noqa: E402
from serving.staged import champion_home  # noqa: E402
from serving.store_desk import Opener  # noqa: E402

if TYPE_CHECKING:
    from scoring.profile import Profile
    from store.database import Store

prepare_environment()  # at import: this module is an entry point, and BentoML reads it when serving

STAGED = Path(__file__).resolve().parent.parent / "staged"
"""Where a bento carries its own champion (pipelines/build.py)."""

RUNTIME = Runtime()


def _opener(settings: Settings) -> Opener:
    """Opens the store when it is first needed; scoring alone never loads what that takes."""

    def open_it() -> "Store":
        from pipelines.memory import open_store

        return open_store(settings)

    return open_it


_NO_OPTIONS: dict[str, Any] = {}


def _profile(settings: Settings) -> "Profile":
    from pipelines.playbook import load_profile

    return load_profile(settings)


def _has_store(settings: Settings) -> bool:
    from pipelines.memory import has_store

    return has_store(settings)


@bentoml.service(
    name="lead_scoring",
    http={"host": "127.0.0.1", "port": 3000},
    traffic={"timeout": 35},
    logging={"access": {"enabled": False}},
    tracing={"excluded_urls": ".*"},
    metrics={"enabled": False},
)
@bentoml.asgi_app(create_app(RUNTIME), path="/")
class LeadScoring:
    """Scores leads with the champion, and says why."""

    @bentoml.on_deployment  # type: ignore[untyped-decorator]
    @staticmethod
    def prepare() -> None:
        """Before the workers start, in the process that starts them."""
        make_own_folder()

    @bentoml.on_startup  # type: ignore[untyped-decorator]
    def open(self) -> None:
        """Load the champion, then keep what lives for ever out of the collector's way."""
        settings = load_settings()
        load_lightgbm_alone()
        configure_logging(format=settings.log_format, level=settings.log_level)
        in_a_bento = LeadScoring.bento is not None  # type: ignore[attr-defined]
        var, name = champion_home(
            settings.var, settings.model_name, staged=STAGED if in_a_bento else None
        )
        RUNTIME.open(
            var=var,
            model_name=name,
            key=settings.api_key.get_secret_value() if settings.api_key else None,
            per_minute=settings.requests_per_minute,
            clock=system_clock,
            opener=_opener(settings),
            has_store=lambda: _has_store(settings),
            profile=lambda: _profile(settings),
        )
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)

    @bentoml.on_shutdown  # type: ignore[untyped-decorator]
    def close(self) -> None:
        """Stop following the champion."""
        RUNTIME.close()

    def __is_ready__(self) -> bool:
        """Whether there is a champion, or on day one a profile."""
        return RUNTIME.is_ready

    @bentoml.api  # type: ignore[untyped-decorator]
    async def score(
        self, leads: list[dict[str, Any]], options: dict[str, Any] = _NO_OPTIONS
    ) -> dict[str, Any]:
        """What /v1/score answers; declares it to BentoML's own clients (the gate answers)."""
        asked = to_json({"leads": leads, "options": options})
        answer: dict[str, Any] = json.loads(await RUNTIME.parts.desk.score(asked))
        return answer

    @bentoml.api  # type: ignore[untyped-decorator]
    async def explain(
        self, lead: dict[str, Any], top: int = 5, locale: str = "en", model: str = "champion"
    ) -> dict[str, Any]:
        """What /v1/explain answers; declares it to BentoML's own clients (the gate answers)."""
        asked = to_json({"lead": lead, "top": top, "locale": locale, "model": model})
        answer: dict[str, Any] = json.loads(await RUNTIME.parts.desk.explain(asked))
        return answer


LeadScoring.add_asgi_middleware(Gate, runtime=RUNTIME)  # type: ignore[attr-defined]
