import json

import numpy as np
import pandas as pd
import pytest

from training.slices import compare_slices, holm

N = 4000


def leads(**columns):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "LeadSource": rng.choice(["web", "fair"], N),
            "country": rng.choice(["DE", "CN", "FR"], N),
            "numEmployees": rng.choice([10, 100, 500, 5000], N),
            "language": rng.choice(["en", "zh"], N),
        }
        | columns
    )
    return frame, (rng.random(N) < 0.2).astype(float), rng.normal(0, 0.1, N)


def compared(frame, labels, differences, tolerance=0.002):
    return compare_slices(
        frame, labels, differences, tolerance=tolerance, rng=np.random.default_rng(1)
    )


def test_equal_models_are_worse_nowhere_and_every_kind_of_leads_is_compared():
    found = compared(*leads())

    assert {one.kind for one in found.compared} == {"channel", "region", "size", "language"}
    assert len(found.compared) == 2 + 3 + 4 + 2
    assert found.holds() == []
    json.dumps(found.to_json())


def test_a_slice_that_is_surely_worse_holds_with_its_name_and_figures():
    frame, labels, differences = leads()
    differences += np.where(frame["country"] == "CN", 0.05, -0.025)

    found = compared(frame, labels, differences)

    assert [(one.kind, one.value) for one in found.compared if one.worse] == [("region", "CN")]
    assert "region CN ('country';" in found.holds()[0]
    assert "above the champion's" in found.holds()[0]


def test_a_slice_within_the_tolerance_does_not_hold_however_sure():
    frame, labels, differences = leads()
    differences[frame["country"] == "CN"] = 0.0015

    assert compared(frame, labels, differences).holds() == []


def test_slices_with_few_conversions_or_one_outcome_are_left_out_and_told():
    frame, labels, differences = leads(channel=["rare"] * 60 + ["all"] * 70 + ["rest"] * (N - 130))
    labels[:60], labels[60:130] = 0, 1

    found = compared(frame, labels, differences)

    assert "channel rare: none of its 60 leads converted, 50 are needed" in found.left_out
    assert "channel all: all of its 70 leads converted" in found.left_out


def test_a_column_with_too_many_values_is_no_kind_of_leads():
    frame, labels, differences = leads(region=[f"r{i % 100}" for i in range(N)])

    found = compared(frame, labels, differences)

    assert found.left_out == ("region: column 'region' has 100 values, more than 30",)


def test_no_column_of_a_known_kind_means_no_slices():
    found = compared(pd.DataFrame({"x": np.arange(N)}), np.ones(N), np.zeros(N))

    assert (found.compared, found.left_out) == ((), ())


def test_chance_alone_holds_at_most_one_challenger_in_twenty():
    held = 0
    for seed in range(30):
        frame, labels, _ = leads()
        noise = np.random.default_rng(seed).normal(0, 0.3, N)
        found = compare_slices(frame, labels, noise, tolerance=0, rng=np.random.default_rng(seed))
        held += bool(found.holds())

    assert held <= 4  # 30 * .05 = 1.5 are expected at most; five have a chance of 2 %


def test_holms_correction_is_the_textbooks():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []
    assert holm([0.9, 0.8]) == [1.0, 1.0]
