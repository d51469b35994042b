import numpy as np
import pandas as pd
import pytest

from features.encoder import Encoder
from features.inference import infer_schema
from scoring.calibration import Curve
from tests.realdata import BANK, BANK_ADDITIONAL, SHOPPERS, real_file
from tests.training.tables import a_table
from training.fit import FittedModel, Leads, encoded
from training.recipe import TrainingConfig, grow
from training.suspects import find_suspects

QUICK = TrainingConfig(num_threads=1)
N_TREES = 60


def suspects_of(frame, labels, *, moments=None):
    leads = Leads(frame=frame, labels=labels, moments=moments, groups=None, in_time=True)
    encoder = Encoder.fit(frame, infer_schema(frame))
    table = encoded(encoder, leads)
    model = FittedModel(
        encoder=encoder,
        booster=grow(table, n_trees=N_TREES, config=QUICK),
        n_trees=N_TREES,
        keeper=None,
        curve=Curve.identity(),
        out_of_fold=np.full(len(labels), np.nan),
    )
    return find_suspects(table, model=model, leads=leads, config=QUICK)


LEADS = a_table(n=2000, seed=4, rate=0.15)
WON = (LEADS.pop("won") == "yes").to_numpy()
CAME = LEADS.pop("came")
RNG = np.random.default_rng(8)


def suspects_beside(column):
    frame = LEADS.assign(extra=column)
    return suspects_of(frame, WON.astype(float), moments=CAME.to_numpy("datetime64[us]"))


def test_honest_columns_are_no_suspects():
    assert suspects_beside(RNG.normal(size=2000)) == ()


@pytest.mark.parametrize(
    ("what", "column"),
    [
        ("a copy", np.where(WON, "signed", "gone")),
        ("a copy with slips", np.where(RNG.random(2000) < 0.95, WON, ~WON).astype(int)),
        ("an amount", np.where(WON, RNG.lognormal(9, 1, 2000), 0)),
        ("an amount, empty when lost", np.where(WON, RNG.lognormal(9, 1, 2000), np.nan)),
        ("effort after the fact", RNG.poisson(np.where(WON, 7, 2))),
        ("numbers given to customers", np.where(WON, 10**6, 2 * 10**6) + RNG.permutation(2000)),
    ],
)
def test_a_column_that_knows_the_outcome_is_named_with_its_auc(what, column):
    (suspect,) = suspects_beside(column)

    assert suspect.column == "extra"
    assert "AUC" in suspect.evidence


def test_a_column_that_few_have_and_only_converted_ones_is_named_with_the_count():
    contract = np.where(WON & (RNG.random(2000) < 0.15), RNG.integers(1, 9, 2000) * 1.5, np.nan)
    n = np.isfinite(contract).sum()

    (suspect,) = suspects_beside(contract)

    assert f"of the {n} leads that have it, {n} converted" in suspect.evidence
    assert f"against {WON.mean():.1%} of all" in suspect.evidence


def test_a_reason_that_only_lost_leads_have_is_named():
    reason = np.where(~WON & (RNG.random(2000) < 0.2), "price", None)

    (suspect,) = suspects_beside(reason)

    assert "that have it, 0 converted" in suspect.evidence


def test_a_word_that_only_converted_leads_have_is_named():
    status = np.where(WON & (RNG.random(2000) < 0.2), "customer", RNG.choice(["a", "b"], 2000))

    (suspect,) = suspects_beside(status)

    assert "with one of its words" in suspect.evidence


def test_a_date_after_the_leads_own_time_that_tells_something_is_named():
    days = np.where(WON, RNG.exponential(20, 2000), RNG.exponential(60, 2000)) + 1
    closed = CAME + pd.to_timedelta(days, unit="D")

    (suspect,) = suspects_beside(closed)

    assert "lies after the lead's own time in 100% of the rows" in suspect.evidence


def test_a_second_leak_does_not_hide_behind_a_larger_one():
    frame = LEADS.drop(columns="visits").assign(
        copy=WON.astype(int), calls=RNG.poisson(np.where(WON, 3.4, 1.4))
    )

    found = suspects_of(frame, WON.astype(float))

    assert [suspect.column for suspect in found] == ["copy", "calls"]


REAL = [
    (BANK_ADDITIONAL, "y", "duration"),
    (BANK, "y", "duration"),
    (SHOPPERS, "Revenue", "PageValues"),
]


@pytest.mark.parametrize(("name", "target", "leak"), REAL)
def test_of_the_real_tables_only_the_known_leaks_are_named(name, target, leak):
    frame, labels = a_real_table(name, target)

    assert [suspect.column for suspect in suspects_of(frame, labels)] == [leak]
    assert suspects_of(frame.drop(columns=leak), labels) == ()


@pytest.mark.long
@pytest.mark.parametrize(("name", "target", "leak"), REAL)
def test_they_are_named_too_when_the_rows_stand_in_no_order(name, target, leak):
    frame, labels = a_real_table(name, target)
    shuffled = np.random.default_rng(1).permutation(len(frame))
    frame = frame.iloc[shuffled].reset_index(drop=True)

    assert [suspect.column for suspect in suspects_of(frame, labels[shuffled])] == [leak]
    assert suspects_of(frame.drop(columns=leak), labels[shuffled]) == ()


def a_real_table(name, target):
    frame = pd.read_csv(real_file(name), sep="," if name is SHOPPERS else ";")
    return frame, frame.pop(target).isin(["yes", True]).to_numpy(float)
