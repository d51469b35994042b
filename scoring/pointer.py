"""The champion pointer: the small file that says which bundle is served.

`promote` replaces it in one step; every worker looks at it twice a second. A worker that has
loaded what it points to marks it as good, so that a restarted worker can start from the last
good one while the pointer, or the bundle behind it, is broken.
"""

import json
import os
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leads.errors import InvalidInput, NoChampion
from scoring.files import json_bytes, replace_durably

FORMAT = 1
_LAST_GOOD = ".last-good"
MODEL_NAMES = (
    "up to 100 letters of any language (60 Chinese ones), digits, spaces, points, dashes and"
    f" underscores, not starting with a point or a space, not ending in {_LAST_GOOD}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Which version of a model is served.

    bundle    its directory, absolute
    digests   sha256 of each of its files, for `load_bundle`
    """

    name: str
    version: str
    bundle: Path
    digests: Mapping[str, str]


def is_model_name(name: str) -> bool:
    """Whether `name` keeps to `MODEL_NAMES`: its pointer is a file of that name."""
    fine = all(char.isalnum() or char in " ._-" for char in unicodedata.normalize("NFC", name))
    if not fine or not name or name[0] in ". " or name.endswith(_LAST_GOOD):
        return False
    return len(name) <= 100 and len(name.encode()) <= 180


def pointer_path(var: Path, name: str) -> Path:
    """Where the pointer of model `name` is kept. Raises InvalidInput on an unusable name."""
    if not is_model_name(name):
        raise InvalidInput(f"model name {name!r}: use {MODEL_NAMES}")
    return var / "champions" / f"{name}.json"


def write_pointer(
    var: Path, *, name: str, version: str, bundle: Path, digests: Mapping[str, str]
) -> None:
    """Make `bundle` (absolute, or relative to `var`) the champion of model `name`."""
    path = pointer_path(var, name)
    _write(path, Pointer(name=name, version=version, bundle=var / bundle, digests=digests))


def read_pointer(var: Path, name: str) -> Pointer:
    """The champion of model `name`.

    Raises NoChampion when none was promoted, InvalidInput when the pointer cannot be read.
    """
    return _read(pointer_path(var, name), name)


def mark_good(var: Path, pointer: Pointer) -> None:
    """Remember a pointer whose bundle was loaded and answers."""
    _write(_last_good_path(var, pointer.name), pointer)


def read_last_good(var: Path, name: str) -> Pointer:
    """The pointer last marked good. Raises NoChampion or InvalidInput as `read_pointer`."""
    return _read(_last_good_path(var, name), name)


def _last_good_path(var: Path, name: str) -> Path:
    return pointer_path(var, name).with_name(f"{name}{_LAST_GOOD}.json")


def _write(path: Path, pointer: Pointer) -> None:
    # relative to the pointer, so that the whole directory may be moved or mounted elsewhere
    bundle = os.path.relpath(pointer.bundle.absolute(), path.parent.absolute())
    state = {
        "format": FORMAT,
        "name": pointer.name,
        "version": pointer.version,
        "bundle": Path(bundle).as_posix(),
        "digests": dict(pointer.digests),
    }
    replace_durably(path, json_bytes(state))


def _read(path: Path, name: str) -> Pointer:
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
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
        bundle=Path(os.path.normpath(path.parent.absolute() / state["bundle"])),
        digests=digests,
    )
