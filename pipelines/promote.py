"""Promote and roll back: who is champion, and why.

Every contender is judged by its first fit, the one that has not seen the hold-out (docs/adr/0005).
What is promoted is the registered bundle, which has been refitted on everything since. Order of
the change: the bundle is tried in a child process, the alias is moved, the pointer is written; a
crash in between leaves the service on the old champion, and promoting (or rolling back) again
finishes it. Only one process at a time changes the champion of a model. An alias moved by hand
makes no champion: the line of champions that this module keeps does.
"""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leads.clock import Clock
from leads.errors import Conflict, InvalidInput, NoChampion, PromotionRefused
from pipelines.cards import read_report, renew_card
from pipelines.champions import changing_champion, point_to
from pipelines.clock import system_clock
from pipelines.contest import Contest, check_same_outcome, hold_contest
from pipelines.environment import prepare_environment
from pipelines.models import bundles_folder, open_registry
from pipelines.settings import Settings, load_settings
from scoring.pointer import read_pointer
from scoring.probe import probe_bundle
from training.gate import GatePolicy, PromotionDecision, Verdict

if TYPE_CHECKING:
    from training.registry import Registry, Version

ROLLED_BACK = "rolled back"
TOLERANCE = GatePolicy().tolerance

Probe = Callable[[Path], None]
"""Tries a bundle before it is served; raises DamagedBundle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """A change of champion that took place. `previous` is the version that was champion before."""

    name: str
    version: str
    previous: str | None
    decision: Mapping[str, Any]

    @property
    def verdict(self) -> str:
        """One word for what happened."""
        return str(self.decision["verdict"])

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
    probe: Probe = probe_bundle,
) -> Promotion:
    """Ask the gate about a version and, when it opens, make it the champion.

    `first` lets an initial model in that only beats the constant. `allowed` maps suspect columns
    to why they are honest. Raises PromotionRefused with the reasons; the refusal is recorded.
    """
    prepare_environment()
    settings, now = settings or load_settings(), clock()
    name = name or settings.model_name
    with changing_champion(settings, name):
        return _promote(
            open_registry(settings),
            name=name,
            version=version,
            first=first,
            allowed=allowed or {},
            policy=GatePolicy(tolerance=tolerance),
            settings=settings,
            now=now,
            probe=probe,
        )


def _promote(
    registry: "Registry",
    *,
    name: str,
    version: str,
    first: bool,
    allowed: Mapping[str, str],
    policy: GatePolicy,
    settings: Settings,
    now: datetime,
    probe: Probe,
) -> Promotion:
    candidate, champion = registry.find(name, version), registry.champion(name)
    bundle = registry.fetch_bundle(candidate, into=bundles_folder(settings.var, name))
    if champion is not None and champion.number == candidate.number:
        return _point_again(registry, candidate, bundle, settings=settings, now=now, probe=probe)
    if champion is not None and first:
        raise Conflict(
            f"--first is for an initial model; {name!r} has a champion, version {champion.number}"
        )
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        report = read_report(registry, candidate, place)
        _check_allowed(allowed, report)
        if champion is not None:
            theirs = read_report(registry, champion, place / "theirs")
            check_same_outcome(report, theirs, name=name)
        contest = hold_contest(registry, candidate, champion, place=place)
        decision = contest.decide(
            report,
            champion=_reign(registry, champion, now=now),
            allowed=allowed,
            first=first,
            policy=policy,
        )
        told = _told(decision, contest, candidate=candidate, champion=champion, now=now)
        opens = decision.verdict is Verdict.PROMOTE
        if opens:  # a bundle that cannot serve is no promotion to be written down
            probe(bundle)
        registry.record(candidate, told, now=now)
        if not opens:
            raise PromotionRefused(
                f"version {candidate.number} of model {name!r} is not promoted:\n"
                + "\n".join(f"  - {reason}" for reason in told["reasons"]),
                decision=told,
            )
        renew_card(registry, candidate, report, decision=told, place=place)
    registry.crown(candidate, now=now)
    point_to(registry, candidate, bundle, settings=settings, now=now)
    registry.dismiss_challenger(candidate)
    previous = None if champion is None else champion.number
    return Promotion(name=name, version=candidate.number, previous=previous, decision=told)


def rollback(
    *,
    name: str | None = None,
    settings: Settings | None = None,
    clock: Clock = system_clock,
    probe: Probe = probe_bundle,
) -> Promotion:
    """Make the champion before the present one champion again. Raises Conflict without one.

    One that was cut off before the pointer is finished, and goes back no further.
    """
    prepare_environment()
    settings, now = settings or load_settings(), clock()
    name = name or settings.model_name
    with changing_champion(settings, name):
        return _roll_back(
            open_registry(settings), name=name, settings=settings, now=now, probe=probe
        )


def _roll_back(
    registry: "Registry", *, name: str, settings: Settings, now: datetime, probe: Probe
) -> Promotion:
    present = registry.champion(name)
    if present is not None and _unfinished_rollback(registry, present, settings):
        bundle = registry.fetch_bundle(present, into=bundles_folder(settings.var, name))
        return _point_again(registry, present, bundle, settings=settings, now=now, probe=probe)
    before = registry.previous_champion(name)
    present = registry.find(name, registry.champions(name)[-1].number)
    bundle = registry.fetch_bundle(before, into=bundles_folder(settings.var, name))
    probe(bundle)
    told = {
        "verdict": ROLLED_BACK,
        "decided_at": now.isoformat(timespec="seconds"),
        "version": present.number,
        "reasons": [f"a person put version {before.number} back"],
        "comparisons": [],
    }
    registry.record(present, told, now=now)
    registry.roll_back(before)
    point_to(registry, before, bundle, settings=settings, now=now)
    return Promotion(name=name, version=before.number, previous=present.number, decision=told)


def _unfinished_rollback(registry: "Registry", present: "Version", settings: Settings) -> bool:
    """Whether what is pointed to was rolled back already: it is last in the line no more."""
    pointed = _pointed(settings, present.name)
    if pointed in (None, present.number):
        return False
    decisions = registry.decisions(registry.find(present.name, str(pointed)))
    return bool(decisions) and decisions[-1]["verdict"] == ROLLED_BACK


def _pointed(settings: Settings, name: str) -> str | None:
    """The version that is served; None when the pointer is lost or damaged."""
    try:
        return read_pointer(settings.var, name).version
    except (NoChampion, InvalidInput):
        return None


def _point_again(
    registry: "Registry",
    champion: "Version",
    bundle: Path,
    *,
    settings: Settings,
    now: datetime,
    probe: Probe,
) -> Promotion:
    """Finish a change that was cut off before the pointer. Raises Conflict when it was not."""
    pointed = _pointed(settings, champion.name)
    if pointed == champion.number:
        raise Conflict(f"version {champion.number} is the champion already")
    probe(bundle)
    point_to(registry, champion, bundle, settings=settings, now=now)
    registry.dismiss_challenger(champion)
    decisions = registry.decisions(champion)
    decision = decisions[-1] if decisions else {"verdict": str(Verdict.PROMOTE), "reasons": []}
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


def _reign(
    registry: "Registry", champion: "Version | None", *, now: datetime
) -> tuple[str, float] | None:
    """The champion's version and for how many days it has reigned."""
    if champion is None:
        return None
    since = registry.champions(champion.name)[-1].since
    return champion.number, (now - since) / timedelta(days=1)


def _told(
    decision: PromotionDecision,
    contest: Contest,
    *,
    candidate: "Version",
    champion: "Version | None",
    now: datetime,
) -> dict[str, Any]:
    return decision.to_json() | {
        "reasons": [*decision.reasons, *contest.notes],
        "decided_at": now.isoformat(timespec="seconds"),
        "name": candidate.name,
        "version": candidate.number,
        "champion": None if champion is None else champion.number,
    }
