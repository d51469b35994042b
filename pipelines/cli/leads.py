"""Scored leads as a table on a terminal."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from leads.score import Tier

WIDTH = 120
COLOURS = {Tier.A: "bold green", Tier.B: "green", Tier.C: "yellow", Tier.D: "dim"}


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
