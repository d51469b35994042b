"""`kill -9` of a real `leadflow import`, again and again, until the file is through."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from leads.imports import ImportKind
from pipelines.intake.planning import Asked, plan_import
from pipelines.intake.running import bring_in
from sandbox.dirt import dirty_leads
from tests.databases import KINDS, open_store
from tests.factories import NOON
from tests.realdata import ROOT

PROGRAM = """
import sys
from pipelines.intake.lead_rows import LeadTaker
LeadTaker.chunk_rows = int(sys.argv.pop(1))
from pipelines.cli import main
main()
"""
MOST_STARTS = 200


def write_file(path, *, n_people):
    """Dirty, double leads; some rows are bad and some stand twice."""
    leads = dirty_leads(seed=11, n_people=n_people).leads
    leads["external_id"] = leads["source"] + ":" + leads["external_id"]
    leads.loc[leads.index % 97 == 5, "created_at"] = "3/4/2025"
    leads.loc[leads.index % 89 == 7, "external_id"] = leads["external_id"].iloc[0]
    leads.drop(columns="source").to_csv(path, index=False)
    return len(leads)


def started(path, url, folder, *, chunk_rows):
    """The import as a process of its own, its progress on a pipe."""
    command = [sys.executable, "-c", PROGRAM, str(chunk_rows), "import", "leads", str(path)]
    return subprocess.Popen(
        [*command, "--source", "mixed", "--json"],
        cwd=folder,
        env=os.environ
        | {"PYTHONPATH": str(ROOT), "LEADFLOW_DATABASE_URL": url, "LEADFLOW_VAR": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def killed_until_through(path, url, folder, *, chunk_rows, seconds, seed, kills):
    """Kill the import at random moments after the file was checked; how often it was hit."""
    chance = random.Random(seed)
    for hit in range(MOST_STARTS):
        process = started(path, url, folder, chunk_rows=chunk_rows)
        assert process.stderr is not None
        told = ""
        while "check: 100 %" not in told and (line := process.stderr.readline()):
            told += line
        if hit < kills:
            time.sleep(chance.uniform(0, seconds))
            process.send_signal(signal.SIGKILL)
        rest = process.stderr.read()
        code = process.wait()
        if code == 0:
            return hit
        assert code == -signal.SIGKILL, told + rest
    raise AssertionError("the import never got through")


def contents(store):
    """Everything an import leaves behind, under the file's own ids."""
    with store.reading() as unit:
        (batch,) = unit.imports.latest()
        outside = unit.leads.outside(
            "mixed",
            [
                row[0]
                for row in unit.connection.exec_driver_sql("SELECT external_id FROM outside_ids")
            ],
        )
        names = {one.lead_id: one.external_id for one in outside.values()}
        rows = list(unit.leads.rows(list(names)))
        roots = [lead.lead_id for lead in rows if lead.lead_id == lead.root_id]
        versions = unit.history.versions_of(roots)
        outcomes = unit.imports.outcomes_of(batch.batch_id)
        merges = unit.merges.latest(limit=10_000)
        reviews = unit.connection.exec_driver_sql("SELECT lead_a, lead_b FROM reviews").all()
        keys = unit.connection.exec_driver_sql("SELECT kind, value, lead_id FROM lead_keys").all()
        assert unit.imports.counted(batch.batch_id) == batch.counts
        return {
            "counts": batch.counts,
            "in_review": batch.in_review,
            "done": batch.done_rows,
            "outcomes": {n: (one, names.get(lead)) for n, (one, lead) in outcomes.items()},
            "aside": list(unit.imports.put_aside_of(batch.batch_id)),
            "outside": {one.external_id: (one.digest, one.row_number) for one in outside.values()},
            "leads": {
                names[lead.lead_id]: (
                    names[lead.root_id],
                    lead.fields,
                    lead.typed,
                    lead.attributes,
                    lead.created_at,
                )
                for lead in rows
            },
            "versions": Counter(
                (names[one.lead_id], str(one.fields), str(one.typed), str(one.clock))
                for said in versions.values()
                for one in said
            ),
            "merges": Counter((names[one.survivor_id], names[one.absorbed_id]) for one in merges),
            "reviews": Counter(frozenset((names[a], names[b])) for a, b in reviews),
            "keys": Counter((kind, value, names[lead]) for kind, value, lead in keys),
        }


def uninterrupted(kind, path, folder, *, chunk_rows, monkeypatch):
    """What the file leaves behind when nobody kills anything."""
    monkeypatch.setattr("pipelines.intake.lead_rows.LeadTaker.chunk_rows", chunk_rows)
    folder.mkdir()
    planned = plan_import(path, kind=ImportKind.LEADS, asked=Asked(source="mixed"))
    with open_store(kind, folder) as (store, _):
        bring_in(store, planned, actor="cli", clock=lambda: NOON, processes=0)
        return contents(store)


def check(kind, folder, monkeypatch, *, n_people, chunk_rows, seconds, seed, kills):
    """Killed or not, the same is left behind, and the sums are exact."""
    path = folder / "leads.csv"
    n_rows = write_file(path, n_people=n_people)
    with open_store(kind, folder) as (store, url):
        hit = killed_until_through(
            path, url, folder, chunk_rows=chunk_rows, seconds=seconds, seed=seed, kills=kills
        )
        after = contents(store)
    straight = uninterrupted(
        kind, path, folder / "straight", chunk_rows=chunk_rows, monkeypatch=monkeypatch
    )
    assert hit > 0
    assert sum(after["counts"].values()) == after["done"] == len(after["outcomes"]) == n_rows
    assert all(after["counts"][name] for name in ("imported", "merged", "quarantined"))
    assert after == straight


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_import_goes_on_and_leaves_what_an_undisturbed_one_leaves(
    kind, tmp_path, monkeypatch
):
    check(kind, tmp_path, monkeypatch, n_people=250, chunk_rows=40, seconds=0.5, seed=3, kills=2)


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(4))
def test_an_import_killed_many_times(kind, seed, tmp_path, monkeypatch):
    check(
        kind, tmp_path, monkeypatch, n_people=4_000, chunk_rows=150, seconds=3, seed=seed, kills=15
    )
