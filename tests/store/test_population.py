"""What is read of many leads at once says the same as what is read of each."""

from datetime import UTC, datetime, timedelta
from json import loads

import pytest

from leads.clock import ClockBasis
from leads.events import EventKind, StoredEvent
from leads.lead import StageMove
from leads.lifecycle import Stage
from leads.opportunity import Opportunity, OpportunityState, OpportunityVersion
from store.columns import NEVER
from tests.databases import KINDS, open_store
from tests.factories import NOON, a_campaign, a_lead, a_touchpoint, a_version

DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.fixture(params=KINDS)
def store(request, tmp_path):
    with open_store(request.param, tmp_path) as (opened, _):
        yield opened


def micros(at):
    return (at - EPOCH) // timedelta(microseconds=1)


def an_event(message_id="1", lead_id="L-1", **given):
    times = {"occurred_at": NOON, "known_at": NOON, "clock": ClockBasis.SOURCE}
    told = {"source": "web", "kind": EventKind.PAGE_VISITED, **times, **given}
    return StoredEvent(message_id=message_id, lead_id=lead_id, **told)


def a_move(lead_id="L-1", to=Stage.MQL, at=NOON, **given):
    told = {"from_stage": Stage.NEW, "known_at": at, "clock": ClockBasis.SOURCE, "actor": "x"}
    told |= {"cause": "import", "definition_version": "1", **given}
    return StageMove(lead_id=lead_id, to_stage=to, occurred_at=at, **told)


def some_leads(store):
    """L-1 speaks for L-2; L-3 was erased; L-4 is a colleague of L-1."""
    with store.writing() as unit:
        unit.leads.add(
            [
                a_lead("L-1", account="domain:acme.example"),
                a_lead(
                    "L-2", root_id="L-1", merged_into="L-1", created_at=NOON - 3 * DAY, account="x"
                ),
                a_lead("L-3", erased_at=NOON),
                a_lead("L-4", account="domain:acme.example"),
                a_lead("L-5"),
            ]
        )


def test_merged_leads_are_one_and_erased_ones_none(store):
    some_leads(store)

    with store.reading() as unit:
        roster = unit.population.roster()

    assert list(roster.lead_ids) == ["L-1", "L-4", "L-5"]
    assert roster.place_of == {"L-1": 0, "L-2": 0, "L-4": 1, "L-5": 2}
    assert roster.created.tolist() == [micros(NOON - 3 * DAY), micros(NOON), micros(NOON)]
    assert roster.accounts.tolist() == [0, 0, -1]


def test_something_is_known_of_a_lead_since_it_came_in_a_file_or_told_us(store):
    early = NOON - 9 * DAY
    with store.writing() as unit:
        unit.leads.add([a_lead("L-1", created_at=early), a_lead("L-2", created_at=early)])
        unit.history.add_versions(
            [a_version("L-1", batch_id="B", clock=ClockBasis.UNKNOWN), a_version("L-2")]
        )

    with store.reading() as unit:
        roster = unit.population.roster()

    assert roster.born.tolist() == [micros(early), micros(NOON) + 1]


def test_statements_come_root_by_root_with_the_one_a_lead_came_with_marked(store):
    some_leads(store)
    with store.writing() as unit:
        unit.history.add_versions(
            [
                a_version("L-1", fields={"city": "Bonn"}),
                a_version("L-4", fields={"city": "Rome"}),
                a_version("L-2", fields={"city": "Köln"}, occurred_at=NOON - DAY),
                a_version("L-1", fields={"city": "Ulm"}, occurred_at=NOON - 2 * DAY),
                a_version("L-3", fields={}),
            ]
        )

    with store.reading() as unit:
        found = dict(unit.population.statements(unit.population.roster()))
        few = unit.population.roster(["L-4"])
        alone = dict(unit.population.statements(few, whole=False))

    told = {
        place: [(one.version.lead_id, one.version.fields["city"], one.is_first) for one in said]
        for place, said in found.items()
    }
    assert told == {
        0: [("L-1", "Bonn", True), ("L-2", "Köln", True), ("L-1", "Ulm", False)],
        1: [("L-4", "Rome", True)],
    }
    assert [one.version.fields["city"] for one in alone[0]] == ["Rome"]


def test_acts_are_the_leads_own_its_doubles_and_its_visitors_once_that_is_known(store):
    some_leads(store)
    moment = NOON.replace(microsecond=123_456)
    with store.writing() as unit:
        unit.campaigns.add([a_campaign("C-1")])
        unit.anonymous_ids.stitch("cookie", "L-2", at=NOON + DAY, cause="form")
        unit.events.add(
            [
                an_event("1", campaign_id="C-1", occurred_at=moment, known_at=moment),
                an_event("2", "L-2", attributes={"url": "/a"}),
                an_event("3", None, anonymous_id="cookie", clock=ClockBasis.UNKNOWN),
                an_event("4", None, anonymous_id="stranger"),
                an_event("5", "L-3"),
            ]
        )
        unit.touchpoints.add([a_touchpoint("1", lead_id="L-4", kind="invited")])

    with store.reading() as unit:
        roster = unit.population.roster()
        (events,) = unit.population.events(roster)
        (touches,) = unit.population.touchpoints(roster)
        (few,) = unit.population.events(unit.population.roster(["L-1"]), whole=False)

    columns = (events.occurred.tolist(), events.known.tolist(), events.campaign)
    urls = [loads(text).get("url") for text in events.attributes]
    rows = set(zip(*columns, urls, events.has_time.tolist(), strict=True))
    noon = micros(NOON)
    assert rows == {
        (micros(moment), micros(moment), "seminar", None, True),
        (noon, noon, None, "/a", True),
        (noon, micros(NOON + DAY), None, None, False),
    }
    assert events.who.tolist() == few.who.tolist() == [0, 0, 0]
    assert (touches.who.tolist(), touches.kind, touches.campaign) == ([1], ["invited"], ["seminar"])


def test_moves_are_in_order_without_those_that_a_merge_took_over(store):
    some_leads(store)
    with store.writing() as unit:
        unit.history.move(
            [
                a_move("L-2", Stage.SAL, NOON + DAY),
                a_move("L-1", Stage.MQL, NOON),
                a_move("L-1", Stage.SAL, NOON + DAY, merge_id="M"),
                a_move("L-4", Stage.RECYCLED, NOON, reason="no_budget"),
                a_move("L-3", Stage.MQL, NOON),
            ]
        )

    with store.reading() as unit:
        moves = unit.population.moves(unit.population.roster())

    assert list(zip(moves.who.tolist(), moves.to_stage, moves.reason, strict=True)) == [
        (0, "mql", None),
        (1, "recycled", "no_budget"),
        (0, "sal", None),
    ]


def test_a_deal_is_won_when_it_was_closed_or_said_to_be_won(store):
    some_leads(store)
    deals = {"source": "crm", "digest": "d", "opened_at": NOON, "known_at": NOON}
    won = {"state": OpportunityState.WON}
    with store.writing() as unit:
        unit.opportunities.add(
            [
                Opportunity(opportunity_id="1", external_id="1", lead_id="L-2", **deals, **won,
                            closed_at=NOON + DAY),
                Opportunity(opportunity_id="2", external_id="2", lead_id="L-4", **deals, **won),
                Opportunity(opportunity_id="3", external_id="3", lead_id="L-4", **deals),
            ]
        )  # fmt: skip
        unit.opportunities.add_versions(
            [
                OpportunityVersion(
                    opportunity_id="2",
                    occurred_at=NOON + 2 * DAY,
                    known_at=NOON + 2 * DAY,
                    clock=ClockBasis.SOURCE,
                    origin="crm",
                    fields={"state": "won"},
                )
            ]
        )

    with store.reading() as unit:
        found = unit.population.deals(unit.population.roster())

    rows = sorted(zip(found.who.tolist(), found.won.tolist(), strict=True))
    assert rows == [
        (0, micros(NOON + DAY)),
        (1, NEVER),
        (1, micros(NOON + 2 * DAY)),
    ]
