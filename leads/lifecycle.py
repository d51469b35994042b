"""The stages of a lead's life and the only moves allowed between them.

    NEW -> ENGAGED <-> MQL -> SAL -> SQL -> OPPORTUNITY -> CUSTOMER
      |                 |      |      |         |
      +--must_follow--> MQL    |      |         |
                        +------+------+---------+--> RECYCLED -> ENGAGED
    any open stage --> DISQUALIFIED (final)

Sales may refuse an MQL; that is a recycle, never a deletion, because a refused
MQL is the most valuable training label we have.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from leads.errors import IllegalTransition


class Stage(StrEnum):
    """Where a lead stands; each move is dated."""

    NEW = "new"
    ENGAGED = "engaged"
    MQL = "mql"
    SAL = "sal"
    SQL = "sql"
    OPPORTUNITY = "opportunity"
    CUSTOMER = "customer"
    RECYCLED = "recycled"
    DISQUALIFIED = "disqualified"


NEXT: dict[Stage, frozenset[Stage]] = {
    Stage.NEW: frozenset({Stage.ENGAGED, Stage.MQL, Stage.DISQUALIFIED}),
    Stage.ENGAGED: frozenset({Stage.MQL, Stage.DISQUALIFIED}),
    Stage.MQL: frozenset({Stage.SAL, Stage.ENGAGED, Stage.RECYCLED, Stage.DISQUALIFIED}),
    Stage.SAL: frozenset({Stage.SQL, Stage.RECYCLED, Stage.DISQUALIFIED}),
    Stage.SQL: frozenset({Stage.OPPORTUNITY, Stage.RECYCLED, Stage.DISQUALIFIED}),
    Stage.OPPORTUNITY: frozenset({Stage.CUSTOMER, Stage.RECYCLED, Stage.DISQUALIFIED}),
    Stage.RECYCLED: frozenset({Stage.ENGAGED, Stage.DISQUALIFIED}),
    Stage.CUSTOMER: frozenset(),
    Stage.DISQUALIFIED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one lead stands, and since when (UTC)."""

    lead_id: str
    stage: Stage
    since: datetime


def advance(standing: Standing, to: Stage, *, now: datetime) -> Standing:
    """Move a lead to stage `to`; the given standing is left untouched.

    Raises IllegalTransition when `to` is not reachable in one step.
    """
    if to not in NEXT[standing.stage]:
        raise IllegalTransition(standing.lead_id, standing.stage, to)
    return replace(standing, stage=to, since=now)
