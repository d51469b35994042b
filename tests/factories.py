"""Valid objects with sensible defaults; a test states only what it is about."""

from datetime import UTC, datetime

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
