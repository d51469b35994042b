"""What a caller may be allowed to do."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Scope(StrEnum):
    """Each allows what it says and nothing else; a key has any number of them."""

    SCORE = "score"
    LEADS_READ = "leads:read"
    LEADS_WRITE = "leads:write"
    CAMPAIGNS_READ = "campaigns:read"
    CAMPAIGNS_WRITE = "campaigns:write"
    ADMIN = "admin"


ALL_SCOPES = frozenset(Scope)
OPERATOR = "operator"
"""The name of whoever holds LEADFLOW_API_KEY."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """What is kept of a key `lf_<key_id>_<secret>`.

    secret_hash     SHA-256 of the whole key, in hexadecimal digits
    per_minute      how often it may ask; None: as often as the service allows
    replaced_by     the key that took its place; this one ends when its time of grace does
    last_used_at    to the minute or so
    """

    key_id: str
    secret_hash: str
    name: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    per_minute: int | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    replaced_by: str | None = None
    last_used_at: datetime | None = None

    def is_valid(self, now: datetime) -> bool:
        """Whether it opens the doors at that moment."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)
