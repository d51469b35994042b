"""Leads on a terminal: what became of those handed in, and scored ones, as tables."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from leads.imports import Batch, RowOutcome
from leads.score import Tier

WIDTH = 120
COLOURS = {Tier.A: "bold green", Tier.B: "green", Tier.C: "yellow", Tier.D: "dim"}


def intake_table(batches: Sequence[Batch]) -> str:
    """One line a file: its rows, and how many of them came to each outcome."""
    outcomes = [outcome.value for outcome in RowOutcome]
    heads = ["file", "rows", *outcomes, "to be asked"]
    lines: list[list[object]] = [
        [one.file_name, one.done_rows, *(one.counts[name] for name in outcomes), one.in_review]
        for one in batches
    ]
    lines.insert(0, list(heads))
    widths = [max(len(str(line[at])) for line in lines) for at in range(len(heads))]
    return "\n".join(
        "  ".join(
            str(cell).ljust(width) if at == 0 else str(cell).rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )


def leads_table(leads: Iterable[tuple[str, Mapping[str, Any]]], *, colour: bool) -> str:
    """Each lead's name and what `/v1/score` answered about it, reasons included."""
    table = Table(box=None, pad_edge=False, header_style="bold", show_lines=False)
    table.add_column("lead", max_width=34)
    for head in ("probability", "x average", "tier"):
        table.add_column(head, justify="right")
    table.add_column("top reasons")
    for who, answer in leads:
        table.add_row(
            escape(who),
            f"{answer['probability']:.1%}",
            f"{answer['times_average']:.1f}",
            answer["tier"],
            escape(_reasons(answer["reasons"])),
            style=COLOURS[Tier(answer["tier"])],
        )
    out = io.StringIO()
    console = Console(file=out, width=WIDTH, force_terminal=colour, no_color=not colour)
    console.print(table)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def _reasons(reasons: Sequence[Mapping[str, Any]]) -> str:
    signs = {"raises": "+", "lowers": "-"}
    return "\n".join(f"{signs[reason['direction']]} {reason['text']}" for reason in reasons)
