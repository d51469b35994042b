"""Ours against other learners on real leads: `make peers`.

    python -m benchmarks.peers [--data DIR]      # all that is missing, then the tables
    python -m benchmarks.peers --table           # the tables from what is there
    python -m benchmarks.peers --table --into docs/benchmarks.md     # put them there
    python -m benchmarks.peers --setup           # only make the peers' environment (var/peers)
    python -m benchmarks.peers --only NAME ...   # some contenders

Hours on one core: every fit runs on one thread. Each window is kept in var/bench/peers as soon as
it is done, so a run that was cut short goes on. Cheap contenders come first.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from benchmarks.peers import environment
from benchmarks.peers.contenders import ENTRIES
from benchmarks.peers.judge import judged
from benchmarks.peers.kept import BUDGETS, KEPT, Key, Results, locked_versions
from benchmarks.peers.markdown import put_into, report
from benchmarks.peers.tables import PROTOCOLS, SOURCES, Window, load, windows_of
from leads.errors import LeadflowError
from training.reading import ReadTable


def main() -> None:
    options = _options()
    results = Results(folder=options.kept, versions=locked_versions())
    if not options.table:
        environment.make()
    if options.setup:
        return
    if not options.table:
        environment.go_on_inside()
        try:
            _run(results, options.data, options.only or list(ENTRIES))
        except LeadflowError as error:
            sys.exit(str(error))
    tables = report(results)
    if options.into:
        options.into.write_text(put_into(options.into.read_text("utf-8"), tables), "utf-8")
    print(tables)


def _options() -> argparse.Namespace:
    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    data = Path(os.environ.get("LEADFLOW_DATA_DIR", beside))
    asked.add_argument("--data", type=Path, default=data, help="where the tables lie")
    asked.add_argument("--kept", type=Path, default=KEPT, help="where results are kept")
    asked.add_argument("--only", nargs="+", choices=list(ENTRIES), metavar="NAME")
    asked.add_argument("--table", action="store_true", help="print what is there")
    asked.add_argument("--into", type=Path, help="a document whose marked part becomes the tables")
    asked.add_argument("--setup", action="store_true", help="only make the environment")
    return asked.parse_args()


def _run(results: Results, data: Path, names: list[str]) -> None:
    tables = {name: load(source, data) for name, source in SOURCES.items()}
    windows = {name: windows_of(table.leads) for name, table in tables.items()}
    plan = [
        (key, window) for key, window in _in_turn(windows, names) if not results.path(key).exists()
    ]
    print(f"{len(plan)} windows to do", flush=True)
    started = time.perf_counter()
    for number, (key, window) in enumerate(plan, start=1):
        result = _one(key, tables[key.source.name], window)
        results.put(key, result)
        passed = timedelta(seconds=round(time.perf_counter() - started))
        print(
            f"{number}/{len(plan)} {passed} {key.entry.name}: {key.source.name} {key.window}: "
            f"{result['cpu_seconds']:.0f} s of CPU",
            flush=True,
        )


def _one(key: Key, table: ReadTable, window: Window) -> dict[str, object]:
    return judged(key.entry, key.source, table, window, budget=BUDGETS[key.protocol])


def _in_turn(windows: dict[str, list[Window]], names: list[str]) -> Iterator[tuple[Key, Window]]:
    """Cheap contenders first; within a turn all of T, then R, then the random folds."""
    for turn in sorted({entry.turn for entry in ENTRIES.values()}):
        for protocol in PROTOCOLS:
            for name, entry in ENTRIES.items():
                if entry.turn != turn or name not in names or protocol not in entry.in_protocols:
                    continue
                for table, found in windows.items():
                    for window in found:
                        if window.protocol == protocol:
                            key = Key(
                                entry=entry,
                                source=SOURCES[table],
                                window=window.name,
                                protocol=protocol,
                            )
                            yield key, window


if __name__ == "__main__":
    main()
