"""Two versions side by side: one that answers who asks for it, while the champion answers the rest.

No gate is asked, because nobody is shown its probabilities unasked. It is tried in a child process
as a champion is, and what was done is noted at the version's run.
"""

from dataclasses import dataclass
from typing import Any

from leads.clock import Clock
from leads.errors import Conflict
from pipelines.champions import changing_champion, point_to
from pipelines.clock import system_clock
from pipelines.environment import prepare_environment
from pipelines.models import bundles_folder, open_registry
from pipelines.promote import Probe
from pipelines.settings import Settings, load_settings
from scoring.pointer import Role, read_pointer, remove_pointer
from scoring.probe import probe_bundle


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What runs beside the champion now; `version` None: nothing."""

    name: str
    version: str | None
    champion: str | None

    def to_json(self) -> dict[str, Any]:
        """What `leadflow promote --beside --json` prints."""
        return {"name": self.name, "beside": self.version, "champion": self.champion}


def stand_beside(
    which: str,
    *,
    why: str | None = None,
    name: str | None = None,
    settings: Settings | None = None,
    clock: Clock = system_clock,
    probe: Probe = probe_bundle,
) -> Standing:
    """Serve version `which` (a number, or `challenger`) beside the champion.

    Raises NoChampion without one, NotFound, DamagedBundle, and Conflict for the champion itself.
    """
    prepare_environment()
    settings, now = settings or load_settings(), clock()
    name = name or settings.model_name
    with changing_champion(settings, name):
        champion = read_pointer(settings.var, name).version
        registry = open_registry(settings)
        version = registry.find(name, which)
        if version.number == champion:
            raise Conflict(f"version {champion} of model {name!r} is the champion itself")
        bundle = registry.fetch_bundle(version, into=bundles_folder(settings.var, name))
        probe(bundle)
        told = {
            "verdict": "beside",
            "decided_at": now.isoformat(timespec="seconds"),
            "name": name,
            "version": version.number,
            "champion": champion,
            "because": why,
        }
        registry.note(version, "beside", told, now=now)
        point_to(registry, version, bundle, settings=settings, now=now, role=Role.BESIDE)
    return Standing(name=name, version=version.number, champion=champion)


def end_beside(
    *, name: str | None = None, settings: Settings | None = None, clock: Clock = system_clock
) -> Standing:
    """Let nothing run beside the champion any more. Raises NoChampion when nothing does."""
    prepare_environment()
    settings, now = settings or load_settings(), clock()
    name = name or settings.model_name
    with changing_champion(settings, name):
        ended = read_pointer(settings.var, name, Role.BESIDE).version
        registry = open_registry(settings)
        told = {
            "verdict": "beside no more",
            "decided_at": now.isoformat(timespec="seconds"),
            "name": name,
            "version": ended,
        }
        registry.note(registry.find(name, ended), "beside", told, now=now)
        remove_pointer(settings.var, name, Role.BESIDE)
    return Standing(name=name, version=None, champion=read_pointer(settings.var, name).version)
