"""The OpenAPI 3.1 document, made from the wire models, and what each route says of itself.

`docs/openapi.json` is the committed copy; tests/serving/compatibility.py says which
changes to it need a new version of the interface.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from serving.doors import Route
from serving.errors import MEDIA_TYPE
from serving.schemas import (
    AN_ID,
    ATTRIBUTES,
    ExplainAnswer,
    ExplainRequest,
    ProblemDetails,
    ScoreAnswer,
    ScoreRequest,
    StatusAnswer,
)
from serving.version import leadflow_version

Document = dict[str, Any]

INTERFACE = "1"
"""The version in `/v1`; an incompatible change needs the next one."""

_REF = "#/components/schemas/{model}"
_LEAD = {"external_id": AN_ID, "attributes": ATTRIBUTES}
_MODEL = {"name": "lead-scoring", "version": "7", "features": "1f0c3a5be1d2"}
_REASON = {
    "field": "contact",
    "label": "contact",
    "value": "cellular",
    "contribution": 0.31,
    "direction": "raises",
    "text": "Leads with contact cellular convert 1.3x as often as average",
}
_WHEN_WON = {
    "low_weeks": 3,
    "high_weeks": 6,
    "median_weeks": 5,
    "text": "If it converts, most likely within 3-6 weeks.",
}
_SCORED = {
    "external_id": AN_ID,
    "status": "ok",
    "prediction_id": "019a5c1e-7d3b-7c4e-9f00-1234567890ab",
    "probability": 0.182,
    "times_average": 1.6,
    "points": 88,
    "tier": "B",
    "fit": "A",
    "engagement": 3,
    "calibrated": True,
    "scored_at": "2026-03-02T09:00:00.000000Z",
    "imputed": ["education"],
    "warnings": [],
    "must_follow": {
        "rule": "key account size",
        "text": "A company of 5,000 people or more: key accounts are followed up at once.",
    },
    "reasons": [_REASON],
    "time_to_convert": _WHEN_WON,
}
_REFUSED = {
    "external_id": "00Q5e000001abce",
    "status": "error",
    "error": {
        "code": "invalid_lead",
        "errors": [
            {
                "pointer": "/leads/1/attributes/age",
                "code": "not_finite",
                "detail": "'age' is not a finite number; leave it out if it is not known",
            }
        ],
    },
}
_EXPLAINED = {
    "probability": 0.182,
    "margin": -1.42,
    "fit": "A",
    "engagement": 3,
    "base_value": -2.1,
    "fit_log_odds": 0.57,
    "engagement_log_odds": 0.11,
    "space": "log_odds",
    "reasons": [_REASON],
    "other": 0.37,
    "time_to_convert": _WHEN_WON,
    "model": _MODEL,
}
_WHEN = {
    401: "The API key is missing or wrong.",
    403: "The API key lacks the scope that the route needs.",
    404: "There is nothing under that id, or no such model is served.",
    408: "The body did not arrive in time; send it again, or less at a time.",
    409: "Not in the present state, or the same Idempotency-Key is being answered just now.",
    413: "The body is too large: 8 MB for a batch, 1 MB for a single lead.",
    415: "The body is not announced as JSON.",
    422: "The request cannot be read; `errors` points at each mistake.",
    429: "This key asks too often; `Retry-After` says when to come back.",
    503: "No model has been promoted, the store is away, or too much is waiting; try again later.",
}
_POSTED = (401, 403, 408, 413, 415, 422, 429, 503)
_SCORING = (401, 403, 404, *_POSTED[2:])
_GOT = (401, 429, 503)


def route_documents() -> Mapping[str, Mapping[str, Any]]:
    """How each route is declared, by path."""
    return {
        "/v1/score": {
            "summary": "Score leads",
            "description": (
                "At most 1,000 leads, 100 with reasons. Results come in the order of the leads."
                " A lead that cannot be read has a result with status `error` and spoils no other;"
                " when no lead can be read the answer is 422."
            ),
            "response_model": ScoreAnswer,
            "operation_id": "score",
            "responses": _responses({"model": _MODEL, "results": [_SCORED, _REFUSED]}, _SCORING),
            "openapi_extra": _body(
                ScoreRequest, {"leads": [_LEAD], "options": {"explain": 3, "locale": "en"}}
            ),
        },
        "/v1/explain": {
            "summary": "Take a score apart",
            "description": (
                "`base_value` + the contributions of the reasons + `other` = `margin`, in log-odds."
            ),
            "response_model": ExplainAnswer,
            "operation_id": "explain",
            "responses": _responses(_EXPLAINED, _SCORING),
            "openapi_extra": _body(ExplainRequest, {"lead": _LEAD, "top": 5, "locale": "en"}),
        },
        "/v1/status": {
            "summary": "What is being served",
            "description": "By the worker process that answers; each follows the champion itself.",
            "response_model": StatusAnswer,
            "operation_id": "status",
            "responses": _responses(None, _GOT),
        },
    }


def declared(route: Route) -> Document:
    """How a route that documents itself (serving/doors.py) is declared to FastAPI."""
    told = route.documents
    assert told is not None
    always = {403, *(_GOT if told.body is None else _POSTED), *([422] if told.query else [])}
    needs = f"Needs the scope `{route.scope}`." if route.scope else ""
    extra = _parameters(route.path, told.query)
    if told.body is not None:
        extra |= _body(told.body, told.asked, told.bodies)
    return {
        "summary": told.summary,
        "description": f"{told.description} {needs}".strip(),
        "response_model": told.answer,
        "status_code": told.status,
        "operation_id": f"{route.method.lower()}{re.sub(r'[^a-z]+', '_', route.path)}".strip("_"),
        "responses": _responses(
            told.example, tuple(sorted(always | set(told.refusals))), told.status
        ),
        "openapi_extra": extra,
    }


def _parameters(path: str, query: type[BaseModel] | None) -> Document:
    found: list[Document] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", path)
    ]
    schema = query.model_json_schema() if query else {}
    required = schema.get("required", ())
    for name, member in schema.get("properties", {}).items():
        kind = {key: value for key, value in member.items() if key not in {"title", "description"}}
        said = {"description": member["description"]} if "description" in member else {}
        found.append(
            {"name": name, "in": "query", "required": name in required, "schema": kind} | said
        )
    return {"parameters": found} if found else {}


def document(app: FastAPI, routes: Sequence[Route] = ()) -> Document:
    """The whole document of an application's routes."""
    made = get_openapi(
        title="Leadflow",
        version=f"{INTERFACE}+{leadflow_version()}",
        openapi_version="3.1.0",
        summary="How likely a lead is to convert, and why.",
        routes=app.routes,
    )
    _, asked = models_json_schema(
        [
            (ScoreRequest, "validation"),
            (ExplainRequest, "validation"),
            (ProblemDetails, "serialization"),
            *((model, "validation") for model in _bodies(routes)),
        ],
        ref_template=_REF,
    )
    components = made.setdefault("components", {})
    components["schemas"] = dict(
        sorted({**components.get("schemas", {}), **asked["$defs"]}.items())
    )
    components["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "The API key of the service."}
    }
    made["security"] = [{"key": []}]
    return made


def _bodies(routes: Sequence[Route]) -> list[type[BaseModel]]:
    told = [
        model
        for route in routes
        if route.documents and route.documents.body
        for model in (route.documents.body, *route.documents.bodies)
    ]
    return list(dict.fromkeys(told))


def _body(
    model: type[BaseModel], example: Mapping[str, Any], others: Sequence[type[BaseModel]] = ()
) -> Document:
    schemas = [{"$ref": _REF.format(model=one.__name__)} for one in (model, *others)]
    schema: Document = {"anyOf": schemas} if others else schemas[0]
    content = {"schema": schema, "example": example}
    return {"requestBody": {"required": True, "content": {"application/json": content}}}


def _responses(
    example: Mapping[str, Any] | None, refusals: tuple[int, ...], status: int = 200
) -> dict[int | str, Document]:
    said: dict[int | str, Document] = {status: {"description": "The answer."}}
    if example is not None:
        said[status]["content"] = {"application/json": {"example": example}}
    for refusal in refusals:
        said[refusal] = {
            "description": _WHEN[refusal],
            "content": {
                MEDIA_TYPE: {"schema": {"$ref": _REF.format(model=ProblemDetails.__name__)}}
            },
        }
        if refusal in {429, 503}:
            said[refusal]["headers"] = {
                "Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}
            }
    return said
