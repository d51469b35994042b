"""What is decided for a whole row before its fields are written."""

from dataclasses import dataclass

from sandbox.dirt.dice import Dice
from sandbox.dirt.people import Job
from sandbox.dirt.sources import Habits

Row = dict[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """One source writing down one person at one job; `last` is the name the person has by then."""

    source: str
    habits: Habits
    job: Job
    is_in_chinese: bool
    is_traditional: bool
    last: str
    last_latin: str
    dice: Dice
