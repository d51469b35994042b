"""Other libraries' learners on encoded leads, with their own defaults where nothing is said.

Each maker takes the library's parameters and gives a `Learner`: a fit on a table, then margins
(log-odds) of other rows. Categories reach each library as categories; all run on one thread.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from training.baselines import Design, Learner, plain_lightgbm
from training.recipe import Table, TrainingConfig

SEED = 0
MARGIN_MAX = 12.0

Parameters = dict[str, Any]
Maker = Callable[[Parameters], Learner]


def lightgbm(parameters: Parameters) -> Learner:
    """LightGBM as it comes."""
    return plain_lightgbm(TrainingConfig(seed=SEED, **parameters))


def linear(parameters: Parameters) -> Learner:
    """Logistic regression on one-hot words and scaled numbers."""

    def learn(table: Table, ahead: np.ndarray) -> np.ndarray:
        design = Design(table)
        settings = {"C": 1.0, "solver": "newton-cholesky", "max_iter": 200} | parameters
        model = LogisticRegression(**settings).fit(design.of(table.rows), table.labels)
        return np.asarray(model.decision_function(design.of(ahead)))

    return learn


def histogram_boosting(parameters: Parameters) -> Learner:
    """scikit-learn's HistGradientBoosting."""

    def learn(table: Table, ahead: np.ndarray) -> np.ndarray:
        model = HistGradientBoostingClassifier(
            categorical_features=list(table.categorical) or None, random_state=SEED, **parameters
        )
        return np.asarray(model.fit(table.rows, table.labels).decision_function(ahead))

    return learn


def xgboost(parameters: Parameters) -> Learner:
    """XGBoost with its native categories."""

    def learn(table: Table, ahead: np.ndarray) -> np.ndarray:
        from xgboost import XGBClassifier

        words = set(table.categorical)
        model = XGBClassifier(
            feature_types=["c" if j in words else "q" for j in range(table.rows.shape[1])],
            enable_categorical=True,
            n_jobs=1,
            random_state=SEED,
            **parameters,
        )
        model.fit(table.rows, table.labels)
        return np.asarray(model.predict(ahead, output_margin=True), dtype=np.float64)

    return learn


def catboost(parameters: Parameters) -> Learner:
    """CatBoost with its own treatment of categories."""

    def learn(table: Table, ahead: np.ndarray) -> np.ndarray:
        from catboost import CatBoostClassifier

        model = CatBoostClassifier(
            cat_features=list(table.categorical),
            thread_count=1,
            random_seed=SEED,
            allow_writing_files=False,
            verbose=False,
            **parameters,
        )
        model.fit(as_frame(table.rows).astype(_whole(table)), table.labels)
        frame = as_frame(ahead).astype(_whole(table))
        return np.asarray(model.predict(frame, prediction_type="RawFormulaVal"))

    return learn


def as_frame(rows: np.ndarray) -> pd.DataFrame:
    """Encoded rows as a frame, columns named by place."""
    return pd.DataFrame(rows, columns=[f"c{j}" for j in range(rows.shape[1])])


def log_odds(shown: np.ndarray) -> np.ndarray:
    """Margins of probabilities, within what the calibrator reads."""
    with np.errstate(divide="ignore"):
        return np.clip(np.log(shown) - np.log1p(-shown), -MARGIN_MAX, MARGIN_MAX)


def _whole(table: Table) -> dict[str, str]:
    return {f"c{j}": "int64" for j in table.categorical}
