import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from cleansing.places import country_name, normal_country, normal_region


@pytest.mark.parametrize(
    ("code", "names"),
    [
        (
            "US",
            ["United States", "USA", "U.S.", "us", "美国", "Vereinigte Staaten", "Estados Unidos"],
        ),
        ("GB", ["UK", "U.K.", "Great Britain", "England", "英国", "Royaume-Uni", "GBR"]),
        ("CN", ["China", "PRC", "P.R. China", "中国", "中國", "中国大陆", "中华人民共和国", "CHN"]),
        ("NL", ["Holland", "The Netherlands", "Niederlande", "荷兰"]),
        ("DE", ["Germany", "Deutschland", "德国", "德國", "Alemania", "GER", "ｄｅ"]),
        ("KR", ["South Korea", "Korea, Republic of", "韩国"]),
        ("CI", ["Côte d'Ivoire", "Cote d’Ivoire", "Ivory Coast"]),
        ("TR", ["Turkey", "Türkiye", "Turkiye"]),
    ],
)
def test_a_country_goes_by_many_names(code, names):
    assert {found.code for name in names if (found := normal_country(name))} == {code}
    assert all(map(normal_country, names))


@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_every_country_is_known_by_its_name(language):
    names = Locale.parse(language).territories
    codes = [code for code in names if country_name(code)]

    assert len(codes) > 240
    assert [code for code in codes if normal_country(names[code]).code != code] == []


@pytest.mark.parametrize("text", ["NA", "EMEA", "Europe", "", "??", "x" * 500])
def test_what_names_no_country_is_not_guessed(text):
    assert normal_country(text) is None


@pytest.mark.parametrize(
    ("typed", "country", "code"),
    [
        ("CA", "US", "US-CA"),
        ("加州", "US", "US-CA"),
        ("N.Y.", "US", "US-NY"),
        ("Québec", "CA", "CA-QC"),
        ("NSW", "AU", "AU-NSW"),
        ("Bayern", "DE", "DE-BY"),
        ("Baden-Wuerttemberg", "DE", "DE-BW"),
        ("广东省", "CN", "CN-GD"),
        ("廣東", "CN", "CN-GD"),
        ("Guangdong Province", "CN", "CN-GD"),
        ("内蒙古自治区", "CN", "CN-NM"),
        ("California", None, "US-CA"),
        ("上海市", None, "CN-SH"),
    ],
)
def test_regions_are_known_in_both_languages(typed, country, code):
    assert normal_region(typed, country).code == code


@pytest.mark.parametrize(
    ("typed", "country"), [("CA", None), ("Provence", "FR"), ("Bayern", "US"), ("WA", None)]
)
def test_a_region_of_nowhere_or_of_two_places_is_not_guessed(typed, country):
    assert normal_region(typed, country) is None


@given(st.text(max_size=20), st.sampled_from([None, "US", "CN", "XX"]))
def test_any_text_has_an_answer_that_stays(text, country):
    found, region = normal_country(text), normal_region(text, country)

    assert found is None or normal_country(found.name) == found
    assert region is None or normal_region(region.name, country) == region


def test_the_letters_on_german_cars_and_the_american_capital():
    assert normal_country("D").code == "DE"
    assert normal_region("D.C.", "US").code == "US-DC"


@pytest.mark.parametrize(
    ("typed", "country", "code"),
    [
        ("Wien", "AT", "AT-9"),
        ("Steiermark", "AT", "AT-6"),
        ("Kanton Zürich", "CH", "CH-ZH"),
        ("ZH", "CH", "CH-ZH"),
        ("Genf", "CH", "CH-GE"),
        ("Ile de France", "FR", "FR-IDF"),
        ("PACA", "FR", "FR-PAC"),
        ("Provence Alpes Cote d’Azur", "FR", "FR-PAC"),
        ("苏黎世州", "CH", "CH-ZH"),
    ],
)
def test_the_regions_of_austria_switzerland_and_france(typed, country, code):
    found = normal_region(typed, country)

    assert found.code == code
    assert normal_region(found.name, country) == found
