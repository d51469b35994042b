"""Trying a bundle in a child process, where a text that kills LightGBM kills nobody else."""

import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from leads.errors import DamagedBundle
from scoring.lean import load_lightgbm_alone

_PROJECT = Path(__file__).resolve().parent.parent
_ANY_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def probe_bundle(directory: Path, *, timeout: float = 60.0) -> None:
    """Load the bundle and score and explain a lead with it, in a child process.

    `timeout` in seconds. Raises DamagedBundle with the child's message, or with the signal that
    ended it.
    """
    command = [sys.executable, "-m", "scoring.probe", str(directory.absolute())]
    try:
        child = subprocess.run(  # noqa: S603  our own interpreter, no shell
            command, cwd=_PROJECT, capture_output=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise DamagedBundle(f"{directory} did not load and score within {timeout:g} s") from error
    if child.returncode < 0:
        name = signal.Signals(-child.returncode).name
        raise DamagedBundle(f"{directory} ends the process that loads it ({name})")
    if child.returncode:
        lines = child.stderr.decode(errors="replace").strip().splitlines() or ["no message"]
        raise DamagedBundle(lines[-1])


def main() -> None:
    """Score and explain a lead that tells nothing with the bundle named on the command line."""
    load_lightgbm_alone()
    from scoring.bundle import load_bundle
    from scoring.scorer import Scorer

    try:
        scorer = Scorer(load_bundle(Path(sys.argv[1])))
    except DamagedBundle as error:
        sys.exit(str(error))
    scorer.score_one({}, as_of=_ANY_MOMENT)
    scorer.explain({}, as_of=_ANY_MOMENT)


if __name__ == "__main__":
    main()
