"""Renewing a version's model card: with what the gate said, and with the curve that serves now."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leads.errors import NotFound, Unavailable
from pipelines.models import open_registry
from pipelines.reports.model_card import model_card
from pipelines.settings import Settings

if TYPE_CHECKING:
    from scoring.live_curve import LiveCurve
    from training.registry import Registry, Version

REPORT, PICTURES, CARD = "report.json", "pictures", "model_card.html"


def read_report(registry: "Registry", version: "Version", place: Path) -> dict[str, Any]:
    """What training said of a version; `place` is a folder to copy it to."""
    place.mkdir(exist_ok=True)
    path = registry.fetch_artifacts(version, REPORT, into=place)
    report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    model = {"name": version.name, "version": version.number}
    return report | {"model": model, "run_id": version.run_id}


def renew_card(
    registry: "Registry",
    version: "Version",
    report: Mapping[str, Any],
    *,
    decision: Mapping[str, Any] | None,
    calibration: Mapping[str, Any] | None = None,
    place: Path,
) -> None:
    """The model card again, with what has become known since training."""
    folder = registry.fetch_artifacts(version, PICTURES, into=place)
    pictures = {path.stem: path.read_bytes() for path in folder.glob("*.png")}
    card = model_card(report, pictures=pictures, decision=decision, calibration=calibration)
    registry.replace_text(version, card, CARD)


def tell_curve(settings: Settings, made: "LiveCurve") -> str | None:
    """Put a curve on its version's card; why that was not possible, which stops nothing."""
    try:
        registry = open_registry(settings)
        version = registry.find(made.name, made.version)
        decisions = registry.decisions(version)
        with tempfile.TemporaryDirectory() as scratch:
            report = read_report(registry, version, Path(scratch))
            renew_card(
                registry,
                version,
                report,
                decision=decisions[-1] if decisions else None,
                calibration=made.facts(),
                place=Path(scratch),
            )
    except (NotFound, Unavailable) as error:
        return f"the model card was not renewed: {error}"
    return None
