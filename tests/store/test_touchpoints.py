from datetime import timedelta

import pytest

from tests.factories import NOON, a_campaign, a_lead, a_touchpoint


@pytest.fixture
def unit(store):
    with store.writing() as opened:
        opened.campaigns.add([a_campaign()])
        opened.leads.add([a_lead("L-1"), a_lead("L-2")])
        yield opened


def test_a_touchpoint_handed_in_twice_is_noted_once(unit):
    first = a_touchpoint("1", lead_id="L-1", attributes={"utm_source": "news"})
    again = a_touchpoint("1", touchpoint_id="touch-other", lead_id="L-2")

    assert unit.touchpoints.add([first]) == [first]
    assert unit.touchpoints.add([again, a_touchpoint("2")]) == [a_touchpoint("2")]
    assert unit.touchpoints.outside("leadflow", ["1"]) == {"1": first}


def test_a_merged_leads_touchpoints_are_those_of_the_lead_that_speaks_for_it(unit):
    unit.touchpoints.add([a_touchpoint("1", lead_id="L-1"), a_touchpoint("2", lead_id="L-2")])
    unit.leads.point(["L-2"], root_id="L-1", merged_into={"L-2": "L-1"})

    assert [one.external_id for one in unit.touchpoints.of_lead("L-2")] == ["1", "2"]


def test_what_a_visitor_did_before_is_the_leads_once_the_cookie_is_stitched(unit):
    visit = a_touchpoint("v", anonymous_id="cookie", occurred_at=NOON - timedelta(days=3))
    unit.touchpoints.add([a_touchpoint("1", lead_id="L-1"), visit])
    assert [one.external_id for one in unit.touchpoints.of_lead("L-1")] == ["1"]

    assert unit.anonymous_ids.stitch("cookie", "L-1", at=NOON, cause="form")

    assert [one.external_id for one in unit.touchpoints.of_lead("L-1")] == ["v", "1"]


def test_a_cookie_stays_with_the_first_lead_it_was_stitched_to(unit):
    unit.anonymous_ids.stitch("cookie", "L-1", at=NOON, cause="form")

    assert not unit.anonymous_ids.stitch("cookie", "L-2", at=NOON, cause="form")

    unit.touchpoints.add([a_touchpoint("1", lead_id="L-2", anonymous_id="cookie")])
    assert unit.anonymous_ids.lead_of("cookie") == "L-1"
    assert unit.anonymous_ids.of_lead("L-2") == []
    assert unit.touchpoints.of_lead("L-1") == []


def test_people_are_counted_once_however_often_they_were_touched(unit):
    unit.leads.add([a_lead("L-3", known_at=NOON - timedelta(days=9))])
    unit.anonymous_ids.stitch("cookie", "L-1", at=NOON, cause="form")
    unit.touchpoints.add(
        [
            a_touchpoint("1", lead_id="L-1"),
            a_touchpoint("2", lead_id="L-2"),
            a_touchpoint("3", lead_id="L-3", kind="attended"),
            a_touchpoint("4", anonymous_id="cookie", kind="visit"),
            a_touchpoint("5", anonymous_id="nobody", kind="visit"),
        ]
    )
    assert unit.touchpoints.people("C-1", without="invited") == (3, 2)
    unit.leads.point(["L-2"], root_id="L-1", merged_into={"L-2": "L-1"})

    assert unit.touchpoints.people("C-1", without="invited") == (2, 1)
    assert unit.touchpoints.people("C-1", without="attended") == (1, 1)
    assert unit.touchpoints.people_by_kind("C-1") == {"attended": 1, "registered": 1, "visit": 1}
