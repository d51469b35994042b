"""`leadflow serve`: this process becomes the service."""

import os
import sys
from typing import NoReturn

SERVICE = "serving.service:LeadScoring"
NAME = "lead_scoring"
GRACE_SECONDS = 20


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
