"""A model as plain files: nothing in it is ever unpickled, and nothing is used unverified.

    model.txt         the trees, LightGBM's text
    encoder.json      fields, kinds and category codes
    calibrator.json   the curve from margin to shown probability
    reference.json    margins to rank among, value bands for reasons
    card.json         what a reader should know: where it comes from, its figures
    timing.json       when leads convert; not in every bundle
    hazard.txt        the trees of that, where fields tell when
    manifest.json     format, version, size and sha256 of each of the others; written last

A damaged LightGBM text ends the process (SIGABRT), so every digest is checked before LightGBM
sees a byte. Digests tell damage from health, not friend from foe: a forged manifest matches its
files, which is why a new bundle is first tried in a child process (`scoring.probe`).
"""

import hashlib
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import lightgbm as lgb

from features.encoder import Encoder
from leads.errors import Conflict, DamagedBundle, InvalidInput
from scoring.calibration import Curve
from scoring.files import json_bytes, sync_directory, write_durably
from scoring.reference import Reference
from scoring.timing import Timing, hazard_names
from scoring.trees import read_trees

FORMAT = "leadflow-bundle"
VERSION = 1
MANIFEST = "manifest.json"
MODEL, ENCODER, CALIBRATOR = "model.txt", "encoder.json", "calibrator.json"
REFERENCE, CARD = "reference.json", "card.json"
TIMING, HAZARD = "timing.json", "hazard.txt"
PARTS = (MODEL, ENCODER, CALIBRATOR, REFERENCE, CARD)
OPTIONAL = (TIMING, HAZARD)

_MANIFEST_BYTES = 64_000
_PART_BYTES = 1_000_000_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bundle:
    """A verified model, ready to be put to use.

    timing     when leads convert; None where the model does not know
    card       what its maker wrote down about it
    manifest   file name -> sha256, of every file but the manifest itself
    """

    path: Path
    booster: lgb.Booster
    encoder: Encoder
    curve: Curve
    reference: Reference
    timing: Timing | None
    card: Mapping[str, Any]
    manifest: Mapping[str, str]

    def showing(self, curve: Curve | None) -> "Bundle":
        """The same model with another curve; None leaves its own."""
        return self if curve is None else replace(self, curve=curve)


def write_bundle(
    directory: Path,
    *,
    booster: lgb.Booster,
    encoder: Encoder,
    curve: Curve,
    reference: Reference,
    card: Mapping[str, Any],
    timing: Timing | None = None,
) -> None:
    """Write a bundle in one step: `directory` appears whole or not at all.

    Equal inputs make equal bytes. Raises Conflict when something is there already.
    """
    contents = {
        MODEL: booster.model_to_string().encode(),
        ENCODER: json_bytes(encoder.to_state()),
        CALIBRATOR: json_bytes(curve.to_state()),
        REFERENCE: json_bytes(reference.to_state()),
        CARD: json_bytes(dict(card)),
    }
    if timing is not None:
        contents[TIMING] = json_bytes(timing.to_state())
        if timing.booster is not None:
            contents[HAZARD] = timing.booster.model_to_string().encode()
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise Conflict(f"{directory} exists already; bundles are never overwritten")
    directory.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(
        tempfile.mkdtemp(dir=directory.parent, prefix=f".{directory.name}.", suffix=".writing")
    )
    try:
        beside.chmod(0o755)
        for name, content in contents.items():
            write_durably(beside / name, content)
        write_durably(beside / MANIFEST, json_bytes(_manifest(contents)))
        sync_directory(beside)
        beside.replace(directory)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    sync_directory(directory.parent)


def load_bundle(directory: Path, *, digests: Mapping[str, str] | None = None) -> Bundle:
    """The bundle in `directory`, verified before LightGBM reads it.

    With `digests` (a pointer's) the files must be those very ones. Raises DamagedBundle naming
    the file, what is wrong with it, and what would be right.
    """
    entries = _entries(directory)
    manifest = {name: digest for name, (_, digest) in entries.items()}
    if digests is not None:
        _check_promoted(directory, manifest, digests)
    contents = _verified(directory, entries)
    encoder = _read(directory / ENCODER, contents[ENCODER], Encoder.from_state)
    curve = _read(directory / CALIBRATOR, contents[CALIBRATOR], Curve.from_state)
    reference = _read(directory / REFERENCE, contents[REFERENCE], Reference.from_state)
    card = _read(directory / CARD, contents[CARD], dict)
    _check_fields(directory / REFERENCE, encoder, reference)
    booster = read_trees(directory / MODEL, contents[MODEL], names=encoder.feature_names)
    return Bundle(
        path=directory,
        booster=booster,
        encoder=encoder,
        curve=curve,
        reference=reference,
        timing=_timing(directory, contents, encoder),
        card=card,
        manifest=manifest,
    )


def verify_bundle(directory: Path, *, digests: Mapping[str, str]) -> None:
    """Compare every file with its digest. Raises DamagedBundle as `load_bundle` does."""
    entries = _entries(directory)
    _check_promoted(directory, {name: digest for name, (_, digest) in entries.items()}, digests)
    _verified(directory, entries)


def read_manifest(directory: Path) -> dict[str, str]:
    """File name -> sha256 as the manifest says, not yet compared with the files.

    Raises DamagedBundle when there is no manifest of a version we read.
    """
    return {name: digest for name, (_, digest) in _entries(directory).items()}


def _manifest(contents: Mapping[str, bytes]) -> dict[str, Any]:
    files = {
        name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in contents.items()
    }
    return {"format": FORMAT, "version": VERSION, "files": files}


def _entries(directory: Path) -> dict[str, tuple[int, str]]:
    path = directory / MANIFEST
    if not directory.is_dir():
        raise DamagedBundle(f"{directory} is no directory; a bundle is one, with {MANIFEST} in it")
    manifest = _json_object(path, _content(path, limit=_MANIFEST_BYTES))
    if manifest.get("format") != FORMAT:
        raise DamagedBundle(f'{path} is not ours: "format" should be "{FORMAT}"')
    if manifest.get("version") != VERSION:
        raise DamagedBundle(
            f"{path}: bundle format {manifest.get('version')!r} is unknown here; "
            f"this Leadflow reads format {VERSION}"
        )
    files = manifest.get("files")
    if not isinstance(files, dict) or set(files) - {*OPTIONAL} != {*PARTS}:
        raise DamagedBundle(
            f'{path}: "files" should name {", ".join(PARTS)}, maybe {", ".join(OPTIONAL)}, '
            "and nothing else"
        )
    try:
        return {name: (int(entry["bytes"]), str(entry["sha256"])) for name, entry in files.items()}
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedBundle(f'{path}: each file needs "bytes" and "sha256"') from error


def _check_promoted(
    directory: Path, manifest: Mapping[str, str], digests: Mapping[str, str]
) -> None:
    changed = sorted(
        name for name in {*digests, *manifest} if digests.get(name) != manifest.get(name)
    )
    if changed:
        raise DamagedBundle(
            f"{directory}: {', '.join(changed)} changed since the bundle was promoted; "
            "promote it again or put the old files back"
        )


def _verified(directory: Path, entries: Mapping[str, tuple[int, str]]) -> dict[str, bytes]:
    """Every part's content, read once and compared with the manifest."""
    allowed = {*entries, MANIFEST}
    strangers = sorted(name for name in os.listdir(directory) if name not in allowed)  # noqa: PTH208
    if strangers:
        raise DamagedBundle(
            f"{directory / strangers[0]} does not belong to a bundle; the manifest names "
            f"{', '.join(entries)}, nothing else"
        )
    contents = {}
    for name, (size, digest) in entries.items():
        path = directory / name
        content = _content(path, limit=_PART_BYTES)
        if len(content) != size:
            raise DamagedBundle(f"{path} has {len(content):,} bytes; {size:,} were written")
        found = hashlib.sha256(content).hexdigest()
        if found != digest:
            raise DamagedBundle(
                f"{path} is not what was written: its sha256 is {found}, it should be {digest}"
            )
        contents[name] = content
    return contents


def _content(path: Path, *, limit: int) -> bytes:
    """A plain file's bytes; a link could lead anywhere, a pipe would wait for ever."""
    try:
        entry = path.lstat()
    except FileNotFoundError as error:
        raise DamagedBundle(f"{path} is missing; a bundle without it cannot be used") from error
    except OSError as error:
        raise DamagedBundle(f"{path} cannot be read: {error.strerror}") from error
    if not stat.S_ISREG(entry.st_mode):
        raise DamagedBundle(f"{path} is a link or no file at all; a bundle has plain files only")
    if entry.st_size > limit:
        raise DamagedBundle(f"{path} has {entry.st_size:,} bytes; at most {limit:,} are right")
    try:
        return path.read_bytes()
    except OSError as error:
        raise DamagedBundle(f"{path} cannot be read: {error.strerror}") from error


def _json_object(path: Path, content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise DamagedBundle(f"{path} is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise DamagedBundle(f"{path} should be a JSON object, not {type(found).__name__}")
    return found


def _read(path: Path, content: bytes, parse: Callable[[dict[str, Any]], T]) -> T:
    try:
        return parse(_json_object(path, content))
    except DamagedBundle:
        raise
    except (InvalidInput, KeyError, TypeError, ValueError, AttributeError) as error:
        raise DamagedBundle(f"{path} does not describe what it should: {error!r}") from error


def _check_fields(path: Path, encoder: Encoder, reference: Reference) -> None:
    have = [bands.field for bands in reference.fields]
    want = [field.name for field in encoder.fields]
    if have != want:
        raise DamagedBundle(f"{path} has bands of {have}; the encoder has the fields {want}")


def _timing(directory: Path, contents: Mapping[str, bytes], encoder: Encoder) -> Timing | None:
    if TIMING not in contents:
        if HAZARD in contents:
            raise DamagedBundle(f"{directory / HAZARD} is of no use without {TIMING}")
        return None
    trees = None
    if HAZARD in contents:
        names = hazard_names(encoder.feature_names)
        trees = read_trees(directory / HAZARD, contents[HAZARD], names=names)
    return _read(
        directory / TIMING, contents[TIMING], lambda state: Timing.from_state(state, trees)
    )
