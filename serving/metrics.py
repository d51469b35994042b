"""What we count, and how it is told at /metrics.

BentoML's own figures are switched off: it labels them with the raw path, which strangers choose,
before anybody is asked for a key. 3,000 made-up paths were enough to make /metrics take more than
five seconds. Ours know the routes there are. prometheus_client adds the worker processes up in a
folder they share (serving/figures.py).
"""

import os
from collections.abc import Iterable, Mapping

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from scoring.pointer import Role
from serving.figures import PROMETHEUS_FOLDER

MEDIA_TYPE = CONTENT_TYPE_LATEST
OWN_ROUTES = frozenset({"/v1/score", "/v1/explain", "/v1/status", "/score", "/explain"})
OTHER = "other"
CHAMPION = str(Role.CHAMPION)
DAY_ONE = "day_one"
"""The role of the profile, which answers while nothing was promoted."""
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Meters:
    """Counters of one worker process."""

    def __init__(self, routes: Iterable[str] = ()) -> None:
        self._routes = OWN_ROUTES.union(routes)
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "leadflow_requests", "Requests answered.", ["route", "status"], registry=registry
        )
        self._seconds = Histogram(
            "leadflow_request_seconds",
            "Time to answer.",
            ["route"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._leads = Counter(
            "leadflow_leads_scored",
            "Leads scored or explained.",
            ["outcome", "role"],
            registry=registry,
        )
        self._swaps = Counter(
            "leadflow_model_swaps", "Changes of the model.", ["outcome"], registry=registry
        )
        self._model = Gauge(
            "leadflow_model_info",
            "1 for the version being served.",
            ["name", "version", "role"],
            registry=registry,
            multiprocess_mode="livemax",
        )
        self._of_role = {
            str(role): tuple(self._leads.labels(outcome=one, role=role) for one in ("ok", "error"))
            for role in (*Role, DAY_ONE)
        }
        self._answered: dict[tuple[str, int], tuple[Counter, Histogram]] = {}

    def answered(self, path: str, status: int, *, seconds: float) -> None:
        """Count a request that was answered."""
        key = (path if path in self._routes else OTHER, status)
        meters = self._answered.get(key)
        if meters is None:
            route = key[0]
            meters = (
                self._requests.labels(route=route, status=str(status)),
                self._seconds.labels(route=route),
            )
            self._answered[key] = meters
        meters[0].inc()
        meters[1].observe(seconds)

    def scored(self, *, n_ok: int, n_errors: int = 0, role: str = CHAMPION) -> None:
        """Count leads."""
        scored, refused = self._of_role[role]
        scored.inc(n_ok)
        if n_errors:
            refused.inc(n_errors)

    def swapped(
        self, *, old: Mapping[str, str] | None, new: Mapping[str, str], role: str = CHAMPION
    ) -> None:
        """The model, or its curve, changed; each is named as in an answer."""
        self._swaps.labels(outcome="ok").inc()
        if old is not None:
            self.gone(old, role=role)
        self._model.labels(new["name"], new["version"], role).set(1)

    def gone(self, old: Mapping[str, str], *, role: str) -> None:
        """A version is not served any more."""
        self._model.labels(old["name"], old["version"], role).set(0)

    def swap_failed(self) -> None:
        """The model was to change and could not."""
        self._swaps.labels(outcome="failed").inc()

    def told(self) -> bytes:
        """The figures of all worker processes together, in Prometheus' text format."""
        if PROMETHEUS_FOLDER not in os.environ:
            return generate_latest(self._registry)
        everybody = CollectorRegistry()
        MultiProcessCollector(everybody)  # type: ignore[no-untyped-call]
        return generate_latest(everybody)

    def close(self) -> None:
        """This process no longer serves anything."""
        if PROMETHEUS_FOLDER in os.environ:
            mark_process_dead(os.getpid())  # type: ignore[no-untyped-call]
