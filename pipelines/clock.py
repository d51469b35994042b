"""The only place where the time is asked for; everything else is told."""

from datetime import UTC, datetime


def system_clock() -> datetime:
    """The present instant, aware UTC. A `leads.clock.Clock`."""
    return datetime.now(UTC)
