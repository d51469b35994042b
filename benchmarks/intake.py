"""Importing files of dirty leads, and matching one incoming lead against a million stored ones.

python -m benchmarks.intake [rows]           # simulated rows, SQLite; 100,000 and twice as many

Aims: 100,000 rows in 60 s and 1.5 GB, twice the rows in at most 2.2 times the time; one lead
against 1,000,000 in 10 ms. Merges are judged by the truth that the simulated rows come with.
"""

import json
import resource
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

ROWS = 100_000
STORED = 1_000_000
ASKED = 1_000
PER_PERSON = 1.44
PART = 50_000


def main() -> None:
    if sys.argv[1:2] == ["--import"]:
        print(json.dumps(imported(int(sys.argv[2]), Path(sys.argv[3]))))
        return
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with TemporaryDirectory() as folder:
        seconds = []
        for n in (rows, 2 * rows):
            written(n, Path(folder))
            told = in_a_process(n, Path(folder))
            seconds.append(told["seconds"])
            print(
                f"import of {told['rows']:,} simulated rows: {told['seconds']:.1f} s,"
                f" peak {told['peak_mb']:,.0f} MB; {told['outcomes']},"
                f" {told['in_review']:,} to be asked about"
            )
            print(
                f"  merges against the truth: precision {told['precision']:.4f},"
                f" recall of pairs {told['recall']:.3f}"
            )
        print(f"twice the rows take {seconds[1] / seconds[0]:.2f} times as long")
        one_against_many(Path(folder), stored=STORED if rows == ROWS else 5 * rows)


def in_a_process(rows: int, folder: Path) -> dict:
    """Apart, so that the peak of memory is the import's own, with no process but its helpers'."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.intake", "--import", str(rows), str(folder)],
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def imported(rows: int, folder: Path) -> dict:
    from leads.imports import ImportKind
    from pipelines.clock import system_clock
    from pipelines.intake.planning import Asked, plan_import
    from pipelines.intake.running import bring_in
    from store.database import Store

    path, people = files_of(rows, folder)
    store = Store.open(f"sqlite:///{folder / f'{rows}.db'}")
    began = time.perf_counter()
    plan = plan_import(path, kind=ImportKind.LEADS, asked=Asked(source="mixed"))
    done = bring_in(store, plan, actor="bench", clock=system_clock)
    seconds = time.perf_counter() - began
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    others = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    truth = people.read_text().splitlines()
    precision, recall = judged(store, done.batch.batch_id, truth)
    return {
        "rows": plan.n_rows,
        "seconds": seconds,
        "peak_mb": (own + 2 * others) / 1024,  # the largest child, for both of them
        "outcomes": {name: n for name, n in done.batch.counts.items() if n},
        "in_review": done.batch.in_review,
        "precision": precision,
        "recall": recall,
    }


def files_of(rows: int, folder: Path) -> tuple[Path, Path]:
    """The file of leads, and that of each row's true person."""
    return folder / f"{rows}.csv", folder / f"{rows}.txt"


def written(rows: int, folder: Path) -> None:
    """Make both, in a process that is no child of the import: it needs more memory than that."""
    path, truth = files_of(rows, folder)
    code = f"from benchmarks.intake import write; write({rows}, {str(path)!r}, {str(truth)!r})"
    subprocess.run([sys.executable, "-c", code], check=True)


def write(rows: int, path: str, truth: str) -> None:
    from sandbox.dirt import dirty_leads

    made = dirty_leads(seed=1, n_people=int(rows / PER_PERSON * 1.02) + 10)
    leads = made.leads.head(rows)
    leads = leads.assign(external_id=leads["source"] + ":" + leads["external_id"])
    leads.drop(columns="source").to_csv(path, index=False)
    Path(truth).write_text("\n".join(made.person[:rows]))


def judged(store, batch_id: str, people: list[str]) -> tuple[float, float]:
    """Precision of the merges (each joins a row to a cluster: right if any of it is the person),
    and the share of true pairs that are together.
    """
    with store.reading() as unit:
        outcomes = unit.imports.outcomes_of(batch_id)
        roots = unit.leads.roots_of({lead for _, lead in outcomes.values()})
    clusters: dict[str, list[str]] = {}
    for number, (_, lead) in outcomes.items():
        clusters.setdefault(roots[lead], []).append(people[number - 1])
    together = sum(len(one) * (len(one) - 1) // 2 for one in clusters.values())
    right = sum(n * (n - 1) // 2 for one in clusters.values() for n in Counter(one).values())
    true = sum(n * (n - 1) // 2 for n in Counter(people).values())
    return right / together, right / true


def one_against_many(folder: Path, *, stored: int) -> None:
    from store.database import Store

    path = folder / f"stored-{stored}.db"
    if not path.exists():
        began = time.perf_counter()
        fill(path, stored)
        print(f"stored {stored:,} simulated leads in {time.perf_counter() - began:.0f} s: {path}")
    asked_one_by_one(Store.open(f"sqlite:///{path}"), stored)


def asked_one_by_one(store, stored: int) -> None:
    from cleansing.matching import Matcher
    from pipelines.clock import system_clock
    from pipelines.intake.intake import Handed, Intake
    from pipelines.intake.prepared import prepare

    intake = Intake(matcher=Matcher(stored=stored))
    took, cleaned = [], []
    for fields in islice(simulated(seed=99, rows=ASKED), ASKED):
        record = Handed(source="forms", fields=fields)
        start = time.perf_counter()
        ready = prepare(record)
        cleaned.append(time.perf_counter() - start)
        with store.rehearsing() as unit:
            start = time.perf_counter()
            intake.take(unit, [ready], now=system_clock())
            took.append(time.perf_counter() - start)
    for name, times in (("cleaning", cleaned), ("matching and recording", took)):
        times.sort()
        print(
            f"one lead, {name}: median {1000 * times[len(times) // 2]:.2f} ms,"
            f" p95 {1000 * times[len(times) * 95 // 100]:.2f} ms, worst {1000 * times[-1]:.1f} ms"
        )


def fill(path: Path, stored: int) -> None:
    """Leads as they would be after an import, written in bulk without looking for doubles."""
    from store.database import Store

    partial = path.with_suffix(".part")
    for left in path.parent.glob(f"{partial.name}*"):
        left.unlink()
    store = Store.open(f"sqlite:///{partial}")
    sizes = [min(PART, stored - begun) for begun in range(0, stored, PART)]
    keys: list[tuple[str, str, str]] = []
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for place, some in enumerate(pool.map(cleaned_part, range(len(sizes)), sizes)):
            keys += written_in(store, some)
            print(f"  part {place + 1} of {len(sizes)}", file=sys.stderr)
    store.close()
    with_keys(partial, sorted(set(keys)))
    partial.rename(path)


def cleaned_part(place: int, rows: int) -> list[tuple[dict, list]]:
    """Fields and keys of a part of the leads, in a process of its own."""
    from cleansing.clean import clean
    from cleansing.matching import keys_of

    cleaned = (clean(fields).fields for fields in simulated(seed=7 + 1000 * place, rows=rows))
    return [(fields, keys_of(fields)) for fields in cleaned]


def written_in(store, some: list[tuple[dict, list]]) -> list[tuple[str, str, str]]:
    """Write leads and what was said of them; their keys, which are for later."""
    from leads.clock import ClockBasis
    from leads.ids import new_ids
    from leads.lead import Lead, LeadVersion
    from pipelines.clock import system_clock

    now = system_clock()
    ids = sorted(new_ids(len(some), at=now))
    moments = dict.fromkeys(("created_at", "known_at", "updated_at", "stage_since"), now)
    told = {"occurred_at": now, "known_at": now, "clock": ClockBasis.ARRIVAL, "origin": "bench"}
    rows = [(one, fields) for one, (fields, _) in zip(ids, some, strict=True)]
    with store.writing() as unit:
        unit.leads.add(
            [Lead(lead_id=one, root_id=one, fields=fields, **moments) for one, fields in rows]
        )
        unit.history.add_versions(
            [LeadVersion(lead_id=one, fields=fields, **told) for one, fields in rows]
        )
    pairs = zip(ids, some, strict=True)
    return [(kind, value, one) for one, (_, keys) in pairs for kind, value in keys]


def with_keys(path: Path, rows: list[tuple[str, str, str]]) -> None:
    """All keys at once in the order of their index; one by one they would take an hour."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-2000000")
        statement = "INSERT INTO lead_keys (kind, value, lead_id) VALUES (?, ?, ?)"
        connection.executemany(statement, rows)
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def simulated(*, seed: int, rows: int):
    """Dirty leads, a part of the people at a time: a million at once would need much memory."""
    from leads.fields import GIVEN
    from sandbox.dirt import dirty_leads

    made, part = 0, 0
    while made < rows:
        n_people = min(50_000, int((rows - made) / PER_PERSON) + 10)
        frame = dirty_leads(seed=seed + 1000 * part, n_people=n_people).leads
        for row in frame.to_dict("records"):
            if made >= rows:
                return
            made += 1
            yield {name: row[name] for name in GIVEN if row.get(name) is not None}
        part += 1


if __name__ == "__main__":
    main()
