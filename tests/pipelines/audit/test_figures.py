from itertools import pairwise

import numpy as np
import pytest

from pipelines.audit.figures import (
    auc_difference,
    bands_of,
    captured,
    inflation,
    months_of,
    order_of,
)

LABELS = np.array([1.0, 1, 0, 0, 1, 0, 0, 0, 0, 0])
SCORES = np.arange(10, 0, -1).astype(float)


def test_capture_and_auc_are_what_a_hand_counts():
    """Of 3 conversions 2 stand first and one fifth: AUC (7 + 7 + 5) / 21; the best fifth has 2."""
    found = order_of(SCORES, LABELS, rng=np.random.default_rng(0))

    assert found.auc == pytest.approx(19 / 21)
    assert found.capture[0.2] == pytest.approx(2 / 3)
    assert found.lift == pytest.approx(1 / 0.3)
    assert found.cap == pytest.approx(1 / 0.3)


def test_ties_at_the_edge_share_their_conversions():
    assert captured(0.1)(np.zeros(10), LABELS) == pytest.approx(0.1)


def test_the_same_order_twice_does_not_differ():
    gap, (low, high) = auc_difference(SCORES, 2 * SCORES, LABELS, rng=np.random.default_rng(0))

    assert (gap, low, high) == (0, 0, 0)


def test_bands_hold_every_lead_once_and_never_tear_equal_scores_apart():
    rng = np.random.default_rng(1)
    scores = rng.integers(0, 40, 1_000).astype(float)
    labels = (rng.random(1_000) < 0.2).astype(float)

    found = bands_of(scores, labels)

    assert sum(band.n for band in found) == 1_000
    assert sum(band.converted for band in found) == labels.sum()
    assert all(worse.high < better.low for better, worse in pairwise(found))
    assert len(found) == 10


def test_few_values_have_a_row_each():
    assert [band.n for band in bands_of(np.repeat([0.0, 1, 2], [5, 3, 2]), LABELS)] == [2, 3, 5]


def test_a_score_that_grows_while_conversions_do_not_inflates():
    moments = np.datetime64("2026-01-15", "us") + np.arange(6).repeat(100) * np.timedelta64(30, "D")
    scores = np.repeat([10.0, 10, 10, 20, 20, 20], 100)
    labels = np.tile(np.repeat([1.0, 0.0], [10, 90]), 6)

    found = inflation(months_of(scores, labels, moments))

    assert found == pytest.approx((2, 1))
    assert inflation(months_of(scores, labels, None)) is None
