import os
import signal
import subprocess
import sys
from datetime import timedelta
from random import Random

import pytest

from leads.errors import Unavailable
from leads.work import JobState
from pipelines.worker import KEPT, LEASE, LONGEST_WAIT, MOST_TRIES, Worker, back_off, told_of
from tests.databases import KINDS, open_store
from tests.factories import NOON
from tests.realdata import ROOT


class Clock:
    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now


@pytest.fixture(params=KINDS)
def store(request, tmp_path):
    with open_store(request.param, tmp_path) as (opened, _):
        yield opened


def a_worker(store, handlers, clock=None):
    return Worker(store, handlers, clock=clock or Clock(), chance=Random(1))


def ask(store, kind="a", key="1"):
    with store.writing() as unit:
        unit.jobs.enqueue(kind, key, now=NOON)


def only_job(store):
    with store.reading() as unit:
        return unit.jobs.page(limit=2)[0]


def test_a_worker_does_what_waits_and_then_leaves(store):
    done = []
    for key in "123":
        ask(store, key=key)

    worked = a_worker(store, {"a": lambda _, job: done.append(job.key)}).run(once=True)

    assert (worked.n_done, worked.n_failed, sorted(done)) == (3, 0, ["1", "2", "3"])


def test_a_job_that_fails_is_tried_later_and_later_and_then_given_up(store):
    clock, waits = Clock(), []
    ask(store)

    def fail(_store, _job):
        raise ValueError("anna@acme.example is wrong")

    worker = a_worker(store, {"a": fail}, clock)
    for _ in range(MOST_TRIES):
        assert worker.run(once=True).n_failed == 1
        job = only_job(store)
        waits.append(job.run_at - clock.now)
        clock.now = max(job.run_at, clock.now)

    assert waits[0] < waits[2] < waits[4] < waits[6]
    assert (job.state, job.tries, job.last_error) == (JobState.DEAD, MOST_TRIES, "ValueError")
    assert worker.run(once=True).n_failed == 0


def test_a_job_that_kills_its_workers_is_given_up_too(store):
    clock = Clock()
    ask(store)
    for _ in range(MOST_TRIES):
        with store.writing() as unit:
            assert unit.jobs.claim(now=clock.now, lease_until=clock.now + LEASE)
        clock.now += LEASE + timedelta(seconds=1)

    assert a_worker(store, {"a": None}, clock).run(once=True).n_failed == 1
    assert only_job(store).state is JobState.DEAD


def test_waiting_grows_up_to_a_limit_and_is_never_the_same_for_all():
    assert back_off(1, chance=Random(1)) != back_off(1, chance=Random(2))
    assert timedelta(seconds=2) < back_off(1, chance=Random(1)) < timedelta(seconds=8)
    assert back_off(60, chance=Random(1)) <= LONGEST_WAIT * 1.5


def test_an_error_is_noted_without_what_it_says():
    assert told_of(KeyError("anna")) == "KeyError"
    assert told_of(Unavailable("postgres://x")) == "Unavailable"
    assert told_of(subprocess.TimeoutExpired("x", 1)) == "subprocess.TimeoutExpired"


def test_leadflow_worker_ends_when_it_is_asked_to(tmp_path):
    environment = os.environ | {"LEADFLOW_VAR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pipelines.cli", "worker"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert b"worker_ready" in process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=20)

    assert process.returncode == 0
    assert out == b"0 jobs done, 0 failed\n"


def test_a_worker_outlives_its_database(store, monkeypatch):
    monkeypatch.setattr("pipelines.worker.AWAY_SECONDS", 0)
    clock, done, failures = Clock(), [], iter([Unavailable("away")] * 2)
    ask(store)
    worker = a_worker(store, {"a": lambda _, job: (done.append(job.key), worker.end())}, clock)
    claim = worker.work_one

    def away():
        if (error := next(failures, None)) is not None:
            raise error
        return claim()

    monkeypatch.setattr(worker, "work_one", away)

    assert worker.run().n_done == 1
    assert done == ["1"]


def test_what_was_done_long_ago_is_forgotten_while_the_worker_runs(store):
    clock, jobs = Clock(), []
    ask(store, key="old")

    def do(opened, job):
        clock.now += KEPT + timedelta(days=1)
        if job.key == "old":
            with opened.writing() as unit:
                unit.jobs.enqueue("a", "new", now=clock.now)
                unit.jobs.enqueue("a", "newer", now=clock.now + timedelta(days=1))
        with opened.reading() as unit:
            jobs.append({one.key for one in unit.jobs.page(state=JobState.DONE)})

    a_worker(store, {"a": do}, clock).run(once=True)

    assert jobs == [set(), {"old"}, {"new"}]
