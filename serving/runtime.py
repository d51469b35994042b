"""What a worker process holds while it serves; empty until the service starts."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leads.access import Scope
from leads.clock import Clock
from leads.errors import Unavailable
from serving.champion import Beside, Champion
from serving.day_one import Fallback, ProfileReader
from serving.desk import Desk
from serving.doors import Answer, Call, Route
from serving.key_watch import KeyWatch
from serving.keys import Caller, Keyring
from serving.metrics import Meters
from serving.models import Models
from serving.routes import ROUTES
from serving.status import Status
from serving.store_desk import Opener, StoreDesk

SCORE, EXPLAIN = "/v1/score", "/v1/explain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything with a lifetime."""

    clock: Clock
    keys: Keyring
    store: StoreDesk
    watch: KeyWatch
    meters: Meters
    champion: Champion
    beside: Beside
    models: Models
    desk: Desk
    status: Status


class Runtime:
    """Made at import, so that routes can refer to it; opened once, when the worker starts."""

    def __init__(self) -> None:
        self._parts: Parts | None = None

    @property
    def parts(self) -> Parts:
        """What was opened. Raises Unavailable before that, and after closing."""
        if self._parts is None:
            raise Unavailable("the service is starting or stopping; try again")
        return self._parts

    @property
    def is_ready(self) -> bool:
        """Whether a lead could be scored now."""
        return self._parts is not None and self._parts.models.can_answer

    def open(
        self,
        *,
        var: Path,
        model_name: str,
        key: str | None,
        per_minute: int,
        clock: Clock,
        opener: Opener | None = None,
        has_store: Callable[[], bool] = bool,
        profile: ProfileReader | None = None,
    ) -> None:
        """Load the champion and start to follow its pointer.

        key         the operator's, with all scopes
        per_minute  how often each key may ask, unless its own limit says otherwise; 0: no limit
        opener      opens the store when it is first needed
        has_store   whether there is one to look for keys in
        profile     reads the ideal customer profile, which answers until a model was promoted
        """
        meters = Meters(route.path for route in ROUTES)
        champion = Champion(var=var, name=model_name, clock=clock, meters=meters)
        beside = Beside(var=var, name=model_name, clock=clock, meters=meters)
        keys, store = Keyring(key, per_minute=per_minute), StoreDesk(opener)
        fallback = Fallback(profile, name=model_name, store=store, has_store=has_store, clock=clock)
        models = Models(champion=champion, beside=beside, fallback=fallback)
        watch = KeyWatch(keys, store, has_store=has_store, clock=clock)
        self._parts = Parts(
            clock=clock,
            keys=keys,
            store=store,
            watch=watch,
            meters=meters,
            champion=champion,
            beside=beside,
            models=models,
            desk=Desk(models=models, clock=clock, meters=meters, store=store),
            status=Status(models=models, clock=clock),
        )
        watch.start()
        champion.start()
        beside.start()

    def close(self) -> None:
        """Stop following the pointer and let go of the threads."""
        parts, self._parts = self._parts, None
        if parts is not None:
            parts.watch.stop()
            parts.champion.stop()
            parts.beside.stop()
            parts.desk.close()
            parts.store.close()
            parts.meters.close()

    def admit(self, authorization: bytes | None, scope: Scope | None) -> Caller:
        """Let a caller in, or raise Refusal: 401, 403, 429 or 503."""
        caller = self.parts.keys.admit(authorization)
        if scope is not None:
            caller.need(scope)
        return caller

    async def answer(
        self,
        path: str,
        body: bytes,
        *,
        caller: Caller,
        key: str | None,
        deadline: float,
    ) -> bytes:
        """The answer to what was posted to `path`, by `deadline` on the event loop's clock.

        Raises LeadflowError or Refusal.
        """
        desk = self.parts.desk
        if path == SCORE:
            return await desk.score(body, caller=caller, key=key, deadline=deadline)
        return await desk.explain(body, caller=caller, deadline=deadline)

    async def handle(self, route: Route, **asked: Any) -> Answer:
        """What a route's handler answers; `asked` is what serving.doors.Call says."""
        parts = self.parts
        call = Call(
            route=route, now=parts.clock(), store=parts.store, champion=parts.champion, **asked
        )
        return await route.handler(call)

    def count(self, path: str, status: int, seconds: float) -> None:
        """Note that a request was answered."""
        if self._parts is not None:
            self._parts.meters.answered(path, status, seconds=seconds)
