"""Snapshots, labels, and every candidate's one fate."""

from datetime import UTC, datetime

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.lifecycle import Stage
from training.cohort import (
    DAY,
    FIRST_LOOK,
    FOREVER,
    LEARNT,
    Conversion,
    Course,
    Snapshots,
    at_hand_over,
    converted_at,
    every,
    label,
    says_nothing,
)

START = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
NOBODY = (np.empty(0, np.int64), np.empty(0, np.int64))


def a_course(*leads, opened=(), won=(), born=0):
    """Each lead's moves as (stage, day) or (stage, day, reason); days since the start."""
    moves = [(who, *move) for who, told in enumerate(leads) for move in told]
    moves.sort(key=lambda move: move[2])
    return Course(
        born=np.full(len(leads), START + born * DAY),
        who=np.array([move[0] for move in moves], np.int64),
        stage=[move[1] for move in moves],
        moved=np.array([START + round(move[2] * DAY) for move in moves], np.int64),
        reason=[move[3] if len(move) > 3 else None for move in moves],
        opened=_deals(opened),
        won=_deals(won),
    )


def _deals(told):
    return (
        np.array([who for who, _ in told], np.int64),
        np.array([START + day * DAY for _, day in told], np.int64),
    )


def judged(course, *, until, conversion=Conversion.SQL, window=90, snapshots=None):
    return label(
        course,
        snapshots or at_hand_over(course),
        conversion=conversion,
        window_days=window,
        known_until=START + until * DAY,
    )


def test_the_hand_over_is_the_first_step_towards_sales_whatever_it_is_called():
    course = a_course(
        [(Stage.ENGAGED, 1), (Stage.MQL, 2), (Stage.ENGAGED, 3), (Stage.MQL, 9)],
        [(Stage.SAL, 4)],
        [(Stage.ENGAGED, 5)],
    )

    days = (at_hand_over(course).as_of - START) / DAY

    assert days[:2].tolist() == [2, 4]
    assert at_hand_over(course).as_of[2] == FOREVER


def test_a_conversion_counts_within_the_window_after_the_moment_only():
    course = a_course(
        [(Stage.MQL, 1), (Stage.SQL, 91)],
        [(Stage.MQL, 1), (Stage.SQL, 91.1)],
        [(Stage.MQL, 1)],
    )

    found = judged(course, until=200)

    assert found.converted.tolist() == [True, False, False]


def test_early_winners_are_left_out_like_early_losers_while_the_window_is_open():
    course = a_course(
        [(Stage.MQL, 50), (Stage.SQL, 51)],
        [(Stage.MQL, 50), (Stage.RECYCLED, 51, "no_budget")],
        [(Stage.MQL, 10), (Stage.SQL, 20)],
    )

    found = judged(course, until=100)

    assert dict(found.fates) == {"immature": 2, "converted": 1}


def test_what_counts_as_converted_can_be_chosen_and_later_steps_imply_it():
    course = a_course(
        [(Stage.SQL, 1)], [(Stage.CUSTOMER, 2)], [], [], opened=[(2, 3)], won=[(3, 4)]
    )

    days = {
        name: ((converted_at(course, name) - START) / DAY)[converted_at(course, name) != FOREVER]
        for name in Conversion
    }

    assert days["sql"].tolist() == [1, 2, 3, 4]
    assert days["opportunity"].tolist() == [2, 3, 4]
    assert days["won"].tolist() == [2, 4]


def test_a_rejection_is_a_label_unless_it_says_nothing_about_the_lead():
    course = a_course(
        [(Stage.MQL, 1), (Stage.RECYCLED, 5, "not_ready")],
        [(Stage.MQL, 1), (Stage.RECYCLED, 5, "Wrong match")],
        [(Stage.MQL, 1), (Stage.DISQUALIFIED, 5, "重复")],
        [(Stage.MQL, 1), (Stage.DISQUALIFIED, 5, "invalid"), (Stage.SQL, 9)],
        [(Stage.MQL, 1), (Stage.RECYCLED, 5)],
    )

    found = judged(course, until=200)

    assert dict(found.fates) == {
        "not_converted": 2,
        "converted": 1,
        "rejected_as_wrong_match": 1,
        "rejected_as_duplicate": 1,
    }
    assert found.rejected == 1


def test_leads_that_went_nowhere_or_were_customers_already_are_counted_as_such():
    course = a_course(
        [],
        [(Stage.MQL, 5)],
        [(Stage.MQL, 5), (Stage.SQL, 5)],
        opened=[(1, 2)],
    )

    found = judged(course, until=200)

    assert dict(found.fates) == {"never_handed_over": 1, "converted_before": 2}


def test_a_lead_of_which_nothing_was_known_yet_is_not_learnt_from():
    course = a_course([(Stage.MQL, 5)], born=6)

    assert dict(judged(course, until=200).fates) == {"nothing_known": 1}


def test_an_open_lead_is_looked_at_when_it_came_and_every_so_many_days_after():
    course = a_course([(Stage.MQL, 1), (Stage.SQL, 29)], [(Stage.DISQUALIFIED, 0)], [])

    found = every(course, 14, conversion=Conversion.SQL, until=START + 40 * DAY)

    days = (found.as_of - START - FIRST_LOOK) / DAY
    assert days[found.leads == 0].tolist() == [0, 14, 28]
    assert days[found.leads == 1].tolist() == []
    assert days[found.leads == 2].tolist() == [0, 14, 28]


def test_reasons_are_known_in_several_words():
    assert says_nothing("Wrong-Match ") == "wrong_match"
    assert says_nothing("无效") == "invalid"
    assert says_nothing("no budget") is None
    assert says_nothing(None) is None


MOVES = st.lists(
    st.tuples(
        st.sampled_from(Stage),
        st.integers(0, 300),
        st.sampled_from([None, "not_ready", "duplicate", "wrong_match"]),
    ),
    max_size=5,
)


@settings(max_examples=150, deadline=None)
@given(
    leads=st.lists(MOVES, min_size=1, max_size=8),
    window=st.integers(1, 200),
    until=st.integers(0, 400),
    days=st.one_of(st.none(), st.integers(5, 60)),
    conversion=st.sampled_from(Conversion),
    born=st.integers(0, 30),
)
def test_every_candidate_has_exactly_one_fate(leads, window, until, days, conversion, born):
    course = a_course(*leads, born=born)
    snapshots = (
        at_hand_over(course)
        if days is None
        else every(course, days, conversion=conversion, until=START + until * DAY)
    )

    found = judged(course, until=until, conversion=conversion, window=window, snapshots=snapshots)

    assert sum(found.fates.values()) == len(snapshots.leads)
    assert sum(found.fates.get(fate, 0) for fate in LEARNT) == len(found)
    assert found.fates.get("converted", 0) == found.converted.sum()
    assert (found.as_of[1:] >= found.as_of[:-1]).all()
    assert (found.as_of + window * DAY <= START + until * DAY).all()
    when = found.converted_at
    assert ((when > found.as_of) & (when <= found.as_of + window * DAY))[found.converted].all()


@settings(max_examples=50, deadline=None)
@given(leads=st.lists(MOVES, min_size=1, max_size=6), later=MOVES)
def test_what_comes_after_the_window_changes_no_label(leads, later):
    window, until = 30, 400
    before = judged(a_course(*leads), until=until, window=window)
    told = [*leads[0], *((stage, 331 + day, reason) for stage, day, reason in later)]

    after = judged(a_course(told, *leads[1:]), until=until, window=window)

    both = Snapshots(leads=before.leads, as_of=before.as_of)
    labels = dict(zip(zip(after.leads, after.as_of, strict=True), after.converted, strict=True))
    for lead, at, won in zip(both.leads, both.as_of, before.converted, strict=True):
        assert labels[lead, at] == won
