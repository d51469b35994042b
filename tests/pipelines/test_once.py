from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from leads.errors import Conflict, InvalidInput
from pipelines.once import Request, answer_once

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def request(**told):
    told = {
        "caller": "key:a", "key": "k-1", "route": "POST /v1/leads", "payload": b"{}", "now": NOW
    } | told  # fmt: skip
    return Request(**told)


def audit_once(store, asked, answer="{}"):
    """Carries out a request whose effect is an entry in the audit log."""

    def work(unit):
        unit.audit.add("done", subject_kind="test", subject_id="s", actor="a", at=NOW)
        return answer

    with store.writing() as unit:
        return answer_once(unit, asked, work, status=201)


def effects(store):
    with store.reading() as unit:
        return len(unit.audit.of("s"))


def test_a_request_sent_twice_is_carried_out_once_and_answered_alike(store):
    first = audit_once(store, request(), '{"lead_id":"一"}')
    again = audit_once(store, request(), '{"lead_id":"二"}')

    assert (first.content, first.status, first.is_repeated) == ('{"lead_id":"一"}', 201, False)
    assert (again.content, again.status, again.is_repeated) == ('{"lead_id":"一"}', 201, True)
    assert effects(store) == 1


@pytest.mark.parametrize("other", [{"payload": b"{ }"}, {"route": "POST /v1/merges"}])
def test_the_same_key_for_another_request_is_refused(store, other):
    audit_once(store, request())

    with pytest.raises(InvalidInput, match="used for another request") as refused:
        audit_once(store, request(**other))

    assert refused.value.problems[0].code == "key_reused"
    assert effects(store) == 1


@pytest.mark.parametrize("other", [{"caller": "key:b"}, {"key": "k-2"}, {"key": None}])
def test_other_callers_other_keys_and_requests_without_one_are_their_own(store, other):
    audit_once(store, request())

    assert audit_once(store, request(**other)).is_repeated is False
    assert effects(store) == 2


def test_a_request_that_failed_left_nothing_and_may_be_sent_again(store):
    def fails(unit):
        unit.audit.add("done", subject_kind="test", subject_id="s", actor="a", at=NOW)
        raise Conflict("not now")

    with pytest.raises(Conflict), store.writing() as unit:
        answer_once(unit, request(), fails, status=200)

    assert effects(store) == 0
    assert audit_once(store, request()).is_repeated is False


def test_of_equal_requests_at_the_same_time_one_is_carried_out(store):
    def ask(_):
        try:
            return audit_once(store, request()).is_repeated
        except Conflict:
            return None

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(ask, range(8)))

    assert effects(store) == 1
    assert outcomes.count(False) == 1


def test_after_a_day_a_key_may_be_used_anew(store):
    audit_once(store, request())
    audit_once(store, request(now=NOW + timedelta(hours=23)))
    audit_once(store, request(now=NOW + timedelta(hours=25), payload=b"[]"))

    assert effects(store) == 2


def test_while_a_request_is_carried_out_the_same_one_is_refused_on_postgresql(store):
    if store.engine.dialect.name == "sqlite":
        pytest.skip("whoever writes is alone: the second one waits and is answered as the first")

    with store.writing() as unit:
        answer_once(unit, request(), lambda _: "{}", status=200)
        with pytest.raises(Conflict, match="still being carried out"):
            audit_once(store, request())
