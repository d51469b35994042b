import numpy as np
import pytest

from training.recipe import (
    FoldMargins,
    Table,
    TrainingConfig,
    grow,
    grow_on_folds,
    margins_at,
    margins_of,
)
from training.splits import Fold, forward_folds

QUICK = TrainingConfig(max_trees=40, num_threads=1)


def encoded_leads(n=600, seed=0):
    rng = np.random.default_rng(seed)
    rows = np.column_stack([rng.normal(size=n), rng.integers(2, 6, n), rng.normal(size=n)])
    labels = (rng.random(n) < 1 / (1 + np.exp(1 - rows[:, 0]))).astype(float)
    return Table(rows=rows, labels=labels, names=["a", "b", "c"], categorical=[1])


def silent(what, done, total):
    pass


@pytest.mark.parametrize(("n_rows", "leaf"), [(100, 5), (1000, 20), (5000, 100), (10**6, 100)])
def test_a_leaf_holds_a_fiftieth_of_the_rows_within_bounds(n_rows, leaf):
    assert TrainingConfig().parameters(n_rows=n_rows)["min_data_in_leaf"] == leaf


def test_margins_at_every_count_are_those_of_boosters_of_that_size():
    table = encoded_leads()
    booster = grow(table, n_trees=30, config=QUICK)

    at = margins_at(booster, table.rows, np.array([10, 20, 30]))

    shorter = grow(table, n_trees=20, config=QUICK)
    assert at[1] == pytest.approx(margins_of(shorter, table.rows))
    assert at[2] == pytest.approx(margins_of(booster, table.rows))


def test_the_same_seed_makes_the_same_model_and_another_seed_another():
    table = encoded_leads()

    texts = [
        grow(table, n_trees=20, config=TrainingConfig(seed=seed)).model_to_string()
        for seed in (1, 1, 2)
    ]

    assert texts[0] == texts[1]
    assert texts[0] != texts[2]


def test_folds_side_by_side_say_what_folds_in_turn_say():
    table = encoded_leads()
    folds = forward_folds(table.labels, groups=None)

    alone, together = (
        grow_on_folds(
            table,
            folds,
            config=TrainingConfig(max_trees=20, num_threads=n),
            progress=silent,
            what="",
        )
        for n in (1, 2)
    )

    assert (alone.losses == together.losses).all()


def test_out_of_fold_margins_are_missing_where_no_fold_predicted():
    table = encoded_leads()
    folds = forward_folds(table.labels, groups=None)
    tried = grow_on_folds(table, folds, config=QUICK, progress=silent, what="")

    margins = tried.out_of_fold(n_rows=600, index=tried.best())

    first = folds[0].test[0]
    assert np.isnan(margins[:first]).all()
    assert np.isfinite(margins[first:]).all()


def test_the_number_of_trees_has_the_lowest_mean_loss_maybe_without_one_fold():
    fold = Fold(train=np.array([0]), test=np.array([1]))
    tried = FoldMargins(
        folds=[fold] * 3,
        counts=np.array([10, 20, 30]),
        margins=[np.zeros((3, 1))] * 3,
        losses=np.array([[0.3, 0.2, 0.9], [0.3, 0.2, 0.2], [0.3, 0.9, 0.1]]),
    )

    assert tried.best() == 0
    assert tried.best(without=2) == 1
    assert tried.best(without=0) == 2


def test_progress_is_told_of_every_fold():
    table, told = encoded_leads(), []
    folds = forward_folds(table.labels, groups=None)

    grow_on_folds(
        table, folds, config=QUICK, progress=lambda *step: told.append(step), what="folds"
    )

    assert told == [("folds", done, len(folds)) for done in range(len(folds) + 1)]
