"""Acts from the store, and how much each counts."""

from datetime import timedelta

import numpy as np
import pytest

from features.history.acts import CAMPAIGN_CODES, CODES, EMAILED, NO_CAMPAIGN
from leads.events import EventKind
from pipelines.cohort.acts import read_acts
from tests.databases import KINDS, open_store
from tests.factories import NOON, a_campaign, a_lead, a_touchpoint
from tests.store.test_population import an_event

SECOND = timedelta(seconds=1)


@pytest.fixture(params=KINDS)
def store(request, tmp_path):
    with open_store(request.param, tmp_path) as (opened, _):
        with opened.writing() as unit:
            unit.leads.add([a_lead("L-1"), a_lead("L-2")])
            unit.campaigns.add([a_campaign("C-1")])
        yield opened


def acts_of(store):
    with store.reading() as unit:
        return read_acts(unit, unit.population.roster())


def opened(message_id, seconds, **given):
    at = NOON + seconds * SECOND
    told = {"kind": EventKind.EMAIL_OPENED, "occurred_at": at, "known_at": at, **given}
    return an_event(message_id, **told)


def mail(number, seconds=0, *, known=None, **given):
    at = NOON + seconds * SECOND
    told = {"kind": "emailed", "occurred_at": at, "known_at": known or at, "lead_id": "L-1"}
    return a_touchpoint(str(number), **{**told, **given})


def test_events_and_touchpoints_come_with_campaign_seconds_and_rating(store):
    with store.writing() as unit:
        unit.touchpoints.add(
            [
                mail(1),
                a_touchpoint("2", lead_id="L-2", kind="feedback", attributes={"rating": 4}),
                a_touchpoint("3", lead_id="L-2", kind="a word of an import"),
            ]
        )
        unit.events.add(
            [an_event("1", attributes={"duration_seconds": "12.5"}), an_event("2", "L-2")]
        )

    acts = acts_of(store)

    kinds = {CODES[EMAILED], CODES["touch_feedback"], CODES["touch_other"], CODES["page_visited"]}
    assert set(acts.kind.tolist()) == kinds
    assert acts.who.tolist() == [0, 0, 1, 1, 1]
    assert sorted(acts.seconds[~np.isnan(acts.seconds)]) == [12.5]
    assert sorted(acts.rating[~np.isnan(acts.rating)]) == [4]
    assert set(acts.campaign.tolist()) == {NO_CAMPAIGN, CAMPAIGN_CODES["seminar"]}


def weights(store):
    acts = acts_of(store)
    return acts.weight[acts.kind == CODES["email_opened"]].tolist()


def test_an_opening_within_a_second_of_sending_is_likely_a_machines(store):
    with store.writing() as unit:
        unit.touchpoints.add([mail(1)])
        unit.events.add([opened("1", 1), opened("2", 7200), opened("3", 7200, lead_id="L-2")])

    at_once, later, unsent = weights(store)

    assert at_once < 0.1
    assert later > 0.8
    assert at_once < unsent < later


def test_the_time_of_sending_is_told_or_that_of_the_last_mail(store):
    with store.writing() as unit:
        unit.touchpoints.add([mail(1), mail(2, 7199)])
        sent_at = (NOON + 60 * SECOND).isoformat()
        unit.events.add([opened("1", 7200), opened("2", 7201, attributes={"sent_at": sent_at})])

    by_last, as_told = weights(store)

    assert by_last < 0.1
    assert as_told > 0.8


def test_a_mail_that_became_known_later_does_not_change_what_an_act_weighs(store):
    with store.writing() as unit:
        unit.touchpoints.add([mail(1)])
        unit.events.add([opened("1", 7200)])
    before = weights(store)

    with store.writing() as unit:
        unit.touchpoints.add([mail(2, 7199, known=NOON + 9000 * SECOND)])

    assert weights(store) == before


def test_scanners_are_known_by_their_name(store):
    agent = {"user_agent": "Mozilla/5.0 (compatible; Barracuda Sentinel)"}
    with store.writing() as unit:
        unit.touchpoints.add([mail(1)])
        unit.events.add([opened("1", 7200, attributes=agent), opened("2", 7201)])

    scanned, read = weights(store)

    assert scanned < read


def test_a_burst_over_a_mail_is_seen_from_its_last_click_on(store):
    def click(number, seconds):
        mail = {"mail_id": "M", "url": f"/{number}", "links_in_mail": 2}
        kind = EventKind.EMAIL_CLICKED
        return opened(str(number), seconds, kind=kind, attributes=mail)

    with store.writing() as unit:
        unit.events.add([click(1, 7200), click(2, 7204)])

    acts = acts_of(store)
    rows = np.flatnonzero(acts.kind == CODES["email_clicked"])
    earlier, later = (
        acts.weight_at(rows, np.full(2, acts.occurred[rows[1]] + microseconds))
        for microseconds in (0, 1)
    )

    assert earlier.min() > 0.8
    assert later.max() < 0.2
