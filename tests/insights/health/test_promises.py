import numpy as np
import pytest

from insights.health.promises import in_the_large, p_beyond, watch


def test_conversions_are_held_against_the_sum_of_what_was_shown():
    """100 leads at .2: 20 promised, standard deviation 4; 28 came: z = 2, 1.4 for each promised."""
    shown = np.full(100, 0.2)
    came = np.repeat([1.0, 0.0], [28, 72])

    found = in_the_large(shown, came)

    assert (found.n, found.converted) == (100, 28)
    assert found.expected == pytest.approx(20)
    assert found.z == pytest.approx(2)
    assert found.ratio == pytest.approx(1.4)
    assert found.deviation == pytest.approx(4)


def test_within_the_margin_nothing_is_a_surprise():
    shown = np.full(10_000, 0.5)
    came = np.repeat([1.0, 0.0], [5_400, 4_600])

    assert p_beyond(shown, came, margin=0.1) == 1
    assert p_beyond(shown, came, margin=0.0) < 1e-10


def test_beyond_the_margin_the_distance_to_its_edge_counts():
    """20 promised, 22 at the edge, 30 came, deviation 4: z = 2, p = .02275."""
    shown = np.full(100, 0.2)
    came = np.repeat([1.0, 0.0], [30, 70])

    assert p_beyond(shown, came, margin=0.1) == pytest.approx(0.02275, abs=1e-5)


def test_the_cumulative_sum_is_what_a_hand_computes():
    """Shown .5, odds 2: a conversion adds ln(2 / 1.5), a loss ln(1 / 1.5), never below 0."""
    up, down = np.log(2 / 1.5), np.log(1.5)

    found = watch(np.full(5, 0.5), np.array([0.0, 1.0, 1.0, 0.0, 1.0]), odds=2)

    assert found.reached == pytest.approx([0, up, 2 * up, 2 * up - down, 3 * up - down])
    assert found.began == 1
    assert found.now == pytest.approx(3 * up - down)


def test_the_watch_rises_after_a_change_and_says_when_that_began():
    rng = np.random.default_rng(3)
    shown = rng.uniform(0.02, 0.3, 6_000)
    true = np.where(np.arange(6_000) < 4_000, shown, shown / 2)
    came = (rng.random(6_000) < true).astype(float)

    found = watch(shown, came, odds=1 / 1.5)

    assert found.reached[:4_000].max() < 7
    assert found.now > 20
    assert abs(found.began - 4_000) < 500


def test_nobody_known_means_nothing_reached():
    assert watch(np.empty(0), np.empty(0), odds=1.5).now == 0
