import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.encoder import Encoder
from features.inference import infer_schema
from leads.score import Tier
from scoring.bands import Shape, bands_of
from scoring.calibration import Curve
from scoring.cuts import MIN_LEADS, number_cuts
from scoring.reference import Reference, build_reference
from tests.scoring.tables import a_table


@pytest.fixture(scope="module")
def reference(model):
    return model["reference"]


def bands_named(reference, name):
    return next(bands for bands in reference.fields if bands.field == name)


def test_every_field_counts_every_lead_of_the_table_once(reference, table):
    frame, outcomes = table

    for bands in reference.fields:
        assert sum(band.n for band in bands.bands) == len(frame), bands.field
        assert sum(band.converted for band in bands.bands) == outcomes.sum(), bands.field


def test_a_bands_rate_is_counted_in_the_given_rows(reference, table):
    frame, outcomes = table

    software = next(b for b in bands_named(reference, "industry").bands if b.word == "Software")

    assert software.n == (frame["industry"] == "Software").sum()
    assert software.rate == outcomes[frame["industry"] == "Software"].mean()


def test_words_with_few_leads_are_not_named_in_the_reference(reference, table):
    frame, _ = table

    assert 0 < (frame["industry"] == "Mining").sum() < MIN_LEADS
    assert "Mining" not in json.dumps(reference.to_state())
    assert any(b.shape is Shape.OTHER for b in bands_named(reference, "industry").bands)


def test_missing_values_have_a_band_of_their_own(reference, table):
    frame, _ = table

    missing = next(b for b in bands_named(reference, "employees").bands if b.shape is Shape.MISSING)

    assert missing.n == frame["employees"].isna().sum()


def test_employees_come_in_customary_size_classes(reference):
    bands = bands_named(reference, "employees").bands

    assert {b.low for b in bands if b.low} <= {10, 50, 200, 500, 1000, 5000}


def test_a_frequent_zero_stands_alone(reference):
    visits = bands_named(reference, "pricing_visits_30d")

    assert any((b.low, b.high) == (0.0, 1.0) and b.n > MIN_LEADS for b in visits.bands)


@settings(max_examples=60, deadline=None)
@given(
    whole=st.booleans(),
    seed=st.integers(0, 10_000),
    scale=st.sampled_from([0.001, 1, 50, 1e6]),
    n=st.integers(1, 700),
)
def test_cuts_rise_and_put_every_value_into_the_band_it_is_found_in(whole, seed, scale, n):
    values = np.random.default_rng(seed).normal(0, scale, n)
    values = values.round() if whole else values

    cuts = number_cuts(values, whole=whole)

    assert all(low < high for low, high in pairwise(cuts))
    counts = np.diff([0, *np.searchsorted(np.sort(values), cuts), n])
    assert counts.sum() == n


def test_a_value_finds_the_band_that_counted_it(table):
    frame, outcomes = table
    encoder = Encoder.fit(frame, infer_schema(frame))
    i = [field.name for field in encoder.fields].index("euribor3m")
    values = frame["euribor3m"].to_numpy()

    bands = bands_of(encoder.fields[i], values, outcomes)

    found = [bands.band_of(v, kind=encoder.fields[i].kind, words=()) for v in values.tolist()]
    for band in bands.bands:
        assert found.count(band) == band.n


def test_points_are_the_rank_among_the_reference_margins(reference):
    quantiles = reference.quantiles

    assert reference.standing_one(quantiles[0] - 1) == (0, Tier.D)
    assert reference.standing_one(quantiles[-1] + 1) == (100, Tier.A)
    assert reference.standing_one((quantiles[500] + quantiles[501]) / 2)[0] == 50


def test_tiers_are_the_top_five_twenty_and_fifty_per_cent():
    margins = np.random.default_rng(2).normal(0, 1, 20_000)
    frame, outcomes = a_table(n=200)
    encoder = Encoder.fit(frame, infer_schema(frame[["employees"]]))
    reference = build_reference(frame=frame, encoder=encoder, outcomes=outcomes, margins=margins)

    _, tiers = reference.standing(margins)

    shares = [(tiers == letter).mean() for letter in "ABCD"]
    assert shares == pytest.approx([0.05, 0.15, 0.30, 0.50], abs=0.002)


def test_tier_shares_can_be_set_by_capacity(reference):
    scarce = replace(reference, tier_shares=(0.01, 0.02, 0.03))

    assert scarce.standing_one(reference.quantiles[960])[1] is Tier.D
    assert reference.standing_one(reference.quantiles[960])[1] is Tier.A


@settings(max_examples=50, deadline=None)
@given(margins=st.lists(st.floats(-8, 8), min_size=1, max_size=30))
def test_standing_alone_and_in_an_array_agree(reference, margins):
    margins = [*margins, *reference.quantiles[::250]]

    points, tiers = reference.standing(np.array(margins))

    alone = [reference.standing_one(margin) for margin in margins]
    assert list(zip(points.tolist(), tiers.tolist(), strict=True)) == alone


def test_equal_margins_get_the_middle_rank():
    frame, outcomes = a_table(n=200)
    encoder = Encoder.fit(frame, infer_schema(frame[["employees"]]))
    flat = build_reference(frame=frame, encoder=encoder, outcomes=outcomes, margins=np.zeros(9))

    assert flat.standing_one(0.0) == (50, Tier.C)


def test_the_average_shown_is_renewed_with_the_curve(reference):
    low, high = (Curve.sigmoid(slope=1, intercept=shift) for shift in (-1, 1))

    assert reference.mean_shown(low) < reference.mean_shown(high)
    shown = high.probability(np.array(reference.quantiles))
    assert reference.mean_shown(high) == pytest.approx(shown.mean(), rel=0.002)


def test_a_reference_survives_json_unchanged(reference):
    assert Reference.from_state(json.loads(json.dumps(reference.to_state()))) == reference


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"quantiles": (0.0,) * 5}, "1001 finite quantiles"),
        ({"quantiles": tuple(range(1001, 0, -1))}, "quantiles must rise"),
        ({"converted": 10**9}, "cannot have converted"),
        ({"tier_shares": (0.5, 0.2, 0.1)}, "tier shares must rise"),
    ],
)
def test_an_impossible_reference_is_refused(reference, change, message):
    with pytest.raises(ValueError, match=message):
        replace(reference, **change)
