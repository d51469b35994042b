"""Curves that were made after a model was promoted: one file each, beside its bundle.

    <var>/calibrations/<model>/<version>/<n>.json

A file is written once and never changed; it has the curve, what is known about it, and the state
of whoever made it, which serving does not read. `status` is `live` for one that may be served and
`held` for one that a person should look at first.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from leads.errors import DamagedBundle
from scoring.bundle import MODEL
from scoring.calibration import Curve
from scoring.files import json_bytes, replace_durably
from scoring.pointer import Pointer

FORMAT = 1
LIVE, HELD = "live", "held"
_MOST_BYTES = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCurve:
    """A curve of one version, and what is known about it.

    number          rising; the first is the curve the version was trained with
    trees           sha256 of the trees whose margins it reads
    made_at         ISO instant
    labels          labels that have shaped it since training
    new             those of the last update
    converted       how many of those converted
    matured_until   when the newest of them was known: an ISO instant or a number; None: as trained
    jump            mean absolute change of the shown log-odds against the curve before
    status          `live` or `held`
    reason          why it is held
    because         why a person let it serve all the same
    keeper          state of its maker
    """

    name: str
    version: str
    number: int
    trees: str
    made_at: str
    curve: Curve
    labels: int = 0
    new: int = 0
    converted: int = 0
    matured_until: str | None = None
    jump: float = 0.0
    status: str = LIVE
    reason: str | None = None
    because: str | None = None
    keeper: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def is_live(self) -> bool:
        """Whether it may be served."""
        return self.status == LIVE

    def facts(self) -> dict[str, Any]:
        """What is told about it, for JSON."""
        return {
            name: getattr(self, name)
            for name in self.__slots__
            if name not in {"curve", "keeper", "trees"}
        }


def folder_of(var: Path, *, name: str, version: str) -> Path:
    """Where the curves of a version are kept."""
    return var / "calibrations" / name / version


def path_of(var: Path, made: LiveCurve) -> Path:
    """The file of a curve."""
    return folder_of(var, name=made.name, version=made.version) / f"{made.number}.json"


def write_live_curve(var: Path, made: LiveCurve) -> str:
    """Write its file in one step, and wait until the disk has it; the file's sha256."""
    state = made.facts() | {
        "format": FORMAT,
        "trees": made.trees,
        "curve": made.curve.to_state(),
        "keeper": dict(made.keeper),
    }
    content = json_bytes(state)
    replace_durably(path_of(var, made), content)
    return hashlib.sha256(content).hexdigest()


def read_live_curve(path: Path, *, sha256: str | None = None) -> LiveCurve:
    """The curve in a file; with `sha256` (a pointer's) it must be that very file.

    Raises DamagedBundle naming the file and what is wrong with it.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise DamagedBundle(f"{path} is larger than any calibration")
        content = path.read_bytes()
    except OSError as error:
        raise DamagedBundle(f"calibration {path} cannot be read: {error.strerror}") from error
    found = hashlib.sha256(content).hexdigest()
    if sha256 is not None and found != sha256:
        raise DamagedBundle(
            f"calibration {path} is not what was written: its sha256 is {found}, it should be "
            f"{sha256}; `leadflow calibrate` or promoting again points to a whole one"
        )
    try:
        return _made(json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedBundle(f"{path} is no calibration ({error!r})") from error


def numbers_in(folder: Path) -> list[int]:
    """The numbers of the curves in a folder, rising; what is still being written is none."""
    if not folder.is_dir():
        return []
    return sorted(int(path.stem) for path in folder.glob("*.json") if path.stem.isdecimal())


def sha256_of(path: Path) -> str:
    """Of a file, as the pointer has it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def load_pointed_curve(pointer: Pointer) -> LiveCurve | None:
    """The curve a pointer names; None when it is the bundle's own. Raises DamagedBundle."""
    named = pointer.calibration
    if named is None or named.file is None:
        return None
    made = read_live_curve(named.file, sha256=named.sha256)
    if made.trees != pointer.digests.get(MODEL) or not made.is_live:
        raise DamagedBundle(
            f"calibration {named.file} was not made for version {pointer.version} of model "
            f"{pointer.name!r}, or is held"
        )
    return made


def _made(state: Mapping[str, Any]) -> LiveCurve:
    if state["format"] != FORMAT or state["status"] not in (LIVE, HELD):
        raise ValueError(f"format {state['format']!r}, status {state['status']!r}")
    told = {name: state[name] for name in LiveCurve.__slots__ if name not in {"curve", "keeper"}}
    return LiveCurve(**told, curve=Curve.from_state(state["curve"]), keeper=state["keeper"])
