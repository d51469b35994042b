import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleansing.matching import Level
from cleansing.matching.companies import company
from cleansing.matching.contacts import domain, phone
from cleansing.matching.mail import email
from cleansing.matching.names import family_name, given_name, person_of, split_whole
from cleansing.matching.plain import date, id_number, number, postal_code, text
from features.values import DateOrder


def level(comparer, left, right):
    return comparer.level(comparer.prepare(left), comparer.prepare(right))


def of_names(left, right):
    """The levels of the given and of the family name; names as (first, last) or one whole."""
    one, other = (
        (None, None, name, None) if isinstance(name, str) else (*name, None, None)
        for name in (left, right)
    )
    return level(given_name(), one, other), level(family_name(), one, other)


@pytest.mark.parametrize(
    ("left", "right", "levels"),
    [
        (("Ann", "Lee"), "Lee, Ann", ("exact", "exact")),
        ("张小明", ("Xiaoming", "Zhang"), ("exact", "exact")),
        ("张小明", "Zhang Xiao-Ming", ("exact", "exact")),
        ("張小明", "张小明", ("exact", "exact")),
        ("WANG Wen-Dong", "Wendong Wang", ("exact", "exact")),
        (("Bob", "Smith"), ("Robert", "Smith"), ("nickname", "exact")),
        (("J", "Smith"), ("John", "Smith"), ("initial", "exact")),
        (("Smith", "Ann"), ("Ann", "Smith"), ("swapped", "swapped")),
        (("Jürgen", "Müller"), ("Jurgen", "Mueller"), ("exact", "close")),
        (("Jon", "Smtih"), ("Jon", "Smith"), ("exact", "close")),
        (("Ann", "O'Connor"), "Ann O’Connor", ("exact", "exact")),
        (("Henry", "M0ore"), ("Henry", "Moore"), ("exact", "exact")),
        (("Ann", "Lee"), ("Peter", "Novak"), ("differs", "differs")),
        ((None, "Lee"), ("Ann", "Lee"), ("missing", "exact")),
    ],
)
def test_names_agree_this_far(left, right, levels):
    assert of_names(left, right) == levels


def test_names_in_characters_that_only_sound_alike_are_not_the_same():
    assert of_names("张伟", "章玮") == ("partly", "partly")


def test_a_single_word_is_a_family_name():
    assert split_whole("Novak") == ("", "Novak")


def test_an_address_stands_in_for_a_missing_name():
    assert person_of((None, None, None, "john.smith@acme.com")).family == "smith"


def mail(address, first=None, last=None):
    return (address, first, last, None)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (mail("Ann.Lee@Acme.com"), mail("ann.lee@acme.com"), "exact"),
        (mail("a.b.c@gmail.com"), mail("abc+news@googlemail.com"), "exact"),
        (mail("ann.lee@acme.com"), mail("anm.lee@acme.com"), "close"),
        (mail("ann.lee@acme.com"), mail("ann.lee@acme.con"), "close"),
        (mail("asmith@acme.com"), mail("bsmith@acme.com"), "colleague"),
        (mail("smitha@acme.com"), mail("smithb@acme.com"), "colleague"),
        (mail("info@acme.com"), mail("info@acme.com"), "colleague"),
        (mail("ann@acme.com"), mail("peter@acme.com"), "colleague"),
        (mail("a.lee@acme.com", "Ann", "Lee"), mail("lee@acme.com", "Ann", "Lee"), "fitting"),
        (mail("x7391aab@qq.com"), mail("x7391aab@163.com"), "local"),
        # made of a name, it says no more than the name
        (mail("ann.lee@acme.com"), mail("ann.lee@other.org"), "differs"),
        (mail("ann@gmail.com"), mail("peter@gmail.com"), "differs"),
        (mail("john.smith@acme.com"), mail("john.smith2@acme.com"), "colleague"),
    ],
)
def test_addresses_agree_this_far(left, right, expected):
    assert level(email(), left, right) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("+49 30 901820", "(030) 90 18 20", "exact"),
        ("０１７１／８６８　８３５７", "+491718688357", "exact"),
        ("+1 214 555 0175", "1-514-555-0175", "close"),
        ("+49 30 9018201", "+49 30 9018202", "partly"),  # two desks of one office
        ("+49 30 901820", "+86 131 8421 2219", "differs"),
    ],
)
def test_phone_numbers_agree_this_far(left, right, expected):
    assert level(phone(), (left,), (right,)) == expected


def test_any_two_of_several_numbers_may_agree():
    assert level(phone(), ("+4930901820", "+491718688357"), (None, "01718688357")) == Level.EXACT


@pytest.mark.parametrize(
    ("comparer", "left", "right", "expected"),
    [
        (company(), "Acme GmbH & Co. KG", "ACME", "exact"),
        (company(), "上海华瑞有限公司", "Shanghai Huarui", "exact"),
        (company(), "Simon Capital Materials S.A.S.", "SCM", "partly"),
        (company(), "Acme Foods", "Acne Foods", "close"),
        (company(), "Acme", "Zenith", "differs"),
        (date(DateOrder.YMD), "1971-06-24", "19710624", "exact"),
        (date(DateOrder.YMD), "1971-06-24", "1971-05-24", "close"),
        (date(DateOrder.YMD), "1971-02-03", "1971-03-02", "close"),
        (date(DateOrder.YMD), "1971-06-24", "1971-06-02", "partly"),
        (date(DateOrder.YMD), "1971-06-24", "1988-01-03", "differs"),
        (id_number(), "6988048", "6980848", "close"),
        (id_number(), "6988048", "1234567", "differs"),
        (postal_code(), "2611", "2161", "close"),
        (postal_code(), "2611", "2600", "partly"),
        (number(), "12", "12.0", "exact"),
        (number(), "1,000", "1020", "close"),
        (text(), "12 Main Street", "main street 12", "close"),
        (text(), "北京", "Beijing", "exact"),
    ],
)
def test_other_values_agree_this_far(comparer, left, right, expected):
    assert level(comparer, (left,), (right,)) == expected


def test_a_site_and_an_address_name_one_domain():
    prepare = domain().prepare

    assert prepare(("https://www.Acme.com/about", None)) == prepare((None, "ann@acme.com"))
    assert prepare((None, "ann@gmail.com")) is None


WRITTEN = st.text(st.sampled_from("ab ,.@-012张小明Ää'+"), max_size=12)
COMPARERS = {
    "given": (given_name(), 4),
    "family": (family_name(), 4),
    "email": (email(), 4),
    "phone": (phone(), 2),
    "domain": (domain(), 2),
    "company": (company(), 1),
    "text": (text(), 1),
    "postal": (postal_code(), 1),
    "id": (id_number(), 1),
    "number": (number(), 1),
    "date": (date(DateOrder.DMY), 1),
}


@pytest.mark.parametrize("name", COMPARERS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_level_does_not_depend_on_the_order_and_nothing_raises(name, data):
    comparer, width = COMPARERS[name]
    cells = st.tuples(*[st.none() | WRITTEN] * width)
    left, right = (comparer.prepare(data.draw(cells)) for _ in range(2))

    if left is not None and right is not None:
        assert comparer.level(left, right) == comparer.level(right, left)
        assert {comparer.level(left, right)} <= {*comparer.levels, Level.MISSING}
        assert all(kind and value for kind, value in comparer.keys(left))
