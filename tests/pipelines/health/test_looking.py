from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from leads.errors import InvalidInput
from leads.score import Locale
from pipelines.health.looking import alarms, look_at_file, look_at_store
from pipelines.health.words import alarm_sentences, told
from tests.pipelines.health.conftest import NOW, a_score
from tests.serving import models
from tests.workshop import settings_in


def look(store, model, **given):
    with store.reading() as unit:
        return look_at_store(unit, model, now=NOW, **given)


def test_without_a_champion_or_without_scores_nothing_is_alarming(store, promoted, tmp_path):
    assert alarms(store, settings_in(tmp_path), NOW) == []
    assert alarms(store, promoted, NOW) == []


def test_leads_like_those_of_training_raise_no_alarm(store, promoted, kept):
    kept(400, days=(0, 30))

    assert alarms(store, promoted, NOW) == []


def test_a_field_that_comes_empty_is_named_with_since_when_and_what_to_do(store, promoted, kept):
    kept(300, days=(15, 60), seed=1)
    kept(300, days=(0, 15), seed=2, change=lambda lead: lead | {"industry": None})

    (found,) = [each for each in alarms(store, promoted, NOW) if each.startswith("Industry")]

    assert "not known are" in found
    assert "against 0 % in training" in found
    since = found.split("since about ")[1][:10]
    assert abs((np.datetime64(since) - np.datetime64("2026-05-17")).astype(int)) <= 2
    assert "Check the form or import" in found


def test_a_field_in_another_unit_is_an_alarm(store, model, kept):
    kept(400, change=lambda lead: lead | {"employees": lead["employees"] / 1000})

    health = look(store, model)

    assert "employees" in {alarm.subject for alarm in health.checkup.alarms}
    one = next(each for each in told(health, Locale.ZH) if each.subject == "employees")
    assert "训练时" in one.what
    assert "单位" in one.do


def test_a_new_value_that_many_leads_have_is_named_and_a_rare_one_is_not(store, model, kept):
    def change(lead):
        industry = {"retail": "aerospace", "banking": "Jane Doe"}.get(lead["industry"])
        rare = industry == "Jane Doe" and lead["employees"] > 20
        return lead if industry is None or rare else lead | {"industry": industry}

    kept(400, change=change)

    sentences = " ".join(alarm_sentences(look(store, model), Locale.EN))
    assert "“aerospace”" in sentences
    assert "Jane Doe" not in sentences


def test_too_few_leads_are_not_compared(store, model, kept):
    kept(49, change=lambda lead: lead | {"industry": None})

    found = look(store, model).checkup

    assert found.n_recent == 49
    assert (found.fields, found.score, found.alarms) == ((), None, ())


def test_conversions_as_promised_raise_no_alarm_and_half_of_them_do(store, model, kept):
    kept(1_500, days=(0, 300), won="as shown")
    fine = look(store, model).checkup
    kept(500, days=(90, 120), seed=5, won="as shown", odds=0.3)

    half = look(store, model).checkup

    assert not [alarm for alarm in fine.alarms if alarm.kind in ("promises", "slowly")]
    assert [alarm.kind for alarm in half.alarms if alarm.kind == "promises"]
    assert half.promises.recent.converted < half.promises.recent.expected


def test_only_outcomes_whose_window_has_passed_are_judged(store, model, kept):
    kept(300, days=(0, 180), won="as shown")

    found = look(store, model).checkup

    assert found.n_known == sum(month.promises.n for month in found.months)
    assert 120 < found.n_known < 180
    assert found.delays is not None
    assert 20 < found.delays[0] < 60


def test_a_lead_scored_every_day_counts_once_and_is_judged_once_a_window(store, model, kept):
    kept(200, days=(100, 120))
    frame, _ = models.some_leads(seed=9, n=1)
    said = frame.assign(created="2026-01-05").to_dict("records")[0]
    found = model_score(model, said)
    with store.writing() as unit:
        unit.scores.add(
            [a_score("L-1-0", found, said, NOW - timedelta(days=day)) for day in range(1, 200)]
        )

    checkup = look(store, model).checkup

    assert checkup.n_recent == 1
    assert checkup.n == 200 + 6
    assert checkup.n_known == 200 + 1


def model_score(model, said):
    from scoring.scorer import Scorer

    return Scorer(model.bundle).score_one(said, as_of=NOW)


def test_a_file_is_scored_and_looked_at_like_the_store(model, make_file, tmp_path):
    frame, _ = models.some_leads(seed=4, n=300)
    frame.assign(created="2026-01-05", trial=None).to_csv(tmp_path / "leads.csv", index=False)

    found = look_at_file(tmp_path / "leads.csv", model, now=NOW)

    assert found.source == "leads.csv"
    assert {alarm.subject for alarm in found.checkup.alarms} >= {"trial"}
    assert "no times: all leads are compared at once" in found.warnings
    with pytest.raises(InvalidInput, match=r"other\.csv: none of the columns"):
        look_at_file(make_file("a,b\n1,2\n", "other.csv"), model, now=NOW)


def test_outcomes_are_those_the_model_learnt_to_foresee(store, model, kept):
    kept(200, days=(100, 120), won=0.5)
    card = {"cohort": {"conversion": "won", "window_days": 60}}

    deals = look(store, model).checkup
    wins = look(store, replace(model, bundle=replace(model.bundle, card=card))).checkup

    assert deals.promises.recent.converted > 50
    assert wins.promises.recent.converted == 0
    assert wins.n_known == 200
