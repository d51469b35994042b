from datetime import timedelta

from leads.clock import ClockBasis
from leads.events import EventKind, StoredEvent
from tests.factories import NOON, a_lead


def an_event(message_id="m1", **given):
    moments = {"occurred_at": NOON, "known_at": NOON, "clock": ClockBasis.ARRIVAL}
    told = {"source": "web", "kind": EventKind.PAGE_VISITED}
    return StoredEvent(message_id=message_id, **{**moments, **told, **given})


def test_the_acts_of_a_lead_are_read_through_its_root_and_its_cookies(store):
    own = an_event("m1", lead_id="L-1", attributes={"url": "/"})
    absorbed = an_event("m2", lead_id="L-2", occurred_at=NOON - timedelta(days=1))
    before_it_was_known = an_event(
        "m3", anonymous_id="cookie", occurred_at=NOON - timedelta(days=2)
    )
    strange = an_event("m4", anonymous_id="other")
    with store.writing() as unit:
        unit.leads.add([a_lead("L-1"), a_lead("L-2")])
        unit.leads.point(["L-2"], root_id="L-1", merged_into={"L-2": "L-1"})
        unit.anonymous_ids.stitch("cookie", "L-2", at=NOON, cause="form")
        unit.events.add([own, absorbed, before_it_was_known, strange])

        assert unit.events.of_lead("L-1") == [before_it_was_known, absorbed, own]
        assert unit.events.outside("web", ["m4", "m9"]) == {"m4": strange}
        assert unit.events.outside("crm", ["m4"]) == {}
