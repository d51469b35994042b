"""The difficulty of both markets, fixed before any model of the product was written."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from sandbox.market import simulate
from sandbox.spec import PLAIN
from tests.sandbox.tools import as_categories, inputs, logistic_regression, shuffled, won


@pytest.mark.parametrize("seed", range(3))
def test_the_plain_market_converts_at_ten_percent(seed):
    truth = simulate(seed=seed, n_leads=5_000).truth

    assert 0.09 < truth.p_observable.mean() < 0.11


def test_the_hard_market_converts_at_three_percent(hard):
    assert 0.025 < hard.truth.p_observable.mean() < 0.035


@pytest.mark.parametrize("base_rate", [0.03, 0.25])
def test_the_base_rate_of_a_market_is_a_setting(base_rate):
    market = simulate(seed=5, n_leads=4_000, market=replace(PLAIN, base_rate=base_rate))

    assert market.truth.p_observable.mean() == pytest.approx(base_rate, rel=0.12)


@pytest.mark.parametrize(("name", "low", "high"), [("plain", 0.77, 0.84), ("hard", 0.72, 0.82)])
def test_the_truth_ranks_leads_well_but_not_perfectly(name, low, high, request):
    market = request.getfixturevalue(name)
    p = market.truth.p_observable[: len(market.leads)]

    assert low < roc_auc_score(won(market.leads), p) < high


def test_knowing_the_hidden_state_ranks_better_than_the_record_can(plain):
    n = len(plain.leads)
    observable, full = (getattr(plain.truth, kind)[:n] for kind in ("p_observable", "p_full"))

    gain = roc_auc_score(won(plain.leads), full) - roc_auc_score(won(plain.leads), observable)

    assert gain > 0.01


@pytest.mark.parametrize("n_train", [5_000, 12_000])
def test_logistic_regression_stays_clearly_below_the_truth(plain, n_train):
    order = shuffled(len(plain.leads))
    train, test = plain.leads.iloc[order[:n_train]], plain.leads.iloc[order[12_000:]]
    p = plain.truth.p_observable[order[12_000:]]

    model = logistic_regression(train).fit(inputs(train), won(train))
    shown = model.predict_proba(inputs(test))[:, 1]

    assert roc_auc_score(won(test), shown) < roc_auc_score(won(test), p) - 0.02


@pytest.mark.parametrize("name", ["plain", "hard"])
def test_no_single_number_looks_like_a_leak(name, request):
    table = request.getfixturevalue(name).leads
    numbers = table.select_dtypes("number")
    areas = {column: roc_auc_score(won(table), numbers[column].fillna(99)) for column in numbers}

    assert max(max(area, 1 - area) for area in areas.values()) < 0.72


@pytest.mark.parametrize("name", ["plain", "hard"])
def test_no_single_word_looks_like_a_leak(name, request):
    table = request.getfixturevalue(name).leads
    is_won = won(table)
    half = len(table) // 2
    for column in as_categories(table).select_dtypes("category"):
        rate = is_won[:half].mean()
        rates = dict(table[:half].assign(won=is_won[:half]).groupby(column)["won"].mean())
        shown = [rates.get(value, rate) for value in table[column][half:]]
        assert roc_auc_score(is_won[half:], shown) < 0.65, column


def test_pricing_visits_are_the_strongest_number_and_honest(plain):
    table = plain.leads
    area = roc_auc_score(won(table), table["pricing_visits_30d"])

    assert area > 0.62


def test_relations_move_in_the_hard_market_only(plain, hard):
    def gap(market):
        table, half = market.leads, len(market.leads) // 2
        small = (table["employees"] < 50).to_numpy()
        p = market.truth.p_observable[: len(table)]
        ratio = [
            p[part][small[part]].mean() / p[part][~small[part]].mean()
            for part in (slice(None, half), slice(half, None))
        ]
        return ratio[1] / ratio[0]

    assert gap(plain) == pytest.approx(1.0, abs=0.15)
    assert gap(hard) > 1.2


def test_marketings_own_rating_misleads_in_the_hard_market(hard):
    table = hard.leads
    p = hard.truth.p_observable[: len(table)]
    mean_of = {
        word: p[table["marketing_rating"] == word].mean() for word in ("cold", "warm", "hot")
    }

    assert mean_of["hot"] < 1.2 * mean_of["warm"]


def test_the_columns_of_noise_say_nothing(hard):
    table = hard.leads
    p = hard.truth.p_observable[: len(table)]
    for column in ("browser", "form_version", "newsletter_topic", "screen_width", "utm_variant"):
        groups = [p[table[column] == value] for value in table[column].unique()]
        spread = np.ptp([group.mean() for group in groups])
        assert spread < 5 * p.std() / np.sqrt(min(map(len, groups)))
