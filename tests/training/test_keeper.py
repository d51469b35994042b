import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit

from training.evaluation import log_loss
from training.keeper import EXPERTS, GRID, PLATT_RIDGE, UNIFORM_SHARE, Keeper, replay_matured
from training.platt import fit_platt


def a_stream(n, *, seed=0, shift=0.0):
    """Margins, and labels whose log-odds are the margins plus a shift."""
    rng = np.random.default_rng(seed)
    margins = rng.normal(-1, 1, n)
    return margins, (rng.random(n) < expit(margins + shift)).astype(float)


def test_without_labels_the_margin_is_shown_as_it_is():
    assert Keeper.fresh().probability(np.array([-1.0, 0.0, 2.0])) == pytest.approx(
        expit(np.array([-1.0, 0.0, 2.0]))
    )


def test_without_labels_all_experts_are_trusted_alike():
    assert Keeper.fresh().weights() == pytest.approx(np.full(EXPERTS, 1 / EXPERTS))


def test_an_expert_that_lost_one_nat_more_is_trusted_e_times_less():
    keeper = Keeper.fresh()
    keeper.losses[:] = [1, 0, 0, 0, 0, 0, 0]

    trust = keeper.weights() - UNIFORM_SHARE / EXPERTS

    assert trust[1] / trust[0] == pytest.approx(np.e)
    assert keeper.weights().sum() == pytest.approx(1)


def test_a_loss_counts_half_after_five_hundred_matured_rows():
    keeper = Keeper.fresh().update(np.zeros(1), np.ones(1))
    first = keeper.losses[0]
    margins = np.full(500, 12.0)  # the first expert is right about these at no loss

    later = keeper.update(margins, np.ones(500)).losses[0]

    assert first == pytest.approx(np.log(2))
    assert later == pytest.approx(first / 2 + 500 * 6.1e-6, abs=0.003)


def test_a_row_weighs_one_eth_after_three_hundred_rows_in_the_shortest_memory():
    keeper = Keeper.fresh().update(np.zeros(1), np.ones(1))

    later = keeper.update(np.zeros(300), np.zeros(300))

    assert later.positive[0].sum() == pytest.approx(np.exp(-1))
    assert later.positive[2].sum() == pytest.approx(np.exp(-300 / 4000))


def test_the_histogram_fits_what_the_rows_themselves_would():
    margins, labels = a_stream(3000, shift=1.0)
    keeper = Keeper.fresh().update(margins, labels)
    weight = np.exp(-np.arange(3000)[::-1] / 1000)

    slope, intercept = fit_platt(
        margins, (weight * labels)[None], (weight * (1 - labels))[None], ridge=PLATT_RIDGE
    )

    assert keeper.slopes[5] == pytest.approx(slope[0], abs=1e-3)
    assert keeper.intercepts[5] == pytest.approx(intercept[0], abs=1e-3)


def test_after_a_shift_it_shows_the_new_rate():
    before, labels = a_stream(2000)
    after, shifted = a_stream(6000, seed=1, shift=2.0)

    keeper = Keeper.warm(before, labels).update(after, shifted)

    assert logit(keeper.probability(np.array([0.0])))[0] == pytest.approx(2.0, abs=0.2)


@settings(max_examples=30)
@given(
    seed=st.integers(0, 10**6),
    n=st.integers(0, 700),
    slope=st.floats(-2, 2),
    shift=st.floats(-3, 3),
)
def test_the_curve_never_falls_whatever_was_seen(seed, n, slope, shift):
    rng = np.random.default_rng(seed)
    margins = rng.normal(0, 3, n)
    keeper = Keeper.fresh().update(margins, rng.random(n) < expit(slope * margins + shift))

    shown = keeper.probability(np.linspace(-15, 15, 500))

    assert (np.diff(shown) >= 0).all()
    assert (np.diff(keeper.curve().log_odds) >= 0).all()


def test_the_served_curve_shows_what_the_keeper_shows():
    keeper = Keeper.warm(*a_stream(3000, shift=-1))
    margins = np.random.default_rng(5).uniform(-11, 11, 1000)

    served = keeper.curve(kept_until="2026-03-02").probability(margins)

    assert served == pytest.approx(keeper.probability(margins), abs=1e-4)


def replay(keeper, margins, labels, *, delay):
    """The stream shown while labels mature `delay` rows after their own."""
    matured = np.maximum(np.arange(len(margins)) - delay, 0)
    return replay_matured(keeper, margins, labels, matured=matured)


@settings(max_examples=20, deadline=None)
@given(at=st.integers(0, 899), delay=st.integers(0, 400))
def test_a_replay_never_uses_a_label_before_it_matured(at, delay):
    margins, labels = a_stream(900)
    changed = labels.copy()
    changed[at:] = 1 - changed[at:]
    keeper = Keeper.fresh()

    shown = replay(keeper, margins, labels, delay=delay)
    other = replay(keeper, margins, changed, delay=delay)

    until = min(at + delay, 900)
    assert (shown[:until] == other[:until]).all()


def test_a_replay_does_use_labels_that_matured():
    margins, labels = a_stream(4000, shift=2.0)
    keeper = Keeper.warm(*a_stream(1000, seed=1))

    kept, never = (replay(keeper, margins, labels, delay=delay)[1000:] for delay in (100, 5000))

    assert log_loss(kept, labels[1000:]) < log_loss(never, labels[1000:]) - 0.1


def test_a_keeper_read_back_goes_on_as_if_nothing_happened():
    margins, labels = a_stream(1000)
    keeper = Keeper.warm(margins, labels)

    again = Keeper.from_state(json.loads(json.dumps(keeper.to_state())))

    assert (
        again.update(margins, labels).probability(GRID)
        == keeper.update(margins, labels).probability(GRID)
    ).all()
