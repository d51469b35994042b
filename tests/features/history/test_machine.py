import numpy as np
import pytest

from features.history.machine import UNTOLD, MailActs, p_machine, settled_at

PERSON = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"


def acts(*told):
    """Acts of (kind, seconds since sending or None, more)."""
    more = [each[2] if len(each) > 2 else {} for each in told]
    sent = 1_000_000_000
    return MailActs(
        kind=[each[0] for each in told],
        who=np.array([one.get("who", 0) for one in more]),
        occurred=np.array([sent + round((each[1] or 0) * 1e6) for each in told]),
        known=np.array(
            [
                sent + round(((each[1] or 0) + one.get("late", 0)) * 1e6)
                for each, one in zip(told, more, strict=True)
            ]
        ),
        sent=np.array([UNTOLD if each[1] is None else sent for each in told]),
        user_agent=[one.get("agent") for one in more],
        method=[one.get("method") for one in more],
        mail_id=[one.get("mail") for one in more],
        url=[one.get("url") for one in more],
        links=[one.get("links") for one in more],
    )


def p(*told):
    return p_machine(acts(*told)).tolist()


def test_without_evidence_a_click_is_mostly_a_persons_and_an_open_less_surely():
    opened, clicked = p(("email_opened", None), ("email_clicked", None))
    assert clicked == pytest.approx(0.1, abs=0.01)
    assert opened == pytest.approx(0.31, abs=0.01)


def test_no_machine_is_suspected_of_anything_but_mails():
    assert p(("page_visited", 1, {"agent": "curl/8", "method": "HEAD"})) == [0.0]


@pytest.mark.parametrize(
    "agent",
    ["python-requests/2.32", "Barracuda Sentinel (EE)", "HeadlessChrome/120", "Googlebot/2.1"],
)
def test_a_scanner_that_says_so_is_one(agent):
    assert p(("email_clicked", 3_600, {"agent": agent}))[0] > 0.8


def test_a_head_request_is_a_machines():
    assert p(("email_clicked", 3_600, {"agent": PERSON, "method": "HEAD"}))[0] > 0.9


def test_an_open_ahead_of_the_reader_says_little_and_a_proxys_on_opening_more():
    prefetched, proxied = p(
        ("email_opened", 30, {"agent": "Mozilla/5.0"}),
        ("email_opened", 5_000, {"agent": "Mozilla/5.0 (via ggpht.com GoogleImageProxy)"}),
    )
    assert prefetched > 0.9
    assert proxied < 0.3


def test_the_later_after_sending_the_more_human():
    found = p(*[("email_clicked", s, {"agent": PERSON}) for s in (1, 5, 30, 300, 5_000)])
    assert found == sorted(found, reverse=True)
    assert found[0] > 0.8
    assert found[-1] < 0.05


def test_all_links_of_a_mail_at_once_are_a_scanners_and_two_over_an_hour_are_not():
    scan = [("email_clicked", 20 + i, {"mail": "m", "url": f"/{i}", "links": 4}) for i in range(4)]
    read = [
        ("email_clicked", 400 + 3_000 * i, {"mail": "m", "url": f"/{i}", "links": 4})
        for i in range(2)
    ]
    assert min(p(*scan)) > 0.9
    assert max(p(*read)) < 0.1


def test_a_burst_is_one_recipients_and_one_mails():
    apart = [
        ("email_clicked", 700, {"mail": "m", "url": f"/{i}", "who": i, "links": 4})
        for i in range(4)
    ]
    other_mails = [("email_clicked", 700, {"mail": f"m{i}", "url": "/a"}) for i in range(4)]
    assert max(p(*apart)) < 0.1
    assert max(p(*other_mails)) < 0.1


def test_clicks_that_reach_us_later_make_no_burst_of_an_earlier_one():
    clicks = [
        ("email_clicked", 700 + i, {"mail": "m", "url": f"/{i}", "links": 3}) for i in range(3)
    ]
    late = [(kind, at, told | {"late": 3_600}) for kind, at, told in clicks[1:]]
    assert min(p(*clicks)) > 0.8
    first, *others = p(clicks[0], *late)
    assert [first] == p(clicks[0])
    assert min(others) > 0.8


def test_a_click_counts_once_it_is_seen_whether_it_is_one_of_a_burst():
    told = acts(
        ("email_clicked", 700, {"mail": "m"}), ("email_clicked", 700), ("email_opened", 700)
    )
    assert ((settled_at(told) - told.known) / 1e6).tolist() == [10, 0, 0]


def test_many_acts_are_judged_as_each_alone():
    rng = np.random.default_rng(0)
    told = [
        (
            str(rng.choice(["email_opened", "email_clicked", "page_visited"])),
            None if rng.random() < 0.2 else float(rng.integers(0, 900)),
            {"agent": rng.choice([None, PERSON, "curl/8", "Mozilla/5.0"])},
        )
        for _ in range(500)
    ]
    assert p(*told) == [p(each)[0] for each in told]
