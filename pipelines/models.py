"""Finding the model a command is to use: the champion by its pointer, others in the registry."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.settings import Settings
from scoring.bundle import Bundle, load_bundle
from scoring.live_curve import LiveCurve, load_pointed_curve
from scoring.pointer import read_pointer

if TYPE_CHECKING:
    from training.registry import Registry

CHAMPION = "champion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model ready to be used, under the name and version people know it by.

    made   the curve that the champion serves with in place of its own; `bundle` has it already
    """

    name: str
    version: str
    bundle: Bundle
    made: LiveCurve | None = None


def bundles_folder(var: Path, name: str) -> Path:
    """Where fetched bundles of a model live; the champion pointer points into it."""
    return var / "bundles" / name


def open_registry(settings: Settings) -> "Registry":
    """The registry the settings name; its database is made or brought up to date if need be."""
    # mlflow, which a command that uses the champion need not wait for
    from training.registry import Registry
    from training.tracking import open_tracking

    return Registry(open_tracking(settings.mlflow_tracking_uri, artifacts=settings.var / "mlruns"))


def open_model(settings: Settings, *, name: str | None = None, which: str = CHAMPION) -> Model:
    """Model `which`: "champion", "challenger", or a version number.

    The champion needs no registry. Raises NoChampion, NotFound or DamagedBundle.
    """
    name = name or settings.model_name
    if which == CHAMPION:
        pointer = read_pointer(settings.var, name)
        made = load_pointed_curve(pointer)
        bundle = load_bundle(pointer.bundle, digests=pointer.digests)
        shown = bundle.showing(None if made is None else made.curve)
        return Model(name=name, version=pointer.version, bundle=shown, made=made)
    registry = open_registry(settings)
    version = registry.find(name, which)
    folder = registry.fetch_bundle(version, into=bundles_folder(settings.var, name))
    return Model(name=name, version=version.number, bundle=load_bundle(folder))
