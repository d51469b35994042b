import numpy as np
import pytest

from leads.score import Tier
from scoring.calibration import Curve
from scoring.reference import N_QUANTILES, Reference
from training.curve_guard import GuardPolicy, jump_between, why_hold, why_wait
from training.keeper import Keeper
from training.live_keeper import LiveKeeper, Matured

POLICY = GuardPolicy()
REFERENCE = Reference(
    quantiles=tuple(np.linspace(-4, 1, N_QUANTILES).tolist()), n=100, converted=20, fields=()
)


def shifted(by, slope=1.0):
    return Curve.sigmoid(slope=slope, intercept=by, method="keeper")


def told(by, slope=1.0):
    jump = jump_between(shifted(0), shifted(by, slope), reference=REFERENCE)
    return why_hold(jump, policy=POLICY)


def test_a_shift_of_the_log_odds_is_measured_as_it_is():
    jump = jump_between(shifted(0), shifted(-0.7), reference=REFERENCE)

    assert jump.log_odds == pytest.approx(0.7)
    assert set(jump.tiers) == set(Tier)


@pytest.mark.parametrize("by", [0.0, 0.9, -0.9])
def test_a_small_change_goes_unasked(by):
    assert told(by) is None


@pytest.mark.parametrize("by", [1.1, -1.1])
def test_a_jump_is_held_with_its_size(by):
    assert "would change by 1.10 on average" in told(by)


def test_a_tier_that_leaves_its_bounds_is_named():
    flat = Curve(
        margins=(-4.0, -3.0, -2.9, 1.0), log_odds=(-4.0, -3.0, -3.0, -2.0), method="keeper"
    )
    steep = Curve(
        margins=(-4.0, -3.0, 0.7, 0.75, 1.0), log_odds=(-4.0, -3.0, -2.1, 1.0, 1.1), method="keeper"
    )

    jump = jump_between(flat, steep, reference=REFERENCE)

    assert jump.log_odds < POLICY.most_jump
    assert jump.tiers[Tier.A] > POLICY.most_ratio
    assert "tier A would be" in why_hold(jump, policy=POLICY)


def a_state(won, lost):
    n = won + lost
    matured = Matured(
        margins=np.zeros(n),
        labels=np.r_[np.ones(won), np.zeros(lost)],
        keys=np.arange(n, dtype=float),
        digests=np.arange(n, dtype=np.uint64),
    )
    empty = np.empty(0, dtype=np.uint64)
    return LiveKeeper.trained(Keeper.fresh(), until=None, digests=empty).feed(matured)


def test_nineteen_new_labels_wait_and_twenty_do_not():
    state = a_state(10, 10)

    assert "19 new labels" in why_wait(state, n_new=19, policy=POLICY)
    assert why_wait(state, n_new=20, policy=POLICY) is None


@pytest.mark.parametrize(("won", "lost", "which"), [(4, 40, "converted"), (40, 4, "did not")])
def test_with_four_of_an_outcome_in_memory_it_waits(won, lost, which):
    assert which in why_wait(a_state(won, lost), n_new=44, policy=POLICY)
