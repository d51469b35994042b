"""Keeping a champion's calibration up from tables that follow the one it was trained on."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest

from leads.errors import Conflict, InvalidInput, NoChampion
from leads.work import JobState
from pipelines.build import stage_champion
from pipelines.champions import calibration_of, changing_champion, curves_of
from pipelines.cli.shell import run
from pipelines.evaluate import evaluate
from pipelines.keeping import accept_held, discard_held, keep_up
from pipelines.keeping_check import what_is_wrong
from pipelines.keeping_job import KIND, ask_for_next
from pipelines.matured import from_table
from pipelines.models import open_model
from pipelines.promote import promote, rollback
from pipelines.settings import Settings
from pipelines.worker import Worked, Worker, handlers_of
from scoring.bundle import load_bundle
from scoring.live_curve import folder_of, load_pointed_curve, read_live_curve
from scoring.pointer import pointer_path, read_pointer
from tests.databases import open_store
from tests.realdata import ROOT
from tests.workshop import a_table, settings_in

pytestmark = pytest.mark.xdist_group("mlflow")

NAME = "lead-scoring"
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
TRAINED_UNTIL = pd.Timestamp("2026-05-15", tz="UTC")


def newer(n=600, *, seed=3, won_share=None):
    """Leads of the quarter after the training table; `won_share` overrules their outcomes."""
    frame = a_table(n, seed=seed)
    days = np.sort(np.random.default_rng(seed).integers(20, 90, n))
    frame["created"] = TRAINED_UNTIL + pd.to_timedelta(days, unit="D")
    if won_share is not None:
        won = np.random.default_rng(seed).random(n) < won_share
        frame["won"] = np.where(won, "yes", "no")
    return frame


@dataclass(frozen=True)
class Served:
    """A folder with a champion; no registry is needed to keep it up."""

    folder: Path
    settings: Settings


@pytest.fixture(scope="session")
def once_promoted(built_workshop, tmp_path_factory):
    made = built_workshop.copy(tmp_path_factory.mktemp("promoted"))
    promote(version="2", settings=made.settings, clock=lambda: NOW, probe=load_bundle)
    return made


@pytest.fixture
def another(once_promoted, tmp_path):
    """Makes copies of what is served."""

    def make(name):
        for part in ("bundles", "champions", "calibrations"):
            shutil.copytree(once_promoted.folder / "var" / part, tmp_path / name / "var" / part)
        return Served(tmp_path / name, settings_in(tmp_path / name))

    return make


@pytest.fixture
def promoted(another):
    return another("one")


def keep(workshop, data, **options):
    return keep_up(
        from_table(data), settings=workshop.settings, **({"clock": lambda: NOW} | options)
    )


def pointer_of(workshop):
    return read_pointer(workshop.settings.var, NAME)


def shown(workshop):
    """What the champion shows for some margins."""
    bundle = open_model(workshop.settings).bundle
    return bundle.curve.probability(np.linspace(-4, 2, 50))


def test_new_outcomes_move_what_the_champion_shows(promoted):
    before = shown(promoted)

    kept = keep(promoted, newer(won_share=0.3))

    made = kept.made
    assert (kept.status, kept.new, made.labels) == ("live", 600, 600)
    assert shown(promoted)[:10].mean() > before[:10].mean() + 0.02  # who was least likely won too
    assert made.curve.kept_until > str(TRAINED_UNTIL.date())
    assert pointer_of(promoted).calibration.file.name == "1.json"


def test_the_same_table_told_twice_counts_once(promoted):
    keep(promoted, newer())
    after = shown(promoted)

    again = keep(promoted, newer())

    assert (again.status, again.new, again.seen) == ("waiting", 0, 600)
    assert (shown(promoted) == after).all()
    assert again.made.labels == 600


def test_month_by_month_and_all_at_once_end_in_the_same_state(promoted, another):
    whole = newer(700)
    twin = another("twin")
    months = [part for _, part in whole.groupby(whole["created"].dt.month)]

    for part in months:
        keep(promoted, part)
    keep(twin, whole)

    states = [
        curves_of(each.settings.var, name=NAME, version="2")[-1].keeper for each in (promoted, twin)
    ]
    assert len(months) > 2
    assert json.dumps(states[0]) == json.dumps(states[1])


def test_leads_of_the_training_table_are_not_counted_again(promoted):
    kept = keep(promoted, a_table())

    assert (kept.new, kept.seen) == (0, 1_000)


def test_a_few_labels_wait_and_count_with_the_next(promoted):
    table = newer(60)

    first = keep(promoted, table[:19])
    second = keep(promoted, table)

    assert (first.status, first.made.labels) == ("waiting", 0)
    assert "19 new labels" in first.why
    assert (second.status, second.new) == ("live", 60)
    assert what_is_wrong(promoted.settings) == []


def test_a_day_on_which_nobody_converted_is_no_mistake(promoted):
    assert keep(promoted, newer(80, won_share=0.0)).status == "live"


def test_leads_younger_than_the_label_delay_are_left_out(promoted):
    card = {"options": {"time": "created", "label_delay": "120d"}}
    bundle = open_model(promoted.settings).bundle
    table = newer(200)
    ripe = table["created"] + pd.Timedelta(days=120) <= NOW

    slow = replace(bundle, card=bundle.card | card)

    found = from_table(table)(slow, None, NOW)

    assert 0 < len(found) == ripe.sum() < 200
    assert found.left_out == 200 - ripe.sum()


def runaway():
    return newer(900, won_share=0.97)


def test_a_jump_is_held_and_the_old_curve_keeps_serving(promoted):
    keep(promoted, newer())
    before = shown(promoted)

    kept = keep(promoted, later(runaway()))

    assert kept.status == "held"
    assert "would change by" in kept.why or "tier" in kept.why
    assert (shown(promoted) == before).all()
    assert pointer_of(promoted).calibration.held == kept.why
    assert pointer_of(promoted).calibration.file.name == "1.json"
    assert kept.why in what_is_wrong(promoted.settings)[0]


def later(table):
    return table.assign(created=table["created"] + pd.Timedelta(days=75))


def test_the_first_update_may_be_held_too(promoted):
    kept = keep(promoted, runaway())

    assert (kept.status, pointer_of(promoted).calibration.file) == ("held", None)
    assert open_model(promoted.settings).bundle.curve.method == "keeper"


def test_a_held_curve_serves_once_a_person_says_why(promoted):
    held = keep(promoted, runaway())
    with pytest.raises(InvalidInput, match="say why"):
        accept_held(" ", settings=promoted.settings)

    made = accept_held("prices were halved", settings=promoted.settings, clock=lambda: NOW)

    assert made.because == "prices were halved"
    assert made.curve == held.made.curve
    assert open_model(promoted.settings).bundle.curve == made.curve
    assert what_is_wrong(promoted.settings) == []
    with pytest.raises(Conflict, match="is held"):
        accept_held("again", settings=promoted.settings)


def test_a_discarded_curve_is_forgotten_with_its_labels(promoted):
    keep(promoted, runaway())

    made = discard_held("an import had its signs wrong", settings=promoted.settings)
    kept = keep(promoted, newer(900))

    assert (made.labels, made.because) == (0, "an import had its signs wrong")
    assert (kept.status, kept.new) == ("live", 900)


def test_promotion_and_rollback_serve_each_version_with_its_own_newest_curve(workshop):
    options = {"settings": workshop.settings, "probe": load_bundle}
    promote(version="1", first=True, clock=lambda: NOW, **options)
    keep(workshop, newer())
    promote(version="2", clock=lambda: NOW + timedelta(days=1), **options)
    assert pointer_of(workshop).calibration is None

    rollback(clock=lambda: NOW + timedelta(days=2), **options)

    assert pointer_of(workshop).version == "1"
    assert pointer_of(workshop).calibration.file.parent.name == "1"


KILLED = """
import os, sys
import pipelines.keeping as keeping
from pathlib import Path
from random import Random
from pipelines.keeping_job import KIND, ask_for_next
from pipelines.matured import from_table
from pipelines.settings import load_settings
keeping.write_pointer = lambda *given, **named: os.kill(os.getpid(), 9)
keeping.keep_up(from_table(Path(sys.argv[2])), settings=load_settings(var=Path(sys.argv[1])))
"""


def test_a_process_killed_between_file_and_pointer_is_finished_by_the_next(promoted, tmp_path):
    var, table = promoted.settings.var, tmp_path / "newer.csv"
    newer().to_csv(table, index=False)
    before = shown(promoted)

    died = subprocess.run(
        [sys.executable, "-c", KILLED, var, table],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
    )

    assert died.returncode == -9
    assert (shown(promoted) == before).all()
    again = keep(promoted, table)
    assert (again.new, again.made.labels) == (0, 600)
    assert pointer_of(promoted).calibration.file.name == "1.json"
    assert (shown(promoted) != before).any()


def test_two_updates_at_once_do_not_get_into_each_others_way(promoted):
    with changing_champion(promoted.settings, NAME), pytest.raises(Conflict, match="try again"):
        keep(promoted, newer())

    assert keep(promoted, newer()).new == 600


def test_a_damaged_curve_is_said_and_its_labels_can_be_told_again(promoted):
    keep(promoted, newer())
    path = pointer_of(promoted).calibration.file
    path.write_bytes(path.read_bytes()[:-2])

    assert "is not what was written" in what_is_wrong(promoted.settings)[0]
    kept = keep(promoted, newer())

    assert (kept.status, kept.new, kept.made.number) == ("live", 600, 2)
    assert what_is_wrong(promoted.settings) == []


def test_a_curve_of_other_trees_is_never_pointed_to(workshop):
    promoted = workshop
    promote(version="2", settings=promoted.settings, clock=lambda: NOW, probe=load_bundle)
    keep(promoted, newer())
    folder = folder_of(promoted.settings.var, name=NAME, version="2")
    for path in folder.glob("*.json"):
        state = json.loads(path.read_bytes())
        path.write_text(json.dumps(state | {"trees": "0" * 64}))
    pointer_path(promoted.settings.var, NAME).unlink()

    promote(version="2", settings=promoted.settings, clock=lambda: NOW, probe=load_bundle)

    assert calibration_of(promoted.settings.var, name=NAME, version="2") is None
    assert read_live_curve(folder / "0.json").trees != "0" * 64


def test_a_third_outcome_is_refused_by_name_and_nothing_changes(promoted):
    table = newer()
    table.loc[table.index[:9], "won"] = "open"

    with pytest.raises(InvalidInput, match=r"'won' should say 'yes'.*'no', 'open'"):
        keep(promoted, table)
    assert pointer_of(promoted).calibration is None


def test_without_a_champion_there_is_nothing_to_keep_up(workshop):
    with pytest.raises(NoChampion):
        keep(workshop, newer())


def test_a_bento_carries_the_curve_its_champion_serves_with(promoted, tmp_path):
    keep(promoted, newer())

    staged = stage_champion(var=promoted.settings.var, name=NAME, project=tmp_path)

    carried = read_pointer(staged, NAME)
    assert carried.calibration.file.is_relative_to(staged)
    assert load_pointed_curve(carried).curve == open_model(promoted.settings).bundle.curve


def test_the_daily_job_asks_for_its_next_day_and_leaves_alone_what_it_cannot_keep(
    promoted, tmp_path
):
    """The champion was trained on a table: its labels are nowhere in the store."""
    clock = Clock(NOW)
    with open_store("sqlite", tmp_path) as (store, _):
        with store.writing() as unit:
            ask_for_next(unit, NAME, now=clock())
            ask_for_next(unit, NAME, now=clock())
        worker = Worker(
            store, handlers_of(promoted.settings, clock=clock), clock=clock, chance=Random(1)
        )
        assert worker.run(once=True).n_done == 0

        for days in (1, 2):
            clock.now = NOW + timedelta(days=days)
            assert worker.run(once=True) == Worked(n_done=1)

            with store.reading() as unit:
                waiting = unit.jobs.page(state=JobState.WAITING)
            assert [(job.kind, job.key) for job in waiting] == [(KIND, NAME)]
            assert waiting[0].run_at == datetime(2026, 11, 3 + days, 3, tzinfo=UTC)
    assert pointer_of(promoted).calibration is None


class Clock:
    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now


def test_an_evaluation_says_which_curve_showed(promoted):
    assert evaluate(newer(), settings=promoted.settings).shown_by is None

    keep(promoted, newer())

    told = evaluate(newer(), settings=promoted.settings).to_json()["calibration"]
    assert (told["number"], told["labels"], told["made_at"]) == (1, 600, NOW.isoformat())


@pytest.fixture
def command(promoted, migrated_database, tmp_path, monkeypatch, capsys):
    """Runs a command line beside what is served; its exit code and what it printed.

    The registry is empty: that a card cannot be renewed stops nothing.
    """
    migrated_database(promoted.settings.var / "mlflow.db")
    monkeypatch.chdir(promoted.folder)
    newer().to_csv(tmp_path / "newer.csv", index=False)
    runaway().pipe(later).to_csv(tmp_path / "runaway.csv", index=False)

    def ran(*words):
        code = run([word.format(tmp_path) for word in words])
        return code, capsys.readouterr()

    return ran


def test_the_command_counts_holds_and_lets_a_person_decide(command):
    code, told = command("calibrate", "{}/newer.csv", "--json")
    assert (code, json.loads(told.out)["labels"]) == (
        0,
        {"new": 600, "seen_before": 0, "left_out": 0},
    )
    assert "the model card was not renewed" in told.err

    code, told = command("calibrate", "{}/runaway.csv")
    assert code == 4
    assert "held: " in told.out

    code, told = command("doctor")
    assert code == 4
    assert "WRONG calibration" in told.out

    code, told = command("calibrate", "--accept-held", "--because", "a new price list")
    assert code == 0
    assert "serves curve 3" in told.out


def test_the_command_says_what_a_table_trained_model_needs(command):
    code, told = command("calibrate")

    assert code == 4
    assert "leadflow calibrate FILE" in told.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--accept-held", "--discard-held"), "give one of"),
        (("--accept-held",), "say why"),
        (("--target", "won"), "columns of a FILE"),
    ],
)
def test_contradicting_options_are_refused(command, words, says):
    code, told = command("calibrate", *words)

    assert code == 2
    assert says in told.err
