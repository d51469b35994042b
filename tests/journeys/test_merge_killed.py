"""`kill -9` of a process that merges and undoes, at any point: no merge is half there."""

import subprocess
import sys
import time
from collections import Counter
from random import Random

import pytest

from leads.merge import Review
from pipelines.doctor import examine
from pipelines.merging import work_out
from tests.databases import KINDS, open_store
from tests.factories import NOON, a_lead, a_version
from tests.journeys.merger import IDS
from tests.realdata import ROOT
from tests.stores import everything


def fill(store):
    pairs = list(zip(IDS[::2], IDS[1::2], strict=True))
    with store.writing() as unit:
        unit.leads.add([a_lead(one) for one in IDS])
        unit.history.add_versions([a_version(one, fields={"city": one}) for one in IDS])
        unit.reviews.add(
            [
                Review(review_id=f"R-{a}", lead_a=a, lead_b=b, probability=0.5, opened_at=NOON)
                for a, b in pairs
            ]
        )
        work_out(unit, IDS, now=NOON)


def kill_after(seconds, url, seed):
    command = [sys.executable, "-m", "tests.journeys.merger", url, str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout.readline() == b"begun\n"
        time.sleep(seconds)
        process.kill()


def assert_whole(store):
    """Every merge has its pointer and both entries of the audit, or nothing at all."""
    assert [one for one in examine(store, now=NOON) if not one.is_well] == []
    found = everything(store)
    entries = Counter((entry["details"]["merge"], entry["action"]) for entry in found["audit_log"])
    expected = Counter()
    for one in found["merges"]:
        expected[one["merge_id"], "lead_merged"] = 2
        if one["undone_at"]:
            expected[one["merge_id"], "merge_undone"] = 2
    assert entries == expected
    standing = {
        one["absorbed_id"]: one["survivor_id"] for one in found["merges"] if not one["undone_at"]
    }
    assert {
        one["lead_id"]: one["merged_into"] for one in found["leads"] if one["merged_into"]
    } == standing


def kill_repeatedly(kind, folder, *, rounds):
    chance = Random(20260302)
    with open_store(kind, folder) as (store, url):
        fill(store)
        for number in range(rounds):
            kill_after(chance.uniform(0, 0.25), url, seed=number)
            assert_whole(store)
        assert everything(store)["merges"]  # how many, only the machine knows


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_merge_is_wholly_there_or_not_at_all(kind, tmp_path):
    kill_repeatedly(kind, tmp_path, rounds=2)


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_a_merge_killed_many_times_is_wholly_there_or_not_at_all(kind, tmp_path):
    kill_repeatedly(kind, tmp_path, rounds=60)
