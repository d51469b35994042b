"""What a BentoML tutorial would serve: a scikit-learn pipeline behind one `@bentoml.api`."""

import os
from typing import Any

import bentoml


@bentoml.service(name="plain", http={"host": "127.0.0.1"})
class Plain:
    """Trains when it starts, so that nothing is pickled."""

    def __init__(self) -> None:
        import lightgbm as lgb
        import pandas as pd
        from sklearn.compose import make_column_selector, make_column_transformer
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import OneHotEncoder

        leads = pd.read_csv(os.environ["BENCH_LEADS"])
        outcomes = leads.pop("outcome")
        words = make_column_selector(dtype_include="str")
        columns = make_column_transformer(
            (OneHotEncoder(handle_unknown="ignore"), words), remainder="passthrough"
        )
        model = lgb.LGBMClassifier(n_estimators=100, num_leaves=15, n_jobs=1, verbose=-1)
        self.frame = pd.DataFrame
        self.pipeline = make_pipeline(columns, model).fit(leads, outcomes)

    @bentoml.api
    def score(self, leads: list[dict[str, Any]]) -> list[float]:
        """The leads' probabilities."""
        found: list[float] = self.pipeline.predict_proba(self.frame(leads))[:, 1].tolist()
        return found
