"""Every route there is beside the scoring ones, which the gate answers itself.

A noun's module has its own `ROUTES`, which is added here.
"""

from collections.abc import Mapping, Sequence

from serving.doors import Route
from serving.routes import (
    campaigns,
    forms,
    leads,
    merges,
    opportunities,
    privacy,
    reports,
    touchpoints,
)

ROUTES: Sequence[Route] = (
    *campaigns.ROUTES,
    *forms.ROUTES,
    *leads.ROUTES,
    *merges.ROUTES,
    *opportunities.ROUTES,
    *privacy.ROUTES,
    *reports.ROUTES,
    *touchpoints.ROUTES,
)


class RouteTable:
    """Finds the route of a request."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._routes: dict[tuple[str, int], list[tuple[tuple[str, ...], Route]]] = {}
        for route in routes:
            parts = tuple(route.path.split("/"))
            self._routes.setdefault((route.method, len(parts)), []).append((parts, route))
        for found in self._routes.values():  # what is written out goes before a parameter
            found.sort(key=lambda one: [part.startswith("{") for part in one[0]])

    def find(self, method: str, path: str) -> tuple[Route, Mapping[str, str]] | None:
        """The route and the values of its parameters."""
        asked = path.split("/")
        for parts, route in self._routes.get((method, len(asked)), ()):
            values = _values(parts, asked)
            if values is not None:
                return route, values
        return None

    def methods(self, path: str) -> list[str]:
        """The methods that a path answers; none when it is not one of ours."""
        methods = sorted({method for method, _ in self._routes})
        return [method for method in methods if self.find(method, path)]

    def template(self, path: str) -> str | None:
        """The path as declared, of whatever method: for counting."""
        found = (self.find(method, path) for method in self.methods(path))
        return next((one[0].path for one in found if one), None)


def _values(parts: Sequence[str], asked: Sequence[str]) -> dict[str, str] | None:
    values = {}
    for part, given in zip(parts, asked, strict=True):
        if part.startswith("{"):
            if not given:
                return None
            values[part[1:-1]] = given
        elif part != given:
            return None
    return values


TABLE = RouteTable(ROUTES)
