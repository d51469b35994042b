"""The doors to the store: a real service with keys of its own, asked over sockets."""

import shutil
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import httpx
import pytest
from pydantic import TypeAdapter

from leads.access import Scope
from pipelines.keys import make_key, revoke_key
from serving.schemas import ExplainAnswer, ScoreAnswer
from serving.schemas_leads import (
    Duplicates,
    HandedIn,
    LeadDetails,
    LeadsFound,
    LeadsTaken,
    OpportunitiesFound,
    OpportunityTold,
)
from store.database import Store
from tests.serving import models
from tests.serving.running import running

pytestmark = pytest.mark.xdist_group("serving")

LEADS = (Scope.LEADS_READ, Scope.LEADS_WRITE, Scope.SCORE)


class House:
    """A running service and the store behind it."""

    def __init__(self, service, store):
        self.service, self.store = service, store
        self._everything = self.client(*LEADS)

    def key(self, *scopes):
        with self.store.writing() as unit:
            return make_key(unit, name="test", scopes=scopes, now=datetime.now(UTC), actor="test")

    def client(self, *scopes):
        """A client whose key has these scopes, once the service knows it."""
        made = self.key(*scopes)
        client = httpx.Client(
            base_url=self.service.url,
            headers={"authorization": f"Bearer {made.text}"},
            timeout=30,
        )
        until(lambda: client.get("/v1/status").status_code == 200)
        return client

    def __getattr__(self, method):
        return getattr(self._everything, method)

    def store_count(self):
        with self.store.reading() as unit:
            return unit.leads.count()

    def take_in(self, *, headers=None, **told):
        lead = {"source": "test", "fields": {}} | told
        return self.post("/v1/leads", json=lead, headers=headers or {})


@pytest.fixture(scope="module")
def house(written, tmp_path_factory):
    var = tmp_path_factory.mktemp("house")
    shutil.copytree(written / "bundles", var / "bundles")
    models.promote(var, version="1")
    models.mark_promoted_as_good(var)
    url = f"sqlite:///{var / 'leadflow.db'}"
    store = Store.open(url)
    with running(
        "serving.service:LeadScoring", var=var, key=None, LEADFLOW_DATABASE_URL=url
    ) as service:
        yield House(service, store)
    store.close()


def until(holds, *, seconds=5.0):
    """How long it took until it was so."""
    started = time.monotonic()
    while not holds():
        assert time.monotonic() - started < seconds
        time.sleep(0.02)
    return time.monotonic() - started


def somebody(**fields):
    """The fields of a person who is no double of another."""
    name = uuid.uuid4().hex
    letters = "".join(chr(ord("a") + int(digit, 16)) for digit in name)
    mail = f"{letters[:12]}@{letters[12:24]}.example"
    return {"full_name": f"{letters[:8].title()} {letters[8:16].title()}", "email": mail} | fields


def test_a_key_opens_what_its_scopes_say_and_403_names_the_missing_one(house):
    reader = house.client(Scope.LEADS_READ)

    found = reader.get("/v1/leads")
    refused = reader.post("/v1/leads", json={"source": "test", "fields": somebody()})
    scored = reader.post("/v1/score", json={"leads": [{"attributes": {}}]})

    assert found.status_code == 200
    assert (refused.status_code, scored.status_code) == (403, 403)
    assert refused.headers["content-type"] == "application/problem+json"
    assert "lacks the scope leads:write; it has leads:read" in refused.json()["detail"]
    assert httpx.get(f"{house.service.url}/v1/leads").status_code == 401


def test_a_revoked_key_stops_within_two_seconds_and_others_go_on(house):
    client, other = house.client(Scope.LEADS_READ), house.client(Scope.LEADS_READ)
    key_id = client.headers["authorization"].split("_")[1]

    with house.store.writing() as unit:
        revoke_key(unit, key_id, now=datetime.now(UTC), actor="test")
    took = until(lambda: client.get("/v1/leads").status_code == 401)

    assert took < 2
    assert other.get("/v1/leads").status_code == 200


def test_a_lead_goes_from_created_to_unchanged_to_updated(house):
    fields = somebody(employees="1,200")

    answers = [
        house.take_in(external_id="c-1", fields=fields),
        house.take_in(external_id="c-1", fields=fields),
        house.take_in(external_id="c-1", fields=fields | {"job_title": "CTO"}),
    ]

    told = [HandedIn.model_validate_json(answer.content) for answer in answers]
    assert [one.outcome for one in told] == ["created", "unchanged", "updated"]
    assert len({one.lead_id for one in told}) == 1
    answer = house.get(f"/v1/leads/{told[0].lead_id}")
    shown = LeadDetails.model_validate_json(answer.content)
    assert answer.headers["cache-control"] == "no-store"
    assert (shown.fields["employees"], shown.typed["employees"]) == (1200, "1,200")
    assert [(one.source, one.external_id) for one in shown.outside_ids] == [("test", "c-1")]


def test_a_double_is_merged_and_both_ids_lead_to_the_survivor_with_the_reasons(house):
    fields = somebody(company="Doubles Ltd")
    first = house.take_in(external_id="m-1", fields=fields).json()
    second = house.take_in(external_id="m-2", fields=fields | {"job_title": "CTO"}).json()

    shown = [house.get(f"/v1/leads/{one['recorded_on']}").json() for one in (first, second)]
    doubles = Duplicates.model_validate_json(
        house.get(f"/v1/leads/{first['lead_id']}/duplicates").content
    )

    assert second["outcome"] == "merged"
    assert shown[0] == shown[1]
    assert {one["external_id"] for one in shown[0]["outside_ids"]} == {"m-1", "m-2"}
    assert len(shown[0]["merged_ids"]) == 1
    assert "e-mail is the same" in doubles.merges[0].reasons[0]


def test_in_a_batch_a_bad_lead_spoils_no_other_and_a_systems_own_names_are_understood(house):
    who = somebody()
    good = {
        "source": "salesforce",
        "fields": {
            "Id": "00Q1",
            "LastName": who["full_name"],
            "Email": who["email"],
            "NumberOfEmployees": 12,
            "Budget__c": 3,
        },
    }
    bad = {"source": "test", "fields": {"emial": "x"}}

    answer = house.post("/v1/leads", json={"leads": [bad, good, {"source": "test"}]})

    results = LeadsTaken.model_validate_json(answer.content).results
    assert [one.outcome for one in results] == ["refused", "created", "refused"]
    assert results[0].errors[0].pointer == "/leads/0/fields/emial"
    assert "did you mean 'email'" in results[0].errors[0].detail
    shown = house.get(f"/v1/leads/{results[1].lead_id}").json()
    assert (shown["fields"]["employees"], shown["attributes"]) == (12, {"Budget__c": 3})
    assert shown["outside_ids"][0]["external_id"] == "00Q1"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"source": "test"}, "/fields"),
        ({"source": "test", "fields": {}}, "/fields/full_name"),
        ({"source": "test", "fields": {"email": ["a"]}}, "/fields/email"),
        ({"source": "test", "fields": {"email": "a@b.de"}, "occurred_at": "1/2"}, "/occurred_at"),
        (
            {"source": "t", "fields": {}, "occurred_at": "0001-01-01T00:00:00+14:00"},
            "/occurred_at",
        ),
        (
            {"leads": [{"source": "t", "fields": {}, "created_at": "9999-12-31T23:59:59-14:00"}]},
            "/leads/0/created_at",
        ),
        ({"source": "person", "fields": {"email": "a@b.de"}}, "/source"),
        ({"leads": []}, "/leads"),
        ({"leads": [{}] * 1001}, "/leads"),
        ({"leads": [{"source": "t", "fields": {"nme": 1}}]}, "/leads/0/fields/nme"),
        ([], ""),
    ],
)
def test_what_cannot_be_taken_is_422_and_says_where(house, body, pointer):
    answer = house.post("/v1/leads", json=body)

    assert answer.status_code == 422, answer.text
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


def test_text_no_database_keeps_is_refused_wherever_it_stands(house):
    body = b'{"source":"test","fields":{"city":"x"},"attributes":{"a":{"b":["\\u0000"]}}}'

    answer = house.post("/v1/leads", content=body, headers={"content-type": "application/json"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/attributes/a/b/0"


def test_leads_are_found_by_mail_phone_name_and_outside_id(house):
    fields = somebody(phone="+49 171 5550123")
    lead_id = house.take_in(external_id="s-1", fields=fields).json()["lead_id"]

    for query in (
        {"email": fields["email"].upper()},
        {"phone": "0171 555 01 23"},
        {"q": fields["full_name"]},
        {"external_id": "s-1", "source": "test"},
        {"email": fields["email"], "phone": "+491715550123"},
    ):
        found = LeadsFound.model_validate_json(house.get("/v1/leads", params=query).content)
        assert [lead.lead_id for lead in found.leads] == [lead_id], query
    nobody = house.get("/v1/leads", params={"email": "somebody.else@nowhere.example"}).json()
    assert nobody == {"leads": [], "next": None, "truncated": False}


def test_pages_of_leads_follow_one_another_and_miss_nobody(house):
    for _ in range(3):
        house.take_in(fields=somebody())

    pages, after = [], ""
    while after is not None:
        page = house.get("/v1/leads", params={"limit": 2, "after": after}).json()
        pages += [lead["lead_id"] for lead in page["leads"]]
        after = page["next"]

    assert pages == sorted(set(pages))
    assert len(pages) == house.store_count()


@pytest.mark.parametrize(
    "query",
    [
        {"email": "info@acme.example"},
        {"email": ""},
        {"external_id": "x"},
        {"source": "test"},
        {"limit": 1000},
        {"nme": "x"},
    ],
)
def test_a_search_that_cannot_be_made_says_what_would_be_right(house, query):
    answer = house.get("/v1/leads", params=query)

    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_a_request_sent_again_with_its_key_is_answered_alike_and_carried_out_once(house):
    headers = {"idempotency-key": str(uuid.uuid4())}
    fields = somebody()

    first = house.take_in(fields=fields, headers=headers)
    again = house.take_in(fields=fields, headers=headers)
    other = house.take_in(fields=somebody(), headers=headers)

    assert first.json()["outcome"] == "created"
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    assert other.status_code == 422
    assert other.json()["errors"][0]["code"] == "key_reused"


def test_of_equal_requests_at_the_same_time_one_is_carried_out(house):
    headers = {"idempotency-key": str(uuid.uuid4())}
    batch = {"leads": [{"source": "race", "fields": somebody()} for _ in range(50)]}
    answers = []

    def ask():
        answers.append(house.post("/v1/leads", json=batch, headers=headers))

    before = house.store_count()
    callers = [threading.Thread(target=ask) for _ in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    final = house.post("/v1/leads", json=batch, headers=headers)

    assert {answer.status_code for answer in answers} <= {200, 409}
    assert {a.content for a in answers if a.status_code == 200} == {final.content}
    assert house.store_count() == before + 50


def test_reading_goes_on_while_writers_wait_for_each_other(house):
    with ThreadPoolExecutor(6) as threads:
        with house.store.writing():
            waiting = [threads.submit(house.take_in, fields=somebody()) for _ in range(6)]
            time.sleep(0.3)
            read = house.get("/v1/leads", params={"limit": 1})
            score = house.post("/v1/score", json={"leads": [{"attributes": {}}]})
        written = [one.result().status_code for one in waiting]

    assert (read.status_code, score.status_code) == (200, 200)
    assert written == [200] * 6


def test_a_stored_lead_is_scored_as_if_it_were_given_inline(house):
    inline = {"employees": 240, "industry": "software", "trial": True}
    lead_id = house.take_in(
        fields=somebody(employees="240", industry="software"), attributes={"trial": True}
    ).json()["lead_id"]
    created = house.get(f"/v1/leads/{lead_id}").json()["created_at"]
    leads = [{"lead_id": lead_id}, {"attributes": inline | {"created": created}}]

    answer = house.post("/v1/score", json={"leads": [*leads, {"lead_id": "nobody"}]})

    ScoreAnswer.model_validate_json(answer.content)
    stored, given, nobody = answer.json()["results"]
    assert (stored["lead_id"], "lead_id" in given) == (lead_id, False)
    assert stored["imputed"] == given["imputed"] == []
    assert stored["probability"] == pytest.approx(given["probability"], rel=1e-9)
    assert nobody["error"]["errors"][0]["pointer"] == "/leads/2/lead_id"
    explained = house.post("/v1/explain", json={"lead_id": lead_id})
    ExplainAnswer.model_validate_json(explained.content)
    assert explained.json()["lead_id"] == lead_id
    assert house.post("/v1/explain", json={"lead_id": "nobody"}).status_code == 404


def test_scores_are_kept_when_asked_for_with_what_the_model_was_told(house):
    lead_id = house.take_in(fields=somebody(employees="1,000")).json()["lead_id"]
    leads = [{"lead_id": lead_id}, {"attributes": {"employees": 5, "secret": "x"}}]

    asked = {"leads": leads, "options": {"persist": True, "explain": 1}}
    results = house.post("/v1/score", json=asked).json()["results"]

    shown = house.get(f"/v1/leads/{lead_id}").json()["score"]
    assert shown["prediction_id"] == results[0]["prediction_id"]
    assert shown["probability"] == results[0]["probability"]
    with house.store.reading() as unit:
        kept = unit.scores.get(results[1]["prediction_id"])
    assert (kept.inputs, kept.cause, kept.lead_id) == ({"employees": 5}, "request", None)


def test_kept_scores_that_are_asked_for_again_are_said_to_be_repeated(house):
    asked = {"leads": [{"attributes": {}}], "options": {"persist": True}}
    headers = {"idempotency-key": str(uuid.uuid4())}

    first, again = (house.post("/v1/score", json=asked, headers=headers) for _ in range(2))

    assert again.content == first.content
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"


def test_a_sources_own_names_are_translated_for_the_model(house):
    leads = [
        {"source": "salesforce", "attributes": {"NumberOfEmployees": 240, "Industry": "retail"}},
        {"source": "chinese", "attributes": {"员工人数": 240, "所属行业": "retail"}},
        {"attributes": {"employees": 240, "industry": "retail"}},
    ]

    results = house.post("/v1/score", json={"leads": leads}).json()["results"]

    assert len({result["probability"] for result in results}) == 1
    assert results[0]["warnings"] == results[2]["warnings"]


def test_scoring_alone_may_neither_read_nor_keep_leads(house):
    scorer = house.client(Scope.SCORE)

    inline = scorer.post("/v1/score", json={"leads": [{"attributes": {}}]})
    stored = scorer.post("/v1/score", json={"leads": [{"lead_id": "x"}]})
    kept = scorer.post(
        "/v1/score", json={"leads": [{"attributes": {}}], "options": {"persist": True}}
    )

    assert [one.status_code for one in (inline, stored, kept)] == [200, 403, 403]


@pytest.mark.parametrize(
    ("lead", "pointer"),
    [
        ({}, "/leads/0/attributes"),
        ({"lead_id": "x", "attributes": {}}, "/leads/0/lead_id"),
        ({"attributes": None}, "/leads/0/attributes"),
    ],
)
def test_a_lead_is_given_by_its_attributes_or_by_its_id(house, lead, pointer):
    answer = house.post("/v1/score", json={"leads": [lead]})

    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


def test_an_opportunity_is_created_and_changed_and_found_by_its_lead(house):
    lead_id = house.take_in(external_id="o-1", fields=somebody()).json()["lead_id"]
    deal = {
        "source": "test", "external_id": "d-1", "lead": "o-1", "amount": "1250.50",
        "currency": "EUR",
    }  # fmt: skip

    told = [
        house.post("/v1/opportunities", json=deal),
        house.post("/v1/opportunities", json=deal),
        house.post("/v1/opportunities", json=deal | {"state": "won"}),
    ]
    found = house.get("/v1/opportunities", params={"lead_id": lead_id})

    outcomes = [OpportunityTold.model_validate_json(one.content).outcome for one in told]
    assert outcomes == ["created", "unchanged", "updated"]
    deals = OpportunitiesFound.model_validate_json(found.content).opportunities
    assert [(one.state, one.amount, one.lead_id) for one in deals] == [("won", "1250.50", lead_id)]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"lead": "nobody"}, 404),
        ({"lead": None}, 422),
        ({"currency": "XYY"}, 422),
        ({"currency": None}, 422),
        ({"amount": -1}, 422),
        ({"amount": "1.234"}, 422),
        ({"opened_at": "2099-01-01T00:00:00Z"}, 422),
        ({"opened_at": "0001-01-01T00:00:00Z"}, 422),
        ({"opened_at": "2026-01-02T00:00:00Z", "closed_at": "2026-01-01T00:00:00Z"}, 422),
        ({"state": "maybe"}, 422),
    ],
)
def test_an_opportunity_that_cannot_be_is_refused(house, change, status):
    house.take_in(external_id="o-2", fields=somebody())
    deal = {
        "source": "test", "external_id": "d-2", "lead": "o-2", "amount": 1, "currency": "EUR"
    } | change  # fmt: skip

    answer = house.post("/v1/opportunities", json=deal)

    assert answer.status_code == status, answer.text


def test_answers_of_both_shapes_fit_the_document(house):
    either = TypeAdapter(HandedIn | LeadsTaken)

    for body in (
        {"source": "test", "fields": somebody()},
        {"leads": [{"source": "test", "fields": somebody()}]},
    ):
        either.validate_json(house.post("/v1/leads", json=body).content)


def test_refusals_in_the_log_hold_no_personal_data(house):
    house.take_in(fields={"email": "very.secret@person.example", "emial": "x"})
    house.get("/v1/leads", params={"email": "very.secret@person.example", "x": "1"})

    assert "very.secret" not in house.service.log.read_text()


def test_while_the_store_is_away_its_routes_are_503_and_scoring_goes_on(written):
    nowhere = "postgresql://nobody@127.0.0.1:1/nothing"
    with (
        running(
            "serving.service:LeadScoring", var=written, LEADFLOW_DATABASE_URL=nowhere
        ) as service,
        service.client() as client,
    ):
        for answer in (
            client.get("/v1/leads"),
            client.post("/v1/leads", json={"source": "test", "fields": somebody()}),
            client.post("/v1/score", json={"leads": [{"lead_id": "x"}]}),
        ):
            assert answer.status_code == 503
            assert answer.headers["retry-after"]
            assert "127.0.0.1" not in answer.text
        scored = client.post("/v1/score", json={"leads": [{"attributes": models.LEAD}]})
        assert scored.json()["results"][0]["status"] == "ok"
