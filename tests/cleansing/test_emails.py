import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleansing import emails
from cleansing.emails import email_key, normal_email


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("ann@X.COM", "ann@x.com"),
        ("Ann.Lee@x.com", "Ann.Lee@x.com"),
        (" ann@x.com.,", "ann@x.com"),
        ("mailto:ann@x.com?subject=hello", "ann@x.com"),
        ("Ann Lee <ann@x.com>", "ann@x.com"),
        ('"Lee, Ann" <ann@x.com>', "ann@x.com"),
        ("<ann@x.com>;", "ann@x.com"),
        ("ａｎｎ＠ｘ．ｃｏｍ", "ann@x.com"),
        ("ann@x。com", "ann@x.com"),
        ("ann@MÜNCHEN.de", "ann@münchen.de"),
        ("ann@xn--mnchen-3ya.de", "ann@münchen.de"),
        ("邮箱：ann@x.cn", "ann@x.cn"),
        ("ann@company.example", "ann@company.example"),
        ("ann@company.test", "ann@company.test"),
    ],
)
def test_an_address_is_found_in_what_was_typed(typed, address):
    email = normal_email(typed)

    assert email.is_valid
    assert email.address == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ann",
        "ann@",
        "@x.com",
        "ann@x",
        "ann@test",
        "a b@x",
        "ann@@x.com",
        "ann@x..com",
        "ann@printer.local",
        "ann@[127.0.0.1]",
        "a" * 65 + "@x.com",
        "ann@" + "x" * 400 + ".com",
    ],
)
def test_what_can_be_no_address_is_invalid_and_kept(typed):
    email = normal_email(typed)

    assert not email.is_valid
    assert email.address == typed
    assert email.domain is None


def test_the_first_of_several_addresses_is_taken_and_that_is_said():
    email = normal_email("ann@x.com; bob@y.com")

    assert (email.address, email.has_others) == ("ann@x.com", True)
    assert not normal_email("ann@x.com, ann@x.com").has_others


@pytest.mark.parametrize(
    "domain",
    [
        "qq.com",
        "163.com",
        "126.com",
        "sina.com",
        "foxmail.com",
        "gmail.com",
        "outlook.com",
        "web.de",
        "gmx.net",
        "yahoo.co.jp",
        "yahoo.com.br",
        "hotmail.fr",
        "live.nl",
    ],
)
def test_free_mail_is_known(domain):
    assert normal_email(f"ann@{domain}").is_free


@pytest.mark.parametrize("domain", ["acme.com", "yahoo.acme.com", "live.example", "mailing.com"])
def test_a_companys_domain_is_not_free_mail(domain):
    assert not normal_email(f"ann@{domain}").is_free


def test_addresses_thrown_away_are_known_below_their_domain_too():
    assert normal_email("x@mailinator.com").is_disposable
    assert normal_email("x@any.mailinator.com").is_disposable
    assert not normal_email("x@acme.com").is_disposable


@pytest.mark.parametrize(
    "local", ["info", "Sales", "sales-de", "support2", "no-reply", "客服", "kefu", "info+x"]
)
def test_role_addresses_are_known(local):
    assert normal_email(f"{local}@acme.com").is_role


@pytest.mark.parametrize("local", ["ann", "ann.info", "salesman", "teamann", "李伟"])
def test_a_persons_address_is_no_role(local):
    assert not normal_email(f"{local}@acme.com").is_role


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann.Lee@gmail.com", "annlee+news@googlemail.com"),
        ("Ann@acme.com", "ann@acme.com"),
        ("ann+crm@acme.com", "ann@acme.com"),
    ],
)
def test_spellings_of_one_mailbox_share_a_key(one, other):
    assert email_key(one) == email_key(other)


def test_points_tell_mailboxes_apart_outside_gmail():
    assert email_key("ann.lee@acme.com") != email_key("annlee@acme.com")


@given(st.text(max_size=40))
def test_any_text_has_an_answer_and_a_normal_form_that_stays(text):
    once = normal_email(text)

    assert normal_email(once.address).address == once.address
    assert email_key(email_key(text)) == email_key(text) or "+" in text


@pytest.mark.parametrize(
    "typed",
    ["“ann@x.com”", "ann@x.com#mailto:ann@x.com#", "ann@x.com (work)", "Ann Lee (ann@x.com)"],
)
def test_what_office_programs_write_around_an_address_is_left_out(typed):
    email = normal_email(typed)

    assert email.address == "ann@x.com"
    assert email.is_valid
    assert not email.has_others


def test_two_addresses_with_a_stroke_between_them_are_two():
    assert normal_email("ann@x.com/bob@x.com").has_others
    assert normal_email("n/a@x.com").address == "n/a@x.com"


PARTS = st.text(alphabet='abz019._-+AÄ中%" ', min_size=1, max_size=12)
ODD_DOMAINS = """x.com X.com münchen.de xn--mnchen-3ya.de x x..com -x.com a.test printer.local
[127.0.0.1] x_y.com 例子.中国 1.2 x.com."""
DOMAINS = st.sampled_from([*ODD_DOMAINS.split(), "y" * 64 + ".com"])


@given(local=PARTS, domain=DOMAINS | PARTS)
def test_an_address_of_a_known_domain_is_judged_as_if_it_were_asked_about_whole(local, domain):
    address = f"{local}@{domain}"

    assert emails._validated(address) == emails._asked(address)


@pytest.mark.parametrize("local", ["postmaster", "info", "a.b-c_d", "x" * 50])
def test_usual_local_parts_are_judged_as_if_they_were_asked_about(local):
    assert emails._validated(f"{local}@x.com") == emails._asked(f"{local}@x.com")
