"""Reading a body on the counted bytes: BentoML sets no limit, and Content-Length may be absent."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from serving.errors import Refusal, too_large

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

HELD_BYTES = 128_000_000
"""Bytes of unfinished bodies one worker holds at most, whoever sent them."""


class Bodies:
    """Reads bodies whole, never more than their limit, never too many at once."""

    def __init__(self) -> None:
        self._held = 0

    async def read(
        self, receive: Receive, *, limit: int, announced: bytes | None, deadline: float
    ) -> bytes:
        """The body. Raises Refusal: 413 when it is too large, 408 too slow, 503 too many."""
        if announced is not None and announced.isdigit() and int(announced) > limit:
            raise too_large(limit, "the body")
        try:
            async with asyncio.timeout_at(deadline):
                return await self._whole(receive, limit=limit)
        except TimeoutError:
            raise Refusal(status=408, detail="the body was not sent in time") from None

    async def _whole(self, receive: Receive, *, limit: int) -> bytes:
        parts, size, more = [], 0, True
        try:
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Refusal(status=408, detail="the caller went away")
                part = message.get("body", b"")
                more = message.get("more_body", False)
                parts.append(part)
                size += len(part)
                self._held += len(part)
                if size > limit:
                    raise too_large(limit, "the body")
                if self._held > HELD_BYTES:
                    raise Refusal(status=503, detail="too many uploads at once", retry_after=1)
        finally:
            self._held -= size
        return b"".join(parts)
