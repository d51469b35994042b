import numpy as np
import pytest

from features.history.machine import EVIDENCE, UNTOLD, MailActs, likelihood, p_machine

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
                sent + round(one.get("known", each[1] or 0) * 1e6)
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


def click(number, seconds, **more):
    return ("email_clicked", seconds, {"mail": "m", "url": f"/{number}", **more})


def test_a_burst_changes_what_is_thought_of_its_first_click_only_since_its_third():
    judged = likelihood(acts(click(0, 700), click(1, 703), click(2, 706, known=900), click(3, 709)))
    seconds = (judged.since - 1_000_000_000) / 1e6

    assert judged.before.tolist() == [p(click(0, 700))[0]] * 4
    assert judged.p.min() > 0.8
    # the third of them to be known is that of second 709
    assert seconds.tolist() == pytest.approx([709, 709, 900, 709], abs=2e-6)


@pytest.mark.parametrize("seed", range(20))
def test_clicks_that_come_later_change_nothing_of_what_was_thought_before(seed):
    rng = np.random.default_rng(seed)
    told = [
        click(rng.integers(6), seconds, known=seconds + rng.integers(0, 8), links=4)
        for seconds in rng.integers(600, 660, 25).tolist()
    ]
    moment = 630
    early = [each for each in told if each[1] < moment and each[2]["known"] <= moment]
    late = [each for each in told if each not in early]

    def thought(judged, n):
        seen = judged.since <= 1_000_000_000 + moment * 1_000_000
        return np.where(seen, judged.p, judged.before)[:n].tolist()

    assert thought(likelihood(acts(*early)), len(early)) == thought(
        likelihood(acts(*early, *late)), len(early)
    )


def test_all_links_of_a_mail_of_two_are_a_burst_and_two_of_five_are_not():
    assert min(p(click(0, 700, links=2), click(1, 702, links=2))) > 0.8
    assert max(p(click(0, 700, links=5), click(1, 702, links=5))) < 0.1


def test_the_same_link_twice_is_no_burst():
    assert max(p(click(0, 700), click(0, 701), click(0, 702))) < 0.1


def test_an_act_before_its_mail_was_sent_says_only_that_clocks_differ():
    assert p(("email_clicked", -5)) == p(("email_clicked", None))


@pytest.mark.parametrize("kind", ["email_opened", "email_clicked"])
@pytest.mark.parametrize(
    "evidence",
    [{"agent": "curl/8"}, {"agent": "Mozilla/5.0"}, {"method": "HEAD"}],
)
def test_evidence_of_a_machine_raises_the_likelihood_whatever_else_is_known(kind, evidence):
    for seconds in (None, 1, 30, 5_000):
        without, found = p((kind, seconds)), p((kind, seconds, evidence))
        assert found > without


def test_the_table_of_evidence_is_all_on_the_side_of_machines():
    assert min(EVIDENCE.values()) > 0
