"""`leadflow build`: a bento that carries the promoted model."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from leads.errors import Unavailable
from scoring.bundle import read_manifest
from scoring.live_curve import load_pointed_curve, path_of, write_live_curve
from scoring.pointer import Calibration, Pointer, read_pointer, write_pointer
from scoring.probe import probe_bundle

PROJECT = Path(__file__).resolve().parent.parent
STAGED = "staged"
"""The folder, beside bentofile.yaml, that `bentoml build` takes along."""


def stage_champion(*, var: Path, name: str, project: Path = PROJECT) -> Path:
    """Copy the promoted bundle of model `name` and a pointer to it to where a bento finds them.

    What was staged before is replaced. Raises NoChampion, InvalidInput or DamagedBundle; then
    nothing has changed.
    """
    pointer = read_pointer(var, name)
    staged = project / STAGED
    with tempfile.TemporaryDirectory(dir=project, prefix=f".{STAGED}-") as folder:
        fresh = Path(folder) / STAGED
        bundle = fresh / "bundles" / name / pointer.version
        shutil.copytree(pointer.bundle, bundle)
        probe_bundle(bundle)
        write_pointer(
            fresh,
            name=name,
            version=pointer.version,
            bundle=bundle.relative_to(fresh),
            digests=read_manifest(bundle),
            calibration=_staged_curve(pointer, fresh),
        )
        shutil.rmtree(staged, ignore_errors=True)
        fresh.replace(staged)
    return staged


def _staged_curve(pointer: Pointer, fresh: Path) -> Calibration | None:
    """The curve the champion serves with, copied too; what is held stays at home."""
    made = load_pointed_curve(pointer)
    if made is None or pointer.calibration is None:
        return None
    return Calibration(file=path_of(fresh, made), sha256=write_live_curve(fresh, made))


def build(*, var: Path, name: str, project: Path = PROJECT) -> str:
    """Stage the champion and build a bento; its tag. Raises Unavailable when BentoML fails."""
    stage_champion(var=var, name=name, project=project)
    built = subprocess.run(
        [sys.executable, "-m", "bentoml", "build", "--output", "tag", "."],
        cwd=project,  # BentoML reads no file outside of the directory it is called in
        capture_output=True,
        text=True,
        check=False,
    )
    if built.returncode:
        raise Unavailable(f"bentoml build failed: {built.stderr.strip()[-2000:]}")
    return built.stdout.strip().removeprefix("__tag__:")
