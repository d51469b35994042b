"""A second, slow reading of a text file that turned out ragged: every bad line, by its number."""

import csv
from collections.abc import Iterator

from leads.errors import InvalidInput, Problem
from pipelines.tables.records import is_blank, next_record, opened_text, record_reader
from pipelines.tables.refusals import refused_rows, row_problem
from pipelines.tables.separators import Layout
from pipelines.tables.sources import Source

NAMES = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a pipe"}
SHOWN_TEXT = 60
WHY = {
    "unexpected end of data": "the quote that opens here is never closed",
    "field larger": "a cell here is longer than 131,072 characters;"
    " most often a quote is opened and never closed",
    "expected after": "text follows a closing quote;"
    ' write a quote within quotes twice ("") or leave the quotes out',
}


def diagnosis(source: Source, *, encoding: str, layout: Layout) -> InvalidInput:
    """The error that names the first ragged lines and counts all of them."""
    separator = NAMES.get(layout.separator, f"'{layout.separator}'")
    why = (
        f"every row needs as many fields as the header, separated by {separator};"
        " put a cell that contains the separator or a line end in double quotes"
    )
    return refused_rows(source.path, why, _problems(source, encoding, layout))


def _problems(source: Source, encoding: str, layout: Layout) -> Iterator[Problem]:
    with opened_text(source, encoding) as (text, _):
        reader = record_reader(text, layout)
        end = layout.skip  # the line on which the previous record ended
        try:
            header = next_record(reader) or []
            end = layout.skip + reader.line_num
            for row in reader:
                if len(row) != len(header) and not is_blank(row, n_columns=len(header)):
                    yield _ragged(end + 1, row, n_expected=len(header))
                end = layout.skip + reader.line_num
        except csv.Error as error:
            yield _unreadable(end + 1, str(error))


def _ragged(line: int, row: list[str], *, n_expected: int) -> Problem:
    what = "too many" if len(row) > n_expected else "too few"
    begins = ", ".join(row)[:SHOWN_TEXT]
    fields = "1 field" if len(row) == 1 else f"{len(row)} fields"
    detail = f"line {line} has {fields}, {what}: expected {n_expected} (begins '{begins}')"
    return row_problem(line, "ragged", detail)


def _unreadable(line: int, error: str) -> Problem:
    why = next((ours for theirs, ours in WHY.items() if theirs in error), error)
    return row_problem(
        line, "quotes", f"the record that begins on line {line} cannot be read: {why}"
    )
