import numpy as np

from insights.health.onset import change_point


def test_the_place_of_a_clear_change_is_found_exactly():
    marked = np.repeat([False, True], [60, 40])

    assert change_point(marked) == 60


def test_a_blurred_change_is_found_nearby():
    rng = np.random.default_rng(1)
    rate = np.where(np.arange(1_000) < 700, 0.05, 0.3)

    assert abs(change_point(rng.random(1_000) < rate) - 700) < 25


def test_too_few_leads_place_no_change():
    assert change_point(np.array([False] * 10 + [True] * 9)) is None
