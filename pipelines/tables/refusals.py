"""How a table file is refused: the file, the places, and what would be accepted, in one error."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from leads.errors import InvalidInput, Problem

SHOWN = 10  # the first few places are enough to find the cause; the count says how many more
ACCEPTED = "CSV, TSV, Parquet, XLSX or JSON Lines, plain or gzipped"


def refused(path: Path, why: str, problems: Sequence[Problem] = ()) -> InvalidInput:
    """An error about the file as a whole, `why` being the rest of a sentence after its name."""
    return InvalidInput(f"{path}: {why}", problems)


@contextmanager
def file_named(data: object) -> Iterator[None]:
    """Errors about the content of a file name it; `data` may be a frame, which has no name.

    Those about an option, or of a reader that has named the file, stay as they are.
    """
    try:
        yield
    except InvalidInput as error:
        told = str(error)
        if not isinstance(data, Path) or str(data) in told or told.startswith("--"):
            raise
        raise type(error)(f"{data}: {told}", error.problems) from error


def refused_rows(path: Path, why: str, problems: Iterable[Problem]) -> InvalidInput:
    """An error about some rows; keeps the first `SHOWN` problems and counts all of them."""
    rest = iter(problems)
    first = list(islice(rest, SHOWN))
    n = len(first) + sum(1 for _ in rest)
    return InvalidInput(f"{path}: {why} ({n:,} {'row' if n == 1 else 'rows'})", first)


def row_problem(line: int, code: str, detail: str) -> Problem:
    """A problem at a line of the file, counted from 1 as an editor shows it (the header is 1)."""
    return Problem(pointer=f"row {line}", code=code, detail=detail)
