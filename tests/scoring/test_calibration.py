import json
from math import inf, nan, nextafter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.calibration import P_MAX, P_MIN, Curve

finite = st.floats(-50, 50, allow_subnormal=False)


@st.composite
def curves(draw):
    steps = draw(st.lists(st.floats(1e-4, 10), min_size=2, max_size=30))
    rises = draw(st.lists(st.floats(0, 5), min_size=len(steps), max_size=len(steps)))
    margins = np.cumsum(steps) + draw(st.floats(-20, 20))
    log_odds = np.cumsum(rises) + draw(st.floats(-20, 20))
    return Curve(margins=tuple(margins), log_odds=tuple(log_odds), method="keeper")


@settings(max_examples=150, deadline=None)
@given(curve=curves(), margins=st.lists(finite, min_size=1, max_size=40))
def test_one_margin_and_an_array_of_margins_get_the_same_bits(curve, margins):
    margins = [*margins, *curve.margins]

    together = curve.probability(np.array(margins))

    assert together.tolist() == [curve.probability_one(margin) for margin in margins]


@settings(max_examples=150, deadline=None)
@given(curve=curves(), margins=st.lists(finite, min_size=2, max_size=40))
def test_a_higher_margin_never_shows_a_lower_probability(curve, margins):
    near = [nextafter(margin, way) for margin in curve.margins for way in (-inf, inf)]
    ordered = np.sort([*margins, *near, *curve.margins])

    shown = curve.probability(ordered)

    assert (np.diff(shown) >= 0).all()
    assert shown.min() >= P_MIN
    assert shown.max() <= P_MAX


def test_neighbouring_floats_never_swap_their_probabilities():
    curve = Curve.sigmoid(slope=0.93, intercept=-1.7)
    start = np.random.default_rng(3).uniform(-9, 9, 2_000)
    rows = np.stack([start] * 8)
    for k in range(1, 8):
        rows[k] = np.nextafter(rows[k - 1], np.inf)

    shown = curve.probability(rows)

    assert (np.diff(shown, axis=0) >= 0).all()


def test_the_same_margin_shows_the_same_probability_wherever_it_stands_in_an_array():
    curve = Curve.sigmoid(slope=1.1, intercept=0.2)
    margins = np.random.default_rng(5).normal(0, 3, 1_001)

    whole = curve.probability(margins)

    assert whole[::-1].tolist() == curve.probability(margins[::-1]).tolist()
    assert whole[3::7].tolist() == curve.probability(margins[3::7]).tolist()
    assert whole[17:20].tolist() == curve.probability(margins[17:20]).tolist()


def test_a_sigmoid_is_one_straight_line_also_beyond_its_knots():
    curve = Curve.sigmoid(slope=0.5, intercept=-1.0)

    assert curve.probability_one(20.0) == pytest.approx(1 / (1 + np.exp(-9.0)), rel=1e-9)
    assert curve.probability_one(-20.0) == pytest.approx(1 / (1 + np.exp(11.0)), rel=1e-9)


def test_the_identity_shows_the_margins_own_probability():
    assert Curve.identity().probability_one(0.0) == pytest.approx(0.5)
    assert Curve.identity().probability_one(2.0) == pytest.approx(1 / (1 + np.exp(-2)), rel=1e-9)


def test_an_isotonic_curve_is_flat_beyond_its_points():
    curve = Curve.isotonic([-1.0, 0.0, 2.0], [0.1, 0.3, 0.6])

    assert curve.probability_one(-30.0) == pytest.approx(0.1)
    assert curve.probability_one(0.0) == pytest.approx(0.3)
    assert curve.probability_one(30.0) == pytest.approx(0.6)


def test_a_function_is_kept_at_the_given_margins():
    curve = Curve.of_function(
        lambda m: 0.2 + 0.6 / (1 + np.exp(-m)), margins=np.linspace(-12, 12, 97), method="keeper"
    )

    assert curve.probability_one(1.5) == pytest.approx(0.2 + 0.6 / (1 + np.exp(-1.5)), abs=1e-9)


def test_a_curve_survives_json_unchanged():
    curve = Curve.of_function(
        lambda m: 1 / (1 + np.exp(-m / 3)), margins=np.linspace(-8, 8, 33), method="keeper"
    )

    again = Curve.from_state(json.loads(json.dumps(curve.to_state())))

    assert again == curve


@pytest.mark.parametrize(
    ("margins", "log_odds", "message"),
    [
        ((0.0, 0.0), (0.0, 1.0), "margins must rise"),
        ((0.0, 1.0), (1.0, 0.0), "log-odds must never fall: 0.0 follows 1.0"),
        ((0.0, nan), (0.0, 1.0), "margin nan is not within"),
        ((0.0, 1.0), (0.0, inf), "log-odds inf is not within"),
        ((0.0,), (0.0,), "two or more pairs"),
        ((0.0, 1.0), (0.0,), "two or more pairs"),
        ((0.0, 1e-300), (0.0, 1.0), "too close"),
    ],
)
def test_knots_that_make_no_monotone_curve_are_refused(margins, log_odds, message):
    with pytest.raises(ValueError, match=message):
        Curve(margins=margins, log_odds=log_odds, method="none")


def test_falling_probabilities_are_refused_with_their_place():
    with pytest.raises(ValueError, match=r"falls to 0\.2 at margin 1\.0"):
        Curve.through([0.0, 1.0], [0.3, 0.2], method="isotonic")
