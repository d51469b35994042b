"""The version of the tables: made new in an empty database, moved up and down by `leadflow db`."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from leads.errors import Conflict, NotFound, Unavailable
from store.engine import WRITING

LOCK = 7_205_221_104  # any number that nobody else locks


def ensure_schema(engine: Engine) -> None:
    """Make the tables of an empty database; refuse one of another version.

    Raises Unavailable for an older or newer one, Conflict where somebody else's tables are.
    """
    with engine.connect() as connection:
        current = current_version(connection)
    if current == head():
        return
    if current is None:
        upgrade(engine)
        return
    if current not in _known():
        raise Unavailable(
            f"the database is of version {current}, which a newer Leadflow made: update Leadflow"
        )
    raise Unavailable(
        f"the database is of version {current}, this Leadflow needs {head()}:"
        " run `leadflow db upgrade`"
    )


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Move the tables up, one process at a time. Raises Conflict in a stranger's database."""
    with (
        engine.connect().execution_options(**{WRITING: True}) as connection,
        connection.begin(),
    ):
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        if current_version(connection) is None:
            _refuse_strangers(connection)
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Move the tables down; `base` takes them all away. Raises NotFound for no known version."""
    if revision != "base" and revision not in _known():
        known = ", ".join(sorted(_known()))
        raise NotFound(f"there is no version {revision!r} of the tables; known are base, {known}")
    with (
        engine.connect().execution_options(**{WRITING: True}) as connection,
        connection.begin(),
    ):
        command.downgrade(_config(connection), revision)


def current_version(connection: Connection) -> str | None:
    """Of the tables in the database; None when there are none of ours."""
    return MigrationContext.configure(
        connection, opts={"version_table": VERSION_TABLE}
    ).get_current_revision()


def version_of(engine: Engine) -> str | None:
    """Of the tables in a database; None when there are none of ours."""
    with engine.connect() as connection:
        return current_version(connection)


def head() -> str:
    """The version this code needs."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    assert found is not None
    return found


VERSION_TABLE = "leadflow_version"
"""Apart from `alembic_version`, which MLflow's own tables use: both may share a database."""


def _refuse_strangers(connection: Connection) -> None:
    from store.tables import metadata

    taken = sorted(set(metadata.tables) & set(inspect(connection).get_table_names()))
    if taken:
        raise Conflict(
            f"the database has a table {taken[0]} that is not ours: give Leadflow a database"
            " or a schema of its own"
        )


def _known() -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("store").joinpath("migrations")))
    config.attributes["connection"] = connection
    return config
