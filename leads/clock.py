"""The type of a clock. Only `pipelines/clock.py` holds a real one."""

from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]
"""Returns the present instant, aware UTC."""
