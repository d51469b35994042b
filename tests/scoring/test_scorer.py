from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import shap
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.errors import InvalidInput
from leads.score import Direction
from scoring.bundle import load_bundle
from scoring.scorer import Scorer
from tests.scoring.tables import AS_OF, INDUSTRIES

leads = st.fixed_dictionaries(
    {},
    optional={
        "employees": st.one_of(st.none(), st.integers(0, 10**7), st.just("1,200"), st.just("n/a")),
        "pricing_visits_30d": st.one_of(st.integers(0, 40), st.just(float("nan"))),
        "industry": st.sampled_from([*INDUSTRIES, "Mining", "never seen", "", None]),
        "demo_requested": st.sampled_from([True, False, None, "yes", "no", "perhaps"]),
        "euribor3m": st.floats(-5, 9),
        "created_at": st.sampled_from(["2026-01-01", "2025-12-24T08:00:00Z", "soon", None]),
        "stranger": st.text(max_size=3),
    },
)


def test_one_lead_and_a_table_get_the_same_bits(scorer, table):
    frame, _ = table

    scored = scorer.score_frame(frame, as_of=AS_OF)

    for i, lead in enumerate(frame.head(300).to_dict("records")):
        one = scorer.score_one(lead, as_of=AS_OF)
        assert one.p_convert == scored.p_convert[i]
        assert one.margin == scored.margin[i]
        assert one.times_average == scored.times_average[i]
        assert (one.points, one.tier) == (scored.points[i], scored.tier[i])


def test_a_table_scored_in_parts_or_by_more_threads_gets_the_same_bits(scorer, table):
    frame, _ = table
    parallel = Scorer(scorer.bundle, num_threads=2)

    whole = scorer.score_frame(frame, as_of=AS_OF)

    part = scorer.score_frame(frame.iloc[500:507], as_of=AS_OF)
    assert part.p_convert.tolist() == whole.p_convert[500:507].tolist()
    again = parallel.score_frame(frame, as_of=AS_OF)
    assert again.p_convert.tolist() == whole.p_convert.tolist()


def test_the_margin_is_lightgbms_own(scorer, table):
    frame, _ = table
    rows = scorer.encoder.encode_frame(frame.head(50), as_of=AS_OF)

    expected = scorer.bundle.booster.predict(rows, raw_score=True)

    leads = frame.head(50).to_dict("records")
    assert [scorer.score_one(lead, as_of=AS_OF).margin for lead in leads] == expected.tolist()


@settings(max_examples=100, deadline=None)
@given(lead=leads)
def test_base_value_reasons_and_the_rest_add_up_to_the_margin(scorer, lead):
    explained = scorer.explain(lead, top=3, as_of=AS_OF)

    added = sum(reason.contribution for reason in explained.reasons)
    total = explained.base_value + added + explained.other
    assert total == pytest.approx(explained.score.margin, abs=1e-9)
    assert explained.score == scorer.score_one(lead, as_of=AS_OF)
    assert len(explained.reasons) <= 3


def test_contributions_equal_those_of_shap(scorer, table):
    frame, _ = table
    rows = scorer.encoder.encode_frame(frame.head(200), as_of=AS_OF)

    ours = scorer.contributions(frame.head(200), as_of=AS_OF)

    theirs = shap.TreeExplainer(scorer.bundle.booster)(rows)
    values = theirs.values[..., 1] if theirs.values.ndim == 3 else theirs.values
    assert ours[:, :-1] == pytest.approx(values, abs=1e-9)
    margins = scorer.score_frame(frame.head(200), as_of=AS_OF).margin
    assert ours.sum(axis=1) == pytest.approx(margins, abs=1e-9)


def test_reasons_come_greatest_first_and_say_their_direction(scorer, table):
    lead = table[0].iloc[3].to_dict()

    reasons = scorer.explain(lead, top=50, as_of=AS_OF).reasons

    sizes = [abs(reason.contribution) for reason in reasons]
    assert sizes == sorted(sizes, reverse=True)
    for reason in reasons:
        assert (reason.contribution > 0) == (reason.direction is Direction.RAISES)


def test_a_higher_margin_never_has_a_lower_probability_points_or_tier(scorer, table):
    scored = scorer.score_frame(table[0], as_of=AS_OF)

    order = np.argsort(scored.margin)

    assert (np.diff(scored.p_convert[order]) >= 0).all()
    assert (np.diff(scored.points[order]) >= 0).all()
    assert (scored.tier[order][1:] <= scored.tier[order][:-1]).all()


def test_times_average_is_against_the_mean_shown_probability(scorer, table):
    scored = scorer.score_frame(table[0], as_of=AS_OF)

    assert scored.times_average.mean() == pytest.approx(1, rel=0.01)


def test_an_empty_table_has_no_scores(scorer, table):
    scored = scorer.score_frame(table[0].head(0), as_of=AS_OF)

    assert len(scored.p_convert) == len(scored.points) == len(scored.tier) == 0
    assert scorer.contributions(table[0].head(0), as_of=AS_OF).shape == (0, 8)


def test_a_lead_that_tells_nothing_is_scored_with_every_field_imputed(scorer):
    score = scorer.score_one({}, as_of=AS_OF)

    assert set(score.imputed) == {field.name for field in scorer.encoder.fields}
    assert 0 < score.p_convert < 1


def test_what_was_odd_about_a_lead_is_said(scorer):
    score = scorer.score_one({"employees": "many", "shoe_size": 44}, as_of=AS_OF)

    assert score.warnings == ("unreadable:employees", "unknown_field:shoe_size")


def test_a_model_with_dates_asks_as_of_when(scorer):
    with pytest.raises(InvalidInput, match="as of when"):
        scorer.score_one({})


def test_many_threads_get_what_one_gets(written, table):
    scorer = Scorer(load_bundle(written))
    leads = table[0].to_dict("records")
    expected = [scorer.score_one(lead, as_of=AS_OF) for lead in leads]

    with ThreadPoolExecutor(8) as threads:
        work = threads.map(lambda lead: scorer.score_one(lead, as_of=AS_OF), leads * 4)
        explained = threads.map(lambda lead: scorer.explain(lead, as_of=AS_OF).score, leads[:100])

        assert list(work) == expected * 4
        assert list(explained) == expected[:100]
