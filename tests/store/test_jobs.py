import threading
from datetime import timedelta

import pytest

from leads.errors import Conflict, NotFound
from leads.work import JobState
from tests.factories import NOON

MINUTE = timedelta(minutes=1)
LEASE = NOON + 5 * MINUTE


def claim(unit, now=NOON, **given):
    return unit.jobs.claim(now=now, lease_until=now + 5 * MINUTE, **given)


def test_what_is_asked_for_twice_is_done_once_with_the_newer_payload(store):
    with store.writing() as unit:
        unit.jobs.enqueue("score", "L-1", now=NOON, run_at=NOON + MINUTE, payload={"a": 1})
        unit.jobs.enqueue("score", "L-1", now=NOON, payload={"a": 2})
        unit.jobs.enqueue("score", "L-1", now=NOON, run_at=NOON + MINUTE, payload={"a": 3})

        (job,) = unit.jobs.page()
        assert (job.run_at, job.payload) == (NOON, {"a": 3})


def test_a_job_is_claimed_by_one_worker_and_when_it_is_due(store):
    with store.writing() as unit:
        unit.jobs.enqueue("a", "1", now=NOON, run_at=NOON + MINUTE)
        assert claim(unit) is None

        job = claim(unit, now=NOON + MINUTE)
        assert (job.state, job.tries) == (JobState.RUNNING, 1)
        assert claim(unit, now=NOON + MINUTE) is None


def test_two_workers_never_have_the_same_job(store):
    with store.writing() as unit:
        unit.jobs.enqueue_all([("a", str(n), {}, NOON) for n in range(12)], now=NOON)
    taken = []

    def work():
        while True:
            with store.writing() as unit:
                job = claim(unit)
            if job is None:
                return
            taken.append(job.job_id)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(taken) == len(set(taken)) == 12


def test_a_job_whose_worker_is_gone_is_taken_up_after_its_lease(store):
    with store.writing() as unit:
        unit.jobs.enqueue("a", "1", now=NOON)
        lost = claim(unit)
        assert claim(unit, now=LEASE) is None

        found = claim(unit, now=LEASE + MINUTE)

        assert (found.job_id, found.tries) == (lost.job_id, 2)
        assert not unit.jobs.finish(lost, now=LEASE + MINUTE)  # it is somebody else's now
        assert unit.jobs.finish(found, now=LEASE + MINUTE)
        assert unit.jobs.get(found.job_id).state is JobState.DONE


def test_work_on_one_thing_is_done_one_after_the_other(store):
    with store.writing() as unit:
        unit.jobs.enqueue("a", "1", now=NOON)
        first = claim(unit)
        unit.jobs.enqueue("a", "1", now=NOON)

        assert claim(unit) is None

        unit.jobs.finish(first, now=NOON)
        assert claim(unit) is not None


def test_a_failed_job_waits_and_gives_way_to_one_asked_for_meanwhile(store):
    with store.writing() as unit:
        unit.jobs.enqueue("a", "1", now=NOON)
        first = claim(unit)
        unit.jobs.retry_later(first, run_at=LEASE, error="x" * 900)
        waiting = unit.jobs.get(first.job_id)
        assert (waiting.state, waiting.run_at, len(waiting.last_error)) == ("waiting", LEASE, 200)

        again = claim(unit, now=LEASE)
        unit.jobs.enqueue("a", "1", now=LEASE, payload={"new": True})
        unit.jobs.retry_later(again, run_at=LEASE + MINUTE, error="y")

        (left,) = unit.jobs.page()
        assert (left.payload, left.tries, left.run_at) == ({"new": True}, 2, LEASE + MINUTE)


def test_a_dead_job_is_tried_again_when_a_person_says_so(store):
    with store.writing() as unit:
        unit.jobs.enqueue("a", "1", now=NOON, payload={"x": 1})
        job = claim(unit)
        unit.jobs.bury(job, now=NOON, error="OSError")
        assert [one.last_error for one in unit.jobs.dead()] == ["OSError"]

        again = unit.jobs.revive(job.job_id, now=LEASE)

        assert (again.state, again.tries, again.payload) == (JobState.WAITING, 0, {"x": 1})
        with pytest.raises(Conflict, match="is waiting"):
            unit.jobs.revive(again.job_id, now=LEASE)
        with pytest.raises(NotFound, match="no job J-9"):
            unit.jobs.revive("J-9", now=LEASE)


def test_only_kinds_that_are_asked_for_are_claimed(store):
    with store.writing() as unit:
        unit.jobs.enqueue("later", "1", now=NOON)

        assert claim(unit, kinds=["a", "b"]) is None
        assert unit.jobs.counts() == {"waiting": 1, "running": 0, "done": 0, "dead": 0}
