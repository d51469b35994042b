"""Progress of long commands on standard error: bars on a terminal, a few plain lines elsewhere.

with showing_progress() as progress:
    train(frame, progress=progress)               # calls progress("fold", 3, 10)
    progress("read", reader.read_bytes, reader.total_bytes)
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from leads.progress import Progress

QUARTERS = 4


@contextmanager
def showing_progress(*, stream: TextIO | None = None) -> Iterator[Progress]:
    """A callback that shows each step named to it; a bar of its own for every name."""
    stream = stream or sys.stderr
    if stream.isatty():
        with _bars(stream) as progress:
            yield progress
    else:
        yield _plain_lines(stream)


@contextmanager
def _bars(stream: TextIO) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    percent = TextColumn("{task.percentage:>3.0f} %")
    columns = (TextColumn("{task.description}"), BarColumn(), percent, TimeElapsedColumn())
    tasks: dict[str, TaskID] = {}
    with Bars(*columns, console=Console(file=stream)) as bars:

        def progress(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield progress


def _plain_lines(stream: TextIO) -> Progress:
    """One line whenever another quarter of a step is done: logs stay short."""
    quarters: dict[str, int] = {}

    def progress(step: str, done: int, total: int) -> None:
        quarter = QUARTERS * done // total if total else QUARTERS
        if quarter > quarters.get(step, -1):
            quarters[step] = quarter
            percent = 100 * done // total if total else 100
            print(f"{step}: {percent} %", file=stream, flush=True)

    return progress
