"""The service, and beside it, past the gate, an empty Starlette route: the least there is."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from serving.gate import OPEN_TO_ALL, Gate
from serving.service import RUNTIME, LeadScoring

EMPTY = "/empty"


async def empty(_: Request) -> Response:
    return Response(b"{}", media_type="application/json")


LeadScoring.mount_apps.insert(
    0, (Starlette(routes=[Route(EMPTY, empty, methods=["POST"])]), "/", "empty")
)
LeadScoring.middlewares[:] = [(Gate, {"runtime": RUNTIME, "open_to_all": OPEN_TO_ALL | {EMPTY}})]
