"""Time: the type of a clock, and where a fact's time comes from.

Only `pipelines/clock.py` holds a real clock.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

Clock = Callable[[], datetime]
"""Returns the present instant, aware UTC."""


class ClockBasis(StrEnum):
    """Where a fact's `occurred_at` comes from."""

    SOURCE = "source"
    """The source's own timestamp."""
    ARRIVAL = "arrival"
    """It reached us as it happened."""
    UNKNOWN = "unknown"
    """Imported without a time: known since then, true since who knows."""
