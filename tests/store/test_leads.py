from datetime import timedelta

import pytest

from leads.clock import ClockBasis
from leads.errors import NotFound
from leads.lead import StageMove
from leads.lifecycle import Stage
from tests.factories import NOON, a_lead, a_version, an_outside_id

LATER = NOON + timedelta(hours=1)


def test_a_lead_comes_back_as_it_was_put_in(store):
    lead = a_lead(
        fields={"first_name": "伟", "employees": 12, "email_is_valid": True},
        typed={"employees": "1 dozen"},
        attributes={"Web Site": "=cmd()", "nested": {"a": [1, None]}},
    )

    with store.writing() as unit:
        unit.leads.add([lead])

    with store.reading() as unit:
        assert unit.leads.get("L-1") == lead


def test_a_merged_lead_is_read_through_the_one_that_speaks_for_it(store):
    with store.writing() as unit:
        unit.leads.add([a_lead("L-1"), a_lead("L-2"), a_lead("L-3")])
        unit.leads.point(["L-2", "L-3"], root_id="L-1", merged_into={"L-2": "L-1", "L-3": "L-2"})
        unit.history.add_versions([a_version("L-3", fields={"city": "Bonn"}), a_version("L-1")])

    with store.reading() as unit:
        assert unit.leads.get("L-3").lead_id == "L-1"
        assert unit.leads.clusters_of(["L-1"]) == {"L-1": ["L-1", "L-2", "L-3"]}
        assert [one.lead_id for one in unit.history.versions_of(["L-1"])["L-1"]] == ["L-3", "L-1"]
        assert unit.leads.count() == 1


def test_an_erased_lead_is_said_to_be_erased(store):
    with store.writing() as unit:
        unit.leads.add([a_lead("L-1", erased_at=NOON)])

    with store.reading() as unit, pytest.raises(NotFound, match="erased on request"):
        unit.leads.get("L-1")


def test_an_outside_id_keeps_its_lead_and_takes_the_new_digest(store):
    with store.writing() as unit:
        unit.leads.add([a_lead("L-1"), a_lead("L-2")])
        unit.leads.put_outside([an_outside_id("7", "L-1")])

        unit.leads.put_outside([an_outside_id("7", "L-2", digest="new", last_seen=LATER)])

    with store.reading() as unit:
        found = unit.leads.outside("crm", ["7", "8"])
        assert found == {"7": an_outside_id("7", "L-1", digest="new", last_seen=LATER)}


def test_versions_come_in_the_order_in_which_they_were_so(store):
    with store.writing() as unit:
        unit.leads.add([a_lead()])
        unit.history.add_versions(
            [
                a_version(occurred_at=LATER, fields={"city": "Bonn"}),
                a_version(occurred_at=NOON, fields={"city": None}, clock=ClockBasis.SOURCE),
            ]
        )

    with store.reading() as unit:
        assert [one.fields["city"] for one in unit.history.versions_of(["L-1"])["L-1"]] == [
            None,
            "Bonn",
        ]


def test_a_key_finds_its_leads_until_it_is_replaced(store):
    mail, name = ("email", "a@b.example"), ("name", "wei wang")
    with store.writing() as unit:
        unit.leads.add([a_lead("L-1"), a_lead("L-2")])
        unit.lead_keys.add({"L-1": [mail, name, name], "L-2": [name]})

        unit.lead_keys.put({"L-1": [mail]})

    with store.reading() as unit:
        assert unit.lead_keys.find([mail, name], most=5) == {mail: ["L-1"], name: ["L-2"]}
        assert unit.lead_keys.find_all([mail, name]) == {mail: ["L-1"], name: ["L-2"]}


def test_a_key_of_too_many_leads_is_cut_short(store):
    ids = [f"L-{n}" for n in range(9)]
    with store.writing() as unit:
        unit.leads.add([a_lead(one) for one in ids])
        unit.lead_keys.add({one: [("city", "berlin")] for one in ids})

    with store.reading() as unit:
        assert len(unit.lead_keys.find([("city", "berlin")], most=4)["city", "berlin"]) == 5


def test_a_stage_move_is_noted_and_the_lead_stands_there(store):
    move = StageMove(
        lead_id="L-1",
        from_stage=Stage.NEW,
        to_stage=Stage.ENGAGED,
        occurred_at=LATER,
        known_at=LATER,
        clock=ClockBasis.ARRIVAL,
        actor="system",
        cause="event",
        definition_version="1",
    )
    with store.writing() as unit:
        unit.leads.add([a_lead()])

        unit.history.move([move])

    with store.reading() as unit:
        assert unit.history.moves_of("L-1") == [move]
        assert unit.leads.get("L-1").stage is Stage.ENGAGED
        assert unit.leads.get("L-1").stage_since == LATER


def test_what_was_done_is_found_by_what_it_was_done_to(store):
    with store.writing() as unit:
        unit.audit.add(
            "lead_merged", subject_kind="lead", subject_id="L-1", actor="key:a", at=NOON, into="L-2"
        )

    with store.reading() as unit:
        (entry,) = unit.audit.of("L-1")
        assert (entry["action"], entry["details"]) == ("lead_merged", {"into": "L-2"})
