"""Times that cannot have been."""

from datetime import UTC, datetime, timedelta

from leads.errors import Problem

FUTURE = timedelta(days=1)
"""How far a source's clock may be ahead."""
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""No system that hands leads over is older. The year 1 or 1900 is how an empty date was written,
and would make its lead the oldest, which speaks for all its doubles.
"""


def mistimed(name: str, at: datetime, *, now: datetime) -> Problem | None:
    """What is wrong with the time of something that happened; None where it may be so."""
    if at < EARLIEST:
        detail = f"{at.date()} is before 1970; leave it empty where the time is not known"
        return Problem(pointer=name, code="too_early", detail=detail)
    if at > now + FUTURE:
        detail = f"{at:%Y-%m-%d %H:%M} is in the future"
        return Problem(pointer=name, code="future_date", detail=detail)
    return None
