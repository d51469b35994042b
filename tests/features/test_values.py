from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.values import (
    DateOrder,
    boolean_of,
    category_of,
    date_order_of,
    is_missing,
    moment_of,
    number_of,
)

A_DAY = 86_400_000_000


@pytest.mark.parametrize(
    "value",
    [None, "", " ", "unknown", "Unknown ", "Select", "N/A", "-", "NULL", "未知", float("nan")],
)
def test_markers_of_nothing_are_missing_in_every_kind(value):
    assert is_missing(value)
    assert number_of(value) is None
    assert boolean_of(value) is None
    assert category_of(value) is None
    assert moment_of(value) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12.0),
        (" -3.5 ", -3.5),
        ("1e3", 1000.0),
        ("12,000", 12000.0),
        ("1,234,567.8", 1234567.8),
        ("1 234 567", 1234567.0),
        ("1'200", 1200.0),
        ("$1,200.50", 1200.5),
        ("-¥300", -300.0),
        ("15%", 15.0),
        ("1.2万", 12000.0),
        ("10k", 10000.0),
        ("１２", 12.0),
        (".5", 0.5),
    ],
)
def test_numbers_are_read_as_people_write_them(text, number):
    assert number_of(text) == number


@pytest.mark.parametrize("text", ["$" + " " * 3000 + "x", "9" * 3000 + "x", "-" + " ," * 30])
def test_a_long_text_is_no_number_and_costs_nothing(text):
    assert number_of(text) is None
    assert number_of(text, decimal_comma=True) is None
    assert moment_of(text) is None


@pytest.mark.parametrize("text", ["50-200", "1,23,4", "12a", "1_000", "inf", "NaN", "1.2.3", "k"])
def test_what_is_no_number_is_none(text):
    assert number_of(text) is None


@pytest.mark.parametrize(
    ("text", "number"), [("3,5", 3.5), ("1.234,5", 1234.5), ("-7", -7.0), ("1.234", 1234.0)]
)
def test_a_decimal_comma_turns_the_marks_around(text, number):
    assert number_of(text, decimal_comma=True) == number


def test_infinities_and_overflowing_integers_are_no_numbers():
    assert number_of(float("inf")) is None
    assert number_of(10**400) is None


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_reads_back_from_its_own_text(number):
    assert number_of(repr(number)) == number


@pytest.mark.parametrize("value", [True, "yes", "Y", " TRUE ", "是", 1, 1.0, "1"])
def test_yes_is_yes_in_every_spelling(value):
    assert boolean_of(value) is True


@pytest.mark.parametrize("value", [False, "no", "f", "否", 0, "0"])
def test_no_is_no_in_every_spelling(value):
    assert boolean_of(value) is False


@pytest.mark.parametrize("value", ["maybe", 2, 0.5])
def test_neither_yes_nor_no_is_none(value):
    assert boolean_of(value) is None


def test_a_category_reads_the_same_from_a_typed_table_and_from_json():
    assert category_of(3.0) == category_of(3) == category_of(" 3 ") == "3"
    assert category_of(True) == category_of("true") == "true"


def test_na_may_be_namibia():
    assert category_of("NA") == "NA"
    assert number_of("NA") is None


@pytest.mark.parametrize(
    ("value", "order", "day"),
    [
        ("1970-01-03", DateOrder.YMD, 2),
        ("1970/1/3", DateOrder.YMD, 2),
        ("1970年1月3日", DateOrder.YMD, 2),
        ("03.01.1970", DateOrder.DMY, 2),
        ("01/03/1970", DateOrder.MDY, 2),
        ("1970-01-03T00:00:00Z", DateOrder.YMD, 2),
        ("1970-01-03 02:00:00+02:00", DateOrder.YMD, 2),
        ("03.01.1970 12:00", DateOrder.DMY, 2.5),
        (date(1970, 1, 3), DateOrder.YMD, 2),
        (datetime(1970, 1, 3), DateOrder.YMD, 2),  # noqa: DTZ001  a spreadsheet's naive time
        (
            datetime(1970, 1, 3, 8, tzinfo=timezone(timedelta(hours=8))),
            DateOrder.YMD,
            2,
        ),
        ("1970-02", DateOrder.YMD, 31),
    ],
)
def test_moments_are_read_in_utc(value, order, day):
    assert moment_of(value, order=order) == day * A_DAY


@pytest.mark.parametrize("text", ["20260302", "yesterday", "2026-13-01", "31.02.2026", "12"])
def test_what_is_no_date_is_none(text):
    assert moment_of(text) is None


def test_a_day_above_twelve_decides_the_order_of_the_whole_column():
    assert date_order_of(["03/04/2026", "25/04/2026"]) == (DateOrder.DMY, False)
    assert date_order_of(["03/04/2026", "04/25/2026"]) == (DateOrder.MDY, False)
    assert date_order_of(["03.04.2026"]) == (DateOrder.DMY, False)


def test_an_undecidable_order_is_called_a_guess():
    assert date_order_of(["03/04/2026"]) == (DateOrder.MDY, True)


@given(st.datetimes(timezones=st.just(UTC)))
def test_iso_text_and_the_moment_itself_agree(moment):
    assert moment_of(moment.isoformat()) == moment_of(moment)
