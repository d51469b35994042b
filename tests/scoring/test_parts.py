import dataclasses
import json

import numpy as np
import pytest

from features.encoder import Encoder
from features.inference import infer_schema
from features.schema import Side, read_declared
from leads.errors import InvalidInput
from scoring.bundle import load_bundle, write_bundle
from scoring.parts import PartCuts, part_cuts
from scoring.reference import Reference
from scoring.scorer import Scorer
from scoring.sides import side_of, with_sides
from tests.scoring.tables import AS_OF, INDUSTRIES, a_table

ENGAGED = ["pricing_visits_30d", "demo_requested"]


@pytest.mark.parametrize(
    ("name", "side"),
    [
        ("pricing_visits_30d", Side.ENGAGEMENT),
        ("邮件点击次数", Side.ENGAGEMENT),
        ("daysSinceLastActivity", Side.ENGAGEMENT),
        ("account_replies_90d", Side.ENGAGEMENT),
        ("revenue_12m", Side.FIT),
        ("last_rating", Side.ENGAGEMENT),
        ("days_since_created", Side.FIT),
        ("employees", Side.FIT),
        ("行业", Side.FIT),
        ("euribor3m", Side.FIT),
    ],
)
def test_a_columns_name_says_whether_it_is_about_who_they_are_or_what_they_do(name, side):
    assert side_of(name) is side


def test_a_declared_side_overrules_the_name(tmp_path):
    path = tmp_path / "fields.toml"
    path.write_text('[employees]\nside = "engagement"\n')

    schema = with_sides(infer_schema(a_table(n=200)[0]), read_declared(path))

    sides = {field.name: field.side for field in schema.fields}
    assert sides["employees"] is Side.ENGAGEMENT
    assert sides["industry"] is Side.FIT


def test_an_unknown_side_is_refused_with_its_key_path(tmp_path):
    path = tmp_path / "fields.toml"
    path.write_text('[employees]\nside = "both"\n')

    with pytest.raises(InvalidInput) as refused:
        read_declared(path)

    (problem,) = refused.value.problems
    assert problem.pointer == "employees.side"
    assert "one of fit, engagement" in problem.detail


def test_sides_outlive_an_encoders_state():
    schema = with_sides(infer_schema(a_table(n=200)[0]), {})
    encoder = Encoder.fit(a_table(n=200)[0], schema)

    again = Encoder.from_state(json.loads(json.dumps(encoder.to_state())))

    assert [field.name for field in again.fields if field.side is Side.ENGAGEMENT] == ENGAGED


def test_base_value_fit_and_engagement_add_up_to_the_margin(scorer, table):
    for lead in table[0].head(100).to_dict("records"):
        told = scorer.explain(lead, as_of=AS_OF, top=100)

        total = told.base_value + told.parts.fit + told.parts.engagement
        assert total == pytest.approx(told.score.margin, abs=1e-9)
        engaged = [r.contribution for r in told.reasons if r.field in ENGAGED]
        assert sum(engaged) == pytest.approx(told.parts.engagement, abs=1e-9)


def test_one_lead_and_a_table_get_the_same_grades(scorer, table):
    frame = table[0].head(300).astype(dict.fromkeys(ENGAGED, object))
    frame.loc[:40, ENGAGED] = None

    grades = scorer.grade_frame(frame, as_of=AS_OF)

    for i, lead in enumerate(frame.to_dict("records")):
        told = scorer.explain(lead, as_of=AS_OF)
        assert (told.score.fit, told.score.engagement) == (grades.fit[i], grades.engagement[i])
        assert told.parts.fit == grades.fit_log_odds[i]
        assert told.parts.engagement == grades.engagement_log_odds[i]
        assert told.score == scorer.score_one(lead, as_of=AS_OF)


def test_grades_cut_the_reference_leads_at_the_tiers_shares(scorer, table):
    grades = scorer.grade_frame(table[0], as_of=AS_OF)

    shares = [np.isin(grades.fit, list(best)).mean() for best in ("A", "AB", "ABC")]
    assert shares == pytest.approx([0.05, 0.20, 0.50], abs=0.005)


def test_a_part_with_few_values_gives_leads_of_one_value_one_grade(scorer, table):
    grades = scorer.grade_frame(table[0], as_of=AS_OF)

    order = np.argsort(grades.engagement_log_odds, kind="stable")
    ranks = grades.engagement[order].astype(int)
    assert (np.diff(ranks) <= 0).all()
    assert set(ranks) == {1, 2, 3, 4}
    by_value = dict(zip(grades.engagement_log_odds.tolist(), grades.engagement, strict=True))
    assert all(
        by_value[part] == grade
        for part, grade in zip(grades.engagement_log_odds.tolist(), grades.engagement, strict=True)
    )


def test_a_lead_of_whose_doings_nothing_is_known_has_unknown_engagement(scorer):
    known = {"employees": 300, "industry": INDUSTRIES[0]}

    silent = scorer.score_one(known, as_of=AS_OF)
    idle = scorer.score_one(known | {"pricing_visits_30d": 0}, as_of=AS_OF)

    assert silent.engagement is None
    assert silent.fit in {"A", "B"}
    assert idle.engagement == 4


def test_a_lead_of_whom_nothing_is_known_has_no_grades(scorer):
    score = scorer.score_one({}, as_of=AS_OF)

    assert (score.fit, score.engagement) == (None, None)


def test_what_they_are_and_what_they_do_read_differently(scorer):
    fitting = {"employees": 3_000, "industry": "Software", "euribor3m": 0.1}
    idle = {"pricing_visits_30d": 0, "demo_requested": False}
    small = {"employees": 2, "industry": "Retail", "euribor3m": 6.0}
    busy = {"pricing_visits_30d": 6, "demo_requested": True}

    first = scorer.score_one(fitting | idle, as_of=AS_OF)
    second = scorer.score_one(small | busy, as_of=AS_OF)

    assert (first.fit, first.engagement) == ("A", 4)
    assert (second.fit, second.engagement) == ("D", 1)


def test_a_bundle_from_before_tells_no_parts(scorer, table, model, tmp_path):
    older = dataclasses.replace(model["reference"], parts=None)
    write_bundle(tmp_path / "old", **model | {"reference": older})

    told = Scorer(load_bundle(tmp_path / "old"))

    explained = told.explain(table[0].iloc[0].to_dict(), as_of=AS_OF)
    assert not told.tells_parts
    assert (explained.score.fit, explained.score.engagement, explained.parts) == (None, None, None)
    assert (
        explained.score.margin == scorer.score_one(table[0].iloc[0].to_dict(), as_of=AS_OF).margin
    )


def test_cuts_outlive_the_reference_file(model):
    reference = model["reference"]

    again = Reference.from_state(json.loads(json.dumps(reference.to_state(), allow_nan=False)))

    assert again.parts == reference.parts


def test_nobody_is_best_where_too_many_share_the_best_value(model, table):
    frame = table[0]
    rows = model["encoder"].encode_frame(frame, as_of=AS_OF)
    added = np.zeros((len(rows), rows.shape[1] + 1))
    added[: len(rows) // 2, model["encoder"].feature_names.index("pricing_visits_30d")] = 1.0

    cuts = part_cuts(model["encoder"], rows, added, shares=(0.05, 0.20, 0.50))

    assert cuts.fit is None
    assert cuts.engagement == (float("inf"), float("inf"), 1.0)
    assert PartCuts.from_state(json.loads(json.dumps(cuts.to_state(), allow_nan=False))) == cuts


def test_cuts_that_rise_are_refused():
    with pytest.raises(ValueError, match="must fall"):
        PartCuts(fit=(0.0, 1.0, 2.0), engagement=None)
