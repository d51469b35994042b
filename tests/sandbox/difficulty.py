"""How hard the markets are, as docs/sandbox.md states it (simulated; takes some minutes).

python -m tests.sandbox.difficulty --seeds 0-19 --large 200000

Rulers are the truth itself, logistic regression and scikit-learn's gradient boosting with
settings chosen once; nothing of the product takes part.
"""

import argparse
import sys

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

from sandbox.market import simulate
from tests.sandbox.tools import as_categories, inputs, logistic_regression, shuffled, won

SMALL, JUDGED, PER_SEED = 5_000, 50_000, 20_000


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", default="0-19")
    parser.add_argument("--large", type=int, default=200_000)
    asked = parser.parse_args()
    first, last = (int(part) for part in asked.seeds.split("-"))
    for market in ("plain", "hard"):
        print_truth(market, range(first, last + 1))
        print_rulers(market, seed=first, large=asked.large)


def print_truth(market, seeds):
    rates, areas, full = [], [], []
    for seed in seeds:
        history = simulate(seed=seed, n_leads=PER_SEED, market=market)
        is_won = won(history.leads)
        rates.append(is_won.mean())
        areas.append(roc_auc_score(is_won, history.truth.p_observable))
        full.append(roc_auc_score(is_won, history.truth.p_full))
    for name, values in (("base rate", rates), ("truth AUC", areas), ("full truth AUC", full)):
        spread = f"{np.mean(values):.3f} ({min(values):.3f} to {max(values):.3f})"
        tell(market, f"{name}, {len(seeds)} seeds of {PER_SEED:,} leads", spread)


def print_rulers(market, *, seed, large):
    history = simulate(seed=seed, n_leads=large + JUDGED, market=market)
    order = shuffled(large + JUDGED)
    test, train = order[:JUDGED], order[JUDGED:]
    truth = roc_auc_score(won(history.leads)[test], history.truth.p_observable[test])
    for n, repeats in ((SMALL, 5), (large, 1)):
        parts = [train[k * n : (k + 1) * n] for k in range(repeats)]
        for name, ruler in (("logistic regression", logistic), ("gradient boosting", boosting)):
            gaps = [truth - ruler(history.leads, part, test) for part in parts]
            row = f"{name} on {n:,} leads, AUC below the truth's"
            tell(market, row, f"{np.mean(gaps):.4f}")


def tell(*cells):
    sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.flush()


def logistic(table, train, test):
    table = with_day(table)
    model = logistic_regression(table).fit(inputs(table.iloc[train]), won(table)[train])
    return roc_auc_score(won(table)[test], model.predict_proba(inputs(table.iloc[test]))[:, 1])


def boosting(table, train, test):
    X, is_won = as_categories(with_day(table)), won(table)
    model = boosted(large=len(train) > SMALL).fit(X.iloc[train], is_won[train])
    return roc_auc_score(is_won[test], model.predict_proba(X.iloc[test])[:, 1])


def boosted(*, large):
    return HistGradientBoostingClassifier(
        learning_rate=0.05 if large else 0.03,
        max_iter=500 if large else 250,
        max_leaf_nodes=12 if large else 5,
        min_samples_leaf=100 if large else 60,
        l2_regularization=20,
        max_features=0.4,
        categorical_features="from_dtype",
        early_stopping=False,
        random_state=0,
    )


def with_day(table):
    """The day of hand-over as a number: in a market with drift it matters."""
    moment = pd.to_datetime(table["handed_over_at"], utc=True)
    return table.assign(handed_over_day=(moment - moment.min()).dt.days)


if __name__ == "__main__":
    main()
