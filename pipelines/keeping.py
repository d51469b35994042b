"""Keeping calibration up: labels that matured since the last time move the curve that is shown.

Order of a change: the new curve's file is written, then the pointer is renewed. A process that is
killed in between leaves the old curve serving; the next one, or a promotion, points to the newest
file. Every label counts once whatever is repeated (`training.live_keeper`). A curve that jumps is
written as *held* and not served until a person lets it (`leadflow calibrate --accept-held`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from features.values import EPOCH, MICROSECOND
from leads.clock import Clock
from leads.errors import Conflict, InvalidInput
from pipelines.champions import (
    calibration_of,
    changing_champion,
    curves_of,
    newest_live,
    next_number,
)
from pipelines.clock import system_clock
from pipelines.settings import Settings, load_settings
from scoring.bundle import MODEL, Bundle, load_bundle
from scoring.live_curve import HELD, LIVE, LiveCurve, write_live_curve
from scoring.pointer import Pointer, Role, read_pointer, write_pointer
from training.curve_guard import GuardPolicy, jump_between, why_hold, why_wait
from training.live_keeper import LiveKeeper, Matured

WAITING = "waiting"

MaturedLabels = Callable[[Bundle, float | None, datetime], Matured]
"""The labels known by a moment, of leads as `bundle` sees them. The second argument is the newest
key seen so far: older ones may be left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What an update came to.

    status   `live`, `held`, or `waiting` when there were too few labels for a new curve
    made     the newest curve there is
    new      labels that had not been seen
    seen     labels that had
    why      why it waits or is held
    """

    name: str
    version: str
    status: str
    made: LiveCurve
    new: int
    seen: int
    left_out: int
    why: str | None

    def to_json(self) -> dict[str, Any]:
        """What `leadflow calibrate --json` prints."""
        return {
            "name": self.name,
            "version": self.version,
            "status": self.status,
            "why": self.why,
            "labels": {"new": self.new, "seen_before": self.seen, "left_out": self.left_out},
            "calibration": self.made.facts(),
        }


def keep_up(
    source: MaturedLabels,
    *,
    settings: Settings | None = None,
    name: str | None = None,
    role: Role = Role.CHAMPION,
    clock: Clock = system_clock,
    policy: GuardPolicy | None = None,
) -> Kept:
    """Count the labels that matured since the last update, and show what they say.

    Raises NoChampion, Conflict when the version has no keeper or another process changes it, and
    what `source` raises; then nothing has changed.
    """
    settings, now, policy = settings or load_settings(), clock(), policy or GuardPolicy()
    with changing_champion(settings, name or settings.model_name):
        pointer, line = _line(settings, name, role)
        bundle = load_bundle(pointer.bundle, digests=pointer.digests)
        newest, live = line[-1], newest_live(line)
        before = LiveKeeper.from_state(newest.keeper)
        matured = source(bundle, before.until, now)
        new = matured.take(before.unseen(matured))
        after = before.feed(new)
        wait = why_wait(after, n_new=len(new), policy=policy)
        made, why = newest, wait
        if wait is None:
            curve = after.curve(kept_until=matured.newest)
            jump = jump_between(live.curve, curve, reference=bundle.reference)
            why = why_hold(jump, policy=policy)
            made = LiveCurve(
                name=pointer.name,
                version=pointer.version,
                number=next_number(settings.var, name=pointer.name, version=pointer.version),
                trees=bundle.manifest[MODEL],
                made_at=now.isoformat(timespec="seconds"),
                curve=curve,
                labels=after.fed,
                new=len(new),
                converted=int(new.labels.sum()),
                matured_until=_instant(after.until, dated=_is_date(matured.newest)),
                jump=jump.log_odds,
                status=LIVE if why is None else HELD,
                reason=why,
                keeper=after.to_state(),
            )
            write_live_curve(settings.var, made)
        _renew(settings, pointer, role)
    status = WAITING if wait is not None else made.status
    return Kept(
        name=pointer.name,
        version=pointer.version,
        status=status,
        made=made,
        new=len(new),
        seen=len(matured) - len(new),
        left_out=matured.left_out,
        why=why,
    )


def accept_held(
    because: str,
    *,
    settings: Settings | None = None,
    name: str | None = None,
    role: Role = Role.CHAMPION,
    clock: Clock = system_clock,
) -> LiveCurve:
    """Let the curve that is held be served. Raises Conflict when none is."""
    return _decide(because, settings, name, role, clock(), accept=True)


def discard_held(
    because: str,
    *,
    settings: Settings | None = None,
    name: str | None = None,
    role: Role = Role.CHAMPION,
    clock: Clock = system_clock,
) -> LiveCurve:
    """Forget the curves that are held, with their labels, which may then be told anew.

    Raises Conflict when none is held.
    """
    return _decide(because, settings, name, role, clock(), accept=False)


def _decide(
    because: str,
    settings: Settings | None,
    name: str | None,
    role: Role,
    now: datetime,
    *,
    accept: bool,
) -> LiveCurve:
    if not because.strip():
        raise InvalidInput('say why with --because "..."; it is kept with the curve')
    settings = settings or load_settings()
    with changing_champion(settings, name or settings.model_name):
        pointer, line = _line(settings, name, role)
        held = line[-1]
        if held.is_live:
            raise Conflict(
                f"no curve of version {pointer.version} of model {pointer.name!r} is held"
            )
        made = replace(
            held if accept else newest_live(line),
            number=next_number(settings.var, name=pointer.name, version=pointer.version),
            made_at=now.isoformat(timespec="seconds"),
            status=LIVE,
            reason=held.reason,
            because=because,
        )
        write_live_curve(settings.var, made)
        _renew(settings, pointer, role)
    return made


def _line(settings: Settings, name: str | None, role: Role) -> tuple[Pointer, list[LiveCurve]]:
    pointer = read_pointer(settings.var, name or settings.model_name, role)
    line = curves_of(settings.var, name=pointer.name, version=pointer.version)
    if not line:
        raise Conflict(
            f"version {pointer.version} of model {pointer.name!r} has no keeper to go on with: it "
            "was trained without --time, or before curves were kept up; train it again with dates"
        )
    return pointer, line


def _renew(settings: Settings, pointer: Pointer, role: Role) -> None:
    """Let the pointer say what the files say, if it does not yet."""
    named = calibration_of(settings.var, name=pointer.name, version=pointer.version)
    if named == pointer.calibration:
        return
    write_pointer(
        settings.var,
        name=pointer.name,
        version=pointer.version,
        bundle=Path(pointer.bundle),
        digests=pointer.digests,
        calibration=named,
        role=role,
    )


def _is_date(newest: str | None) -> bool:
    return newest is not None and "-" in newest[1:]


def _instant(key: float | None, *, dated: bool) -> str | None:
    if key is None:
        return None
    if not dated:
        return f"{key:.15g}"
    moment: datetime = EPOCH + int(key) * MICROSECOND
    return moment.astimezone(UTC).isoformat()
