import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from training.evaluation import (
    auc,
    average_precision,
    brier,
    calibration_curve,
    ece,
    gain_curve,
    interval,
    lift_cap,
    log_loss,
    mean_interval,
    precision_at,
    ranking,
    score_bands,
)

cases = st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=2, max_size=60).filter(
    lambda rows: len({won for _, won in rows}) == 2
)


@settings(max_examples=40)
@given(rows=cases)
def test_auc_and_average_precision_agree_with_scikit_learn_ties_included(rows):
    margins, labels = (np.array(column, dtype=float) for column in zip(*rows, strict=True))

    assert auc(margins, labels) == pytest.approx(roc_auc_score(labels, margins))
    assert average_precision(margins, labels) == pytest.approx(
        average_precision_score(labels, margins)
    )


def test_precision_shares_the_leads_tied_at_the_edge():
    margins = np.array([5, 4, 4, 4, 0, 0, 0, 0, 0, 0.0])
    labels = np.array([1, 1, 0, 0, 0, 0, 0, 0, 0, 0.0])

    # the top 20 %: the first, and one of three of whom one converted
    assert precision_at(margins, labels, share=0.2) == pytest.approx((1 + 1 / 3) / 2)


def test_lift_is_capped_by_the_base_rate():
    labels = np.repeat([1.0, 0.0], [25, 75])

    found = ranking(-np.arange(100.0), labels)

    assert found.lift_at_10 == found.lift_cap == 4
    assert found.recall_at[0.20] == pytest.approx(20 / 25)


def test_with_fewer_conversions_than_the_top_tenth_the_cap_is_lower_still():
    assert lift_cap(np.repeat([1.0, 0.0], [4, 96])) == pytest.approx(10)


def test_losses_of_two_leads_by_hand():
    shown, labels = np.array([0.8, 0.4]), np.array([1.0, 0.0])

    assert log_loss(shown, labels) == pytest.approx(-(np.log(0.8) + np.log(0.6)) / 2)
    assert brier(shown, labels) == pytest.approx((0.04 + 0.16) / 2)


def test_ece_of_two_honest_and_one_wrong_half_by_hand():
    shown = np.repeat([0.2, 0.6], [50, 50])
    labels = np.concatenate([np.tile([1, 0, 0, 0, 0], 10), np.tile([1, 0], 25)]).astype(float)

    # ten bins of ten: five are off by 0, five by .1
    assert ece(shown, labels) == pytest.approx(0.05)
    assert calibration_curve(shown, labels)[:, 2].sum() == 100


def test_working_all_leads_finds_all_conversions():
    rng = np.random.default_rng(0)
    curve = gain_curve(rng.normal(size=500), (rng.random(500) < 0.2).astype(float))

    assert curve[0].tolist() == [0, 0]
    assert curve[-1].tolist() == [1, 1]
    assert (np.diff(curve[:, 1]) >= 0).all()


def test_score_bands_hold_every_lead_best_first():
    rng = np.random.default_rng(0)
    shown = rng.random(105)
    bands = score_bands(shown, (rng.random(105) < shown).astype(float))

    assert bands[:, 0].sum() == 105
    assert (np.diff(bands[:, 1]) <= 0).all()


def test_intervals_hold_the_figure_and_repeat_with_the_seed():
    rng = np.random.default_rng(1)
    margins = rng.normal(size=400)
    labels = (rng.random(400) < 1 / (1 + np.exp(-margins))).astype(float)

    low, high = interval(auc, margins, labels, rng=np.random.default_rng(7))

    assert low < auc(margins, labels) < high
    assert (low, high) == interval(auc, margins, labels, rng=np.random.default_rng(7))


def test_the_interval_of_a_mean_is_two_standard_errors_wide():
    values = np.random.default_rng(1).normal(size=2500)

    low, high = mean_interval(values, rng=np.random.default_rng(2))

    assert high - low == pytest.approx(2 * 1.96 / 50, rel=0.1)
