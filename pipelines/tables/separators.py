"""Which character separates the fields, found by reading the first lines with each candidate."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TextIO

CANDIDATES = (",", ";", "\t", "|")
SAMPLE_RECORDS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How the text is laid out: the separator, and lines to skip before the header."""

    separator: str
    skip: int = 0


def layout_of(text: TextIO, *, tabs_first: bool = False) -> Layout:
    """The separator under which the header has fields and the next records as many.

    Excel's own first line `sep=;` decides at once. A table of one column is laid out with commas.
    """
    lines = list(islice(text, SAMPLE_RECORDS))
    first = lines[0].removeprefix("\ufeff").strip().strip('"') if lines else ""
    if first.lower().startswith("sep=") and len(first) == len("sep=") + 1:
        return Layout(separator=first[-1], skip=1)
    order = sorted(CANDIDATES, key=lambda c: c != "\t") if tabs_first else CANDIDATES
    best = max(order, key=lambda separator: _agreement(lines, separator))
    return Layout(separator=best)


def _agreement(lines: list[str], separator: str) -> float:
    """Fields beyond the first, times the share of records that have as many as the header."""
    lengths = [len(record) for record in _records(lines, separator) if record]
    if not lengths or lengths[0] == 1:
        return 0.0
    agreeing = sum(length == lengths[0] for length in lengths) / len(lengths)
    return (lengths[0] - 1) * agreeing


def _records(lines: list[str], separator: str) -> Iterator[list[str]]:
    reader = csv.reader(lines, delimiter=separator)
    try:
        yield from reader
    except csv.Error:  # a candidate that cannot be read so far simply agrees less
        return
