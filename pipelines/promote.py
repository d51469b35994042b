"""Promote and roll back: who is champion, and why.

Every contender is judged by its first fit, the one that has not seen the hold-out (docs/adr/0005).
What is promoted is the registered bundle, which has been refitted on everything since. Order of
the change: the bundle is tried in a child process, the alias is moved, the pointer is written; a
crash in between leaves the service on the old champion, and promoting again finishes it. An alias
moved by hand makes no champion: the line of champions that this module keeps does.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leads.clock import Clock
from leads.errors import Conflict, InvalidInput, NoChampion, NotFound, PromotionRefused
from pipelines.clock import system_clock
from pipelines.environment import prepare_environment
from pipelines.reports.model_card import model_card
from pipelines.settings import Settings, load_settings
from scoring.bundle import load_bundle, read_manifest
from scoring.pointer import read_pointer, write_pointer
from scoring.probe import probe_bundle
from training.evidence import Evidence, Guest, invite, load_evidence
from training.gate import TOLERANCE, Champion, Decision, decide

if TYPE_CHECKING:
    from training.registry import Registry, Version

GATE, FIRST_FIT, REPORT, PICTURES = "gate", "first_fit", "report.json", "pictures"
FEWEST_UNSEEN = 5
"""Leads of either outcome that a champion has not seen; below, all are compared and it is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """A change of champion that took place. `previous` is the version that was champion before."""

    name: str
    version: str
    previous: str | None
    decision: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """What `leadflow promote --json` prints."""
        return {
            "name": self.name,
            "version": self.version,
            "previous": self.previous,
            "decision": dict(self.decision),
        }


def promote(
    *,
    name: str | None = None,
    version: str = "challenger",
    first: bool = False,
    allowed: Mapping[str, str] | None = None,
    tolerance: float = TOLERANCE,
    settings: Settings | None = None,
    clock: Clock = system_clock,
) -> Promotion:
    """Ask the gate about a version and, when it opens, make it the champion.

    `first` lets an initial model in that only beats the constant. `allowed` maps suspect columns
    to why they are honest. Raises PromotionRefused with the reasons; the refusal is recorded.
    """
    prepare_environment()
    settings, now = settings or load_settings(), clock()
    name = name or settings.model_name
    registry = _registry(settings)
    candidate, champion = registry.find(name, version), registry.champion(name)
    bundle = registry.fetch_bundle(candidate, into=_bundles(settings, name))
    if champion is not None and champion.number == candidate.number:
        return _point_again(registry, candidate, bundle, settings=settings)
    if champion is not None and first:
        raise Conflict(
            f"--first is for an initial model; {name!r} has a champion, version {champion.number}"
        )
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        report = _report(registry, candidate, place)
        _check_allowed(allowed or {}, report)
        decision, notes = _ask(
            registry,
            candidate,
            champion,
            report=report,
            allowed=allowed or {},
            first=first,
            tolerance=tolerance,
            now=now,
            place=place,
        )
        told = _told(decision, notes, candidate=candidate, champion=champion, now=now)
        told |= {"allowed": dict(allowed or {}), "first": first}
        registry.record(candidate, told, now=now)
        if not decision.promoted:
            raise PromotionRefused(
                f"version {candidate.number} of model {name!r} stays out:\n"
                + "\n".join(f"  - {reason}" for reason in told["reasons"])
            )
        probe_bundle(bundle)
        _renew_card(registry, candidate, report, decision=told, place=place)
    registry.crown(candidate, now=now)
    _point(settings, candidate, bundle)
    previous = None if champion is None else champion.number
    return Promotion(name=name, version=candidate.number, previous=previous, decision=told)


def rollback(
    *, name: str | None = None, settings: Settings | None = None, clock: Clock = system_clock
) -> Promotion:
    """Make the champion before the present one champion again. Raises Conflict without one."""
    prepare_environment()
    settings, now = settings or load_settings(), clock()
    name = name or settings.model_name
    registry = _registry(settings)
    before = registry.previous_champion(name)
    present = registry.find(name, registry.champions(name)[-1].number)
    bundle = registry.fetch_bundle(before, into=_bundles(settings, name))
    probe_bundle(bundle)
    told = {
        "verdict": "rolled back",
        "decided_at": now.isoformat(timespec="seconds"),
        "version": present.number,
        "reasons": [f"a person put version {before.number} back"],
        "comparisons": [],
    }
    registry.record(present, told, now=now)
    registry.roll_back(before)
    _point(settings, before, bundle)
    return Promotion(name=name, version=before.number, previous=present.number, decision=told)


def _registry(settings: Settings) -> "Registry":
    from training.registry import Registry
    from training.tracking import open_tracking

    return Registry(open_tracking(settings.mlflow_tracking_uri, artifacts=settings.var / "mlruns"))


def _bundles(settings: Settings, name: str) -> Path:
    return settings.var / "bundles" / name


def _point_again(
    registry: "Registry", champion: "Version", bundle: Path, *, settings: Settings
) -> Promotion:
    """Finish a promotion that was cut off before the pointer. Raises Conflict when it was not."""
    try:
        pointed = read_pointer(settings.var, champion.name).version
    except (NoChampion, InvalidInput):  # lost or damaged: that is what is set right here
        pointed = None
    if pointed == champion.number:
        raise Conflict(f"version {champion.number} is the champion already")
    probe_bundle(bundle)
    _point(settings, champion, bundle)
    decision = registry.decisions(champion)[-1]
    return Promotion(
        name=champion.name, version=champion.number, previous=pointed, decision=decision
    )


def _check_allowed(allowed: Mapping[str, str], report: Mapping[str, Any]) -> None:
    suspects = [each["column"] for each in report["suspects"]]
    for column in allowed:
        if column not in suspects:
            there = ", ".join(map(repr, suspects)) or "none"
            raise InvalidInput(
                f"--allow-suspect {column!r}: that is no suspect of this model (it has {there})"
            )


def _ask(
    registry: "Registry",
    candidate: "Version",
    champion: "Version | None",
    *,
    report: Mapping[str, Any],
    allowed: Mapping[str, str],
    first: bool,
    tolerance: float,
    now: datetime,
    place: Path,
) -> tuple[Decision, list[str]]:
    """The gate's answer, and what should be told beside it."""
    evidence = _evidence(registry, candidate, place / "candidate")
    guest, notes = None, []
    if champion is not None:
        guest = _guest(registry, champion, evidence, place / "champion")
        notes = _notes(guest, evidence)
    decision = decide(
        evidence.contenders,
        labels=evidence.stage.holdout_labels,
        champion=_champion(registry, champion, guest, evidence, now=now),
        suspects={each["column"]: each["evidence"] for each in report["suspects"]},
        allowed=allowed,
        first=first,
        tolerance=tolerance,
    )
    return decision, notes


def _evidence(registry: "Registry", version: "Version", place: Path) -> Evidence:
    place.mkdir()
    try:
        return load_evidence(registry.fetch_artifacts(version, GATE, into=place))
    except NotFound as error:
        raise NotFound(
            f"the run of version {version.number} has no hold-out to be judged on; only models "
            "made by `leadflow train` can be promoted"
        ) from error


def _guest(registry: "Registry", champion: "Version", evidence: Evidence, place: Path) -> Guest:
    own = _evidence(registry, champion, place)
    bundle = load_bundle(registry.fetch_artifacts(champion, FIRST_FIT, into=place))
    return invite(evidence, bundle=bundle, own=own)


def _champion(
    registry: "Registry",
    version: "Version | None",
    guest: Guest | None,
    evidence: Evidence,
    *,
    now: datetime,
) -> Champion | None:
    if version is None or guest is None:
        return None
    reigns = [reign for reign in registry.champions(version.name) if reign.number == version.number]
    return Champion(
        version=version.number,
        contender=guest.contender,
        age=now - reigns[-1].since,
        among=guest.unseen if _enough(guest, evidence) else None,
    )


def _enough(guest: Guest, evidence: Evidence) -> bool:
    won = int(evidence.stage.holdout_labels[guest.unseen].sum())
    return min(won, int(guest.unseen.sum()) - won) >= FEWEST_UNSEEN


def _notes(guest: Guest, evidence: Evidence) -> list[str]:
    seen = evidence.n_holdout - int(guest.unseen.sum())
    notes = []
    if seen and _enough(guest, evidence):
        notes.append(
            f"{seen:,} of the {evidence.n_holdout:,} leads were learnt from by the champion; it is "
            "compared on the others"
        )
    elif seen:
        notes.append(
            f"the champion has learnt from {seen:,} of these {evidence.n_holdout:,} leads, too "
            "many to leave out: the comparison favours it"
        )
    if guest.missing:
        columns = ", ".join(map(repr, guest.missing))
        notes.append(f"the champion reads {columns}, which this table does not have")
    return notes


def _told(
    decision: Decision,
    notes: list[str],
    *,
    candidate: "Version",
    champion: "Version | None",
    now: datetime,
) -> dict[str, Any]:
    return decision.to_json() | {
        "reasons": [*decision.reasons, *notes],
        "decided_at": now.isoformat(timespec="seconds"),
        "version": candidate.number,
        "champion": None if champion is None else champion.number,
    }


def _report(registry: "Registry", version: "Version", place: Path) -> dict[str, Any]:
    import json

    path = registry.fetch_artifacts(version, REPORT, into=place)
    report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    model = {"name": version.name, "version": version.number}
    return report | {"model": model, "run_id": version.run_id}


def _renew_card(
    registry: "Registry",
    version: "Version",
    report: Mapping[str, Any],
    *,
    decision: Mapping[str, Any],
    place: Path,
) -> None:
    """The model card again, now with the gate's figures on it."""
    folder = registry.fetch_artifacts(version, PICTURES, into=place)
    pictures = {path.stem: path.read_bytes() for path in folder.glob("*.png")}
    card = model_card(report, pictures=pictures, decision=decision)
    registry.replace_text(version, card, "model_card.html")


def _point(settings: Settings, version: "Version", bundle: Path) -> None:
    write_pointer(
        settings.var,
        name=version.name,
        version=version.number,
        bundle=bundle.relative_to(settings.var),
        digests=read_manifest(bundle),
    )
