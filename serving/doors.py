"""What a route is, what its handler is given, and what it gives back.

    async def show(call: Call) -> Answer:
        return Answer(await call.reading(lambda unit: use_case(unit, call.path["lead_id"])))

    async def hand_in(call: Call) -> Answer:
        asked = await call.read(CampaignIn)
        return await call.writing(lambda unit: use_case(unit, asked, now=call.now), status=201)

    ROUTES = (
        Route("GET", "/v1/leads/{lead_id}", show, scope=Scope.LEADS_READ, documents=Documents(...)),
    )

Handlers read what was sent, run one use case in a thread, and give back a plain dict. What they
raise becomes a problem document at the gate.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel
from pydantic_core import to_json

from leads.access import Scope
from leads.errors import InvalidInput, Problem
from serving.champion import Champion
from serving.errors import SINGLE_BYTES
from serving.keys import Caller
from serving.reading import read_query, read_request
from serving.store_desk import StoreDesk

if TYPE_CHECKING:
    from store.unit_of_work import UnitOfWork

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
HTML = "text/html; charset=utf-8"
PATIENCE = 4.5
"""Seconds for a whole request."""
FEW_BYTES = 4_000
"""A longer body is read in a thread."""

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler gives back: a JSON object, or a text with its media type."""

    body: Mapping[str, Any] | bytes | None = None
    status: int = 200
    media_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)

    def content(self) -> bytes:
        """The bytes that are sent."""
        if isinstance(self.body, bytes):
            return self.body
        return b"" if self.body is None else to_json(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that was let in.

    path        the values of the parameters in the route's path
    client      the address of whoever is at the other end of the line, if known
    deadline    on the event loop's clock
    """

    route: "Route"
    path: Mapping[str, str]
    query: str
    headers: Mapping[bytes, bytes]
    body: bytes
    caller: Caller
    client: str | None
    request_id: str
    now: datetime
    deadline: float
    store: StoreDesk
    champion: Champion

    async def read(self, model: type[M]) -> M:
        """The body as that model. Raises InvalidInput naming every mistake."""
        if len(self.body) <= FEW_BYTES:
            return read_request(model, self.body)
        return await self.aside(lambda: read_request(model, self.body))

    async def aside(self, work: Callable[[], T]) -> T:
        """What `work` makes, in a thread."""
        return await self.store.aside(work, deadline=self.deadline)

    def asked(self, model: type[M]) -> M:
        """The query (`?a=1&b=2`) as that model. Raises InvalidInput."""
        return read_query(model, self.query)

    def form(self) -> dict[str, list[str]]:
        """The fields of a form that was posted, each with its values in order."""
        try:
            pairs = parse_qsl(self.body.decode(), keep_blank_values=True, max_num_fields=1000)
        except (UnicodeDecodeError, ValueError):
            detail = "the body is not a form: fields as name=value&..., UTF-8, 1,000 at most"
            problem = Problem(pointer="", code="invalid_form", detail=detail)
            raise InvalidInput(detail, [problem]) from None
        found: dict[str, list[str]] = {}
        for name, value in pairs:
            found.setdefault(name, []).append(value)
        return found

    async def reading(self, work: "Callable[[UnitOfWork], T]") -> T:
        """What `work` finds in a transaction that only reads."""
        return await self.store.reading(work, deadline=self.deadline)

    async def writing(
        self, work: "Callable[[UnitOfWork], Mapping[str, Any]]", *, status: int = 200
    ) -> Answer:
        """The answer that `work` makes in one transaction, which holds the caller's
        Idempotency-Key too: a request that was answered before gets that answer again.
        """
        path = self.route.path.format(**self.path)
        key = self.headers.get(b"idempotency-key")
        kept = await self.store.writing_once(
            work,
            status=status,
            deadline=self.deadline,
            caller=self.caller.actor,
            key=None if key is None else idempotency_key(key),
            route=f"{self.route.method} {path}",
            payload=self.body,
            now=self.now,
        )
        again = {"idempotent-replayed": "true"} if kept.is_repeated else {}
        return Answer(kept.content.encode(), kept.status, headers=again)


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """What a route says of itself in the OpenAPI document.

    answer      the model of an answer, `body` and `query` those of what is sent
    bodies      what the body may be instead
    example     of an answer, `asked` of a body
    refusals    statuses beside those that every route has: 404, 409
    """

    summary: str
    description: str = ""
    answer: Any = None  # FastAPI also takes unions of models
    body: type[BaseModel] | None = None
    bodies: Sequence[type[BaseModel]] = ()
    query: type[BaseModel] | None = None
    example: Mapping[str, Any] | None = None
    asked: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    refusals: Sequence[int] = ()


Handler = Callable[[Call], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Route:
    """One address and method.

    scope       what a key must be allowed to; None: any key will do
    limit       bytes of the body; 0: there is none, and what is sent is not read
    media_type  of the body
    patience    seconds until we give up
    documents   None: not for callers of `/v1`
    """

    method: str
    path: str
    handler: Handler
    scope: Scope | None = field(kw_only=True)
    limit: int = field(default=SINGLE_BYTES, kw_only=True)
    media_type: str = field(default=JSON, kw_only=True)
    patience: float = field(default=PATIENCE, kw_only=True)
    documents: Documents | None = field(default=None, kw_only=True)


def idempotency_key(given: bytes) -> str:
    """The value of an Idempotency-Key header. Raises InvalidInput."""
    key = given.decode("latin-1").strip().strip('"')
    if not (1 <= len(key) <= 200 and key.isascii() and key.isprintable()):
        detail = "the Idempotency-Key needs 1 to 200 printable ASCII characters; a UUID will do"
        raise InvalidInput(detail, [Problem(pointer="", code="invalid_key", detail=detail)])
    return key
