"""What a worker says about itself: which model, since when, and how the last swap went."""

import os

from leads.clock import Clock
from serving.answers import Members, instant
from serving.champion import Champion, Served, Swap
from serving.version import leadflow_version


class Status:
    """The answer to /v1/status."""

    def __init__(self, *, champion: Champion, clock: Clock) -> None:
        self._champion = champion
        self._clock = clock
        self._started_at = clock()
        self._version = leadflow_version()

    def members(self) -> Members:
        """What is being served, by whom."""
        served, swap = self._champion.served, self._champion.last_swap
        return {
            "version": self._version,
            "ready": served is not None,
            "model": _model(served) if served else None,
            "last_swap": _swap(swap) if swap else None,
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
        "calibration": {
            "method": bundle.curve.method,
            "kept_until": bundle.curve.kept_until,
            "live": False,
        },
    }


def _swap(swap: Swap) -> Members:
    return {"at": instant(swap.at), "version": swap.version, "error": swap.error}
