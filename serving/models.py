"""The versions being served: the champion, and one that may run beside it."""

from dataclasses import dataclass

from leads.errors import Problem
from scoring.pointer import Role
from serving.champion import Beside, Champion, Served
from serving.errors import Refusal
from serving.mistakes import shown

CHAMPION, BESIDE = str(Role.CHAMPION), str(Role.BESIDE)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A model for one request, and the role it is served in."""

    served: Served
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """What requests may ask for."""

    champion: Champion
    beside: Beside | None = None

    def pick(self, which: str, *, pointer: str) -> Chosen:
        """The model asked for: a role, or the version that one of them has.

        `pointer` says where it was asked for. Raises NoChampion, or a Refusal (404) that names
        what is served.
        """
        champion = self.champion.require()
        if which in (CHAMPION, champion.named["version"]):
            return Chosen(champion, CHAMPION)
        beside = self.beside.served if self.beside is not None else None
        if beside is not None and which in (BESIDE, beside.named["version"]):
            return Chosen(beside, BESIDE)
        there = f"'champion' (version {champion.named['version']})"
        if beside is not None:
            there += f" and 'beside' (version {beside.named['version']})"
        detail = f"model {shown(which)} is not served; {there} can be asked for"
        problem = Problem(pointer=pointer, code="not_found", detail=detail)
        raise Refusal(status=404, detail=detail, errors=[problem])
