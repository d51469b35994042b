import re
from dataclasses import replace

import pytest
from hypothesis import given, settings

from features.schema import Field, Kind
from leads.score import Direction, Locale
from scoring.bands import Band, Shape
from scoring.bundle import load_bundle, write_bundle
from scoring.reasons import Told, shown_value
from scoring.scorer import Scorer
from scoring.sentences import Fact, sentence
from tests.scoring.tables import AS_OF, a_model, a_table
from tests.scoring.test_scorer import leads

BOTH = list(Locale)


def said(band, *, name="employees", kind=Kind.NUMBER, locale=Locale.EN, shown=None, raises=True):
    fact = Fact(field=Field(name=name, kind=kind), band=band, shown=shown, whole=True)
    direction = Direction.RAISES if raises else Direction.LOWERS
    return sentence(fact, direction=direction, base_rate=0.1, locale=locale)


def a_range(low=200.0, high=500.0, *, n=1000, converted=210):
    return Band(shape=Shape.RANGE, low=low, high=high, n=n, converted=converted)


def test_a_reason_names_the_value_and_how_often_such_leads_convert():
    assert said(a_range()) == (
        "Companies with 200-499 people convert 2.1x as often as average (21 % against 10 %)."
    )
    assert said(a_range(), locale=Locale.ZH) == (
        "拥有200-499名员工的公司，转化率是平均水平的2.1倍（21%，平均为10%）。"
    )


def test_a_lead_inside_a_band_is_placed_in_it():
    assert said(a_range(), shown="350").startswith("Companies with 200-499 people (here 350) ")


@pytest.mark.parametrize(
    ("converted", "words"),
    [
        (50, "half as often as average (5 % against 10 %)"),
        (200, "twice as often as average (20 % against 10 %)"),
        (40, "0.4x as often as average (4 % against 10 %)"),
        (2, "under 0.1x as often as average (0.2 % against 10 %)"),
    ],
)
def test_multiples_are_put_as_people_would(converted, words):
    assert words in said(a_range(converted=converted), raises=converted > 100)


def test_a_rate_near_the_average_is_not_made_a_multiple():
    text = said(a_range(converted=103), raises=False)

    assert "convert about as often as average (10.3 % against 10 %)" in text
    assert text.endswith("together with the other facts about this lead, this lowers the chance.")


def test_a_contribution_against_the_bands_own_rate_is_told_honestly():
    assert said(a_range(), raises=False) == (
        "On their own, companies with 200-499 people convert 2.1x as often as average "
        "(21 % against 10 %); together with the other facts about this lead, this lowers the "
        "chance."
    )


def test_too_few_leads_have_no_rate():
    text = said(a_range(n=29, converted=20))

    assert "29 so far, too few to say how often they convert" in text
    assert "%" not in text


def test_few_leads_are_counted_beside_their_rate():
    assert "(30 % of 40 against 10 %)" in said(a_range(n=40, converted=12))


def test_leads_of_whom_none_converted_have_no_multiple():
    assert said(a_range(converted=0), raises=False) == (
        "Of 1,000 earlier companies with 200-499 people, none converted (average 10 %)."
    )


def test_the_window_of_a_count_is_said_in_words():
    visits = a_range(3.0, 6.0)

    assert said(visits, name="pricing_visits_30d") == (
        "Leads with 3-5 visits to the pricing page in the last 30 days convert 2.1x as often "
        "as average (21 % against 10 %)."
    )
    assert said(visits, name="foo_bar_7d", locale=Locale.ZH).startswith("近7天“foo bar”为3-5的线索")


def test_any_header_makes_a_readable_sentence():
    fact = Fact(
        field=Field(name="euribor3m", kind=Kind.NUMBER),
        band=a_range(1.2, 1.4),
        shown="1.313",
        whole=False,
    )

    text = sentence(fact, direction=Direction.RAISES, base_rate=0.1, locale=Locale.EN)

    assert text == (
        "Leads whose “euribor3m” is between 1.2 and 1.4 (here 1.313) convert 2.1x as often "
        "as average (21 % against 10 %)."
    )


@pytest.mark.parametrize(
    ("name", "kind", "band", "start"),
    [
        ("industry", Kind.CATEGORY, {"shape": Shape.WORD, "word": "医疗"}, "Companies in the"),
        ("poutcome", Kind.CATEGORY, {"shape": Shape.OTHER}, "Leads with a rarer “poutcome”"),
        ("員工", Kind.CATEGORY, {"shape": Shape.MISSING}, "Leads whose “員工” is not known"),
        ("employees", Kind.NUMBER, {"shape": Shape.MISSING}, "Companies whose number of employees"),
        ("demo_requested", Kind.BOOLEAN, {"shape": Shape.NO}, "Leads who did not ask for a demo"),
        ("housing", Kind.BOOLEAN, {"shape": Shape.YES}, "Leads whose “housing” is yes"),
        ("email_opens", Kind.NUMBER, {"shape": Shape.RANGE, "low": 0.0, "high": 1.0}, "Leads who"),
        ("signed", Kind.DATE, {"shape": Shape.RANGE, "high": 0.0}, "Leads whose “signed” lies"),
        ("x", Kind.NUMBER, {"shape": Shape.RANGE}, "Leads whose “x” is known"),
        ("x", Kind.NUMBER, {"shape": Shape.RANGE, "low": 5.0}, "Leads whose “x” is 5 or more"),
        ("x", Kind.NUMBER, {"shape": Shape.RANGE, "high": 5.0}, "Leads whose “x” is below 5"),
        (
            "created_at",
            Kind.DATE,
            {"shape": Shape.RANGE, "low": 30.0, "high": 90.0},
            "Leads that came in 30 to 90 days ago",
        ),
    ],
)
def test_every_shape_of_band_has_its_words(name, kind, band, start):
    made = Band(n=1000, converted=210, **band)

    assert said(made, name=name, kind=kind).startswith(start)
    assert said(made, name=name, kind=kind, locale=Locale.ZH).endswith("。")


def test_the_sentence_changes_when_the_data_change(tmp_path):
    texts = []
    for effect in (0.3, 2.5):
        directory = tmp_path / str(effect)
        write_bundle(directory, **a_model(*a_table(demo_effect=effect)))
        scorer = Scorer(load_bundle(directory))
        reasons = scorer.explain({"demo_requested": True}, top=9, as_of=AS_OF).reasons
        texts.append(next(r.text for r in reasons if r.field == "demo_requested"))

    multiples = [float(re.search(r"convert ([\d.]+)x", text)[1]) for text in texts]
    assert multiples[1] > multiples[0] + 0.5


@settings(max_examples=25, deadline=None)
@given(lead=leads)
def test_no_sentence_shows_a_code_a_suffix_or_an_internal_name(scorer, lead):
    for locale in BOTH:
        for reason in scorer.explain(lead, top=20, locale=locale, as_of=AS_OF).reasons:
            shown = f"{reason.label} {reason.text}"
            assert not re.search(r"_\d+d|_|log.?odds|\bnan\b|\bNone\b|[{}]", shown), shown
            assert str(reason.contribution)[:6] not in reason.text


def test_a_missing_value_says_so_in_both_languages(scorer):
    for locale, value, words in [
        (Locale.EN, "not known", "Companies whose number of employees is not known"),
        (Locale.ZH, "未知", "员工人数未知的公司"),
    ]:
        reasons = scorer.explain({}, top=20, locale=locale, as_of=AS_OF).reasons
        reason = next(r for r in reasons if r.field == "employees")
        assert reason.value == value
        assert words.casefold() in reason.text.casefold()


def test_a_declared_label_is_used(scorer):
    fact = Fact(
        field=Field(name="q17", kind=Kind.NUMBER, label={"zh": "满意度"}),
        band=a_range(3.0, 4.0),
        shown="3",
        whole=True,
    )

    text = sentence(fact, direction=Direction.RAISES, base_rate=0.1, locale=Locale.ZH)

    assert text.startswith("“满意度”为3的线索")
    english = sentence(replace(fact), direction=Direction.RAISES, base_rate=0.1, locale=Locale.EN)
    assert english.startswith("Leads whose “q17” is 3 ")


def test_a_declared_label_says_itself_over_how_long_something_is_counted():
    label = {"en": "web acts, recent ones counting more (half after 10 days)"}
    fact = Fact(
        field=Field(name="recent_web_acts_10d", kind=Kind.NUMBER, label=label),
        band=a_range(1.0, 2.0),
        shown="1.5",
        whole=False,
    )

    text = sentence(fact, direction=Direction.RAISES, base_rate=0.1, locale=Locale.EN)

    assert text.startswith(f"Leads whose “{label['en']}” is between 1 and 2 (here 1.5) convert")


def test_an_age_that_we_counted_ourselves_is_not_shown_to_the_sixth_decimal():
    told = Told(lead={}, values=[], as_of=None)
    ours = Field(name="days_since_created", kind=Kind.NUMBER)
    theirs = Field(name="euribor3m", kind=Kind.NUMBER)

    assert shown_value(ours, 1057.885205, told, Locale.EN) == "1,058"
    assert shown_value(theirs, 4.963214, told, Locale.EN) == "4.963214"


def test_a_value_full_of_braces_and_markup_stays_itself(scorer):
    lead = {"industry": "{n} <script>%s</script>"}

    reasons = scorer.explain(lead, top=20, as_of=AS_OF).reasons

    industry = next(r for r in reasons if r.field == "industry")
    assert industry.value == "{n} <script>%s</script>"
