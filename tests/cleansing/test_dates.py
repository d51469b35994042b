from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleansing.dates import day_order, normal_date


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("2025-12-31", "2025-12-31"),
        ("2025/1/2", "2025-01-02"),
        ("2025.01.02", "2025-01-02"),
        ("20251231", "2025-12-31"),
        ("２０２５年１２月３１日", "2025-12-31"),
        ("31/12/2025", "2025-12-31"),
        ("12/31/2025", "2025-12-31"),
        ("03.04.2025", "2025-04-03"),
        ("5/5/2025", "2025-05-05"),
        ("31-Dec-25", "2025-12-31"),
        ("Dec 31, 2025", "2025-12-31"),
        ("1st March 2025", "2025-03-01"),
        ("31. Dezember 2025", "2025-12-31"),
        ("2025-12-31 10:30", "2025-12-31T10:30:00Z"),
        ("2025-12-31T10:30:00+08:00", "2025-12-31T02:30:00Z"),
        ("31/12/2025 3:05 PM", "2025-12-31T15:05:00Z"),
        ("2025年12月31日 下午3点30分", "2025-12-31T15:30:00Z"),
        ("2025-12-31T10:30:00.250Z", "2025-12-31T10:30:00.250000Z"),
    ],
)
def test_dates_are_read_as_written_anywhere(typed, text):
    assert normal_date(typed).text == text
    assert normal_date(text).text == text


@pytest.mark.parametrize("typed", ["3/4/2025", "3-4-2025", "03/04/25", "3/4/2025 10:30"])
def test_day_and_month_that_could_change_places_are_not_guessed(typed):
    found = normal_date(typed)

    assert found.is_ambiguous
    assert found.text is None
    assert normal_date(typed, day_first=True).text.startswith("2025-04-03")
    assert normal_date(typed, day_first=False).text.startswith("2025-03-04")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "soon",
        "45292",
        "45292.5",
        "1735603200",
        "2025-02-30",
        "13/13/2025",
        "2025",
        "1/2",
        "x" * 99,
    ],
)
def test_serial_numbers_and_impossible_days_are_no_dates(typed):
    assert normal_date(typed) is None


@pytest.mark.parametrize(
    ("samples", "order"),
    [
        (["3/4/2025", "31/12/2025"], True),
        (["3/4/2025", "12/31/2025"], False),
        (["3/4/2025", "5/6/2025"], None),
        (["31/12/2025", "12/31/2025"], None),
        (["3.4.2025"], True),
        (["2025-12-31", "", "soon"], None),
        ([], None),
    ],
)
def test_a_column_decides_by_all_its_values_or_not_at_all(samples, order):
    assert day_order(samples) is order


def test_a_moment_is_aware_and_a_day_begins_at_midnight():
    assert normal_date("31/12/2025").moment() == datetime(2025, 12, 31, tzinfo=UTC)
    assert normal_date("3/4/2025").moment() is None


@given(st.dates(date(1970, 1, 1), date(2068, 12, 31)), st.booleans())
def test_every_day_is_read_back_in_either_order(day, day_first):
    text = f"{day:%d/%m/%Y}" if day_first else f"{day:%m/%d/%Y}"

    assert normal_date(text, day_first=day_first).text == day.isoformat()


@given(st.text(max_size=70) | st.from_regex(r"\A[0-9/:. T+Zpm年月日-]{0,24}\Z"))
def test_any_text_has_an_answer_that_stays(text):
    found = normal_date(text)

    assert found is None or found.text is None or normal_date(found.text) == found


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "Tue, 05 Mar 2024",
            "Tuesday, March 5, 2024",
            "Dienstag, 5. März 2024",
            "mardi 5 mars 2024",
        ),
        *("5 de marzo de 2024", "5th of March 2024", "2024年3月5号", "Tue Mar 5 2024"),
    ],
)
def test_weekdays_and_small_words_do_not_hide_a_date(typed):
    assert normal_date(typed).text == "2024-03-05"


def test_french_short_months_and_the_first_of_a_month():
    assert normal_date("12 févr. 2024").text == "2024-02-12"
    assert normal_date("1er mars 2024").text == "2024-03-01"
