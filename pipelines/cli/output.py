"""What commands print: text or JSON on standard output, notes on standard error."""

import json
import sys
from collections.abc import Iterable

import typer


def print_json(answer: object) -> None:
    """One JSON document on standard output, which holds nothing else then."""
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False))


def say(text: str) -> None:
    """Something for people, on standard output."""
    typer.echo(text)


def warn(warnings: Iterable[str]) -> None:
    """Each warning on its own line of standard error."""
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)  # noqa: T201 - the command line speaks
