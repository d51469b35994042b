from datetime import timedelta

import pytest

from leads.clock import ClockBasis
from pipelines.intake.intake import Outcome
from tests.factories import NOON
from tests.pipelines.intake.records import ANN, LATER, handed, lead_of, take


def test_a_new_lead_is_kept_clean_with_what_was_typed(store):
    (taken,) = take(store, handed(fields={**ANN, "email": "Ann.Brown@Northwind.example "}))

    lead = lead_of(store, taken)
    assert taken.outcome is Outcome.CREATED
    assert taken.lead_id == taken.recorded_on == lead.lead_id
    assert lead.fields["email"] == "Ann.Brown@northwind.example"
    assert lead.fields["country_code"] == "GB"
    assert lead.typed["email"] == "Ann.Brown@Northwind.example "


def test_the_same_record_again_is_unchanged(store):
    take(store, handed(attributes={"Rating": "hot"}))

    (taken,) = take(store, handed(attributes={"Rating": "hot"}), now=LATER)

    assert taken.outcome is Outcome.UNCHANGED
    with store.reading() as unit:
        assert len(unit.history.versions_of([taken.lead_id])[taken.lead_id]) == 1


def test_a_changed_record_adds_only_what_changed(store):
    (first,) = take(store, handed(attributes={"Rating": "hot", "Owner": "Li"}))
    fields = {**ANN, "city": "Leeds", "phone": None}

    (second,) = take(store, handed(fields=fields, attributes={"Rating": None}), now=LATER)

    lead = lead_of(store, second)
    assert (second.outcome, second.lead_id) == (Outcome.UPDATED, first.lead_id)
    assert lead.fields["city"] == "Leeds"
    assert "phone" not in lead.fields
    assert "phone_country" not in lead.fields
    assert lead.attributes == {"Owner": "Li"}
    with store.reading() as unit:
        version = unit.history.versions_of([lead.lead_id])[lead.lead_id][-1]
    assert version.fields["city"] == "Leeds"
    assert version.fields["phone"] is None
    assert "full_name" not in version.fields
    assert version.attributes == {"Rating": None}


def test_a_record_that_tells_one_field_is_silent_about_the_others(store):
    take(store, handed())

    (taken,) = take(store, handed(fields={"mobile": "07911 123456"}), now=LATER)

    lead = lead_of(store, taken)
    assert taken.outcome is Outcome.UPDATED
    assert lead.fields["mobile"] == "+447911123456"  # read with the country of a while ago
    assert lead.fields["domain"] == "northwind.example"


def test_a_double_is_merged_and_its_facts_stay_its_own(store):
    (old,) = take(store, handed())
    double = handed("77", source="forms", fields={**ANN, "city": "Leeds"})

    (taken,) = take(store, double, now=LATER)

    assert taken.outcome is Outcome.MERGED
    assert taken.lead_id == old.lead_id != taken.recorded_on
    with store.reading() as unit:
        assert unit.leads.count() == 1
        assert {one.external_id for one in unit.leads.outside_ids_of(old.lead_id)} == {"1", "77"}
        said_of = {one.lead_id for one in unit.history.versions_of([old.lead_id])[old.lead_id]}
    assert said_of == {old.lead_id, taken.recorded_on}


def test_doubles_in_one_call_are_merged_too(store):
    first, second, third = take(
        store, handed("1"), handed("2", source="forms"), handed("3", source="fair")
    )

    assert [first.outcome, second.outcome, third.outcome] == [
        Outcome.CREATED,
        Outcome.MERGED,
        Outcome.MERGED,
    ]
    assert first.lead_id == second.lead_id == third.lead_id
    with store.reading() as unit:
        assert unit.leads.count() == 1


def test_the_older_of_two_doubles_survives(store):
    (young,) = take(store, handed(created_at=NOON))

    (old,) = take(store, handed("2", source="b", created_at=NOON - timedelta(days=9)), now=LATER)

    assert old.outcome is Outcome.MERGED
    assert old.lead_id == old.recorded_on
    assert lead_of(store, young).lead_id == old.recorded_on


def test_what_is_said_of_a_merged_lead_is_recorded_on_it(store):
    (old,) = take(store, handed())
    (merged,) = take(store, handed("77", source="forms"), now=LATER)

    (taken,) = take(
        store, handed("77", source="forms", fields={**ANN, "job_title": "CTO"}), now=LATER
    )

    assert taken.outcome is Outcome.UPDATED
    assert (taken.recorded_on, taken.lead_id) == (merged.recorded_on, old.lead_id)
    assert lead_of(store, taken).fields["job_title"] == "CTO"


def test_colleagues_are_two_leads(store):
    bob = {**ANN, "full_name": "Robert Marsh", "email": "r.marsh@northwind.example"}

    first, second = take(store, handed(), handed("2", fields=bob | {"phone": None}))

    assert [first.outcome, second.outcome] == [Outcome.CREATED, Outcome.CREATED]


def test_an_uncertain_pair_is_for_a_person_to_decide(store):
    namesake = {"full_name": "Ann Brown", "city": "London"}

    first, second = take(store, handed(), handed("2", source="fair", fields=namesake))

    assert second.outcome is Outcome.REVIEW
    assert second.lead_id == second.recorded_on != first.lead_id
    assert len(second.review_ids) == 1


def test_a_record_without_an_id_is_known_by_its_values(store):
    first, second, third = take(
        store, handed(None), handed(None), handed(None, fields={**ANN, "city": "Leeds"})
    )

    assert [first.outcome, second.outcome] == [Outcome.CREATED, Outcome.UNCHANGED]
    assert third.recorded_on != first.recorded_on
    with store.reading() as unit:
        assert all(
            one.external_id.startswith("row:") for one in unit.leads.outside_ids_of(first.lead_id)
        )


def test_bad_records_are_refused_and_the_others_taken(store):
    good, nobody, nul, future = take(
        store,
        handed(),
        handed("2", fields={"city": "Bonn"}),
        handed("3", attributes={"Note": "a\0b"}),
        handed("4", created_at=NOON + timedelta(days=2)),
    )

    assert good.outcome is Outcome.CREATED
    assert [one.outcome for one in (nobody, nul, future)] == [Outcome.REFUSED] * 3
    assert [one.problems[0].code for one in (nobody, nul, future)] == [
        "nobody",
        "nul_character",
        "future_date",
    ]
    assert nobody.lead_id is None


def test_the_time_of_a_record_is_its_own_or_that_of_its_arrival(store):
    own, arrived = take(
        store,
        handed("1", occurred_at=NOON - timedelta(days=3)),
        handed("2", fields={"email": "x@y.example"}),
    )

    with store.reading() as unit:
        versions = unit.history.versions_of([own.lead_id, arrived.lead_id])
    (first,), (second,) = versions[own.lead_id], versions[arrived.lead_id]
    assert (first.clock, first.occurred_at) == (ClockBasis.SOURCE, NOON - timedelta(days=3))
    assert (second.clock, second.occurred_at) == (ClockBasis.ARRIVAL, NOON)
    assert first.known_at == second.known_at == NOON


def test_since_when_a_lead_is_there_does_not_date_what_is_said_of_it(store):
    (told,) = take(store, handed("1", created_at=NOON - timedelta(days=300)))

    with store.reading() as unit:
        (version,) = unit.history.versions_of([told.lead_id])[told.lead_id]
        lead = unit.leads.get(told.lead_id)
    assert lead.created_at == NOON - timedelta(days=300)
    assert (version.clock, version.occurred_at, version.known_at) == (
        ClockBasis.ARRIVAL,
        NOON,
        NOON,
    )
    assert lead.account == "domain:northwind.example"


@pytest.mark.parametrize("source", ["person", "form", "invitation", "enrichment:register"])
def test_nobody_can_pass_for_a_person_or_a_form(store, source):
    (taken,) = take(store, handed(source=source))

    assert taken.outcome is Outcome.REFUSED
    assert [problem.code for problem in taken.problems] == ["reserved_source"]
