"""The comparison with other learners: splits, warm start, keeper rows, tuning, kept results.

XGBoost, CatBoost and FLAML live in an environment of their own and are not run here.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from benchmarks.peers.contenders import ENTRIES, OURS
from benchmarks.peers.crm import DEFAULT_FIELDS, EVERY_FIELD, crm_score
from benchmarks.peers.figures import Cell, best_kept_up, difference, not_beaten
from benchmarks.peers.judge import judged
from benchmarks.peers.kept import Key, Results, locked_versions
from benchmarks.peers.learners import linear
from benchmarks.peers.markdown import BEGINNING, END, put_into, report
from benchmarks.peers.tables import SOURCES, load, read, windows_of
from benchmarks.peers.task import WARM_FOLDS, Task
from benchmarks.peers.tuning import Space, Span, better_of_peer
from leads.errors import InvalidInput, NotFound
from tests.realdata import BANK, BANK_ADDITIONAL, ROOT, SHOPPERS, data_dir, real_file

SOURCE = replace(SOURCES["shoppers"], crm_variables={"state_id": "region"})
N = 1_200


@pytest.fixture(scope="module")
def table():
    """Leads of two regions, more of whom convert in the newest quarter."""
    rng = np.random.default_rng(5)
    region = rng.choice(["north", "south"], N)
    visits = rng.poisson(3, N) + rng.random(N)
    late = np.arange(N) > 0.75 * N
    odds = -2.2 + 0.9 * (region == "north") + 0.3 * (visits - 3) + 1.8 * late
    won = rng.random(N) < 1 / (1 + np.exp(-odds))
    frame = pd.DataFrame({"region": region, "visits": visits, "won": np.where(won, "yes", "no")})
    return read(frame, "won")


def window_called(table, name):
    return next(window for window in windows_of(table.leads) if window.name == name)


def task_of(table, name="T", *, budget=0.0):
    return Task.of(SOURCE, table, window_called(table, name), budget=budget)


def result_of(contender, table, name="T"):
    return judged(ENTRIES[contender], SOURCE, table, window_called(table, name), budget=0.0)


@pytest.mark.parametrize(
    ("name", "file", "rows", "won", "columns"),
    [
        ("bank-additional", BANK_ADDITIONAL, 41_188, 4_640, 19),
        ("bank-full", BANK, 45_211, 5_289, 15),
        ("shoppers", SHOPPERS, 12_330, 1_908, 17),
        ("shoppers-no-pagevalues", SHOPPERS, 12_330, 1_908, 16),
    ],
)
def test_a_real_table_is_whole_and_its_leaks_are_out(name, file, rows, won, columns):
    real_file(file)

    table = load(SOURCES[name], data_dir())

    assert (len(table.leads), table.leads.labels.sum()) == (rows, won)
    assert table.leads.frame.shape[1] == columns
    assert "duration" not in table.leads.frame


def test_t_learns_from_the_first_three_quarters_and_r_from_five_growing_parts(table):
    windows = {window.name: window.split for window in windows_of(table.leads)}

    sizes = {name: (len(split.fit), len(split.holdout)) for name, split in windows.items()}
    assert sizes == {
        "T": (900, 300),
        "R1": (600, 120),
        "R2": (720, 120),
        "R3": (840, 120),
        "R4": (960, 120),
        "R5": (1_080, 120),
        **{f"CV{k}": (960, 240) for k in range(1, 6)},
    }
    for name, split in windows.items():
        if not name.startswith("CV"):
            assert split.holdout[0] == split.fit[-1] + 1


def test_every_lead_is_judged_once_in_the_random_folds(table):
    judged_rows = [w.split.holdout for w in windows_of(table.leads) if w.protocol == "CV"]

    assert sorted(np.concatenate(judged_rows).tolist()) == list(range(N))


def test_a_file_that_is_missing_or_another_is_refused(tmp_path):
    source = SOURCES["bank-full"]
    with pytest.raises(NotFound, match="LEADFLOW_DATA_DIR"):
        load(source, tmp_path)

    path = tmp_path / source.file
    path.parent.mkdir()
    pd.DataFrame({"y": ["no"]}).to_csv(path, sep=";")
    with pytest.raises(InvalidInput, match="SHA-256"):
        load(source, tmp_path)


@pytest.mark.parametrize("name", [OURS, "logistic regression", "CRM naive Bayes, all fields"])
def test_every_keeper_starts_on_the_same_newest_folds(table, name):
    task = task_of(table)

    answer = ENTRIES[name].answer(task)

    warm = np.concatenate([fold.test for fold in task.folds])
    assert len(task.folds) == WARM_FOLDS
    assert np.flatnonzero(np.isfinite(answer.out_of_fold)).tolist() == warm.tolist()


def test_a_constant_ranks_nobody_and_its_keeper_follows_the_new_base_rate(table):
    result = result_of("constant", table)

    rate = table.leads.labels[:900].mean()
    labels = table.leads.labels[900:]
    assert result["auc"] == 0.5
    assert result["shown"] == pytest.approx(
        np.where(labels == 1, -np.log(rate), -np.log1p(-rate)), abs=1e-5
    )
    assert np.mean(result["kept_up"]) < np.mean(result["shown"]) - 0.03


def test_no_keeper_learns_from_an_outcome_before_it_is_known(table):
    leads = table.leads
    last = leads.labels.copy()
    last[-150:] = 1 - last[-150:]
    other = replace(table, leads=replace(leads, labels=last))

    before, after = (result_of("constant", each)["kept_up"] for each in (table, other))

    # 2 % of the leads is 24, and the keeper takes labels every hundred rows
    assert before[:150] == after[:150]
    assert before[-20:] != after[-20:]


def test_random_folds_have_no_keeper(table):
    assert result_of("LightGBM", table, "CV1")["kept_up"] is None


def test_the_crm_score_without_a_variable_is_the_base_rate(table):
    task = replace(task_of(table), source=replace(SOURCE, crm_variables={}))

    margins = crm_score(DEFAULT_FIELDS)(task).margins

    smoothed = (task.fit.labels.sum() + 0.1) / (len(task.fit) + 0.2)
    assert np.unique(margins).size == 1
    assert 1 / (1 + np.exp(-margins[0])) == pytest.approx(smoothed, abs=5e-5)


def test_the_crm_score_bins_numbers_and_uses_them(table):
    margins = crm_score(EVERY_FIELD)(task_of(table)).margins

    # two regions by ten bins of visits
    assert 10 < np.unique(margins).size <= 20


def test_tuning_without_time_keeps_the_first_candidate(table):
    space = Space({"C": Span(0.1, 1)}, first={"C": 7.0})

    found = better_of_peer(task_of(table), linear, space, rng=np.random.default_rng(0))

    assert (found.parameters, found.candidates) == ({"C": 7.0}, 0)


def test_tuning_leaves_a_bad_first_candidate_behind(table):
    space = Space({"C": Span(0.01, 10, log=True)}, first={"C": 1e-9})

    found = better_of_peer(task_of(table, budget=0.5), linear, space, rng=np.random.default_rng(0))

    assert found.candidates > 1
    assert found.parameters["C"] >= 0.01


def test_a_result_is_found_again_until_something_it_hangs_on_changes(tmp_path, table):
    key = Key(entry=ENTRIES["LightGBM"], source=SOURCE, window="T", protocol="T")
    results = Results(folder=tmp_path, versions={"lightgbm": "4.7.0"})
    result = result_of("LightGBM", table)

    results.put(key, result)

    assert results.get(key)["shown"] == result["shown"]
    assert replace(results, versions={"lightgbm": "4.8.0"}).get(key) is None
    assert results.get(replace(key, window="R1")) is None
    assert results.get(replace(key, source=replace(SOURCE, sha256="0"))) is None


def cell_of(losses):
    return Cell(windows=tuple({"auc": 0.7, "kept_up": each} for each in losses))


def test_a_difference_is_paired_and_its_interval_holds_it():
    rng = np.random.default_rng(3)
    hard = rng.exponential(size=500)
    ours, theirs = cell_of([hard]), cell_of([hard + rng.normal(0.02, 0.01, 500)])

    apart, low, high = difference(ours, theirs, "kept_up", rng=rng)

    assert low < apart < high < 0
    assert high - low < 0.01  # unpaired it would be more than ten times as wide


def test_a_cell_is_the_mean_of_its_windows_however_many_leads_each_has():
    assert cell_of([[0.1, 0.3], [0.4]]).loss("kept_up") == pytest.approx(0.3)


def test_ours_as_it_ships_has_the_keeper_and_another_as_it_ships_has_not():
    def one(shown, kept_up):
        return Cell(windows=({"auc": 0.7, "shown": [shown], "kept_up": [kept_up]},))

    cells = {
        OURS: one(0.9, 0.3),
        "XGBoost": one(0.5, 0.2),
        "FLAML": one(0.3, 0.4),
        "FLAML, told of time": one(0.1, 0.1),  # told something, so not as it ships
    }

    assert not_beaten(cells) == ["FLAML"]


def test_the_best_with_the_keeper_is_not_one_of_ours():
    cells = {OURS: cell_of([[0.1]]), "XGBoost": cell_of([[0.3]]), "FLAML": cell_of([[0.2]])}

    assert best_kept_up({**cells, "CatBoost": None}) == ("FLAML", pytest.approx(0.2))


def test_the_tables_show_what_is_there_and_a_dash_for_the_rest(tmp_path):
    results = Results(folder=tmp_path, versions=locked_versions())
    source = SOURCES["shoppers"]
    for name, losses in ((OURS, [0.25, 0.35]), ("constant", [0.5, 0.5])):
        key = Key(entry=ENTRIES[name], source=source, window="T", protocol="T")
        results.put(key, {"auc": 0.9, "shown": losses, "kept_up": losses})

    text = report(results)

    assert "| Leadflow | - | - | - | - | .3000 | - | - | - |" in text
    assert "- shoppers T (2 of 16 there): as they ship below all; with the keeper -.2000" in text
    assert "below all: 1 of 1 cells. Within .0100 of the best with the keeper: 1 of 1." in text


def test_the_marked_part_of_a_document_becomes_the_tables():
    document = f"before\n{BEGINNING}\nold\n{END}\nafter"

    once = put_into(document, "| new |")

    assert once == f"before\n{BEGINNING}\n\n| new |\n\n{END}\nafter"
    assert put_into(once, "| new |") == once
    with pytest.raises(InvalidInput, match="lacks the lines"):
        put_into("nothing marked", "| new |")


def test_the_lock_names_every_library_a_result_hangs_on_and_no_address():
    versions = locked_versions()

    assert all(versions[name] for entry in ENTRIES.values() for name in entry.libraries)
    assert "://" not in (ROOT / "requirements" / "peers.txt").read_text()


def test_the_peers_are_not_in_the_environment_of_the_tests():
    locks = [(ROOT / "requirements" / f"{name}.txt").read_text() for name in ("runtime", "dev")]

    for peer in ("catboost", "flaml", "xgboost"):
        assert not any(f"\n{peer}" in lock for lock in locks)
