"""The mounted application: `/v1` and its OpenAPI document.

The routes are declared with FastAPI, which documents them from serving/schemas.py, and answered
by plain Starlette handlers, because reading and writing through FastAPI costs more than scoring.
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
from serving.openapi import document, route_documents
from serving.runtime import Runtime


class PlainRoute(APIRoute):
    """Documented as any other of FastAPI's, answered by its endpoint as it stands."""

    def __init__(self, path: str, endpoint: Any, **declared: Any) -> None:
        super().__init__(path, endpoint, **declared)
        self.app = request_response(endpoint)


def create_app(runtime: Runtime) -> FastAPI:
    """The routes under `/v1`, with everything they need coming from `runtime`."""

    async def score(request: Request) -> Response:
        """Score leads: how likely each is to convert, and why if asked."""
        return _json(await runtime.parts.desk.score(await request.body()))

    async def explain(request: Request) -> Response:
        """Take one lead's score apart into the contributions of its fields."""
        return _json(await runtime.parts.desk.explain(await request.body()))

    async def status(request: Request) -> Response:  # noqa: ARG001  the signature of a handler
        """Say which model is being served, since when, and how the last swap went."""
        return _json(to_json(runtime.parts.status.members()))

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    for endpoint, method in ((score, "POST"), (explain, "POST"), (status, "GET")):
        path = f"/v1/{endpoint.__name__}"
        app.router.add_api_route(
            path,
            endpoint,
            methods=[method],
            route_class_override=PlainRoute,
            **route_documents()[path],
        )
    described = to_json(document(app))
    app.router.routes.append(Route("/openapi.json", lambda _: _json(described)))
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(LeadflowError, _refused)
    app.add_exception_handler(Exception, _refused)
    return app


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
