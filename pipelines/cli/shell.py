"""What all commands share: the typer app, exit codes, and how an error is shown.

A command is one thin function in a module of this package:

    @app.command()
    def rollback(...) -> None:
        from pipelines.promote import rollback   # heavy imports inside

and `pipelines/cli/__init__.py` imports the module.
"""

import sys
from collections.abc import Sequence
from traceback import print_exception
from typing import Annotated

import typer

from leads.errors import Conflict, InvalidInput, LeadflowError, NotFound, Problem, Unavailable

EXIT_CODES = {InvalidInput: 2, NotFound: 3, Conflict: 4, Unavailable: 5}
INTERRUPTED = 130
SHOWN = 10

app = typer.Typer(
    name="leadflow",
    help="From market to lead: learn conversion likelihood from your own leads and act on it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they print local variables, which hold people's data
    rich_markup_mode=None,  # plain help starts twice as fast and pipes well
)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (`sys.argv` by default); the exit code, its errors told on stderr."""
    try:
        app(args=None if arguments is None else list(arguments), prog_name="leadflow")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else int(bool(done.code))
    except KeyboardInterrupt:
        return INTERRUPTED
    except LeadflowError as error:
        return _told(error)
    return 0


def exit_code_of(error: LeadflowError) -> int:
    """The code of the nearest known family; 1 when there is none."""
    return next((EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES), 1)


def error_block(error: LeadflowError) -> str:
    """The message and its problems, at most `SHOWN` of them, each on its own line."""
    problems: tuple[Problem, ...] = getattr(error, "problems", ())
    lines = [f"error: {error}", *(f"  - {problem.detail}" for problem in problems[:SHOWN])]
    if len(problems) > SHOWN:
        lines.append(f"  ... and {len(problems) - SHOWN:,} more")
    return "\n".join(lines)


def _tell_version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        typer.echo(f"leadflow {version('leadflow')}")
        raise typer.Exit


@app.callback()
def leadflow(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Show the version and leave.", is_eager=True, callback=_tell_version
        ),
    ] = False,
) -> None:
    """From market to lead: learn conversion likelihood from your own leads and act on it."""


def _told(error: LeadflowError) -> int:
    from pipelines.settings import is_debugging

    if is_debugging():
        print_exception(error)
    print(error_block(error), file=sys.stderr)  # noqa: T201 - the command line speaks
    return exit_code_of(error)
