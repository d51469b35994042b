import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit, logit

from training.platt import SLOPE_MIN, Ridge, fit_intercept, fit_platt, platt_loss

FREE = Ridge(slope=1e-9, intercept=1e-9)


def test_without_ridge_the_intercept_shows_the_seen_rate():
    # 3 of 4 converted where the margin said 1 of 2
    intercept = fit_intercept(np.zeros(1), np.array([[3.0]]), np.array([[1.0]]), ridge=0.0)

    assert intercept == pytest.approx([np.log(3)])


def test_two_margins_have_one_exact_sigmoid():
    margins = np.array([-1.0, 1.0])
    # 1 of 5 and 4 of 5: log-odds -log 4 and log 4, a slope of log 4 and no intercept
    slope, intercept = fit_platt(
        margins, np.array([[1.0, 4.0]]), np.array([[4.0, 1.0]]), ridge=FREE
    )

    assert slope == pytest.approx([np.log(4)], abs=1e-6)
    assert intercept == pytest.approx([0.0], abs=1e-6)


def test_the_fit_is_the_minimum_that_a_general_optimiser_finds():
    rng = np.random.default_rng(3)
    margins, ridge = rng.normal(-2, 1.5, 200), Ridge(slope=20.0, intercept=5.0)
    labels = (rng.random(200) < expit(0.4 * margins + 1)).astype(float)

    def loss(theta):
        z = theta[0] * margins + theta[1]
        pull = 10 * (theta[0] - 1) ** 2 + 2.5 * theta[1] ** 2
        return (np.logaddexp(0, z) - labels * z).sum() + pull

    slope, intercept = fit_platt(margins, labels[None], 1 - labels[None], ridge=ridge)

    assert [*slope, *intercept] == pytest.approx(minimize(loss, [1, 0]).x, abs=1e-4)


def test_a_reversed_relation_keeps_the_smallest_rising_slope():
    margins = np.array([-2.0, 2.0])
    slope, intercept = fit_platt(
        margins, np.array([[90.0, 10.0]]), np.array([[10.0, 90.0]]), ridge=FREE
    )

    assert slope == [SLOPE_MIN]
    assert intercept == pytest.approx([0.0], abs=1e-6)


@given(
    margins=st.lists(st.floats(-12, 12), min_size=1, max_size=30),
    won=st.floats(0, 1),
    weight=st.floats(1e-3, 1e5),
)
def test_every_fit_is_finite_however_extreme_the_rows(margins, won, weight):
    at = np.array(margins)
    positive = np.full((1, len(at)), won * weight)

    slope, intercept = fit_platt(
        at, positive, weight - positive, ridge=Ridge(slope=20.0, intercept=5.0)
    )

    assert np.isfinite([slope, intercept]).all()
    assert slope >= SLOPE_MIN


def test_the_loss_after_the_ideal_sigmoid_does_not_see_a_shifted_base_rate():
    rng = np.random.default_rng(0)
    margins = rng.normal(0, 1, 2000)
    labels = (rng.random(2000) < expit(margins)).astype(float)

    losses = platt_loss(np.stack([margins, 2 * margins + logit(0.02)]), labels, ridge=FREE)

    assert losses[0] == pytest.approx(losses[1], abs=1e-6)
