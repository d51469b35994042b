import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from leads.errors import InvalidInput
from training.splits import (
    forward_folds,
    newest_quarter,
    stratified_fifth,
    stratified_folds,
)


def no_gap(n):
    return np.arange(n)


def test_the_hold_out_is_the_newest_quarter():
    split = newest_quarter(matured=no_gap(100), groups=None)

    assert split.fit.tolist() == list(range(75))
    assert split.holdout.tolist() == list(range(75, 100))
    assert len(split.gap) == 0


def test_rows_whose_outcome_was_not_known_at_the_cut_form_the_gap():
    split = newest_quarter(matured=np.maximum(np.arange(100) - 10, 0), groups=None)

    assert split.fit.tolist() == list(range(65))
    assert split.gap.tolist() == list(range(65, 75))


def test_an_account_belongs_to_the_side_of_its_first_row():
    groups = np.array([0, 1, 2, 0, -1, -1, 3, 0])  # the cut is before row 6

    split = newest_quarter(matured=no_gap(8), groups=groups)

    assert split.fit.tolist() == [0, 1, 2, 3, 4, 5]
    assert split.holdout.tolist() == [6]
    assert split.left_out == 1


groupings = st.lists(st.integers(-1, 12), min_size=80, max_size=200).map(np.array)


@settings(max_examples=50)
@given(groups=groupings, delay=st.integers(0, 15))
def test_no_account_stands_on_two_sides_and_every_row_is_accounted_for(groups, delay):
    n = len(groups)
    split = newest_quarter(matured=np.maximum(np.arange(n) - delay, 0), groups=groups)
    parts = [set(groups[part]) - {-1} for part in (split.fit, split.gap, split.holdout)]

    assert len(parts[0] | parts[1] | parts[2]) == sum(len(part) for part in parts)
    assert len(split.fit) + len(split.gap) + len(split.holdout) + split.left_out == n


@settings(deadline=None, max_examples=25)
@given(groups=groupings, seed=st.integers(0, 1000))
def test_no_account_stands_in_a_fold_and_in_what_it_learns_from(groups, seed):
    labels = (np.random.default_rng(seed).random(len(groups)) < 0.5).astype(float)
    try:
        forward = forward_folds(labels, groups=groups)
    except InvalidInput:
        forward = []
    try:
        shuffled = stratified_folds(labels, groups=groups, seed=seed)
    except InvalidInput:
        shuffled = []

    for fold in [*forward, *shuffled]:
        assert not (set(groups[fold.train]) & set(groups[fold.test])) - {-1}


def test_stratified_folds_predict_every_row_once():
    groups = np.random.default_rng(0).integers(-1, 60, 400)
    labels = (np.arange(400) % 4 == 0).astype(float)

    folds = stratified_folds(labels, groups=groups, seed=0)

    assert sorted(np.concatenate([fold.test for fold in folds])) == list(range(400))


def test_four_accounts_cannot_make_five_folds():
    labels = np.tile([0.0, 1.0], 50)

    with pytest.raises(InvalidInput, match="the 4 accounts are too few or too large"):
        stratified_folds(labels, groups=np.arange(100) % 4, seed=0)


def test_forward_folds_predict_each_next_twentieth_from_all_before():
    labels = np.tile([0.0, 1.0], 500)

    folds = forward_folds(labels, groups=None)

    assert [len(fold.train) for fold in folds] == list(range(250, 1000, 50))
    assert all(fold.test[0] == len(fold.train) for fold in folds)
    assert folds[-1].test[-1] == 999


@settings(deadline=None, max_examples=50)
@given(seed=st.integers(0, 1000), rate=st.floats(0.03, 0.97), n=st.integers(100, 2000))
def test_every_forward_fold_has_ten_of_both_outcomes_where_there_are_enough(seed, rate, n):
    labels = (np.random.default_rng(seed).random(n) < rate).astype(float)
    rare = min(labels.sum(), n - labels.sum())
    assume(rare >= 40)

    folds = forward_folds(labels, groups=None)

    for fold in folds:
        for part in (fold.train, fold.test):
            won = labels[part].sum()
            assert min(won, len(part) - won) >= 10
    assert folds[-1].test[-1] == n - 1


def test_fifteen_conversions_are_content_with_five_a_fold():
    labels = (np.arange(150) % 10 == 0).astype(float)

    folds = forward_folds(labels, groups=None)

    assert len(folds) == 2
    assert all(labels[fold.test].sum() >= 5 for fold in folds)


def test_conversions_bunched_at_the_end_cannot_be_learnt_forward():
    labels = np.concatenate([np.zeros(900), np.ones(100)])

    with pytest.raises(InvalidInput, match="too bunched in time"):
        forward_folds(labels, groups=None)


def test_a_random_fifth_keeps_the_conversion_rate():
    labels = (np.arange(1000) % 10 == 0).astype(float)

    split = stratified_fifth(labels, groups=None, seed=3)

    assert len(split.holdout) == 200
    assert labels[split.holdout].sum() == 20
