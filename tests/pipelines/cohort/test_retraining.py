"""The job that makes a new model when the last one is old."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from pipelines.clock import system_clock
from pipelines.cohort.asked import Asked
from pipelines.cohort.training import StoreOptions, train_from_store
from pipelines.models import open_model, open_registry
from pipelines.promote import promote
from pipelines.retraining import KIND, ask_for_next, retrain
from pipelines.settings import load_settings
from tests.databases import open_store
from tests.pipelines.cohort.exports import created_only, some_people
from tests.pipelines.intake.files import import_
from tests.workshop import QUICK

pytestmark = pytest.mark.xdist_group("mlflow")
DAY = timedelta(days=1)


@pytest.fixture
def settings(tmp_path, migrated_database):
    migrated_database(tmp_path / "var" / "mlflow.db")
    return load_settings(_env_file=None, var=tmp_path / "var", retrain_days=15)


@pytest.fixture
def store(tmp_path):
    with open_store("sqlite", tmp_path) as (opened, _):
        yield opened


def jobs(store):
    with store.reading() as unit:
        return [job for job in unit.jobs.page(limit=1000) if job.kind == KIND]


def work(store, settings, at):
    """What the log says of the day's look."""
    with capture_logs() as logs:
        retrain(store, jobs(store)[0], settings=settings, clock=lambda: at, config=QUICK)
    return [entry["event"] for entry in logs]


def test_it_is_looked_at_daily_and_only_where_it_was_asked_for(store, settings):
    now = system_clock()
    with store.writing() as unit:
        ask_for_next(unit, settings, now=now)
        ask_for_next(unit, settings, now=now)
    (job,) = jobs(store)

    assert now < job.run_at <= now + DAY
    assert job.key == settings.model_name

    with store.writing() as unit:
        unit.jobs.drop_waiting(KIND)
        ask_for_next(unit, settings.model_copy(update={"retrain_days": 0}), now=now)
    assert jobs(store) == []


def test_a_store_without_enough_is_waited_for(store, settings):
    with store.writing() as unit:
        ask_for_next(unit, settings, now=system_clock())

    assert work(store, settings, system_clock()) == ["retraining_not_possible"]


def test_an_old_model_is_replaced_by_a_challenger_that_the_gate_must_let_in(
    store, settings, tmp_path
):
    created_only(tmp_path / "export", some_people())
    now = system_clock()
    for kind in ("leads", "stages"):
        import_(store, tmp_path / "export" / f"{kind}.csv", kind, now=now)
    with store.writing() as unit:
        ask_for_next(unit, settings, now=now)

    first = work(store, settings, now)
    too_soon = work(store, settings, now + 14 * DAY)

    registry = open_registry(settings)
    assert first == ["challenger_not_promoted"]  # it has a column that only buyers have
    assert too_soon == ["retraining_not_needed"]
    assert [version.number for version in registry.versions(settings.model_name)] == ["1"]
    assert registry.champion(settings.model_name) is None
    assert registry.find(settings.model_name, "challenger").number == "1"


def test_the_next_model_is_asked_what_the_champion_was_and_kept_from_the_same_columns(
    store, settings, tmp_path
):
    created_only(tmp_path / "export", some_people())
    now = system_clock()
    for kind in ("leads", "stages", "events"):
        import_(store, tmp_path / "export" / f"{kind}.csv", kind, now=now)
    told = StoreOptions(asked=Asked(window_days=60), drop=("contract_no",), avoid=("gone",))
    first = train_from_store(store, told, settings=settings, config=QUICK)
    promote(version=first.version, settings=settings, first=True)
    with store.writing() as unit:
        ask_for_next(unit, settings, now=now)

    work(store, settings, now + 16 * DAY)

    card = open_model(settings, which="challenger").bundle.card
    assert card["cohort"]["window_days"] == 60
    assert card["options"]["drop"] == "lead_id,contract_no"
    assert card["suspects"] == []
    assert open_model(settings, which="challenger").version != first.version
