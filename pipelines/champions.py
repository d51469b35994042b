"""Pointing to a version: its bundle, and the newest curve that was made for it since.

Promotion, rollback and calibration all renew the pointer, so one of them goes at a time.
"""

import fcntl
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from leads.errors import Conflict, DamagedBundle, InvalidInput, NoChampion, NotFound
from pipelines.settings import Settings
from scoring.bundle import CALIBRATOR, MODEL, read_manifest
from scoring.calibration import Curve
from scoring.live_curve import (
    LiveCurve,
    folder_of,
    numbers_in,
    path_of,
    read_live_curve,
    sha256_of,
    write_live_curve,
)
from scoring.pointer import (
    Calibration,
    Role,
    pointer_path,
    read_pointer,
    remove_pointer,
    write_pointer,
)

if TYPE_CHECKING:
    from training.registry import Registry, Version

KEEPER = "keeper.json"
"""The artifact of a run from which its calibration goes on."""


@contextmanager
def changing_champion(settings: Settings, name: str) -> Iterator[None]:
    """One change of what is served at a time. Raises Conflict while another process makes one."""
    path = pointer_path(settings.var, name).with_suffix(".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(
                f"the champion of model {name!r} is being changed by another process; try again "
                "when it is done"
            ) from error
        yield


def point_to(
    registry: "Registry",
    version: "Version",
    bundle: Path,
    *,
    settings: Settings,
    now: datetime,
    role: Role = Role.CHAMPION,
) -> None:
    """Let a version be served, with its own newest curve.

    One that becomes champion does not run beside itself.
    """
    _begin_calibration(registry, version, bundle, var=settings.var, now=now)
    write_pointer(
        settings.var,
        name=version.name,
        version=version.number,
        bundle=bundle.relative_to(settings.var),
        digests=read_manifest(bundle),
        calibration=calibration_of(settings.var, name=version.name, version=version.number),
        role=role,
    )
    if role is Role.CHAMPION and _runs_beside(settings.var, version):
        remove_pointer(settings.var, version.name, Role.BESIDE)


def _runs_beside(var: Path, version: "Version") -> bool:
    try:
        return read_pointer(var, version.name, Role.BESIDE).version == version.number
    except (NoChampion, InvalidInput):
        return False


def calibration_of(var: Path, *, name: str, version: str) -> Calibration | None:
    """What the pointer is to say of a version's curves, as the files have it."""
    line = curves_of(var, name=name, version=version)
    if not line:
        return None
    newest, live = line[-1], newest_live(line)
    held = None if newest.is_live else newest.reason
    if not live.matured_until:  # as it was trained
        return None if held is None else Calibration(file=None, sha256=None, held=held)
    path = path_of(var, live)
    return Calibration(file=path.absolute(), sha256=sha256_of(path), held=held)


def curves_of(var: Path, *, name: str, version: str) -> list[LiveCurve]:
    """The curves of a version from the newest live one on, oldest first; empty without any.

    A damaged file is passed over: the labels it had counted will be told again.
    """
    folder = folder_of(var, name=name, version=version)
    found: list[LiveCurve] = []
    for number in reversed(numbers_in(folder)):
        try:
            made = read_live_curve(folder / f"{number}.json")
        except DamagedBundle:  # the service and the doctor say so
            continue
        found.insert(0, made)
        if made.is_live:
            return found
    return []


def next_number(var: Path, *, name: str, version: str) -> int:
    """The number of the next curve of a version; no file is ever written over."""
    return max(numbers_in(folder_of(var, name=name, version=version)), default=-1) + 1


def newest_live(line: list[LiveCurve]) -> LiveCurve:
    """The one that may be served."""
    return next(made for made in reversed(line) if made.is_live)


def _begin_calibration(
    registry: "Registry", version: "Version", bundle: Path, *, var: Path, now: datetime
) -> None:
    """The first: the curve it was trained with, and the keeper's state of its run."""
    trees = read_manifest(bundle)[MODEL]
    line = curves_of(var, name=version.name, version=version.number)
    if line and line[-1].trees == trees:
        return
    if line:  # of a registry that was there before this one, and had this number too
        folder = folder_of(var, name=version.name, version=version.number)
        folder.replace(folder.with_name(f".{version.number}.{line[-1].trees[:12]}"))
    state = _trained_keeper(registry, version)
    if state is None:
        return
    own = json.loads((bundle / CALIBRATOR).read_bytes())
    made = LiveCurve(
        name=version.name,
        version=version.number,
        number=next_number(var, name=version.name, version=version.number),
        trees=trees,
        made_at=now.isoformat(timespec="seconds"),
        curve=Curve.from_state(own),
        keeper=state,
    )
    write_live_curve(var, made)


def _trained_keeper(registry: "Registry", version: "Version") -> dict[str, object] | None:
    """None for a model without time, or of a release that kept no state."""
    with tempfile.TemporaryDirectory() as scratch:
        try:
            path = registry.fetch_artifacts(version, KEEPER, into=Path(scratch))
        except NotFound:
            return None
        state: dict[str, object] = json.loads(path.read_bytes())
        return state
