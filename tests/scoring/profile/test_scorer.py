import math

import numpy as np
import pandas as pd
import pytest

from features.history.catalogue import HISTORY
from leads.conditions import LEAD_FIELDS
from leads.events import EventKind
from leads.score import Locale, Tier
from scoring.profile import MustFollow, ProfileScorer, decayed, points_of_frame
from scoring.profile.acts import columns_of
from tests.scoring.profile.profiles import packaged, small


def points(lead, acts=None):
    return ProfileScorer(small()).points_one(lead, acts=acts)


def test_points_of_lines_that_hold_are_added():
    assert points({"employees": 500}) == 30
    assert points({"employees": 500, "email_is_free": True}) == 20
    assert points({"employees": 499}) == 0
    assert points({}) == 0


def test_a_column_by_another_name_is_the_field_it_means():
    assert points({"NumberOfEmployees": "1,200"}) == 30
    assert points({"员工人数": "1.2万"}) == 30
    assert points({"employees": 5, "headcount": 9000}) == 0


def test_an_act_loses_half_its_points_in_its_half_life_and_all_together_are_capped():
    assert points({}, {"pricing_visited": [(0, 1)]}) == 10
    assert points({}, {"pricing_visited": [(10, 1)]}) == 5
    assert points({}, {"pricing_visited": [(20, 1)]}) == 2.5
    assert points({}, {"pricing_visited": [(0, 1)] * 7}) == 25
    assert points({}, {"email_opened": [(0, 1)]}) == 0


def test_an_act_that_a_machine_probably_did_counts_as_little_as_it_is_likely():
    assert points({}, {"pricing_visited": [(0, 0.25)]}) == 2.5


def test_decay_never_lets_a_later_act_be_worth_less():
    worth = [decayed([(age, 1.0)], half_life_days=14) for age in range(100)]

    assert worth == sorted(worth, reverse=True)
    assert worth[14] == pytest.approx(0.5)


def test_counts_in_windows_are_read_as_if_they_stood_in_the_middle():
    lead = {"pricing_visits_10d": 1, "pricing_visits_30d": 2}

    assert points(lead) == pytest.approx(10 * (0.5**0.5 + 0.5**2))
    assert points({"pricing visits": 2}) == 20
    assert points({"pricing_visits_30d": "unknown"}) == 0


def test_the_probability_is_the_one_the_profile_assumes_at_each_number_of_points():
    scorer = ProfileScorer(small())
    visits = {"pricing_visited": [(0, 1)] * 2}

    assert scorer.score_one({}, acts={}).p_convert == pytest.approx(0.01)
    assert scorer.score_one({"employees": 500}, acts=visits).p_convert == pytest.approx(0.05)
    assert scorer.score_one({"employees": 500}, acts=visits).times_average == pytest.approx(5 / 3)


def test_below_0_and_above_100_points_the_shown_probability_stays_and_the_margin_goes_on():
    scorer = ProfileScorer(small())
    free = scorer.score_one({"email_is_free": True}, acts={})

    assert free.p_convert == pytest.approx(0.01)
    assert free.margin < scorer.score_one({}, acts={}).margin
    assert (free.points, free.tier) == (0, Tier.D)


def test_an_inline_lead_without_any_history_is_unknown_and_not_idle():
    scorer = ProfileScorer(small())

    assert scorer.score_one({"employees": 1}).warnings == ("no_history",)
    assert scorer.score_one({"employees": 1}, acts={}).warnings == ()
    assert scorer.score_one({"pricing_visits_30d": 0}).warnings == ()
    assert scorer.score_one({"employees": 1}).imputed == ("email_is_free",)


@pytest.mark.parametrize(
    "lead", [{"employees": 900, "email_is_free": True}, {}, {"employees": 700}]
)
@pytest.mark.parametrize("top", [1, 5])
def test_base_reasons_and_other_add_up_to_the_margin(lead, top):
    acts = {"pricing_visited": [(3, 0.9), (20, 1.0)]}

    found = ProfileScorer(small()).explain(lead, acts=acts, top=top)

    whole = found.base_value + sum(reason.contribution for reason in found.reasons) + found.other
    assert whole == pytest.approx(found.score.margin)
    assert len(found.reasons) <= top
    assert all(
        (reason.contribution > 0) == (reason.direction == "raises") for reason in found.reasons
    )


def test_reasons_say_the_lines_in_both_languages():
    acts = {"pricing_visited": [(3, 1), (2.5, 1)]}
    lead = {"employees": 900, "email_is_free": True}
    scorer = ProfileScorer(small())

    said = [
        [reason.text for reason in scorer.explain(lead, acts=acts, locale=locale).reasons]
        for locale in Locale
    ]

    assert said[0] == [
        "Company size >= 500: +30 points",
        "Pricing page visited, 2 times, last 2 days ago: +16.5 points",
        "Free mail address: yes: -10 points",
    ]
    assert said[1] == [
        "公司规模 >= 500：+30 分",
        "查看价格页 2 次，最近一次在 2 天前：+16.5 分",
        "免费邮箱：是：-10 分",
    ]


def generated(n, seed):
    """Leads of all sorts, many of whose cells say nothing or nonsense."""
    rng = np.random.default_rng(seed)
    pools = {
        "employees": [None, float("nan"), 5, 49.0, 50, 250, "1,200", "1.2万", "many", True, -3],
        "industry": [None, "Software", "软件开发", "retail", "", "unknown", 7],
        "seniority": ["director", "junior", "Manager", None, "n/a"],
        "department": ["it", "sales", None, "Procurement"],
        "country_code": ["DE", "de", "BR", None],
        "email_is_free": [True, False, "true", "no", None, 1, 0.0],
        "email_is_disposable": [True, None, False],
        "revenue": [None, 5e7, "60m", "5,000", 0],
        "pricing_visits_7d": [0, 1, None, "2", 50],
        "pricing_visits_30d": [0, 1, 3, -4, 100, float("nan")],
        "email_clicks": [0, 9, None],
    }
    return [{name: pool[rng.integers(len(pool))] for name, pool in pools.items()} for _ in range(n)]


def test_a_table_gets_the_points_of_its_leads_one_by_one_to_the_last_bit():
    profile, leads = packaged(), generated(3000, seed=3)

    together = points_of_frame(profile, pd.DataFrame(leads, dtype=object))

    scorer = ProfileScorer(profile)
    assert together.tolist() == [scorer.points_one(lead) for lead in leads]
    margins = profile.probability.margins(together).tolist()
    assert margins == [scorer.score_one(lead).margin for lead in leads]
    assert all(math.isfinite(margin) for margin in margins)


def test_a_table_the_profile_knows_nothing_of_has_no_points():
    assert points_of_frame(packaged(), pd.DataFrame({"x": [1, 2], "y": ["a", "b"]})) is None


def test_more_of_a_good_thing_never_lowers_the_score():
    scorer = ProfileScorer(packaged())
    rising = [line.kind for line in packaged().behaviour if line.points > 0]

    for lead in generated(50, seed=4):
        before = scorer.score_one(lead, acts={"page_visited": [(4.0, 1.0)]}).margin
        for kind in rising:
            acts = {"page_visited": [(4.0, 1.0)], kind: [(1.0, 0.8), (4.0, 1.0)]}
            assert scorer.score_one(lead, acts=acts).margin >= before


def test_who_must_be_followed_up_is_told_with_the_rule_and_its_words():
    rules = MustFollow(small().must_follow)

    found = rules.of({"NumberOfEmployees": "6,000"}, Locale.ZH)

    assert (found.rule, found.text) == ("giants", "公司规模 >= 5,000")
    assert rules.of({"employees": 4999}) is None
    assert rules.of({"x": 1}) is None
    assert rules.of({}) is None


def test_a_rule_about_what_is_not_known_holds_for_a_lead_of_which_nothing_is_known():
    extra = '[[must_follow]]\nname = "odd"\nwhen = { field = "region", op = "missing" }\n'
    vip = '"attributes.vip", op = "eq", value = true'
    own = extra.replace('"region", op = "missing"', vip).replace("odd", "own")

    assert MustFollow(small(extra).must_follow).of({"x": 1}).rule == "odd"
    assert MustFollow(small(own).must_follow).of({"vip": True}).rule == "own"
    assert MustFollow(small(own).must_follow).of({"vip": False}) is None
    assert MustFollow(()).of({"employees": 9000}) is None


def test_the_packaged_rules_ask_only_for_fields_that_leads_have():
    assert MustFollow(packaged().must_follow).fields <= set(LEAD_FIELDS)


def test_the_history_features_of_every_kind_that_is_counted_are_found():
    names = tuple(feature.name for feature in HISTORY)
    uncounted = {EventKind.EMAIL_UNSUBSCRIBED}  # a fact once and for all, not a count

    missing = {line.kind for line in packaged().behaviour if columns_of(line, names) is None}

    assert missing == uncounted
    for line in packaged().behaviour:
        if (counted := columns_of(line, names)) is not None:
            assert not [name for name in counted.columns if name.startswith("colleague")]
