"""Reading what is told by name: every mistake is noted with where it stands."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any, TypeVar

from leads.errors import InvalidInput, Problem

LONGEST = 500
LARGEST = 10**12
BAD_LETTERS = {*map(chr, range(32)), "\x7f"} - {"\n", "\r", "\t"}

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
Reader = Callable[[Any, str], T]
"""Takes what is told (Any: a stranger's) and the pointer to it. Raises InvalidInput."""


class Reading:
    """What is told, and what was wrong with it so far."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self.told = told
        self.problems: list[Problem] = []

    def read(self, name: str, reader: Reader[T]) -> T | None:
        """What is told under that name; None when nothing is, or nothing we can read."""
        told = self.told.get(name)
        if told is None or told == "":
            return None
        try:
            return reader(told, f"/{name}")
        except InvalidInput as error:
            self.problems += error.problems
            return None

    def needed(self, name: str, reader: Reader[T], *, otherwise: T) -> T:
        """As `read`, and a mistake when nothing is told; `otherwise` only lets reading go on."""
        n_before = len(self.problems)
        found = self.read(name, reader)
        if found is None and len(self.problems) == n_before:
            self.say(name, "missing", f"`{name}` is needed")
        return otherwise if found is None else found

    def say(self, name: str, code: str, detail: str) -> None:
        """Something is wrong with it."""
        self.problems.append(problem(name, code, detail))


def problem(name: str, code: str, detail: str) -> Problem:
    """A mistake in one member."""
    return Problem(pointer=f"/{name}", code=code, detail=detail)


def text(told: Any, pointer: str) -> str:
    """A short text, without spaces around it."""
    found = str(told).strip()
    if not found or len(found) > LONGEST:
        raise _refused(pointer, "bad_length", f"needs 1 to {LONGEST} characters")
    if not BAD_LETTERS.isdisjoint(found) or any("\ud800" <= each <= "\udfff" for each in found):
        raise _refused(pointer, "bad_characters", "holds characters that no text should")
    return found


def word(kind: type[E]) -> Reader[E]:
    """A reader of one of these words."""

    def read(told: Any, pointer: str) -> E:
        try:
            return kind(str(told).strip().casefold())
        except ValueError:
            allowed = ", ".join(kind)
            detail = f"{told!r} is none of {allowed}"
            raise _refused(pointer, "unknown_word", detail) from None

    return read


def whole(told: Any, pointer: str) -> int:
    """A count."""
    try:
        found = int(str(told))
    except ValueError:
        raise _refused(pointer, "not_whole", f"{told!r} is no whole number") from None
    if not 0 <= found <= LARGEST:
        raise _refused(pointer, "out_of_range", f"{told} is not between 0 and {LARGEST:,}")
    return found


def moment(told: Any, pointer: str) -> datetime:
    """An instant, in UTC. A day begins at midnight UTC; a time without an offset is UTC."""
    try:
        found = told if isinstance(told, date) else datetime.fromisoformat(str(told).strip())
        if not isinstance(found, datetime):
            found = datetime.combine(found, time.min)
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        detail = f"{told!r} is no date; write 2026-03-02 or 2026-03-02T09:00:00Z"
        raise _refused(pointer, "not_a_date", detail) from None


def day(told: Any, pointer: str) -> date:
    """A day."""
    if isinstance(told, date) and not isinstance(told, datetime):
        return told
    return moment(told, pointer).date()


def _refused(pointer: str, code: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, [Problem(pointer=pointer, code=code, detail=detail)])
