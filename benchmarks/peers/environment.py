"""The peers' own environment: their libraries must not burden the one that tests run in.

It lies in var/peers, made from requirements/peers.txt (hash-locked, `make lock`), and is made
again when that file changes.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.peers.kept import LOCK

HOME = Path("var/peers")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def python() -> Path:
    """The environment's interpreter, wherever it will be."""
    return HOME.absolute() / "bin" / "python"


def make() -> None:
    """Make the environment, or bring it up to the lock."""
    stamp = HOME / "made-from"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    uv = Path(sys.executable).with_name("uv")
    if not uv.is_file():
        sys.exit(f"there is no {uv}: run `make setup` first")
    print(f"installing the peers into {HOME} (once) ...", flush=True)
    if not python().exists():
        subprocess.run([uv, "venv", "-q", "--python", sys.executable, HOME], check=True)
    sync = [uv, "pip", "sync", "-q", "--python", python(), "--require-hashes", LOCK]
    subprocess.run(sync, check=True)
    stamp.write_text(wanted)


def go_on_inside() -> None:
    """Replace this process by the same command in the peers' environment, on one thread."""
    if Path(sys.prefix).resolve() == HOME.resolve() and ONE_THREAD.items() <= os.environ.items():
        return
    command = [str(python()), "-m", "benchmarks.peers", *sys.argv[1:]]
    os.execve(command[0], command, os.environ | ONE_THREAD)
