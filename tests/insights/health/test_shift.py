import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.health.shift import homogeneity, psi, shift_between, terms

COUNTS = st.lists(st.integers(0, 500), min_size=2, max_size=8)


def test_the_index_of_two_bands_is_what_a_hand_computes():
    """(.4 - .5) ln(.4 / .5) + (.6 - .5) ln(.6 / .5) = .1 ln(.6 / .4)."""
    found = psi(np.array([50, 50]), np.array([40, 60]))

    assert found == pytest.approx(0.1 * np.log(1.5))
    assert found == pytest.approx(0.0405465, abs=1e-7)


def test_the_index_of_a_doubled_band_is_what_a_hand_computes():
    """.1 -> .2 and .9 -> .8: .1 ln 2 + (-.1) ln(8/9) = .0810930."""
    assert psi(np.array([10, 90]), np.array([20, 80])) == pytest.approx(0.0810930, abs=1e-7)


def test_a_band_that_appears_counts_as_half_a_lead_before():
    found = psi(np.array([100, 0]), np.array([90, 10]))

    assert found == pytest.approx(0.095 * np.log(0.1 / 0.005) - 0.1 * np.log(0.9))


def test_what_did_not_move_has_no_index_and_is_no_surprise():
    found = shift_between(np.array([300, 500, 200, 0]), np.array([30, 50, 20, 0]))

    assert found.psi == pytest.approx(0)
    assert found.p == pytest.approx(1)
    assert found.excess == 0


def test_the_p_value_of_two_by_two_is_what_a_hand_computes():
    """Chi-square 200 (50*60 - 50*40)**2 / (90*110*100*100) = 2.0202, p .15522."""
    assert homogeneity(np.array([50, 50]), np.array([40, 60])) == pytest.approx(0.15522, abs=1e-5)


@given(then=COUNTS, now=COUNTS)
def test_the_index_is_never_negative_and_the_sum_of_its_bands(then, now):
    k = min(len(then), len(now))
    reference, current = np.array(then[:k]), np.array(now[:k])
    if not reference.sum() or not current.sum():
        with pytest.raises(ValueError, match="cannot be compared"):
            shift_between(reference, current)
        return

    found = shift_between(reference, current)

    assert found.psi == pytest.approx(terms(reference, current).sum())
    assert 0 <= found.p <= 1
    if (reference > 0).all() and (current > 0).all():
        assert found.psi >= -1e-12


def test_without_drift_the_index_is_as_large_as_chance_says_and_p_values_are_spread_evenly():
    rng = np.random.default_rng(7)
    shares = np.array([0.3, 0.25, 0.2, 0.15, 0.1])

    found = [
        shift_between(rng.multinomial(2000, shares), rng.multinomial(400, shares))
        for _ in range(2000)
    ]

    assert np.mean([one.psi for one in found]) == pytest.approx(4 * (1 / 2000 + 1 / 400), rel=0.1)
    assert np.mean([one.p < 0.05 for one in found]) == pytest.approx(0.05, abs=0.02)


def test_rare_bands_do_not_make_a_surprise_of_a_single_lead():
    many = np.array([5000, 4000, 1000, *([0] * 40)])
    now = np.array([50, 40, 9, 1, *([0] * 39)])

    assert homogeneity(many, now) > 0.05


def test_different_bands_cannot_be_compared():
    with pytest.raises(ValueError, match="bands differ"):
        psi(np.array([1, 2]), np.array([1, 2, 3]))
