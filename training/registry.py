"""Registered versions: which is the challenger, which the champion, and who reigned before.

The alias `champion` says who reigns; a tag on the model holds the line of champions, which
`rollback` steps back along. Every decision, refusals too, is kept with the version it was about.
"""

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

import mlflow
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from leads.errors import Conflict, DamagedBundle, NoChampion, NotFound, Unavailable
from scoring.bundle import MANIFEST, read_manifest
from scoring.files import sync_directory
from training.tracking import BUNDLE, CHALLENGER, Tracking

CHAMPION = "champion"
_LINE = "leadflow.champions"
_KEPT_REIGNS = 50
_LONGEST_TAG = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One registered version of a model; `number` is MLflow's, as text."""

    name: str
    number: str
    run_id: str
    aliases: tuple[str, ...]
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reign:
    """A version that became champion, and when."""

    number: str
    since: datetime


class Registry:
    """The registered versions of an opened MLflow."""

    def __init__(self, tracking: Tracking) -> None:
        self._tracking, self._client = tracking, tracking.client

    def find(self, name: str, which: str) -> Version:
        """Version `which` of a model: a number, or `challenger` or `champion`.

        Raises NotFound saying what there is; NoChampion when none was promoted.
        """
        known = self.versions(name)
        if not known:
            raise NotFound(f"no model {name!r} is registered yet; `leadflow train` makes one")
        if which == CHAMPION:  # by the line of champions: the alias may have been moved by hand
            line = self.champions(name)
            if not line:
                raise NoChampion(
                    f"model {name!r} has no champion yet; `leadflow promote` makes one"
                )
            which = line[-1].number
        for version in known:
            if which == version.number or which in version.aliases:
                return version
        if which == CHALLENGER:
            raise NotFound(f"model {name!r} has no challenger; `leadflow train` makes one")
        there = ", ".join(version.number for version in known)
        raise NotFound(f"model {name!r} has no version {which!r}; it has {there}")

    def versions(self, name: str) -> list[Version]:
        """All versions of a model, oldest first; empty when there is no such model."""
        try:
            aliases = dict(self._client.get_registered_model(name).aliases)
        except MlflowException as error:
            if error.error_code == "RESOURCE_DOES_NOT_EXIST":
                return []
            raise Unavailable(f"the registry does not answer: {error.message}") from error
        found = self._client.search_model_versions(f"name = '{name}'")
        versions = [_version(each, aliases) for each in found]
        return sorted(versions, key=lambda version: int(version.number))

    def champions(self, name: str) -> list[Reign]:
        """The line of champions, the present one last; those rolled back are not in it."""
        line = self._client.get_registered_model(name).tags.get(_LINE, "[]")
        return [
            Reign(number=number, since=datetime.fromisoformat(since))
            for number, since in json.loads(line)
        ]

    def champion(self, name: str) -> Version | None:
        """The version the gate let in last. An alias moved by hand makes no champion."""
        line = self.champions(name) if self.versions(name) else []
        return self.find(name, line[-1].number) if line else None

    def crown(self, version: Version, *, now: datetime) -> None:
        """Make a version the champion; `dismiss_challenger` once it is served."""
        line = self.champions(version.name)
        self._client.set_registered_model_alias(version.name, CHAMPION, version.number)
        self._keep(version.name, [*line, Reign(number=version.number, since=now)])

    def dismiss_challenger(self, version: Version) -> None:
        """A version that serves is no challenger any more."""
        if CHALLENGER in version.aliases:
            self._client.delete_registered_model_alias(version.name, CHALLENGER)

    def previous_champion(self, name: str) -> Version:
        """The champion before the present one. Raises NoChampion, or Conflict when none was."""
        present = self.champion(name) or self.find(name, CHAMPION)
        line = self.champions(name)
        if len(line) < 2:
            raise Conflict(
                f"version {present.number} is the first champion of model {name!r}; there is none "
                "to go back to"
            )
        return self.find(name, line[-2].number)

    def roll_back(self, version: Version) -> None:
        """Make the previous champion reign again, since when it did before."""
        self._client.set_registered_model_alias(version.name, CHAMPION, version.number)
        self._keep(version.name, self.champions(version.name)[:-1])

    def record(self, version: Version, decision: Mapping[str, Any], *, now: datetime) -> None:
        """Keep a decision with the version (as tags) and its run (whole, as JSON)."""
        moment = now.strftime("%Y%m%dT%H%M%S%f")
        text = json.dumps(decision, ensure_ascii=False, indent=2, allow_nan=False)
        self._client.log_text(version.run_id, text, f"decisions/{moment}.json")
        tags = {
            "gate.verdict": decision["verdict"],
            "gate.decided_at": now.isoformat(),
            "gate.reasons": "\n".join(decision["reasons"]),
        }
        for key, value in tags.items():
            self._client.set_model_version_tag(
                version.name, version.number, key, value[:_LONGEST_TAG]
            )

    def note(self, version: Version, kind: str, told: Mapping[str, Any], *, now: datetime) -> None:
        """Keep with a version's run what was done with it that is no decision of the gate."""
        moment = now.strftime("%Y%m%dT%H%M%S%f")
        text = json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False)
        self._client.log_text(version.run_id, text, f"{kind}/{moment}.json")

    def decisions(self, version: Version) -> list[dict[str, Any]]:
        """All decisions about a version, oldest first."""
        files = self._client.list_artifacts(version.run_id, "decisions")
        paths = sorted(file.path for file in files)
        return [json.loads(self._text(version.run_id, path)) for path in paths]

    def fetch_bundle(self, version: Version, *, into: Path) -> Path:
        """The version's bundle as files under `into`, in a folder named by version and content.

        The same bundle is fetched once; a folder is never overwritten, because a service may be
        reading it, but one that was damaged is moved aside and fetched again.
        """
        into.mkdir(parents=True, exist_ok=True)
        # the address behind the version: a "models:" address is looked up in whatever registry
        # the process has last been pointed to
        stored = self._client.get_model_version_download_uri(version.name, version.number)
        source = f"{stored}/artifacts/{BUNDLE}"
        with tempfile.TemporaryDirectory(dir=into, prefix=".fetching.") as scratch:
            fetched = Path(_downloaded(self._tracking, source, Path(scratch)))
            read_manifest(fetched)
            digest = hashlib.sha256((fetched / MANIFEST).read_bytes()).hexdigest()[:12]
            place = into / f"{version.number}-{digest}"
            if place.exists() and not _whole(place):
                place.replace(into / f".damaged.{place.name}.{token_hex(4)}")
            if not place.exists():
                _settle(fetched, place)
        return place

    def fetch_artifacts(self, version: Version, path: str, *, into: Path) -> Path:
        """A folder of the version's run, copied under `into`. Raises NotFound."""
        return Path(_downloaded(self._tracking, f"runs:/{version.run_id}/{path}", into))

    def replace_text(self, version: Version, text: str, path: str) -> None:
        """Write a text artifact of the version's run anew."""
        self._client.log_text(version.run_id, text, path)

    def _text(self, run_id: str, path: str) -> str:
        with tempfile.TemporaryDirectory() as scratch:
            place = _downloaded(self._tracking, f"runs:/{run_id}/{path}", Path(scratch))
            return Path(place).read_text(encoding="utf-8")

    def _keep(self, name: str, line: list[Reign]) -> None:
        told = [[reign.number, reign.since.isoformat()] for reign in line[-_KEPT_REIGNS:]]
        self._client.set_registered_model_tag(name, _LINE, json.dumps(told))


def _whole(bundle: Path) -> bool:
    """Whether every file is the one that was written."""
    try:
        digests = read_manifest(bundle)
        return all(
            hashlib.sha256((bundle / file).read_bytes()).hexdigest() == digest
            for file, digest in digests.items()
        )
    except (DamagedBundle, OSError):
        return False


def _settle(fetched: Path, place: Path) -> None:
    """Move a folder to its place, once the disk has it; another process may have been first."""
    for file in fetched.iterdir():
        with file.open("rb") as written:
            os.fsync(written.fileno())
    sync_directory(fetched)
    try:
        fetched.replace(place)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
    sync_directory(place.parent)


def _version(found: ModelVersion, aliases: Mapping[str, str]) -> Version:
    number = str(found.version)
    own = tuple(sorted(alias for alias, of in aliases.items() if str(of) == number))
    made_at = datetime.fromtimestamp(found.creation_timestamp / 1000, tz=UTC)
    return Version(
        name=found.name, number=number, run_id=found.run_id, aliases=own, made_at=made_at
    )


def _downloaded(tracking: Tracking, source: str, into: Path) -> str:
    try:
        return str(
            mlflow.artifacts.download_artifacts(
                source, dst_path=str(into), tracking_uri=tracking.uri
            )
        )
    except (MlflowException, OSError) as error:
        shutil.rmtree(into / Path(source).name, ignore_errors=True)
        raise NotFound(f"{source} cannot be fetched from the registry: {error}") from error
