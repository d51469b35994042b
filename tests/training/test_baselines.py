import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from training.baselines import (
    constant,
    logistic_regression,
    plain_lightgbm,
    run_baseline,
    run_points,
)
from training.evaluation import auc
from training.recipe import Table, TrainingConfig
from training.splits import Fold, forward_folds


def leads_with_holes(n=1500, seed=0):
    """A number with holes (a hole means +1) and a word (2, 3, 4) that adds -1, 0, 1."""
    rng = np.random.default_rng(seed)
    number, word = rng.normal(size=n), rng.integers(2, 5, n)
    hole = rng.random(n) < 0.3
    truth = np.where(hole, 1.0, number) + word - 3
    rows = np.column_stack([np.where(hole, np.nan, number), word])
    labels = (rng.random(n) < expit(truth)).astype(float)
    return Table(rows=rows, labels=labels, names=["x", "w"], categorical=[1]), truth


def test_the_constant_shows_everyone_the_conversion_rate():
    table, _ = leads_with_holes()

    assert expit(constant(table, table.rows[:3])) == pytest.approx([table.labels.mean()] * 3)


def test_logistic_regression_finds_numbers_words_and_holes():
    table, truth = leads_with_holes()

    margins = logistic_regression(table, table.rows)

    assert np.corrcoef(margins, truth)[0, 1] > 0.98


def test_logistic_regression_knows_words_and_columns_it_never_saw_filled():
    table, _ = leads_with_holes()
    odd = np.array([[np.nan, 1.0], [0.0, 0.0], [np.nan, 999.0]])

    empty = Table(
        rows=np.column_stack([np.full(1500, np.nan), table.rows[:, 1]]),
        labels=table.labels,
        names=table.names,
        categorical=[1],
    )

    assert np.isfinite(logistic_regression(table, odd)).all()
    assert np.isfinite(logistic_regression(empty, odd)).all()


def test_logistic_regression_learns_from_words_alone():
    table, _ = leads_with_holes()
    words = Table(rows=table.rows[:, [1]], labels=table.labels, names=["w"], categorical=[0])

    margins = logistic_regression(words, np.array([[2.0], [3.0], [4.0]]))

    assert margins[0] < margins[1] - 0.5 < margins[2] - 1.0


def test_out_of_fold_margins_come_from_models_that_had_not_seen_the_row():
    table, truth = leads_with_holes()
    folds = forward_folds(table.labels, groups=None)
    plain = plain_lightgbm(TrainingConfig())

    found = run_baseline(plain, table, folds=folds, ahead=table.rows)

    seen = np.isfinite(found.out_of_fold)
    assert seen.sum() == sum(len(fold.test) for fold in folds)
    of_truth, in_sample, ahead = (
        auc(margins[seen], table.labels[seen])
        for margins in (truth, found.margins, found.out_of_fold)
    )
    # plain trees know rows they were fitted on half by heart
    assert ahead < of_truth < in_sample - 0.05


def test_points_are_judged_on_the_rows_that_the_others_calibrate_on():
    frame = pd.DataFrame({"employees": np.arange(100.0)})
    folds = [Fold(train=np.arange(20), test=np.arange(20, 30))]

    base = run_points(
        lambda table: table["employees"].to_numpy() / 10,
        frame,
        fit=np.arange(5, 65),
        folds=folds,
        stream=np.arange(70, 100),
    )

    assert np.flatnonzero(np.isfinite(base.out_of_fold)).tolist() == list(range(20, 30))
    assert base.out_of_fold[20] == 2.5
    assert base.margins.tolist() == (np.arange(70, 100) / 10).tolist()


def test_a_rule_that_knows_nothing_of_a_table_is_no_baseline():
    folds = [Fold(train=np.arange(2), test=np.arange(2, 4))]
    rows = np.arange(4)

    assert run_points(lambda _: None, None, fit=rows, folds=folds, stream=rows) is None
