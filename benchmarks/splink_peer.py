"""Splink, trained on the table at hand, as a careful user would set it up; for benchmarks only."""

import logging
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd


@dataclass(frozen=True, kw_only=True)
class SplinkSetup:
    """Comparisons by column and kind, blocking rules, and the rules its EM is trained under.

    sure    rules that are nearly always right, with the recall they are thought to have
    """

    comparisons: Sequence[tuple[str, str]]
    blocking: Sequence[Sequence[str]]
    training: Sequence[Sequence[str]]
    sure: Sequence[Sequence[str]]
    recall: float


FEBRL = SplinkSetup(
    comparisons=[
        ("given_name", "name"),
        ("surname", "name"),
        ("date_of_birth", "code"),
        ("soc_sec_id", "code"),
        ("postcode", "code_tf"),
        ("street_number", "exact"),
        ("address_1", "text"),
        ("address_2", "text"),
        ("suburb", "text"),
        ("state", "exact"),
    ],
    blocking=[
        ["soc_sec_id"],
        ["date_of_birth"],
        ["given_name", "surname"],
        ["surname", "postcode"],
        ["given_name", "suburb"],
        ["given_name", "postcode"],
        ["surname", "suburb"],
        ["address_1"],
        ["address_2", "postcode"],
    ],
    training=[["date_of_birth"], ["given_name", "surname"], ["soc_sec_id"]],
    sure=[["soc_sec_id"]],
    recall=0.85,
)
CONTACTS = SplinkSetup(
    comparisons=[
        ("first_name", "name"),
        ("surname", "name"),
        ("dob", "dob"),
        ("city", "exact_tf"),
        ("email", "email"),
    ],
    blocking=[
        ["first_name"],
        ["surname"],
        ["dob"],
        ["email"],
        ["city", "substr(first_name,1,2)"],
        ["city", "substr(surname,1,2)"],
    ],
    training=[["first_name", "surname"], ["dob"], ["email"]],
    sure=[["first_name", "surname", "dob"], ["email"]],
    recall=0.6,
)
LEADS = SplinkSetup(
    comparisons=[
        ("first_name", "name"),
        ("last_name", "name"),
        ("email", "email"),
        ("phone", "code"),
        ("mobile", "code"),
        ("company", "text_tf"),
        ("domain", "exact_tf"),
        ("job_title", "text"),
        ("city", "exact_tf"),
        ("country", "exact_tf"),
    ],
    blocking=[
        ["email"],
        ["phone"],
        ["mobile"],
        ["first_name", "last_name"],
        ["last_name", "company"],
        ["first_name", "company"],
        ["last_name", "domain"],
        ["first_name", "domain"],
    ],
    training=[["email"], ["first_name", "last_name"], ["phone"]],
    sure=[["email"], ["first_name", "last_name", "company"], ["phone", "last_name"]],
    recall=0.7,
)
LEAD_SETUPS = {
    "Splink": LEADS,
    # without what hangs together with company and name, which its model takes as independent
    "Splink, 6 columns": replace(LEADS, comparisons=LEADS.comparisons[:6]),
}
BARS = (0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999, 0.99999, 0.999999)


def splink_clusters(
    frames: Sequence[pd.DataFrame], setup: SplinkSetup, bars: Sequence[float] = BARS
) -> dict[float, np.ndarray]:
    """The cluster of each row at each threshold; two frames are linked, one is de-duplicated."""
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    from splink import Linker, SettingsCreator, block_on

    frames = [frame.assign(unique_id=range(len(frame))) for frame in frames]
    settings = SettingsCreator(
        link_type="dedupe_only" if len(frames) == 1 else "link_only",
        comparisons=[_comparison(column, kind) for column, kind in setup.comparisons],
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in setup.blocking],
    )
    linker = Linker(_registered(frames), settings)
    train = linker.training
    train.estimate_probability_two_random_records_match(
        [block_on(*rule) for rule in setup.sure], recall=setup.recall
    )
    train.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in setup.training:
        train.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    pairs = linker.inference.predict(threshold_match_probability=min(bars))
    return {bar: _clusters(linker, pairs, bar, frames) for bar in bars}


def _registered(frames: Sequence[pd.DataFrame]) -> object:
    from splink.backends.duckdb import DuckDBAPI

    api = DuckDBAPI()
    tables = [
        api.register(frame, dataset_display_name=f"table_{place}")
        for place, frame in enumerate(frames)
    ]
    return tables[0] if len(tables) == 1 else tables


def _clusters(linker, pairs, bar: float, frames: Sequence[pd.DataFrame]) -> np.ndarray:
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, bar)
    frame = found.as_pandas_dataframe()
    keys = ["source_dataset", "unique_id"] if len(frames) > 1 else ["unique_id"]
    ordered = frame.sort_values(keys)
    return pd.factorize(ordered["cluster_id"])[0]


def _comparison(column: str, kind: str):
    import splink.comparison_library as cl

    frequent = {"term_frequency_adjustments": True}
    return {
        "name": lambda: cl.NameComparison(column).configure(**frequent),
        "code": lambda: cl.DamerauLevenshteinAtThresholds(column, [1, 2]),
        "code_tf": lambda: cl.DamerauLevenshteinAtThresholds(column, [1, 2]).configure(**frequent),
        "dob": lambda: cl.DateOfBirthComparison(column, input_is_string=True),
        "email": lambda: cl.EmailComparison(column).configure(**frequent),
        "text": lambda: cl.JaroWinklerAtThresholds(column, [0.9, 0.7]),
        "text_tf": lambda: cl.JaroWinklerAtThresholds(column, [0.9, 0.7]).configure(**frequent),
        "exact": lambda: cl.ExactMatch(column),
        "exact_tf": lambda: cl.ExactMatch(column).configure(**frequent),
    }[kind]()
