"""Who may ask: bearer keys, what each may do, and how often.

What callers send is hashed, and the digest is looked up among those of the keys there are. A
digest cannot be steered by whoever does not know a key, so neither the look-up nor the comparison
tells anything by the time it takes; the comparison is constant in time all the same.

The bucket takes a third of a microsecond where the strategies of the `limits` library take two to
four, and it can say when the next request fits (docs/access.md).
"""

import hashlib
import hmac
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from leads.access import ALL_SCOPES, OPERATOR, Scope
from leads.errors import Problem
from serving.errors import Refusal

_SCHEME = b"bearer "
NO_KEY_SET = (
    "this service has no API key and therefore answers nobody: make one with `leadflow keys make`,"
    " or set LEADFLOW_API_KEY to a secret and start it again"
)
WRONG_KEY = "send an API key of this service as 'Authorization: Bearer <key>'"
REALM = {"www-authenticate": 'Bearer realm="leadflow"'}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whoever asks. `actor` is how the store and the audit log name it."""

    actor: str
    scopes: frozenset[Scope]

    def need(self, scope: Scope) -> None:
        """Raises Refusal (403) when this caller may not do that."""
        if scope not in self.scopes:
            has = ", ".join(sorted(self.scopes)) or "no scope"
            detail = f"this key lacks the scope {scope}; it has {has}"
            problem = Problem(pointer="", code="scope_needed", detail=f"scope needed: {scope}")
            raise Refusal(status=403, detail=detail, errors=[problem])


ANYBODY = Caller(actor="anybody", scopes=frozenset())
"""Who is not asked for a key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidKey:
    """A key that opens the doors now. `per_minute` None: as often as the service allows."""

    key_id: str
    digest: bytes
    scopes: frozenset[Scope]
    per_minute: int | None = None


class Keyring:
    """The keys that open the doors. Only digests are held and compared."""

    def __init__(
        self,
        operator_key: str | None,
        *,
        per_minute: int = 0,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_minute = per_minute
        self._elapsed = elapsed
        self._operator: dict[bytes, _Held] = {}
        if operator_key:
            digest = digest_of(operator_key.encode())
            caller = Caller(actor=OPERATOR, scopes=ALL_SCOPES)
            self._operator[digest] = _Held(digest, "", caller, self._bucket(None))
        self._held = dict(self._operator)

    def put(self, keys: Sequence[ValidKey]) -> None:
        """Let these keys, and the operator's, open from now on, and no others.

        A key that stays keeps its bucket, whoever was admitted meanwhile.
        """
        before, held = self._held, dict(self._operator)
        for key in keys:
            if key.digest in self._operator:
                continue
            old = before.get(key.digest)
            caller = Caller(actor=f"key:{key.key_id}", scopes=key.scopes)
            bucket = old.bucket if old else self._bucket(key.per_minute)
            held[key.digest] = _Held(key.digest, key.key_id, caller, bucket)
            held[key.digest].is_used = old.is_used if old else False
        self._held = held

    def admit(self, authorization: bytes | None) -> Caller:
        """Who sent an Authorization header. Raises Refusal: 401, 429, or 503 while there is no
        key at all.
        """
        if authorization is not None and authorization[:7].lower() == _SCHEME:
            digest = hashlib.sha256(authorization[7:].strip()).digest()
            held = self._held.get(digest)
            if held is not None and hmac.compare_digest(digest, held.digest):
                if held.bucket is not None:
                    held.bucket.take(self._elapsed())
                held.is_used = True
                return held.caller
        if not self._held:
            raise Refusal(status=503, detail=NO_KEY_SET, retry_after=60)
        raise Refusal(status=401, detail=WRONG_KEY, headers=REALM)

    def used(self) -> list[str]:
        """The ids of the keys that were used since this was last asked."""
        found = []
        for held in list(self._held.values()):
            if held.is_used:
                held.is_used = False
                if held.key_id:
                    found.append(held.key_id)
        return found

    def _bucket(self, per_minute: int | None) -> "Bucket | None":
        allowed = self._per_minute if per_minute is None else per_minute
        return Bucket(per_minute=allowed, now=self._elapsed()) if allowed else None


class Bucket:
    """The requests one key may make: fills at a steady rate, and holds what may be asked in a
    minute (token bucket).
    """

    __slots__ = ("_at", "_full", "_left", "_per_second")

    def __init__(self, *, per_minute: int, now: float) -> None:
        self._per_second = per_minute / 60
        self._full = max(1.0, per_minute)
        self._left, self._at = self._full, now

    def take(self, now: float) -> None:
        """Count one request. Raises Refusal (429) that says when the next one fits."""
        left = min(self._full, self._left + (now - self._at) * self._per_second)
        if left < 1:
            raise Refusal(
                status=429,
                detail=f"this key may ask {self._per_second * 60:.0f} times a minute",
                retry_after=min((1 - left) / self._per_second, 60) if self._per_second else 60,
            )
        self._left, self._at = left - 1, now


class _Held:
    """A key in use."""

    __slots__ = ("bucket", "caller", "digest", "is_used", "key_id")

    def __init__(self, digest: bytes, key_id: str, caller: Caller, bucket: Bucket | None) -> None:
        self.digest = digest
        self.key_id = key_id
        self.caller = caller
        self.bucket = bucket
        self.is_used = False


def digest_of(key: bytes) -> bytes:
    """What is kept of a key."""
    return hashlib.sha256(key).digest()
