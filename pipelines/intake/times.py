"""Times that cannot have been yet."""

from datetime import datetime, timedelta

from leads.errors import Problem

FUTURE = timedelta(days=1)
"""How far a source's clock may be ahead."""


def future(name: str, at: datetime) -> Problem:
    """What is said of a time to come."""
    return Problem(pointer=name, code="future_date", detail=f"{at:%Y-%m-%d %H:%M} is in the future")
