import re

import pytest

from leads.score import Locale, Tier
from tests.factories import NOON
from tests.journeys.demo_reasons import demo_scorer, golden_path, sentences


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    return demo_scorer(tmp_path_factory.mktemp("demo"))


@pytest.mark.xdist_group("demo")
@pytest.mark.parametrize("locale", Locale)
def test_the_top_three_sentences_of_twenty_demo_leads_are_as_people_approved_them(demo, locale):
    told = sentences(*demo, locale)

    assert told == golden_path(locale).read_text(encoding="utf-8")


@pytest.mark.xdist_group("demo")
@pytest.mark.parametrize("locale", Locale)
def test_no_sentence_shows_a_code_a_column_name_or_log_odds(demo, locale):
    scorer, leads = demo
    told = sentences(scorer, leads, locale)

    for field in scorer.encoder.fields:
        if "_" in field.name:
            assert field.name not in told
    assert not re.search(r"\b_?\d+d\b|log.?odds|margin|nan|None", told)


@pytest.mark.xdist_group("demo")
def test_all_four_tiers_occur_among_the_demo_leads(demo):
    scorer, leads = demo

    assert {scorer.score_one(lead, as_of=NOON).tier for lead in leads} == set(Tier)
