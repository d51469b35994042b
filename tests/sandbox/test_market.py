import numpy as np
import pandas as pd
import pytest

from leads.campaigns import Channel
from leads.errors import InvalidInput
from leads.events import EventKind
from sandbox.market import simulate
from sandbox.spec import PLAIN, MarketSpec, spec_of


def instants(column):
    return pd.to_datetime(column, utc=True)


def test_the_same_seed_gives_the_same_market():
    one, other = (simulate(seed=1, n_leads=300, n_incoming=5) for _ in range(2))

    for table in ("leads", "incoming", "events", "campaigns", "outcomes"):
        pd.testing.assert_frame_equal(getattr(one, table), getattr(other, table))
    assert (one.truth.p_observable == other.truth.p_observable).all()


def test_another_seed_gives_other_leads():
    one, other = simulate(seed=1, n_leads=300), simulate(seed=2, n_leads=300)

    assert not one.leads["page_visits_30d"].equals(other.leads["page_visits_30d"])


def test_markets_of_one_world_share_their_campaigns_and_nothing_else():
    one, other = simulate(seed=1, n_leads=300), simulate(seed=2, n_leads=300, world=1)

    pd.testing.assert_frame_equal(one.campaigns, other.campaigns)
    assert not one.leads["page_visits_30d"].equals(other.leads["page_visits_30d"])


def test_the_words_are_those_of_the_vocabulary(plain):
    assert set(plain.events["kind"]) <= {kind.value for kind in EventKind}
    assert plain.events["kind"].nunique() == 8
    assert set(plain.campaigns["channel"]) == set(Channel) - {Channel.OTHER}


def test_every_event_falls_between_creation_and_hand_over_and_is_known_by_then(plain):
    leads = pd.concat([plain.leads, plain.incoming]).set_index("lead_id")
    created = instants(leads["created_at"]).reindex(plain.events["lead_id"]).array
    handed_over = instants(leads["handed_over_at"]).reindex(plain.events["lead_id"]).array
    occurred = instants(plain.events["occurred_at"]).array
    known = instants(plain.events["known_at"]).array

    assert (created <= occurred).all()
    assert (occurred <= known).all()
    assert (known < handed_over).all()
    assert plain.events["occurred_at"].is_monotonic_increasing


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("page_visits_30d", "page_visited"),
        ("pricing_visits_30d", "pricing_visited"),
        ("email_opens_30d", "email_opened"),
        ("email_clicks_30d", "email_clicked"),
    ],
)
def test_counts_of_the_lead_table_are_counts_of_dated_events(plain, column, kind):
    events = plain.events[plain.events["kind"] == kind]
    handed_over = plain.leads.set_index("lead_id")["handed_over_at"]
    day = instants(handed_over).dt.normalize().reindex(events["lead_id"]).array
    recent = events[instants(events["occurred_at"]).array >= day - pd.Timedelta(days=30)]
    counted = recent.groupby("lead_id").size().reindex(handed_over.index, fill_value=0)

    assert (counted.to_numpy() == plain.leads[column].to_numpy()).all()


def test_leads_are_in_order_of_hand_over_and_incoming_ones_come_after(plain):
    assert plain.leads["handed_over_at"].is_monotonic_increasing
    assert plain.incoming["handed_over_at"].min() > plain.leads["handed_over_at"].max()


def test_incoming_leads_have_a_truth_and_no_outcome(plain):
    assert "converted" not in plain.incoming
    assert len(plain.incoming) == 40
    both = [*plain.leads["lead_id"], *plain.incoming["lead_id"]]
    assert list(plain.truth.lead_id) == both
    assert len(set(both)) == len(both)


def test_every_label_window_has_passed_when_the_last_incoming_lead_is_handed_over(plain):
    window = pd.Timedelta(weeks=plain.spec.label_weeks)

    assert (instants(plain.leads["handed_over_at"]).max() + window) < instants(
        plain.incoming["handed_over_at"]
    ).max() + pd.Timedelta(days=11)


def test_outcomes_are_dated_within_the_label_window_of_the_leads_that_converted(plain):
    leads = plain.leads.set_index("lead_id")
    converted = leads[leads["converted"] == "yes"]
    outcomes = plain.outcomes.set_index("lead_id").reindex(converted.index)
    delay = instants(outcomes["converted_at"]) - instants(converted["handed_over_at"])

    assert len(plain.outcomes) == len(converted)
    assert delay.min() >= pd.Timedelta(0)
    assert delay.max() <= pd.Timedelta(weeks=plain.spec.label_weeks)
    assert delay.median() > pd.Timedelta(days=10)


def test_people_are_invented_and_live_under_domains_nobody_owns(plain):
    assert plain.leads["email"].str.fullmatch(r"[a-z0-9.]+@[a-z0-9-]+\.example").all()
    assert plain.leads["email"].is_unique


def test_some_companies_and_people_are_chinese(plain):
    chinese = plain.leads["country"] == "China"

    assert 0.08 < chinese.mean() < 0.14
    assert plain.leads.loc[chinese, "company"].str.endswith("有限公司").all()


def test_no_number_is_an_identifier_or_a_clock(plain):
    numbers = plain.leads.select_dtypes("number").drop(columns="employees")

    assert numbers.nunique().max() < 100
    order = np.arange(len(numbers))
    assert max(abs(np.corrcoef(order, numbers[name].fillna(0))[0, 1]) for name in numbers) < 0.05


def test_missing_fields_are_there_and_more_of_them_in_the_hard_market(plain, hard):
    for column in ("industry", "employees"):
        shares = [
            market.leads[column].isna().mean() + (market.leads[column] == "unknown").mean()
            for market in (plain, hard)
        ]
        assert 0.05 < shares[0] < 0.2
        assert shares[0] < shares[1] < 0.4 or column == "industry"


def test_an_unknown_market_is_refused_with_the_known_ones():
    with pytest.raises(InvalidInput, match="'easy', choose one of: plain, hard"):
        spec_of("easy")


@pytest.mark.parametrize("n_leads", [0, -1])
def test_a_market_without_leads_is_refused(n_leads):
    with pytest.raises(InvalidInput, match="n_leads"):
        simulate(seed=1, n_leads=n_leads)


def test_a_base_rate_outside_0_and_1_is_refused():
    with pytest.raises(InvalidInput, match=r"base_rate is 1\.0"):
        MarketSpec(name="sure", base_rate=1.0)


def test_one_lead_is_a_market():
    assert len(simulate(seed=1, n_leads=1).leads) == 1


def test_progress_is_told():
    steps = []
    simulate(seed=1, n_leads=300, progress=lambda *step: steps.append(step))

    longest = PLAIN.nurture_days[1]
    assert steps[-1] == ("simulating the market", longest, longest)
