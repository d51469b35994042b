"""A request that writes is carried out once, however often it is sent with the same key.

The key, the effect and the answer are committed in one transaction. So after a crash either all
are there, and the caller who asks again gets the answer, or none is, and asking again does it.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from leads.errors import Conflict, InvalidInput, Problem
from store.idempotency import Answered
from store.unit_of_work import UnitOfWork

KEPT_FOR = timedelta(hours=24)
IN_FLIGHT = (
    "the request with this Idempotency-Key is still being carried out; ask again in a moment"
)
REUSED = (
    "this Idempotency-Key was used for another request in the last 24 hours; give each request"
    " a key of its own"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What makes a request the same as another one. `key` None: it does not want to be."""

    caller: str
    key: str | None
    route: str
    payload: bytes
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An answer as it was made, now or before."""

    content: str
    status: int
    is_repeated: bool


def answer_once(
    unit: UnitOfWork, request: Request, work: Callable[[UnitOfWork], str], *, status: int
) -> Kept:
    """The answer to a request, made by `work` unless it was made before.

    Raises Conflict while somebody else is carrying it out, InvalidInput for a key that was used
    for another request, and whatever `work` raises: then nothing is kept.
    """
    if request.key is None:
        return Kept(content=work(unit), status=status, is_repeated=False)
    if not unit.idempotency.try_lock(request.caller, request.key):
        raise Conflict(IN_FLIGHT)
    unit.idempotency.forget(before=request.now - KEPT_FOR)
    digest = hashlib.sha256(request.payload).hexdigest()
    before = unit.idempotency.find(request.caller, request.key)
    if before is not None:
        if (before.route, before.payload_digest) != (request.route, digest):
            raise InvalidInput(REUSED, [Problem(pointer="", code="key_reused", detail=REUSED)])
        return Kept(content=before.answer, status=before.status, is_repeated=True)
    content = work(unit)
    unit.idempotency.keep(
        Answered(
            caller=request.caller,
            key=request.key,
            route=request.route,
            payload_digest=digest,
            created_at=request.now,
            status=status,
            answer=content,
        )
    )
    return Kept(content=content, status=status, is_repeated=False)
