from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cleansing.money import LARGEST, from_minor, normal_currency, to_minor
from leads.errors import InvalidInput


@given(minor=some.integers(0, LARGEST), currency=some.sampled_from(["EUR", "JPY", "KWD", "CNY"]))
def test_money_comes_back_as_it_was_put_in(minor, currency):
    assert to_minor(from_minor(minor, currency), currency) == minor


def test_a_currency_has_its_own_number_of_decimals():
    assert to_minor("12.5", "EUR") == 1250
    assert to_minor("12.125", "KWD") == 12125
    assert to_minor("12", "JPY") == 12
    assert from_minor(1250, "EUR") == Decimal("12.50")
    assert str(from_minor(1200, "EUR")) == "12.00"


@pytest.mark.parametrize(
    ("amount", "currency", "says"),
    [
        ("-1", "EUR", "-1 is negative"),
        ("0.001", "EUR", "more decimals than the 2"),
        ("12.5", "JPY", "more decimals than the 0"),
        ("a lot", "EUR", "'a lot' is not an amount"),
        ("NaN", "EUR", "is not an amount"),
        ("1e16", "EUR", "more than we keep"),
        ("1e999999", "EUR", "more than we keep"),
    ],
)
def test_what_is_no_amount_is_refused_with_its_reason(amount, currency, says):
    with pytest.raises(InvalidInput, match=says) as refused:
        to_minor(amount, currency, pointer="/budget")

    assert refused.value.problems[0].pointer == "/budget"


def test_a_currency_is_read_in_any_case_and_an_unknown_one_is_named():
    assert normal_currency(" eur ") == "EUR"
    with pytest.raises(InvalidInput, match="'Taler' is no currency we know"):
        normal_currency("Taler")
