import json

import numpy as np
import pytest
from scipy.special import expit

from training.gate import Champion, Entry, GatePolicy, Verdict, decide
from training.report import Suspect
from training.slices import Slice, SliceReport

RNG = np.random.default_rng(0)
TRUE = RNG.normal(-1, 1.2, 1500)
LABELS = (RNG.random(1500) < expit(TRUE)).astype(float)
CONSTANT = Entry(margins=np.zeros(1500), shown=np.full(1500, LABELS.mean()))
LEAK = Suspect(column="duration", evidence="alone it has an AUC of 0.90")


def an_entry(noise, seed=1):
    margins = TRUE + np.random.default_rng(seed).normal(0, noise, 1500)
    return Entry(margins=margins, shown=expit(margins / (1 + noise**2 / 2)))


def decision(**changes):
    given = {
        "labels": LABELS,
        "challenger": an_entry(0.3),
        "constant": CONSTANT,
        "logistic_regression": an_entry(0.6),
        "champion": None,
        "suspects": (),
        "rng": np.random.default_rng(5),
    }
    return decide(**given | changes)


def a_champion(noise, *, age_days, seed=2):
    return Champion(entry=an_entry(noise, seed), version="6", age_days=age_days)


def test_a_model_that_beats_everyone_is_promoted_with_its_figures():
    found = decision()

    assert found.verdict is Verdict.PROMOTE
    assert "the constant's" in found.reasons[0]
    assert "logistic regression's" in found.reasons[1]


def test_a_model_no_better_than_a_constant_is_refused():
    noise = Entry(margins=RNG.normal(size=1500), shown=CONSTANT.shown)

    found = decision(challenger=noise)

    assert found.verdict is Verdict.REFUSE
    assert "not surely better than showing everyone the same" in found.reasons[0]


def test_first_does_not_let_in_a_model_that_does_not_beat_the_constant():
    found = decision(challenger=CONSTANT, first=True)

    assert found.verdict is Verdict.REFUSE


def test_an_unexplained_suspect_is_refused_and_says_what_to_do():
    found = decision(suspects=[LEAK])

    assert found.verdict is Verdict.REFUSE
    assert "--allow-suspect duration --because" in found.reasons[0]


def test_an_explained_suspect_is_let_through_and_kept_on_record():
    found = decision(suspects=[LEAK], allowed={"duration": "it is the planned length"})

    assert found.verdict is Verdict.PROMOTE
    assert found.reasons[-1] == "suspect 'duration' was allowed: it is the planned length"


def test_an_empty_explanation_explains_nothing():
    assert decision(suspects=[LEAK], allowed={"duration": " "}).verdict is Verdict.REFUSE


def test_trees_that_lose_to_logistic_regression_are_held_with_the_figure():
    found = decision(challenger=an_entry(0.9), logistic_regression=an_entry(0.1))

    assert found.verdict is Verdict.HOLD
    assert "trees lose to logistic regression by more than 0.002 nats" in found.reasons[0]
    assert f"{found.comparisons[1].difference:.4f}" in found.reasons[0]


def test_first_lets_them_in_and_says_their_gap():
    found = decision(challenger=an_entry(0.9), logistic_regression=an_entry(0.1), first=True)

    assert found.verdict is Verdict.PROMOTE
    assert found.reasons[2].startswith("let in as the first model although the trees lose")


def test_first_has_no_effect_once_there_is_a_champion():
    found = decision(
        challenger=an_entry(0.9),
        logistic_regression=an_entry(0.1),
        champion=a_champion(2.0, age_days=90),
        first=True,
    )

    assert found.verdict is Verdict.HOLD


def test_an_equal_of_an_old_champion_is_promoted():
    champion = a_champion(0.3, age_days=31, seed=1)

    assert decision(champion=champion).verdict is Verdict.PROMOTE


def test_an_equal_of_a_young_champion_is_held():
    found = decision(champion=a_champion(0.3, age_days=29, seed=1))

    assert found.verdict is Verdict.HOLD
    assert "29 days old" in found.reasons[0]


def test_a_young_champion_can_be_beaten():
    assert decision(champion=a_champion(0.9, age_days=1)).verdict is Verdict.PROMOTE


def test_a_model_worse_than_an_old_champion_is_held():
    found = decision(challenger=an_entry(0.6), champion=a_champion(0.1, age_days=300))

    assert found.verdict is Verdict.HOLD
    assert "worse than champion 6 by more than 0.002 nats" in found.reasons[0]


def test_equal_probabilities_with_a_worse_order_are_held():
    challenger = Entry(margins=an_entry(1.5).margins, shown=an_entry(0.3).shown)

    found = decision(challenger=challenger, champion=a_champion(0.3, age_days=300, seed=1))

    assert found.verdict is Verdict.HOLD
    assert "AUC of the margin" in found.reasons[0]


def test_a_worse_order_than_logistic_regressions_is_held_unless_it_is_the_first():
    challenger = Entry(margins=an_entry(1.5).margins, shown=an_entry(0.3).shown)

    held, first = decision(challenger=challenger), decision(challenger=challenger, first=True)

    assert held.verdict is Verdict.HOLD
    assert "ranks worse than logistic regression: AUC of the margin" in held.reasons[0]
    assert first.verdict is Verdict.PROMOTE
    assert first.reasons[-1].startswith("let in as the first model although it ranks worse")


def test_the_tolerance_can_be_set():
    champion = a_champion(0.1, age_days=300)

    found = decision(challenger=an_entry(0.4), champion=champion, policy=GatePolicy(tolerance=0.1))

    assert found.verdict is Verdict.PROMOTE


def test_every_number_is_on_record():
    record = json.loads(json.dumps(decision(champion=a_champion(0.5, age_days=60)).to_json()))

    assert [c["other"] for c in record["comparisons"]] == [
        "the constant",
        "logistic regression",
        "champion 6",
    ]
    for c in record["comparisons"]:
        low, high = c["interval"]
        assert low <= c["difference"] <= high
        assert c["difference"] == pytest.approx(c["log_loss"] - c["other_log_loss"])
    assert record["metric"] == "kept-up log loss"


def test_a_challenger_that_loses_to_the_points_rule_is_held_with_the_figures():
    found = decision(challenger=an_entry(0.9), points=an_entry(0.1))

    assert found.verdict is Verdict.HOLD
    told = [reason for reason in found.reasons if "points of the day-one profile" in reason]
    assert f"{found.comparisons[2].difference:.4f}" in told[0]


def test_a_challenger_that_beats_the_points_rule_says_so():
    found = decision(points=an_entry(0.9))

    assert found.verdict is Verdict.PROMOTE
    assert "the points rule's" in found.reasons[2]


def test_first_lets_in_a_model_that_loses_to_the_points_rule_and_says_its_gap():
    found = decision(challenger=an_entry(0.9), points=an_entry(0.1), first=True)

    assert found.verdict is Verdict.PROMOTE
    assert any("although it loses to the points" in reason for reason in found.reasons)


def test_a_slice_that_is_surely_worse_than_under_the_champion_holds():
    worse = SliceReport(
        compared=(
            Slice(
                kind="region",
                column="country",
                value="CN",
                n=900,
                converted=120,
                difference=0.04,
                p=0.002,
                worse=True,
            ),
        ),
        left_out=(),
    )
    champion = a_champion(0.6, age_days=90)

    found = decision(champion=champion, slices=worse)

    assert found.verdict is Verdict.HOLD
    assert "surely worse for region CN" in found.reasons[-1]
    assert json.loads(json.dumps(found.to_json()))["slices"]["compared"][0]["value"] == "CN"
