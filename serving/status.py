"""What a worker says about itself: which model, since when, and how the last swap went."""

import os

from leads.clock import Clock
from serving.answers import Members, instant
from serving.champion import Served, Swap
from serving.models import Models
from serving.version import leadflow_version


class Status:
    """The answer to /v1/status."""

    def __init__(self, *, models: Models, clock: Clock) -> None:
        self._models = models
        self._clock = clock
        self._started_at = clock()
        self._version = leadflow_version()

    def members(self) -> Members:
        """What is being served, by whom."""
        champion, other = self._models.champion, self._models.beside
        served, swap = champion.served, champion.last_swap
        beside = other.served if other is not None else None
        swap_beside = other.last_swap if other is not None else None
        return {
            "version": self._version,
            "ready": self._models.can_answer,
            "model": _model(served) if served else None,
            "last_swap": _swap(swap) if swap else None,
            "beside": _model(beside) if beside else None,
            "last_swap_beside": _swap(swap_beside) if swap_beside else None,
            "day_one": None
            if self._models.fallback is None
            else self._models.fallback.members(answers=champion.is_absent),
            "worker": {
                "pid": os.getpid(),
                "started_at": instant(self._started_at),
                "uptime_seconds": (self._clock() - self._started_at).total_seconds(),
            },
        }


def _model(served: Served) -> Members:
    bundle = served.bundle
    return {
        **served.named,
        "since": instant(served.since),
        "digests": dict(served.pointer.digests),
        "fields": [
            {"name": field.name, "kind": str(field.kind), "label": dict(field.label)}
            for field in bundle.encoder.fields
        ],
        "calibration": _calibration(served),
    }


def _calibration(served: Served) -> Members:
    curve, made, named = served.bundle.curve, served.made, served.pointer.calibration
    return {
        "method": curve.method,
        "kept_until": curve.kept_until,
        "live": made is not None,
        "updated_at": None if made is None else made.made_at.replace("+00:00", "Z"),
        "labels": 0 if made is None else made.labels,
        "held": None if named is None else named.held,
    }


def _swap(swap: Swap) -> Members:
    return {"at": instant(swap.at), "version": swap.version, "error": swap.error}
