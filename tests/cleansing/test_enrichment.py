from cleansing.enrichment import FILLED, Register, company_keys, facts_of, news
from leads.fields import GIVEN, PERSONAL

ACME = facts_of({"company": "Acme GmbH", "website": "www.acme.com", "employees": "1.200"})


def test_a_company_is_asked_for_by_its_domain_and_then_its_name():
    assert company_keys(ACME.fields) == ["domain:acme.com", "name:acme"]
    assert company_keys({"company": "上海华瑞科技有限公司"}) == ["name:上海华瑞科技"]
    assert company_keys({}) == []


def test_a_register_knows_companies_by_every_spelling_of_their_names():
    register = Register("register")
    register.add([ACME])

    assert register.lookup(company_keys({"company": "ACME, Inc."})[0]) == ACME
    assert register.lookup("domain:acme.com").fields["employees"] == 1200
    assert register.lookup("name:other") is None


def test_a_name_that_two_companies_share_finds_neither():
    other = facts_of({"company": "Acme Ltd", "website": "acme.co.uk"})
    register = Register("register")
    register.add([ACME, ACME, other])

    assert register.lookup("name:acme") is None
    assert register.lookup("domain:acme.co.uk") == other


def test_news_are_what_changed_and_what_was_taken_back():
    told = {**ACME.fields, "industry": "steel"}

    assert news(ACME, told) == {"industry": None}
    assert news(ACME, ACME.fields) == {}


def test_nothing_about_people_is_filled_in():
    assert set(FILLED) <= set(GIVEN)
    assert set(FILLED) & (set(PERSONAL) - {"street"}) == set()
