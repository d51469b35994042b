"""What may break in from a day on: a new channel, another level of conversion."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from leads.errors import InvalidInput
from sandbox.market import intercept_of, simulate
from sandbox.spec import PLAIN

DAY = 300
START = pd.Timestamp("2024-01-01", tz="UTC")


def handed_over(leads):
    return (pd.to_datetime(leads["handed_over_at"]) - START).dt.days.to_numpy()


@pytest.fixture(scope="module")
def calm():
    return simulate(seed=11, n_leads=6_000)


@pytest.fixture(scope="module")
def joined():
    return simulate(seed=11, n_leads=6_000, market=replace(PLAIN, newcomer_day=DAY))


@pytest.fixture(scope="module")
def fallen():
    spec = replace(PLAIN, shift_day=DAY, level_shift=-0.75)
    return simulate(seed=11, n_leads=20_000, market=spec)


def test_a_new_channel_brings_its_share_from_its_day_on_and_nothing_before(joined):
    created = (pd.to_datetime(joined.leads["created_at"]) - START).dt.days.to_numpy()
    is_new = (joined.leads["source"] == "Other").to_numpy()

    assert not is_new[created < DAY].any()
    assert 0.11 < is_new[created >= DAY].mean() < 0.17


def test_who_comes_before_the_newcomer_is_the_same(calm, joined):
    first = f"{START + pd.Timedelta(days=DAY):%Y-%m-%d}"
    told = [m.leads.assign(day=m.leads["created_at"].str[:10]) for m in (calm, joined)]
    facts = ["day", "country", "seniority", "product_interest", "source", "campaign"]
    before = [one[one["day"] < first].set_index("lead_id")[facts].sort_index() for one in told]

    assert len(before[0]) > 3_000
    pd.testing.assert_frame_equal(*before)


def test_after_a_jump_of_the_level_the_truth_still_says_how_many_convert(fallen):
    late = handed_over(fallen.leads) >= DAY
    won = (fallen.leads["converted"] == "yes").to_numpy()
    true = fallen.truth.p_observable[: len(won)]

    for part in (late, ~late):
        deviation = np.sqrt((true[part] * (1 - true[part])).sum())
        assert abs(won[part].sum() - true[part].sum()) < 3 * deviation
    assert won[late].mean() == pytest.approx(won[~late].mean() / 2, rel=0.15)


def test_the_general_level_is_that_of_the_market_before_anything_broke_in():
    changed = replace(PLAIN, newcomer_day=3, shift_day=4, level_shift=-1.0)

    assert intercept_of(changed) == intercept_of(PLAIN)


def test_a_day_before_the_first_is_refused():
    with pytest.raises(InvalidInput, match="shift_day is -1"):
        replace(PLAIN, shift_day=-1)
