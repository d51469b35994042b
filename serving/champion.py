"""The model being served in a role, and the thread that follows its pointer.

A worker looks at the pointer twice a second. What it newly points to is tried in a child
process, loaded and used once, all off the request path; then one reference is swapped, so a
request meets either the old model or the new one. A new curve for the same model is loaded
alone. Whatever goes wrong, the old one stays.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from leads.clock import Clock
from leads.errors import LeadflowError, NoChampion
from leads.score import Explanation, Locale, Score
from serving.answering import Known
from serving.metrics import Meters

if TYPE_CHECKING:
    from leads.lead import Lead
    from scoring.bundle import Bundle
    from scoring.live_curve import LiveCurve
    from scoring.pointer import Pointer, Role
    from scoring.scorer import Scorer
    from store.unit_of_work import UnitOfWork

LOOK_EVERY = 0.5
TRY_AGAIN_AFTER = 30.0
"""Seconds after which a pointer that could not be followed is tried again unchanged."""
PROBE_SECONDS = 60.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A model that answers.

    bundle    with the curve that is served
    made      what is known of that curve; None: the bundle's own
    named     how answers name it
    """

    pointer: "Pointer"
    bundle: "Bundle"
    scorer: "Scorer"
    since: datetime
    named: dict[str, str]
    made: "LiveCurve | None" = None

    @property
    def is_calibrated(self) -> bool:
        """Whether a curve was learnt."""
        return self.bundle.curve.method != "none"

    @property
    def names(self) -> list[str]:
        """What the model looks at, by its own names."""
        encoder = self.bundle.encoder
        names = [field.name for field in encoder.fields]
        return names if encoder.moment is None else [*names, encoder.moment.name]

    @property
    def keeps(self) -> list[str]:
        """What it looks at is kept beside a score, and nothing else."""
        return self.names

    def as_of(self, attributes: Mapping[str, Any], now: datetime) -> datetime:
        """As of when a lead's facts are true."""
        return self.bundle.encoder.as_of(attributes, now) or now

    def score(
        self,
        attributes: Mapping[str, Any],
        *,
        now: datetime,
        acts: object = None,  # noqa: ARG002  what it did is among the attributes
    ) -> Score:
        """One lead's score."""
        return self.scorer.score_one(attributes, as_of=now)

    def explain(
        self,
        attributes: Mapping[str, Any],
        *,
        top: int,
        locale: Locale,
        now: datetime,
        acts: object = None,  # noqa: ARG002  what it did is among the attributes
    ) -> Explanation:
        """One lead's score with its reasons."""
        return self.scorer.explain(attributes, top=top, locale=locale, as_of=now)

    def known(
        self, leads: "Mapping[str, Lead]", unit: "UnitOfWork | None", *, now: datetime
    ) -> Mapping[str, Known]:
        """What the model is told of stored leads: what it learnt from, as of now."""
        from pipelines.cohort.inputs import inputs_as_of, is_from_history
        from pipelines.lead_inputs import inputs_of

        names = self.names
        if not leads or not is_from_history(self.bundle.card):
            return {
                asked: Known(lead.lead_id, inputs_of(lead, names)) for asked, lead in leads.items()
            }
        assert unit is not None
        known = inputs_as_of(unit, {lead.lead_id for lead in leads.values()}, now=now)
        return {
            asked: Known(
                lead.lead_id,
                {name: value for name, value in known[lead.lead_id].items() if name in names},
            )
            for asked, lead in leads.items()
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """An attempt to change the model; `error` says why it failed."""

    at: datetime
    version: str | None
    error: str | None


class Champion:
    """Holds the model being served in a role; one of each role a worker process."""

    def __init__(
        self, *, var: Path, name: str, clock: Clock, meters: Meters, role: "Role | None" = None
    ) -> None:
        from scoring.pointer import Role

        self.role = role or Role.CHAMPION
        self.served: Served | None = None
        self.last_swap: Swap | None = None
        self._var = var
        self._name = name
        self._clock = clock
        self._meters = meters
        self._seen: tuple[int, ...] | None = None
        self._failed_for = 0.0
        self._good: list[Mapping[str, str]] = []
        self._loaded: Bundle | None = None
        self._began_without = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, name=str(self.role), daemon=True)

    def start(self) -> None:
        """Load what the pointer says, or else the last good one; then follow the pointer."""
        self._began_without = _state_of(self._pointer_path()) is None
        self.look()
        if self.served is None:
            self._start_from_last_good()
        self._thread.start()

    def stop(self) -> None:
        """Stop following; what is served stays."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=1)

    @property
    def is_absent(self) -> bool:
        """Whether nothing was promoted, which is another thing than a pointer that is broken.

        Who began without a champion goes on so until the first one answers: loading it takes
        seconds, and whatever is wrong with it, what answered before it stays.
        """
        return self.served is None and (self._began_without or self._seen is None)

    def require(self) -> Served:
        """The model being served. Raises NoChampion."""
        if self.served is None:
            error = self.last_swap.error if self.last_swap else None
            raise NoChampion(error or f"model {self._name!r} has no champion yet")
        return self.served

    def look(self) -> None:
        """Follow the pointer if it changed since the last look."""
        state = _state_of(self._pointer_path())
        due = self._failed_for >= TRY_AGAIN_AFTER
        if state == self._seen and not due:
            return
        self._seen = state
        self._failed_for = 0.0
        self._attempt(self._swap_to_pointed)

    def _follow(self) -> None:
        while not self._stop.wait(LOOK_EVERY):
            if self.last_swap is not None and self.last_swap.error:
                self._failed_for += LOOK_EVERY
            self.look()

    def _attempt(self, swap: Callable[[], str | None]) -> None:
        """Try to change the model, and remember how it went."""
        try:
            version = swap()
        except (LeadflowError, OSError) as error:
            self._failed(str(error))
        except Exception as error:  # the thread must outlive whatever a stranger's bundle does
            log.exception("model_swap_broke", model=self._name)
            self._failed(f"{type(error).__name__}: {error}")
        else:
            if version is not None:
                self.last_swap = Swap(at=self._clock(), version=version, error=None)

    def _failed(self, why: str) -> None:
        self.last_swap = Swap(at=self._clock(), version=None, error=why)
        self._meters.swap_failed()
        serving = self.served.pointer.version if self.served else None
        log.error(
            "model_swap_failed",
            model=self._name,
            role=str(self.role),
            why=why,
            still_serving=serving,
        )

    def _swap_to_pointed(self) -> str | None:
        from scoring.pointer import mark_good, read_pointer

        pointer = read_pointer(self._var, self._name, self.role)
        if self.served is not None and self.served.pointer == pointer:
            return pointer.version
        self._swap(pointer, probe=not self._known_good(pointer))
        try:
            mark_good(self._var, pointer, self.role)
        except OSError as error:
            log.warning("last_good_not_written", model=self._name, why=str(error))
        return pointer.version

    def _start_from_last_good(self) -> None:
        from scoring.pointer import read_last_good

        try:
            good = read_last_good(self._var, self._name, self.role)
        except NoChampion:
            return
        except LeadflowError as error:
            log.error("last_good_unusable", model=self._name, why=str(error))  # noqa: TRY400
            return
        without_curve = replace(good, calibration=None)
        for pointer in (good, without_curve) if good != without_curve else (good,):
            try:
                self._swap(pointer, probe=False)
            except (LeadflowError, OSError) as error:
                log.error("last_good_unusable", model=self._name, why=str(error))  # noqa: TRY400
            else:
                return

    def _known_good(self, pointer: "Pointer") -> bool:
        """Whether these very files have been served before: then they need no trial."""
        from scoring.pointer import read_last_good

        if pointer.digests in self._good:
            return True
        try:
            return read_last_good(self._var, self._name, self.role).digests == pointer.digests
        except LeadflowError:
            return False

    def _swap(self, pointer: "Pointer", *, probe: bool) -> None:
        from scoring.live_curve import load_pointed_curve
        from scoring.scorer import Scorer

        made = load_pointed_curve(pointer)
        bundle = self._bundle_of(pointer, probe=probe)
        scorer = Scorer(bundle.showing(None if made is None else made.curve))
        now = self._clock()
        scorer.explain({}, as_of=now)
        self._good.append(pointer.digests)
        old = self.served
        self.served = _served(pointer, bundle, scorer, since=now, made=made)
        self._loaded = bundle
        self._meters.swapped(
            old=old.named if old else None, new=self.served.named, role=str(self.role)
        )
        log.info(
            "model_swapped",
            model=pointer.name,
            version=pointer.version,
            role=str(self.role),
            curve=None if made is None else made.number,
        )

    def _bundle_of(self, pointer: "Pointer", *, probe: bool) -> "Bundle":
        """The bundle with its own curve; the one in use where only the curve is new."""
        from scoring.bundle import load_bundle, verify_bundle
        from scoring.probe import probe_bundle

        served = self.served
        if (
            served is not None
            and self._loaded is not None
            and (served.pointer.bundle, served.pointer.digests) == (pointer.bundle, pointer.digests)
        ):
            return self._loaded
        if probe:
            verify_bundle(pointer.bundle, digests=pointer.digests)
            probe_bundle(pointer.bundle, timeout=PROBE_SECONDS)
        return load_bundle(pointer.bundle, digests=pointer.digests)

    def _pointer_path(self) -> Path:
        from scoring.pointer import pointer_path

        return pointer_path(self._var, self._name, self.role)


class Beside(Champion):
    """Holds the version beside the champion; none is as good an answer as any."""

    def __init__(self, *, var: Path, name: str, clock: Clock, meters: Meters) -> None:
        from scoring.pointer import Role

        super().__init__(var=var, name=name, clock=clock, meters=meters, role=Role.BESIDE)

    def look(self) -> None:
        """Follow the pointer; let go of the model when it was taken away."""
        if _state_of(self._pointer_path()) is not None:
            super().look()
            return
        self._seen = None
        if self.served is not None:
            self._meters.gone(self.served.named, role=str(self.role))
            log.info("model_taken_away", model=self._name, role=str(self.role))
        self.served = self.last_swap = self._loaded = None


def _served(
    pointer: "Pointer",
    bundle: "Bundle",
    scorer: "Scorer",
    *,
    since: datetime,
    made: "LiveCurve | None",
) -> Served:
    named = {
        "name": pointer.name,
        "version": pointer.version,
        "features": bundle.manifest["encoder.json"][:12],
    }
    return Served(
        pointer=pointer, bundle=scorer.bundle, scorer=scorer, since=since, named=named, made=made
    )


def _state_of(path: Path) -> tuple[int, ...] | None:
    """What changes when a file is replaced; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_ino, found.st_mtime_ns, found.st_size)
