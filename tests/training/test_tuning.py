import json
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import optuna
import pytest

from leads.errors import InvalidInput
from tests.realdata import ROOT
from tests.training.tables import a_table
from training import tuning as module
from training.holdout import split_of
from training.learning import train
from training.reading import Roles, read_table
from training.recipe import TrainingConfig
from training.timeline import LabelDelay
from training.tuning import DATABASE, SPACE, Tuning, tune

QUICK = TrainingConfig(max_trees=30, tree_step=15, num_threads=1)
TRIALS = 4

SEARCH = """
import sys
from pathlib import Path
from tests.training.test_tuning import searched

searched(Path(sys.argv[1]), trials=1000)
"""


def searched(folder, *, frame=None, **budget):
    """A search on the older leads of a table, decided on those before the hold-out."""
    frame = a_table(n=500, seed=4) if frame is None else frame
    roles = Roles(target="won", time="came")
    delay = LabelDelay.parse("2%")
    table = read_table(frame, roles, delay=delay, declared={}, min_class=40)
    before = table.leads.take(split_of(table, QUICK).fit)
    tuning = Tuning(folder=folder, **(budget or {"trials": TRIALS}))
    return tune(before, table, config=QUICK, tuning=tuning)


def trials_in(folder):
    """What each finished trial of the only study drew and found, in order."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = f"sqlite:///{(folder / DATABASE).as_posix()}"
    (name,) = optuna.get_all_study_names(storage)
    trials = optuna.load_study(study_name=name, storage=storage).get_trials()
    return [
        (trial.params, trial.value)
        for trial in trials
        if trial.state is optuna.trial.TrialState.COMPLETE
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tuning")


@pytest.fixture(scope="module")
def found(folder):
    return searched(folder)


def test_the_default_recipe_is_tried_first_and_every_number_stays_in_the_space(found, folder):
    (first, loss), *others = trials_in(folder)

    assert len(others) == TRIALS - 1
    assert first["num_leaves"] == QUICK.num_leaves
    assert loss == found.figures.search_default
    for params, _ in others:
        assert all(low <= params[name] <= high for name, (low, high) in SPACE.items())
    assert found.figures.search_best == min([loss, *(loss for _, loss in others)])


def test_neither_search_nor_choice_sees_the_hold_out(found):
    frame = a_table(n=500, seed=4)
    newest = frame.index[-125:]
    frame.loc[newest, "won"] = np.random.default_rng(1).permutation(frame.loc[newest, "won"])

    with tempfile.TemporaryDirectory() as folder:
        other = searched(Path(folder), frame=frame)

    assert other == found
    assert found.figures.leads + found.figures.judged == 375


def test_a_killed_search_goes_on_and_finds_what_an_uninterrupted_one_does(folder, found, tmp_path):
    child = subprocess.Popen([sys.executable, "-c", SEARCH, str(tmp_path)], cwd=ROOT)
    deadline = time.monotonic() + 60
    while len(_finished(tmp_path)) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    child.send_signal(signal.SIGKILL)
    child.wait()
    n_trials = max(TRIALS, len(_finished(tmp_path)) + 1)

    searched(tmp_path, trials=n_trials)

    after = trials_in(tmp_path)
    assert len(after) == n_trials
    assert after[:TRIALS] == trials_in(folder)


def _finished(folder):
    if not (folder / DATABASE).exists():
        return []
    try:
        return trials_in(folder)
    except Exception:  # noqa: BLE001  the child may just be making the database
        return []


def test_a_finished_search_is_not_made_again(found, folder, monkeypatch):
    def never(*_, **__):
        raise AssertionError("nothing is left to be tried")

    monkeypatch.setattr(module, "grow_on_folds", never)

    assert searched(folder) == found


def test_numbers_that_lose_later_are_not_adopted(found):
    figures = found.figures

    assert figures.search_best < figures.search_default
    assert figures.kept_up_best > figures.kept_up_default
    assert not figures.adopted
    assert found.config == QUICK


def test_numbers_that_win_later_are_adopted_for_the_judged_and_the_registered_model(tmp_path):
    result = train(
        a_table(n=500, seed=5),
        target="won",
        time="came",
        config=QUICK,
        tuning=Tuning(folder=tmp_path, trials=TRIALS),
    )

    figures = result.report.tuning
    assert figures.adopted
    assert figures.kept_up_best < figures.kept_up_default
    assert result.config.learning_rate == figures.numbers["learning_rate"]
    assert result.config.learning_rate != QUICK.learning_rate
    assert result.config.max_trees == QUICK.max_trees
    for booster in (result.booster, result.first.model.booster):
        assert f"[learning_rate: {result.config.learning_rate:g}" in booster.model_to_string()
    told = json.loads(json.dumps(result.to_json()))["tuning"]
    assert set(told["numbers"]) == set(SPACE)
    assert told["trials"] == TRIALS


def test_a_budget_of_time_stops_after_it_and_tries_something_else_at_least_once(tmp_path):
    assert searched(tmp_path, seconds=0.001).figures.trials == 2


def test_progress_is_told_and_optuna_keeps_quiet(folder, found, capfd):
    told = []
    roles = Roles(target="won", time="came")
    table = read_table(
        a_table(n=500, seed=4), roles, delay=LabelDelay.parse("2%"), declared={}, min_class=40
    )

    tune(
        table.leads.take(split_of(table, QUICK).fit),
        table,
        config=QUICK,
        tuning=Tuning(folder=folder, trials=TRIALS + 1),
        progress=lambda *step: told.append(step),
    )

    assert told == [("tuning", TRIALS, TRIALS + 1), ("tuning", TRIALS + 1, TRIALS + 1)]
    assert "Trial" not in capfd.readouterr().err


def test_without_time_nothing_is_tuned(tmp_path):
    with pytest.raises(InvalidInput, match="--tune needs --time or --ordered"):
        train(
            a_table(n=400).drop(columns="came"),
            target="won",
            config=QUICK,
            tuning=Tuning(folder=tmp_path, trials=2),
        )


def test_a_database_that_is_none_is_named(tmp_path):
    (tmp_path / DATABASE).write_bytes(b"no database at all" * 100)

    with pytest.raises(InvalidInput, match=r"tuning\.db, where earlier searches are kept"):
        searched(tmp_path)


@pytest.mark.parametrize(
    ("text", "seconds", "trials"),
    [("10m", 600, None), ("1.5h", 5400, None), (" 90s", 90, None), ("50 trials", None, 50)],
)
def test_a_budget_is_a_time_or_a_number_of_trials(text, seconds, trials, tmp_path):
    assert Tuning.parse(text, folder=tmp_path) == Tuning(
        folder=tmp_path, seconds=seconds, trials=trials
    )


@pytest.mark.parametrize("text", ["", "10", "ten minutes", "0m", "-5m", "m", "10d"])
def test_any_other_budget_is_refused_with_what_would_be_right(text, tmp_path):
    with pytest.raises(InvalidInput, match=r"--tune '.*': write a time such as 10m"):
        Tuning.parse(text, folder=tmp_path)
