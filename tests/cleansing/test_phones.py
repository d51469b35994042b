import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleansing.phones import normal_phone


@pytest.mark.parametrize(
    ("typed", "country", "number"),
    [
        ("+49 30 901820", None, "+4930901820"),
        ("030 / 90 18 20", "DE", "+4930901820"),
        ("0049 (0)30 901820", None, "+4930901820"),
        ("+49 (0) 30-901820 ext. 12", None, "+4930901820 ext. 12"),
        ("+86 (0)10 6552 1234", None, "+861065521234"),
        ("010-65521234转801", "CN", "+861065521234 ext. 801"),
        ("＋８６　１３８　００１３　８０００", None, "+8613800138000"),
        ("13800138000", None, "+8613800138000"),
        ("138-0013-8000", "DE", "+8613800138000"),
        ("(415) 555-2671", "US", "+14155552671"),
        ("011 49 30 901820", "US", "+4930901820"),
        ("0571-87671234-264", "CN", "+8657187671234 ext. 264"),
        ("1-415-555-2671", None, "+14155552671"),
        ("852-98581234", "JP", "+85298581234"),
        ("001 312 210 2078", "US", "+13122102078"),
        ("011 8120 1234", "IT", "+3901181201234"),
        ("Tel.: +44 20 7946 0958", None, "+442079460958"),
        ("4930901820.0", "DE", "+4930901820"),
        ("+4930901820 ext. 12", None, "+4930901820 ext. 12"),
    ],
)
def test_numbers_are_read_with_the_country_they_need(typed, country, number):
    assert normal_phone(typed, country).number == number


def test_the_prefix_tells_country_and_region():
    beijing, canada = normal_phone("+86 10 6552 1234"), normal_phone("+1 604 555 0100")

    assert (beijing.is_valid, beijing.country, beijing.region) == (True, "CN", "Beijing")
    assert (canada.country, canada.region) == ("CA", "British Columbia")


@pytest.mark.parametrize(
    ("typed", "e164", "country"),
    [
        ("+1 555 123 4567", "+15551234567", None),
        ("+33 555 123 4567", "+335551234567", "FR"),
        ("+31 (555) 123-4567", "+315551234567", "NL"),
    ],
)
def test_a_number_outside_the_plan_keeps_a_stable_form(typed, e164, country):
    phone = normal_phone(typed)

    assert not phone.is_valid
    assert (phone.e164, phone.country, phone.region) == (e164, country, None)


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("030 901820", None),
        ("4155552671", None),
        ("call me", "DE"),
        ("12", "DE"),
        ("+", None),
        ("1" * 90, "DE"),
    ],
)
def test_without_a_country_or_digits_nothing_is_guessed(typed, country):
    phone = normal_phone(typed, country)

    assert phone.e164 is None
    assert phone.number == typed


def test_eleven_digits_that_are_valid_in_china_and_america_are_neither():
    assert normal_phone("17185551234").e164 is None
    assert normal_phone("17185551234", "US").e164 == "+17185551234"
    assert normal_phone("17185551234", "CN").e164 == "+8617185551234"


def test_the_first_of_several_numbers_is_taken_and_that_is_said():
    phone = normal_phone("030 901820 / 0171 1234567", "DE")

    assert (phone.number, phone.has_others) == ("+4930901820", True)


@given(
    st.text(max_size=30) | st.from_regex(r"\A[+0-9 ()/x.-]{0,24}\Z"),
    st.sampled_from([None, "DE", "US", "CN"]),
)
def test_any_text_has_an_answer_and_a_normal_form_that_stays(text, country):
    once = normal_phone(text, country)

    assert normal_phone(once.number, country).number == once.number


@pytest.mark.parametrize(
    ("typed", "country", "e164"),
    [
        ("491711234567", "DE", "+491711234567"),
        ("436641234567", "AT", "+436641234567"),
        ("31612345678", "NL", "+31612345678"),
        ("0491 711234", "DE", "+49491711234"),
        ("3931234567", "IT", "+393931234567"),
    ],
)
def test_a_mobile_number_that_lost_its_plus_is_no_number_of_some_town(typed, country, e164):
    assert normal_phone(typed, country).e164 == e164


@pytest.mark.parametrize("between", ["/", ",", ", ", " / "])
def test_numbers_divided_by_a_stroke_or_comma_are_several(between):
    phone = normal_phone(f"13812345678{between}13912345678", "CN")

    assert phone.e164 == "+8613812345678"
    assert phone.has_others


def test_a_stroke_within_a_number_divides_nothing():
    for typed in ("0171/1234567", "+49 30/901820", "0049 171/1234567"):
        assert not normal_phone(typed, "DE").has_others


def test_a_remark_behind_a_number_does_not_hide_it():
    assert normal_phone("138 1234 5678（微信同号）", "CN").e164 == "+8613812345678"
    assert normal_phone("030 901820 (Zentrale)", "DE").e164 == "+4930901820"


def test_what_excel_wrote_as_a_power_is_read_while_no_digit_is_lost():
    assert normal_phone("1.3812345678E+10", "CN").e164 == "+8613812345678"
    assert normal_phone("1.38123E+10", "CN").e164 is None
