import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleansing.domains import company_domain, normal_website


@pytest.mark.parametrize(
    ("typed", "address", "domain"),
    [
        ("https://www.Acme.com/about?x=1", "acme.com", "acme.com"),
        ("HTTP://ACME.COM", "acme.com", "acme.com"),
        ("//acme.com#top", "acme.com", "acme.com"),
        ("www.shop.acme.co.uk:8080/x", "shop.acme.co.uk", "acme.co.uk"),
        ("acme.com, acme.de", "acme.com", "acme.com"),
        ("ｗｗｗ．ａｃｍｅ．ｃｎ", "acme.cn", "acme.cn"),
        ("acme。com。cn", "acme.com.cn", "acme.com.cn"),
        ("xn--mnchen-3ya.de", "münchen.de", "münchen.de"),
        ("http://acme.example/", "acme.example", "acme.example"),
        ("www.com", "www.com", "www.com"),
        ("linkedin.com/company/Acme/", "linkedin.com/company/Acme", None),
        ("acme.github.io", "acme.github.io", None),
        ("gmail.com", "gmail.com", None),
    ],
)
def test_a_web_address_is_its_host_and_tells_the_companys_domain(typed, address, domain):
    site = normal_website(typed)

    assert (site.address, site.domain) == (address, domain)


@pytest.mark.parametrize(
    "typed",
    ["", "acme", "our website", "192.168.0.1", "ann@acme.com", "http://", "a..b", "x." * 200],
)
def test_what_can_be_no_web_address_is_none(typed):
    assert normal_website(typed) is None


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("mail.acme.co.uk", "acme.co.uk"),
        ("eu.mail.acme.com", "acme.com"),
        ("acme.example", "acme.example"),
        ("gmail.com", None),
        ("mail.yahoo.co.jp", None),
        ("mailinator.com", None),
        ("co.uk", None),
    ],
)
def test_a_company_owns_what_is_registered_and_not_free_for_all(host, domain):
    assert company_domain(host) == domain


@given(
    st.text(max_size=30)
    | st.lists(st.sampled_from(["www.", "acme.", "com", "/x", "co.", "uk", ":", "//", "ß"])).map(
        "".join
    )
)
def test_any_text_has_an_answer_that_stays(text):
    site = normal_website(text)

    assert site is None or normal_website(site.address) == site


def test_a_scheme_that_was_put_before_another_is_left_out():
    assert normal_website("https://https://www.acme.com/").address == "acme.com"
    assert normal_website("http://http://acme.com").domain == "acme.com"
