from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text

from leads.clock import ClockBasis
from leads.events import EventKind
from leads.lifecycle import Stage
from leads.opportunity import OpportunityState
from pipelines.doctor import examine
from pipelines.merging import merge, undo
from pipelines.privacy import erase
from store.tables.leads import AnonymousIdRow
from tests.factories import NOON
from tests.pipelines.intake.files import codes, counts, import_, lead_called, write_csv, write_jsonl

JANUARY = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture
def known(store, tmp_path):
    """A store that knows Ann (1) and Bob (2)."""
    rows = [
        ["1", "Ann Brown", "ann.brown@northwind.example"],
        ["2", "Bob Marsh", "bob@southwind.example"],
    ]
    import_(store, write_csv(tmp_path / "leads.csv", ["Id", "Name", "Email"], *rows))
    return store


@pytest.fixture
def with_campaign(known, tmp_path):
    """... and the campaign C-1."""
    header = ["Id", "Name", "Type", "StartDate"]
    path = write_csv(tmp_path / "c.csv", header, ["C-1", "Expo 2026", "Trade Show", "2026-01-01"])
    import_(known, path, "campaigns")
    return known


EVENTS = ["message_id", "lead", "kind", "occurred_at", "anonymous_id", "browser"]


def test_a_visitor_counts_as_known_since_the_first_act_that_names_both(known, tmp_path):
    rows = [
        ["m1", "1", "visit", "2026-01-09", "cookie", ""],
        ["m2", "1", "visit", "2026-01-05", "cookie", ""],
    ]

    import_(known, write_csv(tmp_path / "e.csv", EVENTS, *rows), "events")

    with known.engine.connect() as connection:
        told = connection.execute(select(AnonymousIdRow.stitched_at)).scalar_one()
    assert told == JANUARY


def test_events_are_recorded_on_their_lead_or_visitor(known, tmp_path):
    rows = [
        ["m1", "1", "Email Opened", "2026-01-05", "", "x"],
        ["m2", "", "网页浏览", "2026-01-06T08:00:00+08:00", "cookie", ""],
        ["m1", "1", "Email Opened", "2026-01-05", "", "x"],
    ]

    done = import_(known, write_csv(tmp_path / "e.csv", EVENTS, *rows), "events")

    assert counts(done) == {"imported": 2, "unchanged": 1}
    with known.reading() as unit:
        (event,) = unit.events.of_lead(lead_called(known, "1").lead_id)
        visit = unit.events.outside("crm", ["m2"])["m2"]
    assert (event.kind, event.occurred_at) == (EventKind.EMAIL_OPENED, JANUARY)
    assert (event.clock, event.known_at) == (ClockBasis.SOURCE, JANUARY)
    assert event.attributes == {"browser": "x"}
    assert (visit.kind, visit.lead_id, visit.anonymous_id) == ("page_visited", None, "cookie")
    assert visit.occurred_at == datetime(2026, 1, 6, tzinfo=UTC)


def test_an_act_of_a_lead_and_a_visitor_says_what_the_visitor_did_before(known, tmp_path):
    rows = [
        ["m1", "", "page_visited", "2026-01-05", "cookie", ""],
        ["m2", "1", "form_submitted", "2026-01-06", "cookie", ""],
    ]

    import_(known, write_csv(tmp_path / "e.csv", EVENTS, *rows), "events")

    with known.reading() as unit:
        acts = unit.events.of_lead(lead_called(known, "1").lead_id)
    assert [act.kind for act in acts] == ["page_visited", "form_submitted"]


def test_events_that_cannot_be_are_put_aside(known, tmp_path):
    rows = [
        ["m1", "9", "Email Opened", "2026-01-05", "", ""],
        ["m2", "1", "sneezed", "2026-01-05", "", ""],
        ["m3", "1", "click", "2027-01-05", "", ""],
        ["m4", "", "click", "2026-01-05", "", ""],
        ["m5", "1", "click", "03/04/2025", "", ""],
        ["m6", "1", "click", "2026-01-05", "", ""],
        ["m6", "1", "click", "2026-01-06", "", ""],
    ]

    done = import_(known, write_csv(tmp_path / "e.csv", EVENTS, *rows), "events")

    assert counts(done) == {"imported": 1, "quarantined": 6}
    assert codes(known, done) == [
        (1, "lead", "unknown_lead"),
        (2, "kind", "unknown_kind"),
        (3, "occurred_at", "future_date"),
        (4, "lead", "unknown_lead"),
        (5, "occurred_at", "ambiguous_date"),
        (7, "message_id", "same_id_twice"),
    ]


def test_an_address_stands_for_a_lead_where_there_is_no_id(known, tmp_path):
    rows = [{"email": "Bob@southwind.example", "type": "click", "occurred_at": "2026-01-05"}]

    done = import_(known, write_jsonl(tmp_path / "e.jsonl", *rows), "events", source="mailer")

    assert counts(done) == {"imported": 1}
    with known.reading() as unit:
        assert len(unit.events.of_lead(lead_called(known, "2").lead_id)) == 1


DEALS = ["Id", "lead", "Name", "StageName", "Amount", "Currency", "CloseDate", "LastModified"]


def test_deals_change_and_keep_what_they_were(known, tmp_path):
    first = ["D1", "1", "Pump", "Proposal", "1,200.50", "EUR", "2026-06-01", "2026-01-05"]
    import_(known, write_csv(tmp_path / "a.csv", DEALS, first), "opportunities")
    won = ["D1", "1", "Pump", "Closed Won", "1,500", "EUR", "2026-02-01", "2026-02-01"]
    later = write_csv(tmp_path / "b.csv", DEALS, won)

    assert counts(import_(known, later, "opportunities")) == {"updated": 1}
    assert counts(import_(known, later, "opportunities")) == {"unchanged": 1}
    with known.reading() as unit:
        (deal,) = unit.opportunities.of_lead(lead_called(known, "1").lead_id)
        versions = unit.opportunities.versions_of(deal.opportunity_id)
    assert (deal.state, deal.amount_minor, deal.currency) == (OpportunityState.WON, 150_000, "EUR")
    assert [one.occurred_at.month for one in versions] == [1, 2]
    assert versions[0].fields["amount_minor"] == 120_050
    assert versions[1].fields == {
        "state": "won",
        "amount_minor": 150_000,
        "closed_at": "2026-02-01T00:00:00+00:00",
        "stage": "Closed Won",
    }


def test_deals_that_cannot_be_are_put_aside(known, tmp_path):
    rows = [
        ["D1", "1", "", "Proposal", "5", "XXQ", "", "2026-01-05"],
        ["D2", "1", "", "Proposal", "-5", "EUR", "", "2026-01-05"],
        ["D3", "9", "", "Proposal", "5", "EUR", "", "2026-01-05"],
        ["D4", "1", "", "Proposal", "5", "", "", "2026-01-05"],
    ]

    done = import_(known, write_csv(tmp_path / "a.csv", DEALS, *rows), "opportunities")

    assert [code for _, _, code in codes(known, done)] == [
        "unknown_currency",
        "negative",
        "unknown_lead",
        "no_currency",
    ]
    told = import_(known, tmp_path / "a.csv", "opportunities", currency="CNY")
    assert counts(told) == {"imported": 1, "quarantined": 3}


STAGES = ["lead", "stage", "occurred_at"]


def test_a_history_of_stages_is_taken_in_the_order_of_its_times(known, tmp_path):
    rows = [
        ["1", "Sales Qualified", "2026-02-03"],
        ["1", "MQL", "2026-01-05"],
        ["1", "SAL", "2026-01-20"],
        ["2", "Closed Won", "2026-01-05"],
        ["2", "白日梦", "2026-01-06"],
        ["1", "SAL", "2026-01-20"],
    ]
    path = write_csv(tmp_path / "s.csv", STAGES, *rows)

    done = import_(known, path, "stages")

    assert counts(done) == {"imported": 4, "unchanged": 1, "quarantined": 1}
    assert done.remarks == {"unlawful_move": 1}  # new to customer: history is history
    assert codes(known, done) == [(5, "stage", "unknown_stage")]
    ann, bob = lead_called(known, "1"), lead_called(known, "2")
    assert (ann.stage, bob.stage) == (Stage.SQL, Stage.CUSTOMER)
    assert ann.stage_since == datetime(2026, 2, 3, tzinfo=UTC)
    with known.reading() as unit:
        moves = unit.history.moves_of(ann.lead_id)
    assert [(move.from_stage, move.to_stage) for move in moves] == [
        (Stage.NEW, Stage.MQL),
        (Stage.MQL, Stage.SAL),
        (Stage.SAL, Stage.SQL),
    ]
    assert counts(import_(known, path, "stages")) == {"unchanged": 5, "quarantined": 1}


CAMPAIGNS = ["Id", "Name", "Type", "StartDate", "EndDate", "BudgetedCost", "Currency"]


def test_campaigns_come_with_their_budget_and_can_be_put_right(store, tmp_path):
    first = ["C-1", "Expo", "Trade Show", "2026-01-01", "2026-01-03", "9,000", "EUR"]
    import_(store, write_csv(tmp_path / "a.csv", CAMPAIGNS, first), "campaigns")
    longer = [*first[:4], "2026-01-04", *first[5:]]

    done = import_(store, write_csv(tmp_path / "b.csv", CAMPAIGNS, longer), "campaigns")

    assert counts(done) == {"updated": 1}
    with store.reading() as unit:
        campaign = unit.campaigns.outside("crm", ["C-1"])["C-1"]
    assert (campaign.kind, campaign.budget_minor) == ("trade_fair", 900_000)
    assert campaign.ends_at == datetime(2026, 1, 4, tzinfo=UTC)
    assert campaign.state == "closed"


def test_campaigns_that_cannot_be_are_put_aside(store, tmp_path):
    rows = [
        ["C-1", "Expo", "", "2026-02-01", "2026-01-03", "", ""],
        ["C-2", "Expo", "", "2026-02-01", "", "1", "QQQ"],
        ["C-3", "Expo", "", "2026-02-01", "", "-1", "EUR"],
        ["C-4", "", "", "", "", "", ""],
    ]

    done = import_(store, write_csv(tmp_path / "a.csv", CAMPAIGNS, *rows), "campaigns")

    assert [code for _, _, code in codes(store, done)] == [
        "ends_before_start",
        "unknown_currency",
        "negative",
        "missing",
        "missing",
    ]


COSTS = ["Id", "campaign", "spent_on", "amount", "currency"]


def test_costs_belong_to_their_campaign(with_campaign, tmp_path):
    rows = [
        ["K1", "C-1", "2026-01-05", "100", "EUR"],
        ["K2", "Expo 2026", "2026-01-06", "50.25", "EUR"],
        ["K3", "nowhere", "2026-01-06", "50", "EUR"],
        ["K4", "C-1", "2026-01-06", "-50", "EUR"],
    ]
    path = write_csv(tmp_path / "k.csv", COSTS, *rows)

    done = import_(with_campaign, path, "costs")

    assert counts(done) == {"imported": 2, "quarantined": 2}
    assert [code for _, _, code in codes(with_campaign, done)] == ["unknown_campaign", "negative"]
    assert counts(import_(with_campaign, path, "costs")) == {"unchanged": 2, "quarantined": 2}
    with with_campaign.reading() as unit:
        campaign = unit.campaigns.outside("crm", ["C-1"])["C-1"].campaign_id
        assert unit.campaigns.spent_on([campaign]) == {campaign: {"EUR": 15_025}}


TOUCHES = ["Id", "campaign", "lead", "kind", "occurred_at"]


def test_touchpoints_join_leads_and_campaigns(with_campaign, tmp_path):
    rows = [
        ["T1", "C-1", "1", "Attended", "2026-01-05"],
        ["T2", "C-1", "9", "Attended", "2026-01-05"],
        ["T3", "C-9", "1", "Attended", "2026-01-05"],
        ["T1", "C-1", "1", "Attended", "2026-01-05"],
        ["T1", "C-1", "2", "Attended", "2026-01-05"],
    ]
    path = write_csv(tmp_path / "t.csv", TOUCHES, *rows)

    done = import_(with_campaign, path, "touchpoints")

    assert counts(done) == {"imported": 1, "unchanged": 1, "quarantined": 3}
    assert [code for _, _, code in codes(with_campaign, done)] == [
        "unknown_lead",
        "unknown_campaign",
        "same_id_twice",
    ]
    with with_campaign.reading() as unit:
        (touch,) = unit.touchpoints.of_lead(lead_called(with_campaign, "1").lead_id)
    assert (touch.kind, touch.occurred_at) == ("attended", JANUARY)


def test_undoing_a_merge_takes_back_facts_that_came_for_the_other(known, tmp_path):
    ann, bob = lead_called(known, "1").lead_id, lead_called(known, "2").lead_id
    person = {"actor": "p", "now": NOON}
    with known.writing() as unit:
        done = merge(unit, ann, bob, cause="person", **person)
    mail = {"email": "bob@southwind.example", "type": "click", "occurred_at": "2026-01-05"}
    import_(known, write_jsonl(tmp_path / "e.jsonl", mail), "events", source="mailer")
    import_(known, write_csv(tmp_path / "s.csv", STAGES, ["2", "MQL", "2026-01-05"]), "stages")
    assert lead_called(known, "1").stage is Stage.MQL  # it speaks for both

    with known.writing() as unit:
        undo(unit, done.merge_id, **person)

    with known.reading() as unit:
        one, other = unit.leads.get(ann), unit.leads.get(bob)
        assert [len(unit.events.of_lead(lead_id)) for lead_id in (ann, bob)] == [0, 1]
    assert (one.stage, one.stage_since) == (Stage.NEW, one.created_at)
    assert (other.stage, other.stage_since) == (Stage.MQL, JANUARY)


def test_undoing_the_upper_of_two_merges_leaves_the_stage_with_the_lower(known, tmp_path):
    import_(known, write_csv(tmp_path / "l.csv", ["Id", "Name"], ["3", "Cleo Park"]))
    ids = [lead_called(known, name).lead_id for name in "123"]
    person = {"actor": "p", "now": NOON}
    with known.writing() as unit:
        merge(unit, ids[1], ids[2], cause="person", **person)
        upper = merge(unit, ids[0], ids[1], cause="person", **person)
    import_(known, write_csv(tmp_path / "s.csv", STAGES, ["3", "MQL", "2026-01-05"]), "stages")

    with known.writing() as unit:
        undo(unit, upper.merge_id, **person)

    assert [lead_called(known, name).stage for name in "123"] == [Stage.NEW, Stage.MQL, Stage.MQL]


def test_rows_of_every_kind_are_found_well_by_the_doctor(with_campaign, tmp_path):
    events = [[f"person-{n}@x.example", "1", "click", "2026-01-05", "", ""] for n in (1, 2, 1)]
    import_(with_campaign, write_csv(tmp_path / "e.csv", EVENTS, *events), "events")
    deal = ["D1", "1", "Pump", "Proposal", "7", "EUR", "2026-06-01", "2026-01-05"]
    import_(with_campaign, write_csv(tmp_path / "d.csv", DEALS, deal), "opportunities")
    import_(
        with_campaign, write_csv(tmp_path / "s.csv", STAGES, ["1", "MQL", "2026-01-05"]), "stages"
    )

    assert [one.check for one in examine(with_campaign, now=NOON) if not one.is_well] == []
    with with_campaign.writing() as unit:
        erase(unit, lead_called(with_campaign, "1").lead_id, actor="p", now=NOON)
    assert [one.check for one in examine(with_campaign, now=NOON) if not one.is_well] == []
    with with_campaign.engine.connect() as connection:
        rows = connection.execute(text("SELECT record_id FROM import_rows")).scalars().all()
    assert not any("person-" in (one or "") for one in rows)
