"""The doors of a service without a champion, and must_follow with one."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from leads.clock import ClockBasis
from leads.errors import DamagedBundle, InvalidInput
from leads.events import EventKind, StoredEvent
from leads.ids import new_id
from leads.lead import StageMove
from leads.lifecycle import Stage
from pipelines.day_one import LEAST_OUTCOMES
from pipelines.intake.handed import Handed
from pipelines.intake.intake import take_in
from scoring.profile.reading import parse_profile
from serving.app import create_app
from serving.day_one import Minimum
from serving.gate import Gate
from serving.runtime import Runtime
from serving.schemas import ExplainAnswer, ScoreAnswer, StatusAnswer
from store.database import Store
from tests.scoring.profile.profiles import packaged, small
from tests.serving import models
from training.labels import MIN_CLASS

KEY = "a-key-for-tests-only"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    opened = Store.open(f"sqlite:///{tmp_path / 'leadflow.db'}")
    yield opened
    opened.close()


@pytest.fixture
def street(tmp_path, store):
    """Opens a service in this process; closes what it opened."""
    opened = []

    def open_street(*, profile=packaged, var=tmp_path, name="m", has_store=True):
        runtime = Runtime()
        runtime.open(
            var=var,
            model_name=name,
            key=KEY,
            per_minute=0,
            clock=lambda: NOW,
            opener=lambda: store,
            has_store=lambda: has_store,
            profile=profile,
        )
        opened.append(runtime)
        return runtime

    yield open_street
    for runtime in opened:
        runtime.close()


def ask(runtime, path, told=None):
    gate = Gate(create_app(runtime), runtime)
    headers = {"authorization": f"Bearer {KEY}"}

    async def asking():
        transport = httpx.ASGITransport(gate)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            method = "GET" if told is None else "POST"
            return await client.request(method, path, headers=headers, json=told)

    return asyncio.run(asking())


def score(runtime, *leads, **options):
    answer = ask(runtime, "/v1/score", {"leads": list(leads), "options": options})
    assert answer.status_code == 200, answer.text
    ScoreAnswer.model_validate_json(answer.content)
    return answer.json()


def test_the_first_lead_is_scored_by_the_profile_with_reasons_and_says_so(street):
    runtime = street()

    answer = score(
        runtime, {"attributes": {"NumberOfEmployees": 1200, "Title": "Head of IT"}}, explain=5
    )

    assert runtime.is_ready
    assert answer["model"]["version"] == packaged().version
    result = answer["results"][0]
    assert (result["calibrated"], result["must_follow"]) == (False, None)
    assert set(result["warnings"]) == {"no_history", "day_one"}
    assert {reason["field"] for reason in result["reasons"]} == {
        "employees",
        "seniority",
        "department",
    }
    assert result["points"] == 25 + 15 + 8


def test_a_lead_of_a_source_is_read_by_that_sources_names(street):
    lead = {"source": "hubspot", "attributes": {"numemployees": "1200", "jobtitle": "CEO"}}

    assert score(street(), lead)["results"][0]["points"] >= 25 + 15


def test_an_explanation_adds_up_to_its_margin(street):
    lead = {"attributes": {"employees": 1200, "email": "a@gmail.com"}}

    answer = ask(street(), "/v1/explain", {"lead": lead, "locale": "zh"})

    told = ExplainAnswer.model_validate_json(answer.content)
    whole = told.base_value + sum(reason.contribution for reason in told.reasons) + told.other
    assert whole == pytest.approx(told.margin)
    assert "公司规模 >= 1,000：+25 分" in [reason.text for reason in told.reasons]
    assert "email_is_free" in [reason.field for reason in told.reasons]


def test_the_status_says_how_far_the_history_is_from_its_minimum(street, store):
    told = StatusAnswer.model_validate_json(ask(street(has_store=False), "/v1/status").content)

    assert told.ready
    assert told.model is None
    assert told.day_one.answers
    assert told.day_one.note == "below the minimum of history: 0 of 40 outcomes"
    assert LEAST_OUTCOMES == MIN_CLASS


def a_move(lead_id, before, after):
    return StageMove(
        lead_id=lead_id,
        from_stage=before,
        to_stage=after,
        occurred_at=NOW,
        known_at=NOW,
        clock=ClockBasis.SOURCE,
        actor="rep",
        cause="qualified",
        definition_version="1",
    )


def test_leads_that_sales_qualified_count_as_outcomes_whatever_became_of_them(street, store):
    with store.writing() as unit:
        ids = [
            take_in(unit, [Handed(source="crm", fields={"full_name": name})], now=NOW)[0].lead_id
            for name in ("Ada Love", "Bob Bell", "Eve Eden")
        ]
        unit.history.move([a_move(ids[0], Stage.SAL, Stage.SQL)])
        unit.history.move([a_move(ids[0], Stage.SQL, Stage.RECYCLED)])
        unit.history.move([a_move(ids[1], Stage.OPPORTUNITY, Stage.CUSTOMER)])
    runtime = street()

    ask(runtime, "/v1/status")
    runtime.parts.store._crew.close(wait=True)

    told = ask(runtime, "/v1/status").json()["day_one"]
    assert told["note"] == "below the minimum of history: 2 of 40 outcomes"


def an_event(lead_id, kind, days_ago):
    at = NOW - timedelta(days=days_ago)
    return StoredEvent(
        source="web",
        message_id=new_id(at=at),
        lead_id=lead_id,
        kind=kind,
        occurred_at=at,
        known_at=at,
        clock=ClockBasis.SOURCE,
    )


def test_a_stored_lead_gets_points_for_what_it_did_and_what_it_will_do_is_not_known(street, store):
    with store.writing() as unit:
        handed = Handed(source="crm", fields={"full_name": "Ada Love", "employees": "1200"})
        lead_id = take_in(unit, [handed], now=NOW - timedelta(days=60))[0].lead_id
        acts = [(EventKind.PRICING_VISITED, 14), (EventKind.PRICING_VISITED, -1)]
        unit.events.add([an_event(lead_id, kind, days) for kind, days in acts])
    runtime = street()

    result = score(runtime, {"lead_id": lead_id}, explain=5)["results"][0]

    assert result["warnings"] == ["day_one"]
    assert result["points"] == 25 + 4
    assert result["reasons"][1]["text"] == (
        "Pricing page visited, 1 times, last 14 days ago: +4 points"
    )


def test_a_kept_day_one_score_remembers_no_person(street, store):
    runtime = street()
    lead = {"external_id": "x", "attributes": {"employees": 1200, "email": "ada@x.example"}}

    answer = score(runtime, lead, persist=True)

    with store.reading() as unit:
        kept = unit.scores.get(answer["results"][0]["prediction_id"])
    assert kept.inputs == {"employees": 1200}
    assert (kept.model_version, kept.calibrated) == (packaged().version, False)


def test_who_must_be_followed_up_is_said_on_day_one(street):
    answer = score(street(), {"attributes": {"员工人数": "1.2万"}}, locale="zh")

    assert answer["results"][0]["must_follow"] == {
        "rule": "key account size",
        "text": "员工 5,000 人及以上：大客户须立即跟进。",
    }


def test_who_must_be_followed_up_is_said_with_a_champion_too(street, written):
    runtime = street(var=written, name=models.NAME, profile=small)

    answer = score(
        runtime,
        {"attributes": {**models.LEAD, "employees": 9000}},
        {"attributes": models.LEAD},
        {"attributes": {"trial": True}},
    )

    assert answer["model"]["version"] == "1"
    assert [one["must_follow"] for one in answer["results"]] == [
        {"rule": "giants", "text": "company size >= 5,000"},
        None,
        None,
    ]
    assert ask(runtime, "/v1/status").json()["day_one"]["answers"] is False


def test_beside_a_champion_the_profile_can_be_asked_by_its_role(street, written):
    runtime = street(var=written, name=models.NAME)

    answer = score(runtime, {"attributes": models.LEAD}, model="day_one")

    assert answer["model"]["version"] == packaged().version


def test_a_rule_about_what_follows_from_other_fields_is_asked_of_the_clean_lead(street, written):
    extra = '[[must_follow]]\nname = "chiefs"\n'
    extra += 'when = { field = "seniority", op = "eq", value = "executive" }\n'
    runtime = street(var=written, name=models.NAME, profile=lambda: small(extra))

    answer = score(runtime, {"attributes": {"Job Title": "Managing Director"}})

    assert answer["results"][0]["must_follow"]["rule"] == "chiefs"


def test_a_champion_that_cannot_be_loaded_is_not_replaced_by_the_profile(street, tmp_path):
    (tmp_path / "champions").mkdir()
    (tmp_path / "champions" / "m.json").write_text("{")
    runtime = street()

    answer = ask(runtime, "/v1/score", {"leads": [{"attributes": {}}]})

    assert answer.status_code == 503
    assert not runtime.is_ready


def test_a_profile_with_mistakes_stops_nothing_but_itself(street, written):
    def broken():
        return parse_profile(b"[[fit]]\npoints = 0", name="profile.toml")

    runtime = street(var=written, name=models.NAME, profile=broken)

    assert score(runtime, {"attributes": models.LEAD})["model"]["version"] == "1"
    told = ask(runtime, "/v1/status").json()["day_one"]
    assert told["version"] is None
    assert "fit[0].points" in told["note"]
    with pytest.raises(InvalidInput):
        broken()


def test_the_profile_answers_until_the_first_champion_does_and_if_that_is_broken_goes_on(street):
    runtime = street(name=models.NAME)
    champion = runtime.parts.champion
    said = []

    def look_while_it_loads():
        said.append(score(runtime, {"attributes": models.LEAD})["model"]["version"])
        raise DamagedBundle("it cannot be loaded")

    champion._swap_to_pointed = look_while_it_loads
    folder = champion._var / "champions"
    folder.mkdir(exist_ok=True)
    (folder / f"{models.NAME}.json").write_text("{")
    champion.look()

    assert said == [packaged().version]
    assert runtime.is_ready
    assert score(runtime, {"attributes": models.LEAD})["model"]["version"] == packaged().version
    told = ask(runtime, "/v1/status").json()
    assert told["last_swap"]["error"] == "it cannot be loaded"
    assert told["day_one"]["answers"]


def test_status_does_not_ask_for_a_model_where_one_was_promoted():
    minimum = Minimum(outcomes=311, needed=40)

    assert "train and promote" in minimum.sentence(answers=True)
    assert "train and promote" not in minimum.sentence(answers=False)


def test_who_asks_for_a_version_that_is_not_served_is_told_of_the_profile_too(street, written):
    runtime = street(var=written, name=models.NAME)

    asked = {"leads": [{"attributes": models.LEAD}], "options": {"model": "beside"}}
    answer = ask(runtime, "/v1/score", asked)

    assert answer.status_code == 404
    assert f"'day_one' ({packaged().version})" in answer.json()["detail"]


def test_a_reason_of_day_one_says_a_fields_word_in_the_readers_language(street):
    answer = score(street(), {"attributes": {"Title": "CTO"}}, explain=1, locale="zh")

    assert answer["results"][0]["reasons"][0]["value"] == "高管"


def test_without_a_champion_and_without_a_profile_the_answer_is_503(street):
    runtime = street(profile=None)

    answer = ask(runtime, "/v1/score", {"leads": [{"attributes": {}}]})

    assert answer.status_code == 503
    assert json.loads(answer.content)["detail"] == "model 'm' has no champion yet"
    assert ask(runtime, "/v1/status").json()["day_one"] is None
