"""API keys: made, rotated, revoked. The secret is shown once and kept nowhere.

A secret is 256 random bits, so a plain SHA-256 is enough: slow hashes protect what people can
guess, and nobody guesses this.
"""

import hashlib
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from leads.access import ApiKey, Scope
from leads.errors import Conflict, InvalidInput
from store.unit_of_work import UnitOfWork

GRACE = timedelta(hours=24)
"""How long a rotated key goes on opening, unless told otherwise."""
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeKey:
    """A new key; `text` is the only place where its secret is."""

    key: ApiKey
    text: str


def scopes_of(words: Iterable[str]) -> tuple[Scope, ...]:
    """The scopes by their names, in their usual order. Raises InvalidInput."""
    told = list(words)
    unknown = [word for word in told if word not in list(Scope)]
    if unknown:
        raise InvalidInput(f"there is no scope {unknown[0]!r}; choose from: {', '.join(Scope)}")
    return tuple(scope for scope in Scope if scope in told)


def make_key(
    unit: UnitOfWork,
    *,
    name: str,
    scopes: Collection[Scope],
    now: datetime,
    actor: str,
    expires_at: datetime | None = None,
    per_minute: int | None = None,
) -> MadeKey:
    """A new key. Raises InvalidInput for one that could do nothing."""
    if not name.strip() or len(name) > LONGEST_NAME:
        raise InvalidInput(f"a key needs a name of 1 to {LONGEST_NAME} characters: who uses it")
    if not scopes:
        raise InvalidInput(f"a key needs at least one scope: {', '.join(Scope)}")
    if expires_at is not None and expires_at <= now:
        raise InvalidInput("the key would have expired already; give it a later end")
    made = _new(name.strip(), scopes, now, expires_at=expires_at, per_minute=per_minute)
    unit.keys.add(made.key)
    told = {"scopes": [str(scope) for scope in made.key.scopes]}
    _audit(unit, "key_made", made.key.key_id, actor=actor, now=now, **told)
    return made


def rotate_key(
    unit: UnitOfWork, key_id: str, *, now: datetime, actor: str, grace: timedelta = GRACE
) -> MadeKey:
    """A new key in the place of one, which goes on opening for the time of grace.

    Raises NotFound; Conflict for a key that no longer opens or was replaced already.
    """
    old = unit.keys.get(key_id)
    if not old.is_valid(now):
        raise Conflict(f"key {key_id} no longer opens anything: make a new one")
    if old.replaced_by is not None:
        raise Conflict(f"key {key_id} was replaced by {old.replaced_by} already: rotate that one")
    made = _new(
        old.name, old.scopes, now, expires_at=_as_long_as(old, now), per_minute=old.per_minute
    )
    unit.keys.add(made.key)
    ends = now + grace
    ends = min(ends, old.expires_at) if old.expires_at else ends
    unit.keys.replace(key_id, by=made.key.key_id, expires_at=ends)
    _audit(unit, "key_rotated", key_id, actor=actor, now=now, replaced_by=made.key.key_id)
    return made


def revoke_key(unit: UnitOfWork, key_id: str, *, now: datetime, actor: str) -> ApiKey:
    """Let a key open nothing from now on. Raises NotFound, Conflict when it was revoked before."""
    key = unit.keys.get(key_id)
    if key.revoked_at is not None:
        raise Conflict(f"key {key_id} was revoked already, at {key.revoked_at:%Y-%m-%d %H:%M} UTC")
    unit.keys.revoke(key_id, at=now)
    _audit(unit, "key_revoked", key_id, actor=actor, now=now)
    return unit.keys.get(key_id)


def hash_of(text: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(text.encode()).hexdigest()


def _new(
    name: str,
    scopes: Collection[Scope],
    now: datetime,
    *,
    expires_at: datetime | None,
    per_minute: int | None,
) -> MadeKey:
    key_id, secret = secrets.token_hex(6), secrets.token_hex(32)
    text = f"lf_{key_id}_{secret}"
    key = ApiKey(
        key_id=key_id,
        secret_hash=hash_of(text),
        name=name,
        scopes=tuple(scope for scope in Scope if scope in scopes),
        created_at=now,
        expires_at=expires_at,
        per_minute=per_minute,
    )
    return MadeKey(key=key, text=text)


def _as_long_as(old: ApiKey, now: datetime) -> datetime | None:
    """When the successor ends: it lives as long as the old one was to live."""
    return None if old.expires_at is None else now + (old.expires_at - old.created_at)


def _audit(
    unit: UnitOfWork, action: str, key_id: str, *, actor: str, now: datetime, **told: object
) -> None:
    unit.audit.add(action, subject_kind="key", subject_id=key_id, actor=actor, at=now, **told)
