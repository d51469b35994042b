"""`make bench`: every figure of docs/benchmarks.md, one part after the other.

    python -m benchmarks [part ...]              # all of PARTS, or those named
    python -m benchmarks --fresh                 # forget what an earlier run has printed

Each part's output is kept in var/bench; a run that was cut short goes on with the next part.
"""

import argparse
import subprocess
import sys
from pathlib import Path

PARTS = ("scoring", "serving", "learning", "truth", "history", "matching", "intake", "drift")
KEPT = Path("var/bench")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("parts", nargs="*", choices=[*PARTS, []], default=list(PARTS))
    asked.add_argument("--fresh", action="store_true")
    options = asked.parse_args()
    KEPT.mkdir(parents=True, exist_ok=True)
    for part in options.parts or PARTS:
        kept = KEPT / f"{part}.txt"
        print(f"\n== {part} ==", flush=True)
        if kept.exists() and not options.fresh:
            print(kept.read_text())
            continue
        _run(part, kept)


def _run(part: str, kept: Path) -> None:
    unfinished = kept.with_suffix(".unfinished")
    command = [sys.executable, "-m", f"benchmarks.{part}"]
    with (
        unfinished.open("w") as file,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            file.write(line)
    if process.returncode:
        sys.exit(f"{part} failed; what it printed is in {unfinished}")
    unfinished.rename(kept)


if __name__ == "__main__":
    main()
