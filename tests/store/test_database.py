import subprocess
import sys
import threading
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from leads.errors import Conflict, InvalidInput, NotFound, Unavailable
from store.database import Store
from store.engine import CHECKPOINT_PAGES, open_engine
from store.migrate import VERSION_TABLE, current_version, downgrade, head, upgrade
from store.tables import metadata
from tests.databases import empty_database, open_store
from tests.factories import NOON, a_lead


def test_opening_an_empty_database_makes_its_tables(database_url):
    store = Store.open(database_url)

    with store.engine.connect() as connection:
        assert current_version(connection) == head()
        assert set(metadata.tables) <= set(inspect(connection).get_table_names())
    store.close()


def test_the_migrations_make_exactly_the_declared_tables(store):
    with store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE, "compare_type": True}
        )
        assert compare_metadata(context, metadata) == []


def test_sqlite_keeps_the_keys_of_leads_once_and_checkpoints_seldom(tmp_path):
    store = Store.open(f"sqlite:///{tmp_path / 'a.db'}")
    told = "SELECT sql FROM sqlite_master WHERE name = 'lead_keys'"

    with store.engine.connect() as connection:
        declared = connection.execute(text(told)).scalar_one()
        pages = connection.execute(text("PRAGMA wal_autocheckpoint")).scalar_one()

    store.close()
    assert declared.rstrip().endswith("WITHOUT ROWID")
    assert pages == CHECKPOINT_PAGES


def test_what_goes_up_comes_down_and_goes_up_again(database_url):
    engine = open_engine(database_url)
    upgrade(engine)

    downgrade(engine, "base")

    with engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) <= {VERSION_TABLE}
    upgrade(engine)
    with engine.connect() as connection:
        assert current_version(connection) == head()
    engine.dispose()


def test_a_database_of_an_older_version_is_refused_with_the_command_that_helps(
    database_url, monkeypatch
):
    Store.open(database_url).close()
    monkeypatch.setattr("store.migrate.head", lambda: "9999")

    with pytest.raises(Unavailable, match="leadflow db upgrade"):
        Store.open(database_url)


def test_a_database_of_a_newer_version_asks_for_a_newer_leadflow(database_url):
    Store.open(database_url).close()
    engine = open_engine(database_url)
    with engine.connect() as connection, connection.begin():
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '7777'"))
    engine.dispose()

    with pytest.raises(Unavailable, match="7777, which a newer Leadflow made"):
        Store.open(database_url)


def test_a_strangers_table_is_never_taken_for_ours(database_url):
    engine = open_engine(database_url)
    with engine.connect() as connection, connection.begin():
        connection.execute(text("CREATE TABLE leads (id INTEGER)"))
    engine.dispose()

    with pytest.raises(Conflict, match="has a table leads that is not ours"):
        Store.open(database_url)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://x/y",
        "nonsense",
        "sqlite://",
        "sqlite:///file::memory:?uri=true",
        "sqlite+aiosqlite:///leadflow.db",
        "postgresql+psycopg2://someone@127.0.0.1/leads",
        "postgresql://someone@127.0.0.1:port/leads",
    ],
)
def test_an_address_that_cannot_be_used_is_refused(url):
    with pytest.raises(InvalidInput, match="sqlite"):
        Store.open(url)


def test_an_unreachable_database_is_unavailable_and_its_password_stays_hidden():
    with pytest.raises(Unavailable, match="cannot be used") as caught:
        Store.open("postgresql://someone:secret-word@127.0.0.1:1/nothing")

    assert "secret-word" not in str(caught.value)


def test_a_password_among_the_options_stays_hidden_too():
    with pytest.raises(Unavailable, match="user=someone") as caught:
        Store.open("postgresql://127.0.0.1:1/nothing?user=someone&password=secret-word")

    assert "secret-word" not in str(caught.value)


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path):
    (tmp_path / "letter.db").write_text("Dear Sir or Madam, " * 100)

    with pytest.raises(Unavailable, match=r"letter\.db cannot be used: file is not a database"):
        Store.open(f"sqlite:///{tmp_path / 'letter.db'}")
    with pytest.raises(Unavailable, match="cannot be used"):
        Store.open(f"sqlite:///{tmp_path / 'letter.db' / 'leadflow.db'}")


@pytest.mark.parametrize("option", ["no_such_option=1", "options=-csearch_path%3Dno_such_schema"])
def test_an_option_that_postgresql_refuses_makes_it_unavailable(tmp_path, option):
    with (
        empty_database("postgresql", tmp_path) as url,
        pytest.raises(Unavailable, match="cannot be used"),
    ):
        Store.open(f"{url}?{option}")


def test_an_address_may_have_options(tmp_path):
    Store.open(f"sqlite:///{tmp_path / 'leads.db'}?timeout=5").close()
    with empty_database("postgresql", tmp_path) as url:
        Store.open(f"{url}?connect_timeout=5&application_name=leadflow").close()


def test_several_processes_may_open_an_empty_database_at_once(database_url):
    code = f"from store.database import Store; Store.open({database_url!r})"

    running = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3)]

    assert [process.wait(timeout=60) for process in running] == [0, 0, 0]


@pytest.mark.parametrize("text_", ["one\0two", "half of \ud83d"])
def test_what_no_database_keeps_is_refused_by_both(store, text_):
    with pytest.raises(InvalidInput), store.writing() as unit:
        unit.leads.add([a_lead("L-1", attributes={"note": text_})])


def test_a_backslash_is_not_taken_for_the_character_it_might_begin(store):
    with store.writing() as unit:
        unit.leads.add([a_lead("L-1", attributes={"path": r"C:\u0000"})])

    with store.reading() as unit:
        assert unit.leads.get("L-1").attributes == {"path": r"C:\u0000"}


def test_a_value_too_long_for_an_index_is_no_reason_to_try_again(tmp_path):
    long = "".join(map(chr, range(0x4E00, 0x9E00)))
    with open_store("postgresql", tmp_path) as (store, _):
        with store.writing() as unit:
            unit.leads.add([a_lead("L-1")])

        with pytest.raises(InvalidInput, match="cannot be kept"), store.writing() as unit:
            unit.lead_keys.add({"L-1": [("name", long)]})


def test_an_error_of_the_database_shows_nobodys_data(store):
    twice = [a_lead("L-1", fields={"email": "ann@secret.example"})] * 2

    with pytest.raises(IntegrityError) as caught, store.writing() as unit:
        unit.leads.add(twice)

    assert "secret.example" not in str(caught.value)


def test_who_only_reads_cannot_write(store):
    with pytest.raises((DBAPIError, Unavailable)), store.reading() as unit:
        unit.leads.add([a_lead("L-1")])

    with store.writing() as unit:
        unit.leads.add([a_lead("L-1")])


def test_what_fails_half_way_leaves_nothing(store):
    with pytest.raises(ValueError, match="half-way"), store.writing() as unit:  # noqa: PT012
        unit.leads.add([a_lead("L-1")])
        raise ValueError("half-way")

    with store.reading() as unit, pytest.raises(NotFound):
        unit.leads.get("L-1")


def test_writers_wait_for_one_another(store):
    def count_up():
        for _ in range(10):
            with store.writing() as unit:
                unit.lock(1)
                n = int(unit.leads.get("L-1").attributes["n"])
                unit.leads.set_current("L-1", fields={}, typed={}, attributes={"n": n + 1}, at=NOON)

    with store.writing() as unit:
        unit.leads.add([a_lead("L-1", attributes={"n": 0})])

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with store.reading() as unit:
        assert unit.leads.get("L-1").attributes["n"] == 40


def test_a_naive_time_never_reaches_the_store(store):
    naive = datetime(2026, 1, 1)  # noqa: DTZ001

    with pytest.raises(Exception, match="naive datetime"), store.writing() as unit:
        unit.leads.add([a_lead("L-1", created_at=naive)])


def test_times_come_back_aware_and_in_utc(store):
    with store.writing() as unit:
        unit.leads.add([a_lead("L-1")])

    with store.reading() as unit:
        assert unit.leads.get("L-1").created_at.tzinfo is UTC
