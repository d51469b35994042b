"""Writing files so that a reader sees the old content or the new, never half of either."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any


def json_bytes(state: Any) -> bytes:
    """JSON with sorted keys: equal states make equal bytes. Raises ValueError on NaN."""
    text = json.dumps(state, ensure_ascii=False, sort_keys=True, allow_nan=False, indent=1)
    return (text + "\n").encode()


def write_durably(path: Path, content: bytes) -> None:
    """Write a new file and wait until the disk has it."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def replace_durably(path: Path, content: bytes) -> None:
    """Put `content` in the place of `path` in one step; its directory is made if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".writing")
    os.close(handle)
    beside = Path(name)
    try:
        beside.chmod(0o644)
        write_durably(beside, content)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """Wait until the disk has the directory's entries."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
