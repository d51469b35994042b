"""A report as headed sections, told twice: as one self-contained HTML page in every language, and
as text for a terminal. What is in it is the business of whoever writes it.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from leads.messages import messages
from leads.score import Locale
from pipelines.reports.pages import page_environment

_TEMPLATE = "paper.html"
_WIDTH = 110


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table: its head, and rows of as many cells. All columns but the first hold figures."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Something under a heading, in this order.

    notices   what must not be overlooked; `is_grave` says in which colour
    chart     a picture as SVG, which text does without
    """

    heading: str
    notices: Sequence[str] = ()
    is_grave: bool = True
    paragraphs: Sequence[str] = ()
    chart: Markup | None = None
    grid: Grid | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A report in one language."""

    title: str
    about: str
    sections: Sequence[Section]
    foot: Sequence[str] = ()


def as_html(papers: Mapping[Locale, Paper]) -> str:
    """One page; the first language is shown first, a switch shows the others."""
    pages = [
        {"locale": str(locale), "language": messages(locale)["sheet.language"], "paper": paper}
        for locale, paper in papers.items()
    ]
    return page_environment().get_template(_TEMPLATE).render(pages=pages)


def as_text(paper: Paper) -> str:
    """For a terminal, or a mail."""
    lines = [paper.title, paper.about]
    for section in paper.sections:
        lines += ["", section.heading.upper()]
        lines += [f"! {notice}" if section.is_grave else notice for notice in section.notices]
        lines += section.paragraphs
        if section.grid is not None:
            lines.append(_text_of(section.grid))
    return "\n".join([*lines, "", *paper.foot])


def _text_of(grid: Grid) -> str:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for at, name in enumerate(grid.head):
        table.add_column(name, justify="right" if at else "left")
    for row in grid.rows:
        table.add_row(*row)
    out = io.StringIO()
    Console(file=out, width=_WIDTH, markup=False, highlight=False).print(table)
    return out.getvalue().rstrip()
