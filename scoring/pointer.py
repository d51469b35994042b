"""The champion pointer: the small file that says which bundle is served, and with which curve.

`promote` replaces it in one step; every worker looks at it twice a second. A worker that has
loaded what it points to marks it as good, so that a restarted worker can start from the last
good one while the pointer, or the bundle behind it, is broken. A version that runs beside the
champion has a pointer of its own.
"""

import json
import os
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from leads.errors import InvalidInput, NoChampion
from scoring.files import json_bytes, replace_durably

FORMAT = 1
_LAST_GOOD, _BESIDE = ".last-good", ".beside"
MODEL_NAMES = (
    "up to 100 letters of any language (60 Chinese ones), digits, spaces, points, dashes and"
    " underscores, not starting with a point or a space, not ending in"
    f" {_LAST_GOOD} or {_BESIDE}"
)


class Role(StrEnum):
    """What a version that is served is there for."""

    CHAMPION = "champion"  # answers whoever asks for nothing else
    BESIDE = "beside"  # answers those who ask for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Which curve is served in place of the bundle's own.

    file     absolute; None: the bundle's own serves
    sha256   of the file
    held     why a newer one waits for a person
    """

    file: Path | None
    sha256: str | None
    held: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Which version of a model is served.

    bundle        its directory, absolute
    digests       sha256 of each of its files, for `load_bundle`
    calibration   None: the bundle's own curve, and nothing is held
    """

    name: str
    version: str
    bundle: Path
    digests: Mapping[str, str]
    calibration: Calibration | None = None


def is_model_name(name: str) -> bool:
    """Whether `name` keeps to `MODEL_NAMES`: its pointer is a file of that name."""
    fine = all(char.isalnum() or char in " ._-" for char in unicodedata.normalize("NFC", name))
    if not fine or not name or name[0] in ". " or name.endswith((_LAST_GOOD, _BESIDE)):
        return False
    return len(name) <= 100 and len(name.encode()) <= 180


def pointer_path(var: Path, name: str, role: Role = Role.CHAMPION) -> Path:
    """Where the pointer of model `name` is kept. Raises InvalidInput on an unusable name."""
    if not is_model_name(name):
        raise InvalidInput(f"model name {name!r}: use {MODEL_NAMES}")
    return var / "champions" / f"{name}{_SUFFIX[role]}.json"


def write_pointer(
    var: Path,
    *,
    name: str,
    version: str,
    bundle: Path,
    digests: Mapping[str, str],
    calibration: Calibration | None = None,
    role: Role = Role.CHAMPION,
) -> None:
    """Make `bundle` (absolute, or relative to `var`) the champion of model `name`."""
    pointer = Pointer(
        name=name, version=version, bundle=var / bundle, digests=digests, calibration=calibration
    )
    _write(pointer_path(var, name, role), pointer)


def read_pointer(var: Path, name: str, role: Role = Role.CHAMPION) -> Pointer:
    """The champion of model `name`.

    Raises NoChampion when none was promoted, InvalidInput when the pointer cannot be read.
    """
    return _read(pointer_path(var, name, role), name)


def remove_pointer(var: Path, name: str, role: Role) -> bool:
    """Let nothing be served in that role; whether something was."""
    path = pointer_path(var, name, role)
    was = path.exists()
    path.unlink(missing_ok=True)
    _last_good_path(var, name, role).unlink(missing_ok=True)
    return was


def mark_good(var: Path, pointer: Pointer, role: Role = Role.CHAMPION) -> None:
    """Remember a pointer whose bundle was loaded and answers."""
    _write(_last_good_path(var, pointer.name, role), pointer)


def read_last_good(var: Path, name: str, role: Role = Role.CHAMPION) -> Pointer:
    """The pointer last marked good. Raises NoChampion or InvalidInput as `read_pointer`."""
    return _read(_last_good_path(var, name, role), name)


_SUFFIX = {Role.CHAMPION: "", Role.BESIDE: _BESIDE}


def _last_good_path(var: Path, name: str, role: Role) -> Path:
    return pointer_path(var, name).with_name(f"{name}{_SUFFIX[role]}{_LAST_GOOD}.json")


def _write(path: Path, pointer: Pointer) -> None:
    state: dict[str, Any] = {
        "format": FORMAT,
        "name": pointer.name,
        "version": pointer.version,
        "bundle": _relative(path, pointer.bundle),
        "digests": dict(pointer.digests),
    }
    named = pointer.calibration
    if named is not None:
        state["calibration"] = {
            "file": None if named.file is None else _relative(path, named.file),
            "sha256": named.sha256,
            "held": named.held,
        }
    replace_durably(path, json_bytes(state))


def _relative(path: Path, to: Path) -> str:
    """Relative to the pointer, so that the whole directory may be moved or mounted elsewhere."""
    return Path(os.path.relpath(to.absolute(), path.parent.absolute())).as_posix()


def _read(path: Path, name: str) -> Pointer:
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        if path.stem.endswith(_BESIDE):
            raise NoChampion(f"no version of model {name!r} runs beside its champion") from error
        raise NoChampion(f"model {name!r} has no champion yet: promote one first") from error
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}") from error
    try:
        state = json.loads(content)
        return _pointer(path, name, state)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InvalidInput(
            f"{path} is no champion pointer ({error}); promote again to renew it"
        ) from error


def _pointer(path: Path, name: str, state: Any) -> Pointer:  # Any: JSON from the disk
    if state["format"] != FORMAT or state["name"] != name:
        raise ValueError(f"format {state['format']!r} of model {state['name']!r}")
    if not isinstance(state["bundle"], str) or not isinstance(state["version"], str):
        raise TypeError("bundle and version should be texts")
    digests = {str(file): str(digest) for file, digest in state["digests"].items()}
    return Pointer(
        name=name,
        version=state["version"],
        bundle=_absolute(path, state["bundle"]),
        digests=digests,
        calibration=_calibration(path, state.get("calibration")),
    )


def _calibration(path: Path, state: Any) -> Calibration | None:
    if state is None:
        return None
    file, sha256, held = state["file"], state["sha256"], state["held"]
    if not all(one is None or isinstance(one, str) for one in (file, sha256, held)):
        raise TypeError("a calibration's file, sha256 and held should be texts or null")
    where = None if file is None else _absolute(path, file)
    return Calibration(file=where, sha256=sha256, held=held)


def _absolute(path: Path, relative: str) -> Path:
    return Path(os.path.normpath(path.parent.absolute() / relative))
