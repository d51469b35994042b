"""UCI Bank Marketing (Moro, Cortez, Rita 2014, CC BY 4.0, DOI 10.24432/C5K306), fetched whole.

The published archive is a zip of zips; every byte of what we take out of it is checked against
its known digest, so that figures computed on it mean the same everywhere.
"""

import gzip
import hashlib
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from leads.errors import NotFound, Unavailable
from leads.progress import Progress, silent
from pipelines.files import replacing, writing_named
from pipelines.tables import Table, read_table

UCI = "https://archive.ics.uci.edu/static/public/222"
ARCHIVE = "bank+marketing.zip"
MOST_BYTES = 100 << 20
TIMEOUT_SECONDS = 30.0
# what zipfile raises for bytes that are no such archive
DAMAGED = (BadZipFile, KeyError, zlib.error, EOFError, ValueError, RuntimeError, OSError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One file within the published archive, and the SHA-256 of its uncompressed bytes."""

    inner_zip: str
    member: str
    sha256: str


DATASETS = {
    "bank-additional-full": Dataset(
        inner_zip="bank-additional.zip",
        member="bank-additional/bank-additional-full.csv",
        sha256="74adfc578bf77a7ff4bb1ba4a9f8709d9e3c6907342959c2c8416847e0afb4d8",
    ),
    "bank-full": Dataset(
        inner_zip="bank.zip",
        member="bank-full.csv",
        sha256="d1513ec63b385506f7cfce9f2c5caa9fe99e7ba4e8c3fa264b3aaf0f849ed32d",
    ),
}


def fetch(
    name: str,
    out: Path,
    *,
    base_url: str = UCI,
    progress: Progress = silent,
) -> Path:
    """Download the data set to `out/<name>.csv.gz`, which is complete and checked or absent.

    Raises NotFound for an unknown name, Unavailable when the archive cannot be had or is not
    the one that is known.
    """
    dataset = _known(name)
    url = f"{base_url}/{ARCHIVE}"
    archive = _downloaded(url, progress)
    table = _taken_out(archive, dataset, url)
    with writing_named(out):
        out.mkdir(parents=True, exist_ok=True)
    path = out / f"{name}.csv.gz"
    with replacing(path) as partial:
        partial.write_bytes(gzip.compress(table, compresslevel=6, mtime=0))
    return path


def load(name: str, folder: Path) -> Table:
    """The data set as fetched into `folder`. Raises NotFound when it is not there."""
    _known(name)
    return read_table(folder / f"{name}.csv.gz")


def _known(name: str) -> Dataset:
    if name not in DATASETS:
        raise NotFound(f"there is no data set '{name}'; known are {', '.join(DATASETS)}")
    return DATASETS[name]


def _downloaded(url: str, progress: Progress) -> bytes:
    import httpx

    received = bytearray()
    try:
        with httpx.stream("GET", url, timeout=TIMEOUT_SECONDS, follow_redirects=True) as answer:
            answer.raise_for_status()
            total = int(answer.headers.get("content-length", 0))
            for block in answer.iter_bytes():
                received += block
                if len(received) > MOST_BYTES:
                    raise Unavailable(
                        f"{url} sends more than {MOST_BYTES:,} bytes; not the archive"
                    )
                progress("download", len(received), max(total, len(received)))
    except httpx.HTTPStatusError as error:
        raise Unavailable(
            f"{url} answered {error.response.status_code}; try again later"
        ) from error
    except httpx.HTTPError as error:
        raise Unavailable(
            f"{url} could not be reached ({error or type(error).__name__}); this command needs a"
            " connection to the internet, everything else works without"
        ) from error
    return bytes(received)


def _taken_out(archive: bytes, dataset: Dataset, url: str) -> bytes:
    try:
        with ZipFile(BytesIO(archive)) as outer:
            inner_zip = outer.read(dataset.inner_zip)
        with ZipFile(BytesIO(inner_zip)) as inner:
            table = inner.read(dataset.member)
    except DAMAGED as error:
        raise Unavailable(f"{url} is not the archive that is known: {error}") from error
    found = hashlib.sha256(table).hexdigest()
    if found != dataset.sha256:
        raise Unavailable(
            f"{url}: {dataset.member} is not the file that is known:"
            f" its SHA-256 is {found}, expected {dataset.sha256}"
        )
    return table
