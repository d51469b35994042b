"""Commands about the tables of the store."""

from typing import Annotated

import typer

from pipelines.cli.output import say
from pipelines.cli.shell import app

database = typer.Typer(help="The tables of the store.", no_args_is_help=True)
app.add_typer(database, name="db")


@database.command("upgrade")
def upgrade() -> None:
    """Move the tables to what this version of Leadflow needs; an empty database gets them."""
    from pipelines.memory import move_tables
    from pipelines.settings import load_settings

    say(f"the tables are of version {move_tables(load_settings(), 'head')}")


@database.command("downgrade")
def downgrade(
    revision: Annotated[str, typer.Argument(help="The version to go back to; base: no tables.")],
    *,
    sure: Annotated[
        bool, typer.Option("--yes", help="Do it although it may take data away.")
    ] = False,
) -> None:
    """Move the tables back to an older version; what that one has no place for is lost."""
    from leads.errors import Conflict
    from pipelines.memory import move_tables_back
    from pipelines.settings import load_settings

    if not sure:
        raise Conflict("going back loses what the older version has no place for; say --yes")
    left = move_tables_back(load_settings(), revision)
    say(f"the tables are of version {left}" if left else "there are no tables any more")


@database.command("version")
def version() -> None:
    """Which version the tables have, and which one is needed."""
    from pipelines.memory import table_versions
    from pipelines.settings import load_settings

    has, needs = table_versions(load_settings())
    say(f"the tables are of version {has or '(none)'}; this Leadflow needs {needs}")
