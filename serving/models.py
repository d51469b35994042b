"""The versions being served: the champion, and one that may run beside it."""

from dataclasses import dataclass

from leads.errors import NoChampion, Problem
from scoring.pointer import Role
from serving.answering import Answering
from serving.champion import Beside, Champion
from serving.day_one import Fallback
from serving.errors import Refusal
from serving.metrics import DAY_ONE
from serving.mistakes import shown

CHAMPION, BESIDE = str(Role.CHAMPION), str(Role.BESIDE)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A model for one request, and the role it is served in."""

    served: Answering
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """What requests may ask for."""

    champion: Champion
    beside: Beside | None = None
    fallback: Fallback | None = None

    def first(self) -> Chosen:
        """Who answers unless told otherwise: the champion, and while none was promoted the profile.

        Raises NoChampion.
        """
        day_one = self.fallback.day_one if self.fallback is not None else None
        if self.champion.is_absent and day_one is not None:
            return Chosen(day_one, DAY_ONE)
        return Chosen(self.champion.require(), CHAMPION)

    @property
    def can_answer(self) -> bool:
        """Whether a lead could be scored now."""
        try:
            self.first()
        except NoChampion:
            return False
        return True

    def pick(self, which: str, *, pointer: str) -> Chosen:
        """The model asked for: a role, or the version that one of them has.

        `pointer` says where it was asked for. Raises NoChampion, or a Refusal (404) that names
        what is served.
        """
        first = self.first()
        if which in (CHAMPION, first.served.named["version"]):
            return first
        day_one = self.fallback.day_one if self.fallback is not None else None
        if which == DAY_ONE and day_one is not None:
            return Chosen(day_one, DAY_ONE)
        beside = self.beside.served if self.beside is not None else None
        if beside is not None and which in (BESIDE, beside.named["version"]):
            return Chosen(beside, BESIDE)
        there = f"'champion' (version {first.served.named['version']})"
        if beside is not None:
            there += f" and 'beside' (version {beside.named['version']})"
        if day_one is not None:
            there += f"; 'day_one' ({day_one.named['version']})"
        detail = f"model {shown(which)} is not served; {there} can be asked for"
        problem = Problem(pointer=pointer, code="not_found", detail=detail)
        raise Refusal(status=404, detail=detail, errors=[problem])
