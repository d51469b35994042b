"""`leadflow serve`: this process becomes the service."""

import os
import sys
from datetime import datetime
from typing import NoReturn

from pipelines.settings import Settings

SERVICE = "serving.service:LeadScoring"
NAME = "lead_scoring"
GRACE_SECONDS = 20


def some_key_opens(settings: Settings, *, now: datetime) -> bool:
    """Whether anybody could be answered: by the operator's key, or by one in the store.

    Raises Unavailable when the store would have to know and is away.
    """
    from pipelines.memory import has_store, using_store

    if settings.api_key is not None:
        return True
    if not has_store(settings):
        return False
    with using_store(settings) as store, store.reading() as unit:
        return bool(unit.keys.valid(now))


def serve(*, host: str, port: int, workers: int) -> NoReturn:
    """Replace this process by BentoML's server, which stops gracefully on SIGINT and SIGTERM.

    Nothing is left in between that could be killed and leave the server behind. Paths in the
    settings stay relative to the directory this was called in.
    """
    command = serve_command(host=host, port=port)
    # its --api-workers is not heard by services of this kind
    os.environ["BENTOML_CONFIG_OPTIONS"] = f"services.{NAME}.workers={workers}"
    os.execv(command[0], command)  # noqa: S606  our own interpreter, no shell


def serve_command(*, host: str, port: int, served: str = SERVICE) -> list[str]:
    """The command that serves; `served` may also be the tag or the folder of a bento."""
    return [
        sys.executable,
        *("-m", "bentoml", "serve", served),
        *("--host", host, "--port", str(port)),
        *("--timeout-graceful-shutdown", str(GRACE_SECONDS)),
    ]
