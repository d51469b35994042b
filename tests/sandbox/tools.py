"""Yardsticks that know nothing of the market: scikit-learn's own, and a ranking measure."""

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

NAMES_AND_DATES = [
    *("lead_id", "first_name", "last_name", "email", "phone", "company"),
    *("created_at", "handed_over_at", "converted"),
]


def won(table):
    return (table["converted"] == "yes").to_numpy()


def inputs(table):
    return table.drop(columns=NAMES_AND_DATES, errors="ignore")


def logistic_regression(table):
    numbers = list(inputs(table).select_dtypes("number"))
    words = [column for column in inputs(table) if column not in numbers]
    scaled = make_pipeline(SimpleImputer(add_indicator=True), StandardScaler())
    one_hot = OneHotEncoder(handle_unknown="ignore", min_frequency=20)
    return make_pipeline(
        make_column_transformer((one_hot, words), (scaled, numbers)),
        LogisticRegression(C=0.3, tol=1e-3, max_iter=300),
    )


def shuffled(n, *, seed=0):
    return np.random.default_rng(seed).permutation(n)


def as_categories(table):
    columns = inputs(table)
    text = [column for column in columns if not pd.api.types.is_numeric_dtype(columns[column])]
    return columns.astype(dict.fromkeys(text, "category"))
