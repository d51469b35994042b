"""Hosted forms by what people see, over a real service."""

import base64
import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import httpx
import pytest

from leads.ids import new_id
from pipelines.campaigns.forms import make_form
from pipelines.campaigns.inviting import invite
from pipelines.campaigns.planning import add_campaign
from pipelines.campaigns.running import add_material, close_campaign, open_campaign
from pipelines.intake.intake import Handed, take_in
from store.database import Store
from tests.serving.running import running

pytestmark = pytest.mark.xdist_group("serving")

NOW = datetime.now(tz=UTC)
EARLIER = NOW - timedelta(minutes=5)
TOLD = {"name": "Herbst <b>Seminar</b>", "kind": "seminar", "starts_at": EARLIER, "ends_at": None}
BOB = {"full_name": "Bob Stone", "email": "bob@quarry.example", "company": "Quarry"}


class Page(HTMLParser):
    """What a page shows, and its fields with what stands in them."""

    def __init__(self, text):
        super().__init__()
        self.texts, self.fields, self.invalid, self.language = [], {}, set(), None
        self._silent = None
        self.feed(text)
        self.text = re.sub(r"\s+", " ", " ".join(self.texts))

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag in ("style", "title"):
            self._silent = tag
        if tag == "html":
            self.language = told["lang"]
        if tag in ("input", "textarea") and told.get("type") not in ("radio", "checkbox"):
            self.fields[told["name"]] = told.get("value") or ""
        if told.get("type") in ("radio", "checkbox") and "checked" in told:
            self.fields[told["name"]] = told["value"]
        if "aria-invalid" in told:
            self.invalid.add(told["id"])

    def handle_endtag(self, tag):
        if tag == self._silent:
            self._silent = None

    def handle_data(self, data):
        if self._silent is None:
            self.texts.append(data)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A store with a campaign, its forms and an invited lead."""
    var = tmp_path_factory.mktemp("forms")
    store = Store.open(f"sqlite:///{var / 'leadflow.db'}")
    with store.writing() as unit:
        campaign = add_campaign(unit, TOLD, now=EARLIER, actor="ops").campaign_id
        flyer = {"name": "Flyer", "kind": "flyer", "owner": "Mia", "is_ready": True}
        add_material(unit, campaign, flyer, now=EARLIER, actor="ops")
        open_campaign(unit, campaign, now=EARLIER, actor="ops")
        forms = {
            kind: make_form(
                unit,
                campaign,
                {"kind": kind, "products": ["Pumps", "泵"] if kind == "feedback" else []},
                now=EARLIER,
                actor="ops",
            ).form_id
            for kind in ("registration", "feedback", "check_in")
        }
        other = add_campaign(unit, TOLD, now=EARLIER, actor="ops").campaign_id
        told = {"kind": "registration"}
        forms["planned"] = make_form(unit, other, told, now=EARLIER, actor="ops").form_id
        gone = add_campaign(unit, TOLD, now=EARLIER, actor="ops").campaign_id
        forms["closed"] = make_form(unit, gone, told, now=EARLIER, actor="ops").form_id
        close_campaign(unit, gone, now=EARLIER, actor="ops")
        handed = Handed(source="crm", fields={"full_name": "Ada Love", "email": "ada@x.example"})
        lead = take_in(unit, [handed], now=EARLIER)[0].lead_id
        (invited,) = invite(unit, campaign, [lead], now=EARLIER, actor="ops", public_url="http://x")
    yield {**forms, "var": var, "store": store, "token": invited.invitation.token, "lead": lead}
    store.close()


@pytest.fixture(scope="module")
def door(made):
    """A client of a service with that store, without an API key."""
    url = f"sqlite:///{made['var'] / 'leadflow.db'}"
    with (
        running(
            "serving.service:LeadScoring",
            var=made["var"],
            until="/livez",
            LEADFLOW_DATABASE_URL=url,
        ) as service,
        httpx.Client(base_url=service.url, timeout=30) as client,
    ):
        yield client


def sent(values, **more):
    return {"s": new_id(at=datetime.now(tz=UTC) - timedelta(minutes=1)), **values, **more}


def test_a_form_is_shown_in_the_language_asked_for(door, made):
    address = f"/f/{made['registration']}"

    english = Page(door.get(address).text)
    by_browser = Page(
        door.get(address, headers={"accept-language": "fr, zh-CN;q=0.9, en;q=.5"}).text
    )
    by_link = Page(door.get(f"{address}?lang=zh").text)

    assert english.language == "en"
    assert "Registration" in english.text
    assert "Name required" in english.text
    assert "Herbst <b>Seminar</b>" in english.text
    assert "I agree to receive e-mails" in english.text
    assert by_browser.text == by_link.text
    assert by_link.language == "zh-Hans"
    assert "活动报名" in by_link.text
    assert "姓名 必填" in by_link.text


def test_a_page_loads_runs_and_remembers_nothing(door, made):
    answer = door.get(f"/f/{made['registration']}?utm_source=news&aid=cookie-9&i=guessed-token")

    assert "set-cookie" not in answer.headers
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert "<script" not in answer.text
    style = answer.text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in answer.headers["content-security-policy"]
    assert "http://" not in answer.text
    page = Page(answer.text)
    assert (page.fields["utm_source"], page.fields["aid"]) == ("news", "cookie-9")


def test_who_registers_is_thanked_and_is_a_lead_by_then(door, made):
    answer = door.post(
        f"/f/{made['registration']}", data=sent(BOB, agrees="yes", utm_source="news", lang="zh")
    )

    assert (answer.status_code, answer.content) == (303, b"")
    thanks = Page(door.get(answer.headers["location"]).text)
    assert "谢谢，您已报名成功。" in thanks.text
    with made["store"].reading() as unit:
        (lead,) = [one for one in unit.leads.page() if one.fields.get("company") == "Quarry"]
        (touched,) = unit.touchpoints.of_lead(lead.lead_id)
        assert touched.attributes["utm_source"] == "news"
        (consent,) = unit.consents.of_lead(lead.lead_id)
        assert consent.wording.startswith("我同意")


def test_a_mistake_stands_beside_its_field_and_what_was_typed_is_kept(door, made):
    wrong = {**BOB, "email": "<bob>", "job_title": "=cmd()"}

    answer = door.post(f"/f/{made['registration']}", data=sent(wrong, agrees="yes"))

    page = Page(answer.text)
    assert answer.status_code == 422
    assert page.invalid == {"email"}
    assert "Please give an address like ann@example.com." in page.text
    assert {name: page.fields[name] for name in wrong} == wrong
    assert page.fields["agrees"] == "yes"


def test_a_mistake_is_told_in_chinese_too(door, made):
    page = Page(door.post(f"/f/{made['registration']}", data=sent({"lang": "zh"})).text)

    assert page.text.count("请填写此项。") == 6  # three in the summary, three beside the fields
    assert page.invalid == {"full_name", "email", "company"}


def test_a_hasty_robot_is_asked_again_and_a_person_gets_through_with_the_page_it_gets(door, made):
    fresh = {**BOB, "full_name": "Eve Quick", "email": "eve@quick.example", "s": "made-up"}

    page = Page(door.post(f"/f/{made['registration']}", data=fresh).text)

    assert "That was very quick." in page.text
    given = page.fields["s"]
    assert given != "made-up"
    trapped = Page(door.post(f"/f/{made['registration']}", data=sent(BOB, fax_extension="1")).text)
    assert "leave the hidden field empty" in trapped.text


def test_a_personal_link_shows_nothing_of_the_person(door, made):
    form = made["check_in"]

    personal = Page(door.get(f"/f/{form}?i={made['token']}").text)
    guessed = Page(door.get(f"/f/{form}?i=guessed-guessed-guessed").text)

    assert "This is your personal link" in personal.text
    assert "Ada" not in personal.text
    assert "ada@" not in str(personal.fields)
    assert "email" not in personal.fields
    assert "email" in guessed.fields


def test_a_check_in_at_the_door_by_link_or_by_mail(door, made):
    address = f"/f/{made['check_in']}"

    by_link = door.post(address, data=sent({"i": made["token"]}))
    by_mail = door.post(address, data=sent({"email": "stranger@door.example"}))

    assert by_link.status_code == by_mail.status_code == 303
    assert "You are checked in." in Page(door.get(by_link.headers["location"]).text).text
    with made["store"].reading() as unit:
        assert unit.invitations.by_token(made["token"]).attended_at is not None


def test_feedback_asks_for_each_product_and_is_an_event_of_the_lead(door, made):
    address = f"/f/{made['feedback']}"
    page = Page(door.get(address, params={"lang": "zh"}).text)
    assert "您对泵的兴趣如何？" in page.text

    answer = door.post(
        address, data=sent({"i": made["token"], "rating": "5", "interest_0": "strong"})
    )

    assert answer.status_code == 303
    with made["store"].reading() as unit:
        acts = unit.events.of_lead(made["lead"])
        told = next(act for act in acts if act.kind == "feedback_given").attributes
        assert (told["rating"], told["interest"]) == (5, {"Pumps": "strong"})


@pytest.mark.parametrize(
    ("form", "status", "says"),
    [("planned", 404, "not open yet"), ("closed", 410, "This form is closed.")],
)
def test_a_form_that_takes_no_answers_says_why(door, made, form, status, says):
    for answer in (door.get(f"/f/{made[form]}"), door.post(f"/f/{made[form]}", data=sent(BOB))):
        assert answer.status_code == status
        assert says in Page(answer.text).text


def test_an_unknown_form_is_a_page_not_a_problem_document(door):
    answer = door.get("/f/nothing", headers={"accept-language": "zh"})

    assert answer.status_code == 404
    assert "没有这个表单" in Page(answer.text).text


def test_what_is_no_form_or_too_large_is_refused(door, made):
    address = f"/f/{made['registration']}"

    assert door.post(address, json=BOB).status_code == 415
    assert door.post(address, data={"full_name": "x" * 70_000}).status_code == 413
    assert door.delete(address).status_code == 405


def test_too_many_answers_from_one_address_are_refused_with_what_was_typed(door, made):
    answers = []
    with ThreadPoolExecutor(8) as threads:
        answers += threads.map(
            lambda n: door.post(f"/f/{made['feedback']}", data=sent({"comment": f"Nr. {n}"})),
            range(36),
        )

    refused = [answer for answer in answers if answer.status_code == 429]
    assert {answer.status_code for answer in answers} == {422, 429}
    assert refused[0].headers["retry-after"] == "60"
    assert "Too many answers came from your network." in Page(refused[0].text).text
    assert "Nr. " in refused[0].text


def test_whatever_stands_in_an_address_there_is_a_page(door, made):
    many = "&".join(f"a{n}=1" for n in range(200))
    form = made["registration"]

    pages = [
        door.get(address)
        for address in (f"/f/{form}?{many}", f"/f/{form}/done?{many}", f"/f/{form}?i=%00")
    ]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert door.get("/f/%00").status_code == 404


def test_an_address_that_a_visitor_claims_for_himself_is_not_counted_as_his(door, made):
    answers = [
        door.post(
            f"/f/{made['check_in']}", data=sent({}), headers={"x-forwarded-for": f"198.51.100.{n}"}
        ).status_code
        for n in range(36)
    ]

    assert answers[-1] == 429
