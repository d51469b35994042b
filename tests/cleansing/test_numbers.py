import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleansing.numbers import normal_boolean, normal_number


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1 234,5", 1234.5),
        ("1'234.50", 1234.5),
        ("１２３", 123),
        ("1,234,567", 1_234_567),
        ("12,34,567", 1_234_567),
        ("1.2万", 12_000),
        ("3亿", 300_000_000),
        ("1.5萬", 15_000),
        ("12k", 12_000),
        ("$1.2M", 1_200_000),
        ("€ 2,5 Mio.", 2_500_000),
        ("5 bn USD", 5_000_000_000),
        ("100万元", 1_000_000),
        ("1.2E+06", 1_200_000),
        ("50人", 50),
        ("250 employees", 250),
        ("-3", -3),
        ("0,5", 0.5),
        ("50.0", 50),
    ],
)
def test_numbers_are_read_as_written_anywhere(typed, value):
    number = normal_number(typed)

    assert number.value == value
    assert number.is_exact
    assert not number.is_ambiguous


@pytest.mark.parametrize(
    ("typed", "lower"),
    [
        ("50-99", 50),
        ("51 to 200", 51),
        ("1,001–5,000 employees", 1001),
        ("100-200人", 100),
        ("100人-200人", 100),
        ("5-10万", 50_000),
        ("$1M-$5M", 1_000_000),
        ("1000+", 1000),
        ("10,000+ employees", 10_000),
        ("50人以上", 50),
        ("> 500", 500),
        ("about 50", 50),
        ("约50人", 50),
    ],
)
def test_a_band_is_its_lower_end_and_says_that_it_is_not_exact(typed, lower):
    number = normal_number(typed)

    assert number.value == lower
    assert not number.is_exact


@pytest.mark.parametrize(
    "typed", ["", "many", "<50", "up to 10", "1,2,3", "1.2.3", "12/31/2025", "5 apples", "9" * 40]
)
def test_what_is_no_number_or_has_no_lower_end_is_none(typed):
    assert normal_number(typed) is None


def test_a_point_before_three_digits_has_two_readings_unless_it_is_settled():
    assert normal_number("1.234").is_ambiguous
    assert normal_number("1.234").value == 1234
    assert normal_number("1.234", decimal_comma=False).value == 1.234
    assert normal_number("1.234", decimal_comma=True).value == 1234
    assert normal_number("1,234M").is_ambiguous
    whole = normal_number("1.234", is_whole=True)
    assert (whole.value, whole.is_ambiguous) == (1234, False)


def test_the_currency_is_told():
    assert normal_number("$1.2M").currency == "USD"
    assert normal_number("5万元人民币").currency == "CNY"
    assert normal_number("1.200,50 €").currency == "EUR"
    assert normal_number("12").currency is None


@given(st.integers(0, 10**12), st.sampled_from(["{:,}", "{:d}", "{:_}"]))
def test_what_is_written_with_thousands_is_read_back(value, written):
    text = written.format(value).replace("_", " ")

    assert normal_number(text, is_whole=True).value == value


@given(st.text(max_size=70) | st.from_regex(r"\A[0-9.,'kM万亿$+ -]{0,20}\Z"))
def test_any_text_has_an_answer_that_stays(text):
    number = normal_number(text)

    assert (
        number is None
        or normal_number(str(number.value)) is None
        or (normal_number(str(number.value), decimal_comma=False).value == number.value)
    )


@pytest.mark.parametrize(
    "typed", ["yes", "Y", "TRUE", "1", "是", "已同意", "opted in", "Ja", "√", "订阅"]
)
def test_yes_is_said_in_many_ways(typed):
    assert normal_boolean(typed) is True


@pytest.mark.parametrize(
    "typed", ["no", "N", "false", "0", "否", "不同意", "Unsubscribed", "nein", "退订"]
)
def test_no_is_said_in_many_ways(typed):
    assert normal_boolean(typed) is False


@pytest.mark.parametrize("typed", ["perhaps", "x", "2", ""])
def test_consent_is_never_guessed(typed):
    assert normal_boolean(typed) is None


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("CHF 1'200'000.-", 1_200_000),
        ("1.200.000,-- €", 1_200_000),
        ("12 TEUR", 12_000),
        ("3.500 T€", 3_500_000),
        ("1.500 Mio. €", 1_500_000_000),
        ("3,5 Mio. €", 3_500_000),
        ("5 crore", 50_000_000),
    ],
)
def test_amounts_as_bookkeepers_write_them(typed, value):
    assert normal_number(typed).value == value


@pytest.mark.parametrize(("yes", "no"), [("WAHR", "FALSCH"), ("VRAI", "FAUX")])
def test_the_truth_values_of_german_and_french_excel(yes, no):
    assert normal_boolean(yes) is True
    assert normal_boolean(no) is False
