"""Results on disk, one JSON file a window, so that a run that was cut short goes on.

A file is named by a digest of everything its figures depend on: the table's bytes, the window, the
contender's settings, the versions of its libraries. What changed is computed anew, the rest kept.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from benchmarks.peers.contenders import Entry
from benchmarks.peers.tables import DELAY, FOLD_SEED, Source
from benchmarks.peers.task import WARM_FOLDS
from benchmarks.peers.tuning import TUNING_FOLDS

REVISION = 1
"""To be raised when the judging changes, so that no old figure stands beside a new one."""

BUDGETS = {"T": 60.0, "R": 15.0, "CV": 15.0}
"""CPU seconds for tuning, a window of each protocol."""

LOCK = Path(__file__).resolve().parents[2] / "requirements" / "peers.txt"
KEPT = Path("var/bench/peers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One contender in one window of one table."""

    entry: Entry
    source: Source
    window: str
    protocol: str

    def header(self, versions: dict[str, str]) -> dict[str, Any]:
        """Everything that the figures depend on."""
        header: dict[str, Any] = {
            "revision": REVISION,
            "table": self.source.name,
            "sha256": self.source.sha256,
            "window": self.window,
            "contender": self.entry.name,
            "spec": dict(self.entry.spec),
            "libraries": {name: versions[name] for name in self.entry.libraries},
        }
        if self.protocol == "CV":
            header |= {"fold_seed": FOLD_SEED}
        else:
            header |= {"label_delay": DELAY, "warm_folds": WARM_FOLDS}
        if self.entry.budgeted:
            header |= {"budget": BUDGETS[self.protocol], "tuning_folds": TUNING_FOLDS}
        return header


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """The folder of results, and the versions they are asked for."""

    folder: Path
    versions: dict[str, str]

    def path(self, key: Key) -> Path:
        """Where a result lies or will lie."""
        written = json.dumps(key.header(self.versions), sort_keys=True)
        return self.folder / f"{hashlib.sha256(written.encode()).hexdigest()[:20]}.json"

    def get(self, key: Key) -> dict[str, Any] | None:
        """A result, None when there is none yet."""
        path = self.path(key)
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

    def put(self, key: Key, result: dict[str, Any]) -> None:
        """Keep a result, whole or not at all."""
        path = self.path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        whole = {"header": key.header(self.versions), **result}
        partial.write_text(json.dumps(whole), encoding="utf-8")
        partial.replace(path)


def locked_versions(lock: Path = LOCK) -> dict[str, str]:
    """The versions that the lock file names for this interpreter."""
    found = {}
    for line in lock.read_text(encoding="utf-8").splitlines():
        if "==" in line and not line.startswith((" ", "#")):
            asked = Requirement(line.rstrip("\\ "))
            if asked.marker is None or asked.marker.evaluate():
                found[asked.name] = str(asked.specifier).removeprefix("==")
    return found
