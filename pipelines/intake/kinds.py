"""What every kind of table has in common: it reads rows, and takes chunks of what was read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from leads.errors import Problem
from leads.imports import RowOutcome
from store.unit_of_work import UnitOfWork

Reader = Callable[[list[Any]], list[Any]]
"""Rows -> what was read of each; pure, so that another process may do it. Any: of its kind's
own type.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one row.

    record_id   of the lead, event, campaign, ... it became
    problems    why it was put aside
    remarks     what should be told of a row that was taken all the same
    """

    outcome: RowOutcome
    record_id: str | None = None
    in_review: bool = False
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()


class Taker(Protocol):
    """One kind of table."""

    @property
    def chunk_rows(self) -> int:
        """Rows taken in one transaction."""

    @property
    def reader(self) -> Reader:
        """Makes rows ready, here or in another process."""

    def take(
        self, unit: UnitOfWork, read: Sequence[Any], *, now: datetime, batch_id: str
    ) -> list[Result]:
        """What became of each row, written in the caller's transaction."""


def put_aside(*problems: Problem) -> Result:
    """A row that is kept out."""
    return Result(outcome=RowOutcome.QUARANTINED, problems=problems)
