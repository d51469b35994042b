"""The one place where what went wrong becomes an HTTP answer: problem details (RFC 9457)."""

import math
from collections.abc import Mapping, Sequence

import pydantic_core

from leads.errors import Conflict, InvalidInput, LeadflowError, NotFound, Problem, Unavailable

MEDIA_TYPE = "application/problem+json"
SINGLE_BYTES = 1_000_000
BATCH_BYTES = 8_000_000
MAX_LISTED = 100
"""More mistakes than this are counted, not listed."""

STATUS: Mapping[type[LeadflowError], int] = {
    InvalidInput: 422,
    NotFound: 404,
    Conflict: 409,
    Unavailable: 503,
}
TITLES: Mapping[int, str] = {
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    408: "Request timeout",
    409: "Conflict",
    413: "Content too large",
    415: "Unsupported media type",
    422: "Invalid input",
    429: "Too many requests",
    500: "Internal error",
    503: "Service unavailable",
}


class Refusal(Exception):
    """An answer that is not the one asked for; the doors raise it, the gate sends it."""

    def __init__(
        self,
        *,
        status: int,
        detail: str,
        errors: Sequence[Problem] = (),
        retry_after: float | None = None,  # seconds after which trying again makes sense
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = tuple(errors)
        self.retry_after = retry_after
        self.headers = dict(headers or {})


def refusal_of(error: LeadflowError) -> Refusal:
    """The nearest known family decides the status; 500 when there is none."""
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)
    problems = error.problems if isinstance(error, InvalidInput) else ()
    return Refusal(
        status=status,
        detail=str(error),
        errors=problems,
        retry_after=5.0 if status == 503 else None,
    )


def too_large(limit: int, what: str) -> Refusal:
    """A body of more bytes than we read."""
    return Refusal(status=413, detail=f"{what} may have {limit:,} bytes at most")


def problem_document(refusal: Refusal, *, instance: str, request_id: str) -> bytes:
    """The body of a refusal, ready to send."""
    detail = refusal.detail
    if len(refusal.errors) > MAX_LISTED:
        detail += f" (the first {MAX_LISTED} of {len(refusal.errors)} mistakes are listed)"
    return pydantic_core.to_json(
        {
            "type": "about:blank",
            "title": TITLES.get(refusal.status, "Error"),
            "status": refusal.status,
            "detail": detail,
            "instance": instance,
            "request_id": request_id,
            "errors": as_members(refusal.errors),
        },
    )


def as_members(problems: Sequence[Problem]) -> list[dict[str, str]]:
    """Problems as they stand in an answer."""
    return [
        {"pointer": problem.pointer, "code": problem.code, "detail": problem.detail}
        for problem in problems[:MAX_LISTED]
    ]


def headers_of(refusal: Refusal) -> dict[str, str]:
    """The headers a refusal carries beside its body's."""
    headers = dict(refusal.headers)
    if refusal.retry_after is not None:
        headers["retry-after"] = str(max(1, math.ceil(refusal.retry_after)))
    return headers


def broken() -> Refusal:
    """The answer when we do not know what happened; the log does."""
    return Refusal(
        status=500, detail="this is our mistake, not yours; the log knows the request_id"
    )
