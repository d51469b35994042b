"""Who may ask: bearer keys, compared in constant time, and how often each may."""

import hashlib
import hmac
import math
import time
from collections.abc import Callable, Sequence

from serving.errors import Refusal

_SCHEME = b"bearer "
NO_KEY_SET = (
    "this service has no API key and therefore answers nobody: set LEADFLOW_API_KEY to a secret"
    " and start it again"
)
WRONG_KEY = "send the API key of this service as 'Authorization: Bearer <key>'"


class Keyring:
    """The keys that open the doors. Only digests are held and compared."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._digests = [_digest(key.encode()) for key in keys if key]

    def bearer(self, authorization: bytes | None) -> bytes:
        """The digest of the key in an Authorization header. Raises Refusal: 401, or 503 while
        there is no key at all.
        """
        if not self._digests:
            raise Refusal(status=503, detail=NO_KEY_SET, retry_after=60)
        if authorization is not None and authorization[: len(_SCHEME)].lower() == _SCHEME:
            given = _digest(authorization[len(_SCHEME) :].strip())
            # Every digest is compared, so that the time says nothing about which one fitted.
            fits = [hmac.compare_digest(given, digest) for digest in self._digests]
            if any(fits):
                return given
        raise Refusal(
            status=401,
            detail=WRONG_KEY,
            headers={"www-authenticate": 'Bearer realm="leadflow"'},
        )


class RateLimit:
    """A bucket of requests for each key that fills at a steady rate and holds what may be asked
    in a minute (token bucket).
    """

    def __init__(self, *, per_minute: int, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_minute / 60
        self._full = max(1.0, per_minute)
        self._elapsed = elapsed
        self._buckets: dict[bytes, tuple[float, float]] = {}

    def take(self, key: bytes) -> None:
        """Count one request. Raises Refusal (429) that says when the next one fits."""
        now = self._elapsed()
        left, at = self._buckets.get(key, (self._full, now))
        left = min(self._full, left + (now - at) * self._per_second)
        if left < 1:
            wait = (1 - left) / self._per_second if self._per_second else math.inf
            raise Refusal(
                status=429,
                detail=f"this key may ask {self._per_second * 60:.0f} times a minute",
                retry_after=min(wait, 60),
            )
        self._buckets[key] = (left - 1, now)


def _digest(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()
