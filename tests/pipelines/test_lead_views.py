from datetime import timedelta

import pytest

from leads.errors import InvalidInput, NotFound
from leads.score import StoredScore, Tier
from pipelines.intake.intake import Handed, take_in
from pipelines.lead_views import Wanted, duplicates_of, find_leads, show_lead
from tests.factories import NOON

FIELDS = {"full_name": "Wei Zhang", "email": "wei.zhang@acme.example", "company": "Acme"}


def taken(unit, external_id, **fields):
    handed = Handed(source="crm", external_id=external_id, fields=FIELDS | fields)
    return take_in(unit, [handed], now=NOON)[0]


def a_score(lead_id, prediction_id="P-1", *, at=NOON):
    return StoredScore(
        prediction_id=prediction_id,
        lead_id=lead_id,
        external_id=None,
        model_name="m",
        model_version="1",
        as_of=at,
        scored_at=at,
        probability=0.2,
        margin=-1.4,
        points=88,
        tier=Tier.B,
        calibrated=True,
        cause="request",
        inputs={"员工": 12},
    )


def test_a_merged_lead_is_shown_as_one_with_all_its_names_and_its_newest_score(store):
    with store.writing() as unit:
        first, second = taken(unit, "a"), taken(unit, "b", job_title="CTO")
        later = NOON + timedelta(hours=1)
        unit.scores.add([a_score(first.recorded_on), a_score(second.recorded_on, "P-2", at=later)])

        views = [show_lead(unit, one.recorded_on) for one in (first, second)]

    assert second.outcome == "merged"
    assert views[0] == views[1]
    assert [one.external_id for one in views[0].outside_ids] == ["a", "b"]
    assert views[0].lead.lead_id not in views[0].merged_ids
    assert views[0].score == a_score(second.recorded_on, "P-2", at=later)


def test_a_score_is_read_back_by_its_id(store):
    with store.writing() as unit:
        unit.scores.add([a_score(None)])

        assert unit.scores.get("P-1") == a_score(None)
        with pytest.raises(NotFound, match="no prediction P-9"):
            unit.scores.get("P-9")


def test_the_doubles_of_a_lead_are_told_with_their_reasons(store):
    with store.writing() as unit:
        lead = taken(unit, "a")
        taken(unit, "b")
        told = duplicates_of(unit, lead.recorded_on)

    assert told["reviews"] == []
    assert "e-mail is the same" in told["merges"][0]["reasons"][0]


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(email="Wei.Zhang@ACME.example"),
        Wanted(q="zhang wei"),
        Wanted(source="crm", external_id="a"),
        Wanted(q="wei.zhang@acme.example", source="crm", external_id="b"),
    ],
)
def test_whatever_a_double_is_called_the_survivor_is_found_once(store, wanted):
    with store.writing() as unit:
        taken(unit, "a")
        survivor = taken(unit, "b").lead_id
        taken(unit, "c", full_name="Eva Maier", email="eva.maier@else.example", company="Else")

        found = find_leads(unit, wanted)

    assert [lead.lead_id for lead in found.leads] == [survivor]


def test_what_must_all_fit_fits_nobody_when_it_is_of_two_people(store):
    with store.writing() as unit:
        taken(unit, "a")
        taken(unit, "c", full_name="Eva Maier", email="eva.maier@else.example", company="Else")

        found = find_leads(unit, Wanted(email="eva.maier@else.example", q="Wei Zhang"))

    assert found.leads == []


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(email="info@acme.example"),
        Wanted(email=""),
        Wanted(q="Wei"),
        Wanted(external_id="a"),
        Wanted(source="crm"),
    ],
)
def test_what_has_no_key_is_refused_with_what_would_be_right(store, wanted):
    with store.reading() as unit, pytest.raises(InvalidInput) as refused:
        find_leads(unit, wanted)

    assert refused.value.problems[0].code == "not_searchable"
