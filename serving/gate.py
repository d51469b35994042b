"""The gate every request passes: who asks, how often, how much; and what we say when it is refused.

Requests are answered right here: the way through the routers would cost as much as scoring. What
is not one of our routes goes on to BentoML and the mounted application.

It stands around BentoML's own doors as well as `/v1`. Only what probes, scrapers and readers of
the documentation need is open. BentoML's doors read bodies without limit and answer 500 to what
they cannot parse, so `/score` and `/explain` are led to their twins under `/v1`, which take and
give the same members.
"""

import re
import secrets
from asyncio import CancelledError, get_running_loop
from collections.abc import Mapping
from time import perf_counter
from typing import Any

import structlog

from leads.access import Scope as Allowed
from leads.errors import LeadflowError
from serving.body import Bodies, Message, Receive
from serving.desk import Repeated
from serving.doors import FORM, JSON, PATIENCE, Answer, Route, idempotency_key
from serving.errors import (
    BATCH_BYTES,
    MEDIA_TYPE,
    SINGLE_BYTES,
    Refusal,
    broken,
    headers_of,
    problem_document,
    refusal_of,
)
from serving.keys import ANYBODY
from serving.routes import TABLE
from serving.runtime import EXPLAIN, SCORE, Runtime

OPEN_TO_ALL = frozenset(
    {"/", "/livez", "/readyz", "/healthz", "/metrics", "/openapi.json", "/docs.json"}
)
ASSETS = "/static_content/"
TWINS = {"/score": SCORE, "/explain": EXPLAIN}
LIMITS = {SCORE: BATCH_BYTES, EXPLAIN: SINGLE_BYTES}
OPEN_PREFIXES = ("/f/",)
"""Pages for everybody: nobody is asked for a key, everything else is as at the other doors."""
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
REQUEST_ID = "leadflow.request_id"
"""Where a request's id stands in its scope."""

_FINE_ID = re.compile(rb"[A-Za-z0-9._:-]{1,100}")
_JSON = re.compile(rb"application/(?:[a-z0-9.+-]+\+)?json\s*(?:;.*)?", re.IGNORECASE)
_OURS = {404: "there is nothing at {path}", 405: "{path} does not answer {method}"}

log = structlog.get_logger()

Scope = dict[str, Any]
App = Any
"""An ASGI application."""


class Gate:
    """ASGI middleware around the whole service."""

    def __init__(
        self, app: App, runtime: Runtime, open_to_all: frozenset[str] = OPEN_TO_ALL
    ) -> None:
        self._app = app
        self._runtime = runtime
        self._open_to_all = open_to_all
        self._bodies = Bodies()

    async def __call__(self, scope: Scope, receive: Receive, send: Any) -> None:
        """Let a request through, or refuse it; count it either way."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        headers = dict(scope["headers"])
        request_id = _request_id(headers.get(b"x-request-id"))
        scope[REQUEST_ID] = request_id
        if self._is_open(scope["path"]):
            await self._app(scope, receive, send)
            return
        outgoing = _Outgoing(scope, send, request_id.encode())
        try:
            await self._let_in(scope, headers, receive, outgoing)
        except Refusal as refusal:
            await outgoing.refuse(refusal)
        except LeadflowError as error:
            await outgoing.refuse(refusal_of(error))
        except CancelledError:  # BentoML answers 504 when its own patience ends
            outgoing.status = outgoing.status or 504
            raise
        except Exception:  # the last one to see it: say so, and keep serving
            log.exception("request_broke", path=outgoing.template, request_id=request_id)
            await outgoing.refuse(broken())
        finally:
            self._runtime.count(outgoing.template, outgoing.status, perf_counter() - started)

    def _is_open(self, path: str) -> bool:
        return path in self._open_to_all or path.startswith(ASSETS)

    async def _let_in(
        self, scope: Scope, headers: dict[bytes, bytes], receive: Receive, outgoing: "_Outgoing"
    ) -> None:
        """Answer what is ours, pass on the rest. Raises Refusal or LeadflowError."""
        method: str = scope["method"]
        path: str = scope["path"]
        path = TWINS.get(path, path)
        if path in LIMITS and method == "POST":
            caller = self._runtime.admit(headers.get(b"authorization"), Allowed.SCORE)
            deadline = get_running_loop().time() + PATIENCE
            _check_content(headers, JSON)
            body = await self._bodies.read(
                receive,
                limit=LIMITS[path],
                announced=headers.get(b"content-length"),
                deadline=deadline,
            )
            key = headers.get(b"idempotency-key")
            answer = await self._runtime.answer(
                path,
                body,
                caller=caller,
                key=None if key is None else idempotency_key(key),
                deadline=deadline,
            )
            await outgoing.answer(answer)
            return
        found = TABLE.find(method, path)
        if found is not None:
            route, values = found
            outgoing.template = route.path
            await outgoing.send_answer(await self._handled(route, values, scope, headers, receive))
            return
        if not path.startswith(OPEN_PREFIXES):
            self._runtime.admit(headers.get(b"authorization"), None)
        allowed = TABLE.methods(path)
        if allowed:
            outgoing.template = TABLE.template(path) or path
            raise Refusal(
                status=405,
                detail=f"{path} does not answer {method}",
                headers={"allow": ", ".join(allowed)},
            )
        await self._app(scope, receive, outgoing.send)

    async def _handled(
        self,
        route: Route,
        values: Mapping[str, str],
        scope: Scope,
        headers: dict[bytes, bytes],
        receive: Receive,
    ) -> Answer:
        """What the handler of a route answers."""
        caller = ANYBODY
        if not route.path.startswith(OPEN_PREFIXES):
            caller = self._runtime.admit(headers.get(b"authorization"), route.scope)
        deadline = get_running_loop().time() + route.patience
        body = b""
        if route.limit and route.method in WITH_BODY:
            _check_content(headers, route.media_type)
            body = await self._bodies.read(
                receive,
                limit=route.limit,
                announced=headers.get(b"content-length"),
                deadline=deadline,
            )
        client = scope.get("client")
        return await self._runtime.handle(
            route,
            path=values,
            query=scope.get("query_string", b"").decode("latin-1"),
            headers=headers,
            body=body,
            caller=caller,
            client=client[0] if client else None,
            request_id=scope[REQUEST_ID],
            deadline=deadline,
        )


class _Outgoing:
    """An answer on its way: it gets the request's id, and its status is noted."""

    def __init__(self, scope: Scope, send: Any, request_id: bytes) -> None:
        self.status = 0
        self.template: str = scope["path"]
        self._scope = scope
        self._send = send
        self._request_id = request_id

    async def send(self, message: Message) -> None:
        """Pass a message on."""
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = list(message["headers"])
            if status in _OURS and (b"content-type", MEDIA_TYPE.encode()) not in headers:
                raise self._plain(status, headers)
            self.status = status
            headers.append((b"x-request-id", self._request_id))
            message["headers"] = headers
        await self._send(message)

    async def answer(self, body: bytes) -> None:
        """Send an answer to a scoring request."""
        self.status = 200
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
            (b"x-request-id", self._request_id),
        ]
        if type(body) is Repeated:
            headers.append((b"idempotent-replayed", b"true"))
        await self._send({"type": "http.response.start", "status": 200, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})

    async def send_answer(self, answer: Answer) -> None:
        """Send what a handler gave back."""
        body = answer.content()
        self.status = answer.status
        headers = [
            (b"content-type", answer.media_type.encode()),
            (b"content-length", b"%d" % len(body)),
            (b"x-request-id", self._request_id),
            *((name.encode(), value.encode()) for name, value in answer.headers.items()),
        ]
        if "cache-control" not in answer.headers:  # people's data stay in no browser's cache
            headers.append((b"cache-control", b"no-store"))
        await self._send(
            {"type": "http.response.start", "status": answer.status, "headers": headers}
        )
        await self._send({"type": "http.response.body", "body": body})

    async def refuse(self, refusal: Refusal) -> None:
        """Send a refusal, unless an answer is already on its way."""
        log.info(
            "request_refused",
            path=self.template,
            status=refusal.status,
            why=refusal.detail,
            request_id=self._request_id.decode(),
        )
        if self.status:
            return
        self.status = refusal.status
        body = problem_document(
            refusal, instance=self._scope["path"], request_id=self._request_id.decode()
        )
        headers = [
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"x-request-id", self._request_id),
            *((name.encode(), value.encode()) for name, value in headers_of(refusal).items()),
        ]
        await self._send(
            {"type": "http.response.start", "status": refusal.status, "headers": headers}
        )
        await self._send({"type": "http.response.body", "body": body})

    def _plain(self, status: int, headers: list[tuple[bytes, bytes]]) -> Refusal:
        """A framework's own 404 or 405 in our words."""
        allow = {name.decode(): value.decode() for name, value in headers if name == b"allow"}
        detail = _OURS[status].format(path=self._scope["path"], method=self._scope["method"])
        return Refusal(status=status, detail=detail, headers=allow)


def _request_id(given: bytes | None) -> str:
    """The caller's own id when it is fit to be repeated, else a fresh one."""
    if given is not None and _FINE_ID.fullmatch(given):
        return given.decode()
    return secrets.token_hex(12)


def _check_content(headers: dict[bytes, bytes], wanted: str) -> None:
    given = headers.get(b"content-type", b"")
    fits = _JSON.fullmatch(given) if wanted == JSON else given.partition(b";")[0].strip().lower()
    if not fits or (wanted != JSON and fits != wanted.encode()):
        what = "JSON" if wanted == JSON else "a form" if wanted == FORM else "it"
        raise Refusal(status=415, detail=f"send {what}: 'Content-Type: {wanted}'")
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise Refusal(status=415, detail="send the body as it is, without Content-Encoding")
