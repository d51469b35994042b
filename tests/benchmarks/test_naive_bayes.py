"""The CRM's score, against figures that its own makers assert for hand-made leads."""

import pytest

from benchmarks.peers.naive_bayes import FrequencyTable, PlainLead

NAMES = ("country_id", "state_id", "email_state", "phone_state", "source_id")


def lead(country, state, email, phone, source, *, stage, tags=()):
    values = dict(zip(NAMES, (country, state, email, phone, source), strict=True))
    return PlainLead(values=values, stage=stage, tags=tags)


def scorer(closed, *, stages):
    return FrequencyTable.of(closed, stages=stages).scorer()


def closed_leads_of_the_hand_case():
    return [
        (lead("a", "s", "correct", "correct", "web", stage=0), True),
        (lead("b", "s", "correct", "correct", None, stage=0), True),
        (lead(None, None, "correct", "incorrect", "ad", stage=0), False),
        (lead("a", None, "correct", "incorrect", "ad", stage=0), False),
        (lead(None, "t", "correct", "correct", None, stage=2), False),
    ]


def test_the_hand_case_gives_74_30_percent():
    score = scorer(closed_leads_of_the_hand_case(), stages=4)

    shown = score.percent(lead("a", "s", "correct", "correct", "ad", stage=1))

    assert shown == 74.30


def test_the_hand_case_weighs_each_value_as_its_makers_write_it():
    factors = scorer(closed_leads_of_the_hand_case(), stages=4).factors

    assert factors["source_id"]["ad"] == pytest.approx((0.1 / 1.2, 2.1 / 2.2))
    assert factors["country_id"]["a"] == pytest.approx((1.1 / 2.2, 1.1 / 1.2))
    assert factors["state_id"]["s"] == pytest.approx((2.1 / 2.2, 0.1 / 1.2))
    assert factors["phone_state"]["correct"] == pytest.approx((2.1 / 2.2, 1.1 / 3.2))
    assert factors["stage"]["1"] == pytest.approx((2.1 / 2.1, 1.1 / 3.1))


def test_two_teams_of_three_closed_leads_give_the_figures_their_makers_assert():
    # mail and phone are empty throughout, a value of their own
    first = [
        (lead("1", "1", None, None, "1", stage=0), False),
        (lead("2", "2", None, None, "2", stage=1), False),
        (lead("3", "3", None, None, "3", stage=2), True),
    ]
    second = [
        (lead("1", "2", None, None, "2", stage=2), False),
        (lead("1", "2", None, None, "3", stage=1), False),
        (lead("1", "3", None, None, "3", stage=0), True),
    ]

    shown = scorer(first, stages=4).percent(lead("1", "2", None, None, "3", stage=1))
    other = scorer(second, stages=4).percent(lead("1", "2", None, None, "3", stage=1))

    assert shown == 33.49
    assert other == 7.74


def test_tags_of_many_leads_give_the_figures_their_makers_assert():
    def tagged(count, tags, won):
        return [(PlainLead(values={}, tags=tags), won)] * count

    closed = [
        *tagged(30, ("one",), won=False),
        *tagged(19, ("one",), won=True),
        *tagged(40, ("two",), won=False),
        *tagged(9, ("two",), won=True),
        *tagged(35, ("one", "two"), won=False),
        *tagged(14, ("one", "two"), won=True),
    ]
    score = scorer(closed, stages=4)

    shown = {
        tags: score.percent(PlainLead(values={}, tags=tags))
        for tags in [("one",), ("two",), ("one", "two"), ()]
    }

    assert shown == {("one",): 33.69, ("two",): 23.51, ("one", "two"): 28.05, (): 28.6}


def test_every_cell_begins_at_a_tenth_on_both_sides():
    table = FrequencyTable.of([(PlainLead(values={"country_id": "a"}), True)], stages=2)

    assert table.cell("country_id", "a") == (1.1, 0.1)
    assert table.cell("country_id", "b") is None


def test_a_value_never_seen_changes_nothing():
    score = scorer(closed_leads_of_the_hand_case(), stages=4)

    known = PlainLead(values={"country_id": None, "email_state": "correct"})
    unseen = PlainLead(values={"country_id": "nowhere", "email_state": "correct"})

    assert score.percent(unseen) == score.percent(known)


def test_an_empty_value_counts_only_for_mail_and_phone():
    values = {"country_id": None, "email_state": None, "phone_state": None}

    table = FrequencyTable.of([(PlainLead(values=values), True)], stages=2)

    assert set(table.cells) == {"email_state", "phone_state", "stage"}
    assert table.cell("email_state", "False") == (1.1, 0.1)


@pytest.mark.parametrize(("others", "counts"), [(49, False), (50, True)])
def test_a_tag_of_fewer_than_fifty_leads_is_ignored(others, counts):
    # the cell's .1 on each side stand in its sum, so 49 lost leads make 49.2
    closed = [(PlainLead(values={}, tags=("rare",)), False)] * others
    closed += [(PlainLead(values={}, tags=("common",)), True)] * 100
    score = scorer(closed, stages=2)

    assert ("rare" in score.factors["tag"]) is counts
    same = score.percent(PlainLead(values={}, tags=("rare",))) == score.percent(
        PlainLead(values={})
    )
    assert same is not counts


def test_a_won_lead_counts_for_every_stage_and_a_lost_one_up_to_its_own():
    lost = PlainLead(values={}, stage=1)

    table = FrequencyTable.of([(PlainLead(values={}), True), (lost, False)], stages=4)

    assert [table.cell("stage", str(stage)) for stage in range(4)] == [
        (1.1, 1.1),
        (1.1, 1.1),
        (1.1, 0.1),
        (1.1, 0.1),
    ]


def test_a_new_lead_at_the_entry_stage_gets_the_prior_alone():
    score = scorer(closed_leads_of_the_hand_case(), stages=4)

    assert score.percent(PlainLead(values={})) == round(100 * 2.1 / 5.2, 2)


def test_a_won_lead_shows_certainty_and_an_open_one_never_does():
    closed = [(PlainLead(values={"country_id": "a"}), True)] * 100_000
    closed += [(PlainLead(values={"country_id": "b"}), False)]
    score = scorer(closed, stages=3)

    assert score.percent(PlainLead(values={}, stage=2)) == 100
    assert score.percent(PlainLead(values={"country_id": "a"})) == 99.99


def test_without_closed_leads_nothing_can_be_computed():
    assert scorer([], stages=3).percent(PlainLead(values={"country_id": "a"})) == 0
