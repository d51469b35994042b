"""The bytes of a table file: found, unpacked, and recognised by what they are, not by the name.

A suffix is only what somebody called the file; an Excel workbook named `leads.csv` is common.
"""

import gzip
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from io import BufferedReader, FileIO
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, cast

from leads.errors import NotFound
from pipelines.tables.refusals import ACCEPTED, refused

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

GZIP = b"\x1f\x8b"
BLOCK = 1 << 20
FIRST_BYTES = 1 << 20
JSONL_SUFFIXES = (".jsonl", ".ndjson")


class Format(StrEnum):
    """What a table file is."""

    TEXT = "text"
    PARQUET = "parquet"
    XLSX = "xlsx"
    JSONL = "jsonl"


FOREIGN = {
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an old Excel file (.xls) or a workbook with a password;"
    " save it as .xlsx without a password",
    b"%PDF": "a PDF",
    b"BZh": "packed with bzip2; unpack it or pack it with gzip",
    b"\xfd7zXZ\x00": "packed with xz; unpack it or pack it with gzip",
    b"\x28\xb5\x2f\xfd": "packed with zstd; unpack it or pack it with gzip",
    b"SQLite format 3\x00": "a SQLite database; export its table",
    b"ARROW1": "an Arrow file; save it as Parquet",
    b"\x89PNG": "a picture",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file that exists and has bytes, and what they are."""

    path: Path
    format: Format
    is_gzipped: bool
    total_bytes: int


class CountingFile(FileIO):
    """A file that knows how many of its bytes have been read: the progress of a long reading."""

    read_bytes = 0

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Read into `buffer`, as `FileIO` does, and count."""
        n = super().readinto(buffer) or 0
        self.read_bytes += n
        return n


def find_source(path: Path) -> Source:
    """Raises NotFound when there is no such file, InvalidInput when it cannot be a table."""
    if not path.exists():
        raise NotFound(f"{path}: there is no such file (from {Path.cwd()})")
    if not path.is_file():
        raise refused(path, f"is a directory or a device; a table is one file: {ACCEPTED}")
    try:
        with path.open("rb") as file:
            is_gzipped = file.read(2) == GZIP
    except OSError as error:
        raise refused(path, f"cannot be read: {error.strerror}") from error
    size = path.stat().st_size
    source = Source(path=path, format=Format.TEXT, is_gzipped=is_gzipped, total_bytes=size)
    with damage_named(path), unpacked(source) as (file, _):
        start = file.read(FIRST_BYTES)
    if not start:
        raise refused(path, "is empty; a header line and at least one row are needed")
    return Source(
        path=path, format=_format_of(path, start), is_gzipped=is_gzipped, total_bytes=size
    )


@contextmanager
def unpacked(source: Source) -> Iterator[tuple[IO[bytes], CountingFile]]:
    """The unpacked bytes from the start, and the counter of bytes read from the file itself."""
    with CountingFile(str(source.path)) as counter:
        file = BufferedReader(counter, BLOCK)
        if source.is_gzipped:
            yield cast("IO[bytes]", gzip.GzipFile(fileobj=file, mode="rb")), counter
        else:
            yield file, counter


@contextmanager
def seekable(source: Source) -> Iterator[IO[bytes]]:
    """The unpacked bytes as a file one can jump about in; a gzipped one is unpacked to disk."""
    if not source.is_gzipped:
        with source.path.open("rb") as plain:
            yield plain
        return
    with TemporaryFile() as copy:
        with damage_named(source.path), unpacked(source) as (file, _):
            copyfileobj(file, copy)
        copy.seek(0)
        yield copy


@contextmanager
def damage_named(path: Path) -> Iterator[None]:
    """Turn what gzip says about a damaged archive into our own words."""
    try:
        yield
    except EOFError as error:
        raise refused(
            path, "is a gzip file that ends too early; copy or download it again"
        ) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise refused(
            path, f"is a damaged gzip file ({error}); copy or download it again"
        ) from error


def _format_of(path: Path, start: bytes) -> Format:
    foreign = next((what for magic, what in FOREIGN.items() if start.startswith(magic)), None)
    if foreign:
        raise refused(path, f"is {foreign}. Accepted: {ACCEPTED}")
    if start.startswith(b"PAR1"):
        return Format.PARQUET
    if start.startswith(b"PK\x03\x04"):
        return Format.XLSX
    suffixes = {suffix.lower() for suffix in path.suffixes}
    if suffixes & set(JSONL_SUFFIXES) or _looks_like_objects(start):
        return Format.JSONL
    return Format.TEXT


def _looks_like_objects(start: bytes) -> bool:
    """Whether a file's first line is a JSON object, which no header of a text table is."""
    line = start.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n", 1)[0].strip()
    try:
        return line.startswith(b"{") and isinstance(json.loads(line), dict)
    except ValueError:
        return False
