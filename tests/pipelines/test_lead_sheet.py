import doctest
import re
from html.parser import HTMLParser

import pytest

from leads.score import Locale
from pipelines.reports import lead_sheet as module
from pipelines.reports.lead_sheet import chance_in_words, lead_sheet
from scoring.bundle import load_bundle, write_bundle
from scoring.scorer import Scorer
from tests.scoring.tables import AS_OF, a_model, a_table


@pytest.fixture(scope="module")
def scorer(tmp_path_factory):
    directory = tmp_path_factory.mktemp("bundles") / "1"
    write_bundle(directory, **a_model(*a_table()))
    return Scorer(load_bundle(directory))


@pytest.fixture
def sheet(scorer):
    def sheet_of(lead, *, who="Ada Young, Acme", locales=(Locale.EN, Locale.ZH)):
        return lead_sheet(
            {locale: scorer.explain(lead, locale=locale, as_of=AS_OF) for locale in locales},
            who=who,
            fields=scorer.encoder.fields,
            model_name="lead-scoring",
            model_version="3",
            as_of=AS_OF,
        )

    return sheet_of


class Balanced(HTMLParser):
    """Collects tags left open and addresses."""

    def __init__(self):
        super().__init__()
        self.open, self.addresses = [], []

    def handle_starttag(self, tag, attributes):
        if tag not in {"meta", "input"}:
            self.open.append(tag)
        self.addresses += [value for name, value in attributes if name in {"href", "src"}]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_sheet_says_chance_tier_points_and_reasons_in_both_languages(sheet, scorer):
    lead = {"employees": 350, "pricing_visits_30d": 4, "industry": "Software"}

    page = sheet(lead)

    for locale in Locale:
        explained = scorer.explain(lead, locale=locale, as_of=AS_OF)
        for reason in explained.reasons:
            assert reason.text in page
    score = explained.score
    for shown in (f"Tier {score.tier}", f"{score.tier}级", f"{score.points} of 100 points"):
        assert shown in page
    assert "Model lead-scoring, version 3 · As of 2026-03-02 09:00 UTC" in page


def test_the_sheet_is_well_formed_and_fetches_nothing(sheet):
    html, page = sheet({"employees": 12}), Balanced()

    page.feed(html)

    assert page.open == []
    assert page.addresses == []
    assert not re.search(r"<script|url\(|@import|https?:", html)


def test_a_lead_named_like_markup_stays_text(sheet):
    page = sheet({"industry": "<img src=x onerror=alert(1)>"}, who="<script>\"&'</script>")

    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


def test_what_is_not_known_is_listed_by_its_label(sheet):
    page = sheet({"employees": 12})

    assert "Not known about this lead: Visits to the pricing page (last 30 days), Industry" in page
    assert "该线索尚缺的信息" in page


def test_fit_and_engagement_stand_side_by_side_in_words(sheet):
    page = sheet(
        {"employees": 3_000, "industry": "Software", "euribor3m": 0.1, "pricing_visits_30d": 0}
    )

    assert "<b>A4</b> fits well, not active" in page
    assert "<b>A4</b> 匹配度高，不活跃" in page


def test_unknown_engagement_is_said_to_be_unknown(sheet):
    page = sheet({"employees": 3_000, "industry": "Software", "euribor3m": 0.1})

    assert "<b>A?</b> fits well, activity not known" in page


def test_the_first_language_given_is_shown_first(sheet):
    page = sheet({}, locales=(Locale.ZH, Locale.EN))

    assert page.startswith('<!doctype html>\n<html lang="zh">')
    assert 'id="show-zh" checked' in page


@pytest.mark.parametrize(
    ("p_convert", "words"),
    [
        (0.0004, "fewer than 1 in 1,000 such leads convert"),
        (0.0042, "about 1 in 240 such leads convert"),
        (0.1, "about 1 in 10 such leads convert"),
        (0.25, "about 1 in 4 such leads convert"),
        (0.94, "about 9 in 10 such leads convert"),
        (0.97, "nearly all such leads convert"),
    ],
)
def test_a_chance_is_told_as_a_count_of_leads(p_convert, words):
    assert chance_in_words(p_convert, Locale.EN) == words


def test_examples_in_the_documentation_hold():
    assert doctest.testmod(module).failed == 0
