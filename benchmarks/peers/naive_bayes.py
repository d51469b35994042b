"""The lead score of a well-known open-source CRM: naive Bayes on a table of frequencies.

Written from a description of its rules, as a peer to be compared with:

* every value of every variable is text; each cell counts won and lost leads and starts at .1
* an empty value says nothing, but an empty e-mail or phone state is a value of its own
* a won lead counts for every stage, a lost one for its own stage and those before it
* all is measured against the first stage: P(won) there, and each stage as a share of it
* tags with fewer than 50 leads are left out
* the answer is a percentage of two decimals, within .01 and 99.99
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

FIRST = 0.1
FEWEST_TAGGED = 50
ALWAYS_A_VALUE = ("email_state", "phone_state")
STAGE, TAG = "stage", "tag"

Cell = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainLead:
    """A lead as that score sees it; `stage` is the place in the sequence of stages."""

    values: Mapping[str, str | None]
    stage: int = 0
    tags: tuple[str, ...] = ()

    def facts(self) -> list[tuple[str, str]]:
        """The variables that say something, the stage not among them."""
        told = [
            (name, "False" if value is None else value)
            for name, value in self.values.items()
            if value is not None or name in ALWAYS_A_VALUE
        ]
        return told + [(TAG, tag) for tag in self.tags]


@dataclass(slots=True, kw_only=True)
class FrequencyTable:
    """Won and lost leads by variable and value; the last of the `stages` is the won one."""

    stages: int
    cells: dict[str, dict[str, list[float]]] = field(default_factory=dict)

    @classmethod
    def of(cls, closed: Iterable[tuple[PlainLead, bool]], *, stages: int) -> Self:
        """The table of closed leads and whether each was won."""
        table = cls(stages=stages)
        for lead, won in closed:
            side = 0 if won else 1
            for name, value in lead.facts():
                table._count(name, value, side)
            for stage in range(stages if won else lead.stage + 1):
                table._count(STAGE, str(stage), side)
        return table

    def cell(self, name: str, value: str) -> Cell | None:
        """(won, lost) of a value, None when it was never seen."""
        found = self.cells.get(name, {}).get(value)
        return None if found is None else (found[0], found[1])

    def scorer(self) -> "FrequencyScore":
        """The score as of the present counts."""
        return FrequencyScore.of(self)

    def _count(self, name: str, value: str, side: int) -> None:
        self.cells.setdefault(name, {}).setdefault(value, [FIRST, FIRST])[side] += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FrequencyScore:
    """What each value multiplies the chances of winning and of losing by.

    prior     P(won), P(lost); None when no lead was closed
    factors   by variable and value
    """

    stages: int
    prior: Cell | None
    factors: Mapping[str, Mapping[str, Cell]]

    @classmethod
    def of(cls, table: FrequencyTable) -> "FrequencyScore":
        """The factors of a table."""
        first = table.cell(STAGE, "0")
        if first is None:
            return cls(stages=table.stages, prior=None, factors={})
        factors = {
            name: _factors(_counted(name, cells), first if name == STAGE else None)
            for name, cells in table.cells.items()
        }
        return cls(
            stages=table.stages,
            prior=(first[0] / sum(first), first[1] / sum(first)),
            factors=factors,
        )

    def percent(self, lead: PlainLead) -> float:
        """The shown probability in percent; 0 when it cannot be computed."""
        if lead.stage == self.stages - 1:
            return 100.0
        if self.prior is None:
            return 0.0
        won, lost = self.prior
        for name, value in [*lead.facts(), (STAGE, str(lead.stage))]:
            by_won, by_lost = self.factors.get(name, {}).get(value, (1.0, 1.0))
            won, lost = won * by_won, lost * by_lost
        return min(max(round(100 * won / (won + lost), 2), 0.01), 99.99)


def _counted(name: str, cells: Mapping[str, list[float]]) -> dict[str, list[float]]:
    few = FEWEST_TAGGED if name == TAG else 0
    return {value: cell for value, cell in cells.items() if sum(cell) >= few}


def _factors(cells: Mapping[str, list[float]], total: Cell | None) -> dict[str, Cell]:
    """Each cell's share of the variable's total, or of the one that is given."""
    if total is None:
        total = (sum(won for won, _ in cells.values()), sum(lost for _, lost in cells.values()))
    if not all(total):
        return {}
    return {value: (won / total[0], lost / total[1]) for value, (won, lost) in cells.items()}
