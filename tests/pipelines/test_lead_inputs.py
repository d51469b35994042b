import pytest

from leads.errors import InvalidInput
from pipelines.lead_inputs import handed_of, inputs_of, translated
from tests.factories import NOON, a_lead

LEAD = a_lead(
    fields={
        "employees": 1200,
        "country": "Germany",
        "country_code": "DE",
        "email_is_valid": True,
        "job_title": "CTO",
    },
    typed={"employees": "1,200", "country": "Deutschland"},
    attributes={"Budget__c": 3, "NumberOfEmployees": "a few", "empty": None},
)


def handed(**told):
    told = {
        "source": "web", "external_id": None, "fields": {}, "attributes": {},
        "occurred_at": None, "created_at": None, "anonymous_id": None, "actor": "key:a",
    } | told  # fmt: skip
    return handed_of(**told)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Budget__c", 3),
        ("NumberOfEmployees", "a few"),  # the attribute of that very name comes first
        ("employees", 1200),  # a number in its normal form
        ("员工人数", 1200),
        ("country", "Deutschland"),  # a text as it was typed
        ("job_title", "CTO"),
        ("email_is_valid", True),
        ("country_code", "DE"),
        ("created_at", NOON.isoformat()),
    ],
)
def test_each_name_of_a_model_is_read_as_a_header_would_be(name, value):
    assert inputs_of(LEAD, [name]) == {name: value}


@pytest.mark.parametrize("name", ["empty", "shoe size", "city", " ", "lead_id"])
def test_what_is_not_known_is_left_out(name):
    assert inputs_of(LEAD, [name]) == {}


def test_a_sources_names_become_the_models_and_its_own_stay():
    told = {"NumberOfEmployees": 5, "Budget__c": 3, "industry": "retail"}

    assert translated(told, "salesforce", ["employees", "industry", "city"]) == {
        "employees": 5,
        "Budget__c": 3,
        "industry": "retail",
    }


def test_a_known_systems_names_are_translated_and_what_it_does_not_know_is_kept():
    fields = {"Id": "00Q", "Company": "Acme", "Budget__c": 3, "LastModifiedDate": "2026-01-02"}

    one = handed(source="salesforce", fields=fields)

    assert (one.external_id, one.fields, one.attributes) == (
        "00Q",
        {"company": "Acme"},
        {"Budget__c": 3},
    )
    assert one.occurred_at.date().isoformat() == "2026-01-02"


def test_an_unknown_field_is_refused_where_it_stands_with_what_would_be_right():
    with pytest.raises(InvalidInput) as refused:
        handed(fields={"emial": "x", "shoe size": 44, "a/b~c": 1})

    told = {one.pointer: one.detail for one in refused.value.problems}
    assert told["/fields/emial"].endswith("did you mean 'email'?")
    assert told["/fields/shoe size"].endswith("put it under attributes")
    assert "/fields/a~1b~0c" in told
