import dataclasses
import functools

import numpy as np
import pandas as pd
import pytest

from leads.errors import InvalidInput
from leads.score import Locale
from sandbox.market import simulate
from scoring.bundle import load_bundle
from scoring.scorer import Scorer
from scoring.timing import spans
from tests.factories import NOON
from tests.training.tables import DAY, a_table
from training.fit import FittedModel, Leads
from training.learning import train
from training.recipe import TrainingConfig
from training.timeline import LabelDelay, read_moments
from training.timing import judge_timing, window_of

QUICK = TrainingConfig(max_trees=60, tree_step=20, num_threads=1)
WEEKS = 10


def a_table_with_dates(*, n=1_500, seed=0):
    """Referrals that convert do so in the first three weeks, all others in weeks 4 to 9."""
    rng = np.random.default_rng(seed + 100)
    frame = a_table(n=n, seed=seed, rate=0.4)
    fast = (frame["source"] == "Referral").to_numpy()
    week = np.where(fast, rng.integers(0, 3, n), rng.integers(4, 10, n))
    days = week * 7 + rng.integers(0, 7, n)
    won = (frame["won"] == "yes").to_numpy()
    dates = frame["came"].to_numpy() + days * DAY
    frame["closed"] = pd.Series(dates).where(pd.Series(won), pd.NaT)
    return frame


def trained(frame, **changes):
    given = {
        "target": "won",
        "time": "came",
        "converted_at": "closed",
        "label_delay": f"{7 * WEEKS}d",
        "config": QUICK,
    }
    return train(frame, **given | changes)


@pytest.fixture(scope="module")
def dated():
    return trained(a_table_with_dates())


@pytest.fixture(scope="module")
def scorer(dated, tmp_path_factory):
    folder = tmp_path_factory.mktemp("timed") / "1"
    dated.write_bundle(folder)
    return Scorer(load_bundle(folder))


def told(scorer, source, locale=Locale.EN):
    lead = {"visits": 3, "source": source, "screen": 900}
    return scorer.explain(lead, locale=locale, as_of=NOON).time_to_convert


def test_leads_are_told_when_leads_like_them_converted(scorer):
    fast, slow = told(scorer, "Referral"), told(scorer, "Trade fair")

    assert fast.high_weeks <= 3
    assert fast.median_weeks <= 3
    assert slow.low_weeks >= 4
    assert slow.median_weeks in {6, 7, 8}
    assert slow.text == (
        f"If it converts, most likely within {slow.low_weeks}-{slow.high_weeks} weeks."
    )
    assert told(scorer, "Trade fair", Locale.ZH).text == (
        f"如果转化，最可能在{slow.low_weeks}至{slow.high_weeks}周内。"
    )


def test_the_shares_of_all_weeks_add_up_to_the_shown_probability(dated):
    leads = dated.leads
    rows = dated.encoder.encode_frame(leads.frame, as_of=leads.moments)

    shares = dated.timing.shares(rows)

    assert shares.shape == (len(leads), WEEKS)
    assert (shares > 0).all()
    assert shares.sum(axis=1) == pytest.approx(1)
    shown = dated.curve.probability(dated.booster.predict(rows, raw_score=True))
    by_week = shown[:, None] * np.cumsum(shares, axis=1)
    assert (np.diff(by_week, axis=1) > 0).all()
    assert by_week[:, -1] == pytest.approx(shown)


def test_the_report_judges_the_spans_on_the_leads_held_out(dated):
    figures = dated.report.timing

    assert figures.weeks == WEEKS
    assert figures.conversions > 50
    assert figures.expected >= 0.5
    assert figures.covered == pytest.approx(figures.expected, abs=0.15)
    assert figures.loss < figures.loss_same - 0.3
    assert dated.to_json()["timing"]["conversions"] == figures.conversions


def test_the_column_of_conversions_is_not_learnt_from(dated):
    assert [field.name for field in dated.encoder.fields] == ["visits", "source", "screen"]
    assert ("closed", "it says when a lead converted") in dated.report.dropped


def test_where_the_fields_do_not_tell_when_no_tree_is_grown():
    frame = a_table_with_dates()
    rng = np.random.default_rng(3)
    anywhen = frame["came"] + pd.to_timedelta(rng.integers(0, 70, len(frame)), unit="D")
    frame["closed"] = anywhen.where(frame["won"] == "yes", pd.NaT)

    result = trained(frame, report=False)

    assert result.timing.booster is None
    rows = result.encoder.encode_frame(result.leads.frame, as_of=result.leads.moments)
    assert np.ptp(result.timing.shares(rows), axis=0) == pytest.approx(0)


def test_a_bundle_without_hazard_trees_still_tells_a_time(tmp_path):
    frame = a_table_with_dates()
    frame["closed"] = frame["came"] + 15 * DAY
    result = trained(frame, report=False)
    dataclasses.replace(
        result, timing=dataclasses.replace(result.timing, booster=None)
    ).write_bundle(tmp_path / "1")

    found = told(Scorer(load_bundle(tmp_path / "1")), "Referral")

    assert (found.low_weeks, found.high_weeks, found.median_weeks) == (2, 3, 3)


def test_few_conversions_with_a_date_tell_nothing_and_that_is_said():
    frame = a_table_with_dates(n=600)
    frame.loc[200:, "closed"] = pd.NaT

    result = trained(frame)

    assert result.timing is None
    assert result.report.timing is None
    assert any("when leads convert is not told" in told for told in result.report.warnings)


def test_conversions_dated_before_their_lead_are_counted_and_not_used():
    frame = a_table_with_dates()
    won = frame.index[frame["won"] == "yes"][:7]
    frame.loc[won, "closed"] = frame.loc[won, "came"] - 3 * DAY

    report = trained(frame).report

    assert any("7 conversions are dated before their lead came" in w for w in report.warnings)


def test_without_a_delay_in_days_the_window_is_what_nearly_all_conversions_took():
    days = np.array([*range(100), 1_000.0, np.nan])
    labels = np.ones(len(days))
    leads = Leads(
        frame=None, labels=labels, moments=None, groups=None, in_time=True, days_to_convert=days
    )

    assert window_of(leads, LabelDelay.parse("2%")) == 15
    assert window_of(leads, LabelDelay.parse("30d")) == 5


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"converted_at": "close"}, "no column 'close' for the moment of conversion; did you mean"),
        ({"converted_at": "source"}, "column 'source' holds no dates"),
        ({"time": None, "label_delay": "2%"}, "--converted-at closed needs --time"),
        ({"converted_at": "came"}, "'came' cannot have two roles"),
        ({"time": "screen", "label_delay": "2%"}, "the time column 'screen' holds numbers"),
    ],
)
def test_what_cannot_say_when_is_refused_by_its_name(changes, message):
    with pytest.raises(InvalidInput, match=message):
        trained(a_table_with_dates(n=300), **changes)


def test_the_shortest_span_is_the_fullest_and_then_the_first():
    shares = np.array(
        [
            [0.1, 0.2, 0.3, 0.3, 0.1],
            [0.5, 0.0, 0.0, 0.0, 0.5],
            [0.2, 0.2, 0.2, 0.2, 0.2],
            [0.1, 0.1, 0.1, 0.1, 0.6],
        ]
    )

    low, high = spans(shares)

    assert list(zip(low.tolist(), high.tolist(), strict=True)) == [(2, 4), (0, 1), (0, 3), (4, 5)]


@functools.cache
def a_market(*, seed, n):
    market = simulate(seed=seed, n_leads=n, world=31)
    return market.leads.merge(market.outcomes, on="lead_id", how="left")


def test_half_of_the_markets_unseen_conversions_fall_into_the_span_shown():
    learnt = train(
        a_market(seed=31, n=5_000),
        target="converted",
        time="handed_over_at",
        converted_at="converted_at",
        report=False,
        config=TrainingConfig(max_trees=40, tree_step=20, num_threads=1),
    )
    fresh = a_market(seed=32, n=10_000)
    came, closed = (
        read_moments(fresh, column=column, what="test")
        for column in ("handed_over_at", "converted_at")
    )
    unseen = Leads(
        frame=fresh,
        labels=(fresh["converted"] == "yes").to_numpy().astype(float),
        moments=came,
        groups=None,
        in_time=True,
        days_to_convert=(closed - came) / np.timedelta64(1, "D"),
    )
    model = FittedModel(
        encoder=learnt.encoder,
        booster=learnt.booster,
        n_trees=learnt.n_trees,
        keeper=learnt.keeper,
        curve=learnt.curve,
        out_of_fold=learnt.out_of_fold,
    )

    figures = judge_timing(learnt.timing, model, unseen)

    assert figures.weeks == 13
    assert figures.conversions > 900
    assert 0.5 <= figures.expected <= 0.6  # whole weeks hold somewhat more than a half
    assert figures.covered == pytest.approx(figures.expected, abs=0.05)
