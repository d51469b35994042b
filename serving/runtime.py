"""What a worker process holds while it serves; empty until the service starts."""

from dataclasses import dataclass
from pathlib import Path

from leads.clock import Clock
from leads.errors import Unavailable
from serving.champion import Champion
from serving.desk import Desk
from serving.keys import Keyring, RateLimit
from serving.metrics import Meters
from serving.status import Status

SCORE, EXPLAIN = "/v1/score", "/v1/explain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything with a lifetime."""

    keys: Keyring
    limit: RateLimit | None
    meters: Meters
    champion: Champion
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
        return self._parts is not None and self._parts.champion.served is not None

    def open(
        self, *, var: Path, model_name: str, key: str | None, per_minute: int, clock: Clock
    ) -> None:
        """Load the champion and start to follow its pointer; `per_minute` 0 is no limit."""
        meters = Meters()
        champion = Champion(var=var, name=model_name, clock=clock, meters=meters)
        self._parts = Parts(
            keys=Keyring([key] if key else []),
            limit=RateLimit(per_minute=per_minute) if per_minute else None,
            meters=meters,
            champion=champion,
            desk=Desk(champion=champion, clock=clock, meters=meters),
            status=Status(champion=champion, clock=clock),
        )
        champion.start()

    def close(self) -> None:
        """Stop following the pointer and let go of the threads."""
        parts, self._parts = self._parts, None
        if parts is not None:
            parts.champion.stop()
            parts.desk.close()
            parts.meters.close()

    def admit(self, authorization: bytes | None) -> None:
        """Let a caller in, or raise Refusal: 401, 429 or 503."""
        parts = self.parts
        key = parts.keys.bearer(authorization)
        if parts.limit is not None:
            parts.limit.take(key)

    async def answer(self, path: str, body: bytes, *, deadline: float) -> bytes:
        """The answer to what was posted to `path`, by `deadline` on the event loop's clock.

        Raises LeadflowError or Refusal.
        """
        desk = self.parts.desk
        asked = desk.score if path == SCORE else desk.explain
        return await asked(body, deadline=deadline)

    def count(self, path: str, status: int, seconds: float) -> None:
        """Note that a request was answered."""
        if self._parts is not None:
            self._parts.meters.answered(path, status, seconds=seconds)
