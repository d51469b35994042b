import pytest

from cleansing.matching import Kind, kinds_of
from cleansing.matching.kinds import kind_of


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("given_name", Kind.FIRST_NAME),
        ("Surname", Kind.LAST_NAME),
        ("soc_sec_id", Kind.ID_NUMBER),
        ("Billing City", Kind.TEXT),
        ("E-Mail-Adresse", Kind.EMAIL),
        ("workEmail", Kind.EMAIL),
        ("Geburtsdatum", Kind.DATE),
        ("手机号", Kind.PHONE),
        ("公司名称", Kind.COMPANY),
        ("created_at", Kind.IGNORE),
    ],
)
def test_a_header_says_what_a_column_holds(header, kind):
    assert kind_of(header, []) is kind


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["a@b.com", "c@d.org", None], Kind.EMAIL),
        (["1971-06-24", "1980-01-02"], Kind.DATE),
        (["31/12/1980", "01/02/1971"], Kind.DATE),
        (["www.acme.com", "https://zenith.cn/about"], Kind.DOMAIN),
        (["+49 30 901820", "(030) 90 18 21"], Kind.PHONE),
        (["12", "7.5", "300"], Kind.NUMBER),
        (["AB-12345", "CD-99231"], Kind.ID_NUMBER),
        (["red", "blue"] * 40, Kind.CATEGORY),
        (["12 Main Street", "Long Lane"], Kind.TEXT),
        (["x " * 100], Kind.IGNORE),
        ([None, "n/a"], Kind.IGNORE),
    ],
)
def test_under_an_unknown_header_the_values_decide(cells, kind):
    assert kind_of("f17", cells) is kind


def test_every_column_gets_a_kind():
    assert kinds_of({"email": ["a@b.com"], "id": ["1"]}) == {"email": Kind.EMAIL, "id": Kind.IGNORE}


def test_a_header_that_only_the_mapping_of_leads_knows_is_known_here_too():
    assert kinds_of({"手机号码": ["13800138000"], "线索来源": ["展会"], "人员规模": ["50"]}) == {
        "手机号码": Kind.PHONE,
        "线索来源": Kind.IGNORE,
        "人员规模": Kind.NUMBER,
    }
