"""Small made-up lead tables and the models of the scoring tests."""

from datetime import UTC, datetime

import lightgbm as lgb
import numpy as np
import pandas as pd

from features.encoder import Encoder
from features.inference import infer_schema
from scoring.calibration import Curve
from scoring.parts import part_cuts
from scoring.reference import TIER_SHARES, build_reference
from scoring.sides import with_sides

AS_OF = datetime(2026, 3, 2, 9, tzinfo=UTC)
INDUSTRIES = ["Software", "Retail", "Logistics", "医疗"]


def a_table(*, n=1_500, seed=7, demo_effect=1.5):
    """Leads of every kind of column, and their outcomes; about one in five converts."""
    rng = np.random.default_rng(seed)
    employees = np.exp(rng.normal(4.5, 1.6, n)).round() + 1
    visits = rng.poisson(1.1, n).astype(float)
    industry = rng.choice([*INDUSTRIES, "Mining"], n, p=[0.4, 0.3, 0.2, 0.095, 0.005])
    demo = rng.random(n) < 0.25
    rate = rng.normal(3, 1.5, n).round(3)
    days = rng.integers(1, 400, n)
    logit = (
        -2.6
        + 0.5 * (np.log(employees) - 4.5)
        + 0.45 * visits
        + np.where(industry == "Software", 0.7, 0.0)
        + demo_effect * demo
        - 0.2 * (rate - 3)
        - days / 300
    )
    frame = pd.DataFrame(
        {
            "employees": np.where(rng.random(n) < 0.08, np.nan, employees),
            "pricing_visits_30d": visits,
            "industry": np.where(rng.random(n) < 0.1, "", industry),
            "demo_requested": demo,
            "euribor3m": rate,
            "cons.conf.idx": rng.normal(0, 1, n).round(2),
            "created_at": pd.Timestamp(AS_OF) - pd.to_timedelta(days, unit="D"),
        }
    )
    outcomes = (rng.random(n) < 1 / (1 + np.exp(-logit))).astype(float)
    return frame, outcomes


def a_model(frame, outcomes, *, rounds=40, seed=1):
    """What `write_bundle` takes, trained on a table as it stands."""
    encoder = Encoder.fit(frame, with_sides(infer_schema(frame), {}))
    rows = encoder.encode_frame(frame, as_of=AS_OF)
    data = lgb.Dataset(
        rows,
        outcomes,
        feature_name=encoder.feature_names,
        categorical_feature=encoder.categorical_features,
    )
    params = {
        "objective": "binary",
        "num_leaves": 6,
        "learning_rate": 0.1,
        "min_data_in_leaf": 20,
        "seed": seed,
        "deterministic": True,
        "num_threads": 1,
        "verbosity": -1,
    }
    booster = lgb.train(params, data, num_boost_round=rounds)
    return {
        "booster": booster,
        "encoder": encoder,
        "curve": Curve.sigmoid(slope=0.9, intercept=-0.05),
        "reference": build_reference(
            frame=frame,
            encoder=encoder,
            outcomes=outcomes,
            margins=booster.predict(rows, raw_score=True),
            as_of=AS_OF,
            parts=part_cuts(
                encoder, rows, booster.predict(rows, pred_contrib=True), shares=TIER_SHARES
            ),
        ),
        "card": {"name": "lead-scoring", "version": "1"},
    }
