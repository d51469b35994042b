"""The type of a progress callback: long work tells how far it is, somebody else shows it."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the step's name, how much of it is done, and how much it is in all."""


def silent(step: str, done: int, total: int) -> None:
    """Tell nobody."""
