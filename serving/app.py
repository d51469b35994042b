"""The mounted application: `/v1` and its OpenAPI document.

The routes are declared with FastAPI, which documents them from the models of the wire. All but
/v1/status are answered before a request comes here (serving/gate.py).
"""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, request_response

from leads.errors import LeadflowError
from serving.errors import MEDIA_TYPE, Refusal, broken, headers_of, problem_document, refusal_of
from serving.gate import REQUEST_ID
from serving.metrics import MEDIA_TYPE as METRICS
from serving.openapi import declared, document, route_documents
from serving.routes import ROUTES
from serving.runtime import EXPLAIN, SCORE, Runtime


class PlainRoute(APIRoute):
    """Documented as any other of FastAPI's, answered by its endpoint as it stands."""

    def __init__(self, path: str, endpoint: Any, **declared: Any) -> None:
        super().__init__(path, endpoint, **declared)
        self.app = request_response(endpoint)


def create_app(runtime: Runtime) -> FastAPI:
    """The routes under `/v1`, with everything they need coming from `runtime`."""

    async def status(request: Request) -> Response:  # noqa: ARG001  the signature of a handler
        """Say which model is being served, since when, and how the last swap went."""
        return _json(to_json(runtime.parts.status.members()))

    def metrics(_: Request) -> Response:
        return Response(runtime.parts.meters.told(), media_type=METRICS)

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    for path, endpoint, method in (
        (SCORE, at_the_gate, "POST"),
        (EXPLAIN, at_the_gate, "POST"),
        ("/v1/status", status, "GET"),
    ):
        app.router.add_api_route(
            path,
            endpoint,
            methods=[method],
            route_class_override=PlainRoute,
            **route_documents()[path],
        )
    for route in ROUTES:
        if route.documents is not None:
            app.router.add_api_route(
                route.path,
                at_the_gate,
                methods=[route.method],
                route_class_override=PlainRoute,
                **declared(route),
            )
    described = to_json(document(app, ROUTES))
    app.router.routes.append(Route("/openapi.json", lambda _: _json(described)))
    app.router.routes.append(Route("/metrics", metrics))
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(LeadflowError, _refused)
    app.add_exception_handler(Exception, _refused)
    return app


async def at_the_gate(_: Request) -> Response:
    """Documents a route, and lets routers know its methods; the gate answers it."""
    raise AssertionError("the gate stands before every route")


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json")


def _refused(request: Request, error: Exception) -> Response:
    if isinstance(error, Refusal):
        refusal = error
    elif isinstance(error, LeadflowError):
        refusal = refusal_of(error)
    else:
        refusal = broken()
    body = problem_document(
        refusal, instance=request.url.path, request_id=request.scope[REQUEST_ID]
    )
    return Response(
        body,
        status_code=refusal.status,
        media_type=MEDIA_TYPE,
        headers=dict(headers_of(refusal)),
    )
