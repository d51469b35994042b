import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from training.keeper import GRID, Keeper
from training.live_keeper import LiveKeeper, Matured


def labels_of(n, *, seed=0, days=30, shift=0.0):
    """Matured leads in the order in which they must come; several mature on one day."""
    rng = np.random.default_rng(seed)
    margins = rng.normal(-1, 1, n)
    found = Matured(
        margins=margins,
        labels=(rng.random(n) < expit(margins + shift)).astype(float),
        keys=np.sort(rng.integers(1, days + 1, n)).astype(float),
        digests=rng.integers(0, 2**63, n).astype(np.uint64),
    )
    order = np.lexsort([found.digests, found.keys])
    return found.take(order)


def a_state(seed=9):
    rng = np.random.default_rng(seed)
    margins = rng.normal(-1, 1, 700)
    keeper = Keeper.warm(margins, (rng.random(700) < expit(margins)).astype(float))
    return LiveKeeper.trained(keeper, until=None, digests=np.empty(0, dtype=np.uint64))


def fed(state, *parts):
    for part in parts:
        state = state.feed(part.take(state.unseen(part)))
    return state


def as_text(state):
    return json.dumps(state.to_state(), sort_keys=True)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), cuts=st.lists(st.integers(0, 1000), max_size=12))
def test_labels_fed_in_any_portions_lead_to_the_same_state_to_the_last_bit(seed, cuts):
    matured = labels_of(1000, seed=seed)
    at = [0, *sorted(cuts), 1000]
    index = np.arange(1000)
    parts = [matured.take((index >= low) & (index < high)) for low, high in pairwise(at)]

    state = a_state()
    for part in parts:  # each holds what no other holds
        state = state.feed(part)

    assert as_text(state) == as_text(a_state().feed(matured))


def test_ten_times_a_hundred_is_once_a_thousand():
    matured = labels_of(1000)
    parts = [matured.take(np.arange(1000) // 100 == i) for i in range(10)]

    state = a_state()
    for part in parts:
        state = state.feed(part)

    assert as_text(state) == as_text(a_state().feed(matured))
    assert len(state.labels) == 0
    assert state.fed == 1000


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), until=st.integers(0, 30), again=st.integers(0, 30))
def test_no_label_counts_twice_however_the_tables_overlap(seed, until, again):
    """A table up to one day, an older or newer one, and at last all of them, each told twice."""
    matured = labels_of(300, seed=seed)
    first = matured.take(matured.keys <= until)
    second = matured.take(matured.keys <= again)

    state = fed(a_state(), first, first, second, second, matured, matured)

    assert as_text(state) == as_text(a_state().feed(matured))


def test_two_leads_that_cannot_be_told_apart_count_twice_and_no_more():
    twins = Matured(
        margins=np.zeros(3),
        labels=np.ones(3),
        keys=np.ones(3),
        digests=np.array([7, 7, 8], dtype=np.uint64),
    )
    one = twins.take(np.array([True, False, False]))

    state = fed(a_state(), one, twins, twins)

    assert state.fed == 3


def test_labels_that_wait_for_their_hundred_count_in_what_is_shown():
    late = labels_of(99, shift=3.0)

    before, after = a_state(), a_state().feed(late)

    assert len(after.labels) == 99
    assert after.keeper.rows == before.keeper.rows
    assert after.curve(kept_until=None).probability_one(-1.0) > (
        before.curve(kept_until=None).probability_one(-1.0) + 0.02
    )


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 400), shift=st.floats(-4, 4))
def test_an_update_never_reorders_leads(seed, n, shift):
    margins = np.sort(np.random.default_rng(seed).normal(-1, 3, 500))

    shown = a_state().feed(labels_of(n, seed=seed, shift=shift)).curve(kept_until=None)

    assert (np.diff(shown.probability(margins)) >= 0).all()


def test_a_state_read_back_goes_on_as_if_nothing_happened():
    matured = labels_of(450)
    first, second = (matured.take((matured.keys <= 15) == early) for early in (True, False))
    state = a_state().feed(first)

    again = LiveKeeper.from_state(json.loads(json.dumps(state.to_state())))

    assert as_text(again.feed(second)) == as_text(state.feed(second))


def test_the_outcomes_in_memory_are_weighed_with_the_waiting_ones():
    nobody = LiveKeeper.trained(Keeper.fresh(), until=None, digests=np.empty(0, dtype=np.uint64))
    ten = labels_of(10)

    won, lost = nobody.feed(ten).outcomes()

    assert (won, lost) == (ten.labels.sum(), 10 - ten.labels.sum())
    assert Keeper.fresh().probability(GRID) == pytest.approx(expit(GRID))
