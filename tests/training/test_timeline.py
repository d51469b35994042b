from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from leads.errors import InvalidInput
from training.timeline import LabelDelay, read_timeline


def test_rows_are_put_in_time_order_and_ties_keep_theirs():
    frame = pd.DataFrame({"came": ["2026-03-02", "2026-01-05", None, "2026-03-02", "2025-12-31"]})

    timeline = read_timeline(frame, column="came")

    assert timeline.order.tolist() == [4, 1, 0, 3]
    assert timeline.moments[0] == np.datetime64("2025-12-31", "us")
    assert timeline.undated == 1


def test_numbers_that_grow_with_time_give_an_order_but_no_dates():
    timeline = read_timeline(pd.DataFrame({"week": [3, 1, 2]}), column="week")

    assert timeline.order.tolist() == [1, 2, 0]
    assert timeline.moments is None


def test_words_are_refused_with_the_first_of_them():
    with pytest.raises(InvalidInput, match=r"'month' holds neither .*\(first: 'Feb'\).*--ordered"):
        read_timeline(pd.DataFrame({"month": ["Feb", "Mar"]}), column="month")


def test_a_share_lets_labels_mature_so_many_rows_later():
    delay = LabelDelay.parse("2%")

    assert delay.matured(None, n_rows=5, total=100).tolist() == [0, 0, 0, 1, 2]


def test_a_duration_lets_labels_mature_by_date():
    moments = np.array(["2026-01-01", "2026-01-02", "2026-01-31", "2026-02-01"], "datetime64[us]")

    matured = LabelDelay.parse("30d").matured(moments, n_rows=4, total=4)

    assert matured.tolist() == [0, 0, 1, 2]


@pytest.mark.parametrize("text", ["2", "thirty", "100%", "-1d", "2 weeks"])
def test_a_delay_of_another_kind_is_refused(text):
    with pytest.raises(InvalidInput, match="2%, or days or hours such as 30d"):
        LabelDelay.parse(text)


def test_a_delay_of_more_than_a_lifetime_is_refused():
    with pytest.raises(InvalidInput, match="'999999999d' is longer than 36,525d"):
        LabelDelay.parse("999999999d")


def test_an_empty_column_is_refused_by_its_name():
    with pytest.raises(InvalidInput, match="column 'came' is empty"):
        read_timeline(pd.DataFrame({"came": [None, "", None]}), column="came")


def test_a_guess_that_the_month_comes_first_is_told():
    timeline = read_timeline(pd.DataFrame({"came": ["03/02/2026", "01/05/2026"]}), column="came")

    assert timeline.order.tolist() == [1, 0]
    assert "its dates could be day or month first, read month first" in timeline.warnings[0]


def test_a_column_of_dates_that_are_all_still_to_come_is_refused():
    frame = pd.DataFrame({"came": ["2062-03-02", "2063-01-05"]})

    with pytest.raises(InvalidInput, match="'came' dates 2 of the rows in the future"):
        read_timeline(frame, column="came", now=datetime(2026, 1, 1, tzinfo=UTC))
