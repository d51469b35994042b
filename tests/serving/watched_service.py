"""The service, watched: which modules its worker holds, and what was unpickled in it."""

import os
import sys

from pydantic_core import to_json
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

UNPICKLED: list[str] = []


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event == "pickle.find_class":
        UNPICKLED.append(".".join(str(part) for part in arguments))


sys.addaudithook(_watch)

from serving.gate import OPEN_TO_ALL, Gate  # noqa: E402  the hook comes first
from serving.service import RUNTIME, LeadScoring  # noqa: E402

WATCH = "/watch"


async def watch(request: Request) -> Response:
    seen = {"pid": os.getpid(), "modules": sorted(sys.modules), "unpickled": UNPICKLED}
    return Response(to_json(seen), media_type="application/json")


LeadScoring.mount_apps.append((Starlette(routes=[Route(WATCH, watch)]), "/", "watch"))
LeadScoring.middlewares[:] = [(Gate, {"runtime": RUNTIME, "open_to_all": OPEN_TO_ALL | {WATCH}})]
