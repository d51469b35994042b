"""Files that are complete or absent: written beside their place and renamed at the end."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from leads.errors import InvalidInput, NotFound, Unavailable

OF_THE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EIO)


def refuse_overwriting(data: Path, out: Path) -> None:
    """Raises InvalidInput when `out` is the file `data` that is being read."""
    with writing_named(out):
        if out.exists() and data.exists() and out.samefile(data):
            raise InvalidInput(f"{out}: is the file with the leads; write to another one")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to; on success it becomes `path`, on any error it is removed.

    Raises NotFound when the folder does not exist, InvalidInput when it cannot be written to,
    Unavailable when the disk is full.
    """
    with writing_named(path):
        if path.is_dir():
            raise InvalidInput(f"{path}: is a directory; name the file to write")
        if path.exists() and not path.is_file():  # it would be replaced, /dev/null itself
            raise InvalidInput(f"{path}: is a device, not a file; name the file to write")
        if not path.parent.is_dir():
            raise NotFound(f"{path.parent}: there is no such folder to write {path.name} into")
        partial = path.with_name(f".{path.name}.{token_hex(4)}.part")
        partial.touch(exist_ok=False)
        try:
            yield partial
            _flush_to_disk(partial)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


@contextmanager
def writing_named(path: Path) -> Iterator[None]:
    """Turn what the system says about writing to `path` into our own words."""
    try:
        yield
    except OSError as error:
        told = f"{path}: cannot be written: {error.strerror or error}"
        if error.errno in OF_THE_DISK:
            raise Unavailable(f"{told}; make room or write elsewhere") from error
        raise InvalidInput(told) from error


def _flush_to_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
