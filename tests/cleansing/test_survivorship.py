from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleansing.clean import clean
from cleansing.survivorship import FOLLOWS, Why, fold
from leads.clock import ClockBasis
from leads.fields import DERIVED
from tests.factories import NOON, a_version

DAY = timedelta(days=1)
VALUES = st.sampled_from(["a", "b", "c", None])
NAMES = [
    "email",
    "phone",
    "first_name",
    "last_name",
    "full_name",
    "city",
    "country",
    "company",
    "email_is_valid",
    "domain",
    "seniority",
]
FIELDS = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6)


@st.composite
def versions(draw, *, most=6):
    """Statements at different times: what came at the same moment is told apart by its order."""
    days = draw(st.lists(st.integers(0, 50), min_size=1, max_size=most, unique=True))
    return [
        a_version(
            draw(st.sampled_from(["L-1", "L-2"])),
            occurred_at=NOON + day * DAY,
            known_at=NOON + 60 * DAY,
            clock=draw(st.sampled_from(ClockBasis)),
            origin=draw(st.sampled_from(["crm", "form", "person", "enrichment:register"])),
            fields=draw(FIELDS),
            attributes=draw(st.dictionaries(st.sampled_from("xyz"), VALUES, max_size=2)),
        )
        for day in days
    ]


def said(value, *, name="city", **given):
    return a_version(fields={name: value}, **given)


def survives(*told, name="city"):
    current = fold(told)
    chosen = current.chosen.get(name)
    return current.fields.get(name), chosen and chosen.why


@given(versions(), st.randoms(use_true_random=False))
def test_the_order_in_which_statements_are_read_does_not_matter(told, chance):
    shuffled = list(told)
    chance.shuffle(shuffled)

    assert fold(shuffled) == fold(told)


@given(versions())
def test_what_survived_survives_again(told):
    current = fold(told)
    again = a_version(fields=current.fields, typed=current.typed, attributes=current.attributes)

    once_more = fold([again])

    assert (once_more.fields, once_more.attributes) == (current.fields, current.attributes)
    assert fold([again, again]).fields == current.fields


@given(versions(most=1))
def test_one_statement_is_itself_without_what_it_empties(told):
    (only,) = told

    assert fold(told).fields == {n: v for n, v in only.fields.items() if v is not None}
    assert {chosen.why for chosen in fold(told).chosen.values()} <= {Why.ONLY}


@given(versions())
def test_every_value_stands_in_the_statement_it_is_said_to_come_from(told):
    current = fold(told)

    assert set(current.chosen) == set(current.fields)
    for name, chosen in current.chosen.items():
        if chosen.why is not Why.JOINED:
            assert chosen.version.fields[name] == current.fields[name]


def test_nothing_said_is_nothing_known():
    assert fold([]).fields == {}


@pytest.mark.parametrize(
    ("winner", "loser", "why"),
    [
        ({"origin": "person"}, {"origin": "crm", "occurred_at": NOON + DAY}, Why.PERSON),
        ({"origin": "crm"}, {"origin": "enrichment:x", "occurred_at": NOON + DAY}, Why.GIVEN),
        ({"origin": "crm"}, {"origin": "form", "occurred_at": NOON + DAY}, Why.GIVEN),
        ({"origin": "form"}, {"origin": "enrichment:x", "occurred_at": NOON + DAY}, Why.GIVEN),
        (
            {"clock": ClockBasis.SOURCE},
            {"clock": ClockBasis.UNKNOWN, "occurred_at": NOON + DAY, "origin": "crm"},
            Why.KNOWN_TIME,
        ),
        ({"occurred_at": NOON + DAY}, {"origin": "crm"}, Why.NEWEST),
        ({"known_at": NOON + DAY}, {"origin": "crm"}, Why.NEWEST),
    ],
)
def test_a_value_survives_for_the_first_reason_there_is(winner, loser, why):
    assert survives(said("right", **winner), said("wrong", **loser)) == ("right", why)


def test_a_valid_address_survives_over_a_newer_invalid_one():
    valid = a_version(
        fields={"email": "a@b.example", "email_is_valid": True, "domain": "b.example"}
    )
    broken = a_version(
        "L-2", fields={"email": "a@b", "email_is_valid": False}, occurred_at=NOON + DAY
    )

    current = fold([valid, broken])

    assert current.fields == valid.fields
    assert current.chosen["email"].why is Why.VALID
    assert current.chosen["domain"].why is Why.FOLLOWS


def test_a_source_takes_back_only_what_it_said_itself():
    crm, later = said("Bonn", origin="crm"), {"occurred_at": NOON + DAY, "clock": ClockBasis.SOURCE}

    assert survives(crm, said(None, origin="crm", **later))[0] is None
    assert survives(crm, said(None, origin="form", **later))[0] == "Bonn"
    assert survives(crm, said(None, origin="person"))[0] is None


def test_a_source_s_later_word_replaces_its_earlier_one_whatever_its_clock():
    dated = said("Bonn", origin="crm", clock=ClockBasis.SOURCE)
    undated = said("Köln", origin="crm", clock=ClockBasis.UNKNOWN, occurred_at=NOON + DAY)

    assert survives(dated, undated)[0] == "Köln"


def test_a_corrected_last_name_goes_into_the_full_name():
    crm = a_version(fields=clean({"full_name": "Anna Schmidt"}).fields, origin="crm")
    person = a_version(fields=clean({"last_name": "Weber"}).fields, origin="person")

    assert fold([crm, person]).fields["full_name"] == "Anna Weber"


def test_an_address_is_not_put_together_from_two_places():
    berlin = a_version(fields={"city": "Berlin", "postal_code": "10115", "street": "A 1"})
    bonn = a_version("L-2", fields={"city": "Bonn", "country": "Germany"}, occurred_at=NOON + DAY)

    assert fold([berlin, bonn]).fields == {"city": "Bonn", "country": "Germany"}


def test_what_was_typed_follows_its_value():
    typed = a_version(fields={"employees": 12}, typed={"employees": "a dozen"})
    plain = a_version("L-2", fields={"employees": 13}, occurred_at=NOON + DAY)

    assert fold([typed, plain]).typed == {}
    assert fold([typed]).typed == {"employees": "a dozen"}


def test_every_derived_field_follows_a_given_one():
    assert set(FOLLOWS) == set(DERIVED)
