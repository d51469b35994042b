"""Keeping a champion up that was trained from the store: its own cohort, a few months on."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from leads.clock import ClockBasis
from leads.lead import StageMove
from leads.lifecycle import Stage
from leads.work import JobState
from pipelines.cards import CARD
from pipelines.cohort.asked import Asked
from pipelines.cohort.training import StoreOptions, train_from_store
from pipelines.keeping import keep_up
from pipelines.keeping_job import KIND, ask_for_next, keep_calibration
from pipelines.matured import from_store
from pipelines.models import open_model, open_registry
from pipelines.promote import promote
from scoring.bundle import load_bundle
from scoring.pointer import read_pointer
from tests.databases import open_store
from tests.factories import a_lead, a_version
from tests.workshop import QUICK, emptied, settings_in

pytestmark = pytest.mark.xdist_group("mlflow")

NAME = "lead-scoring"
START = datetime(2025, 1, 1, tzinfo=UTC)
TRAINED_AT = START + timedelta(days=300)
LATER = START + timedelta(days=420)
WINDOW = 30


def fill(store, *, first, last, n, seed, shift=0.0):
    """Leads that came between two days; the larger companies and the software makers qualify."""
    rng = np.random.default_rng(seed)
    leads, versions, moves = [], [], []
    for i, day in enumerate(np.sort(rng.uniform(first, last, n))):
        lead_id, came = f"L-{seed}-{i}", START + timedelta(days=float(day))
        told = {
            "employees": int(np.exp(rng.normal(4, 1.2))),
            "industry": str(rng.choice(["software", "retail"])),
        }
        log_odds = shift - 3.5 + 0.5 * np.log(told["employees"])
        log_odds += 2.0 * (told["industry"] == "software")
        steps = [(Stage.NEW, Stage.MQL, came + timedelta(days=1))]
        if rng.random() < 1 / (1 + np.exp(-log_odds)):
            after = came + timedelta(days=1 + float(rng.uniform(1, 20)))
            steps += [(Stage.MQL, Stage.SAL, after), (Stage.SAL, Stage.SQL, after)]
        moments = dict.fromkeys(("created_at", "known_at", "updated_at", "stage_since"), came)
        leads.append(a_lead(lead_id, **moments))
        versions.append(a_version(lead_id, fields=told, occurred_at=came, known_at=came))
        moves += [a_move(lead_id, *step) for step in steps]
    with store.writing() as unit:
        unit.leads.add(leads)
        unit.history.add_versions(versions)
        unit.history.move(moves)


def a_move(lead_id, old, new, at):
    return StageMove(
        lead_id=lead_id,
        from_stage=old,
        to_stage=new,
        occurred_at=at,
        known_at=at,
        actor="crm",
        clock=ClockBasis.SOURCE,
        cause="import",
        definition_version="1",
    )


@pytest.fixture(scope="module")
def served(built_workshop, tmp_path_factory):
    """A store of ten months, and the champion trained on it; then four months more."""
    folder = tmp_path_factory.mktemp("store")
    settings = settings_in(folder)
    settings.var.mkdir()
    emptied(built_workshop.folder / "var/mlflow.db", settings.var / "mlflow.db")
    with open_store("sqlite", folder) as (store, _):
        fill(store, first=0, last=299, n=500, seed=1)
        options = StoreOptions(asked=Asked(window_days=WINDOW))
        train_from_store(store, options, settings=settings, clock=lambda: TRAINED_AT, config=QUICK)
        promote(settings=settings, first=True, tolerance=1.0, probe=load_bundle)
        fill(store, first=300, last=415, n=250, seed=2, shift=1.0)
        yield store, settings


def test_snapshots_whose_window_has_ended_move_the_curve_and_count_once(served):
    store, settings = served
    before = open_model(settings).bundle.curve.probability_one(-1.0)

    early = keep_up(from_store(store), settings=settings, clock=lambda: TRAINED_AT)
    kept = keep_up(from_store(store), settings=settings, clock=lambda: LATER)
    again = keep_up(from_store(store), settings=settings, clock=lambda: LATER)

    assert early.new == 0
    ended = (LATER - TRAINED_AT).days - WINDOW
    assert kept.status == "live"
    assert 250 * (ended - 15) / 115 < kept.new < 250 * (ended + 40) / 115
    assert (again.status, again.new) == ("waiting", 0)
    assert open_model(settings).bundle.curve.probability_one(-1.0) > before


def test_the_daily_job_keeps_it_up_from_the_store(served):
    store, settings = served
    with store.writing() as unit:
        ask_for_next(unit, NAME, now=LATER)
    fill(store, first=416, last=470, n=120, seed=3)
    later = LATER + timedelta(days=60)
    with store.reading() as unit:
        job = unit.jobs.page(state=JobState.WAITING)[0]

    keep_calibration(store, job, settings=settings, clock=lambda: later)

    assert job.kind == KIND
    made = read_pointer(settings.var, NAME).calibration
    assert made is not None
    assert open_model(settings).made.made_at == later.isoformat()
    assert later.isoformat() in the_card(settings)


def the_card(settings):
    registry = open_registry(settings)
    with TemporaryDirectory() as folder:
        version = registry.find(NAME, "champion")
        return registry.fetch_artifacts(version, CARD, into=Path(folder)).read_text("utf-8")
