"""What leads went through, read from the store."""

import numpy as np

from leads.lifecycle import Stage
from store.columns import NEVER, Roster
from store.unit_of_work import UnitOfWork
from training.cohort import Course


def read_course(unit: UnitOfWork, roster: Roster, *, known_by: int, whole: bool = True) -> Course:
    """Stage moves and deals that were known by a moment (microseconds).

    whole   the roster is everybody, or nearly: whole tables are read
    """
    moves = unit.population.moves(roster, whole=whole)
    deals = unit.population.deals(roster, whole=whole)
    kept = np.flatnonzero(moves.known <= known_by).tolist()
    opened, won = deals.opened <= known_by, (deals.won != NEVER) & (deals.won <= known_by)
    return Course(
        born=roster.born,
        who=moves.who[kept],
        stage=[Stage(moves.to_stage[i]) for i in kept],
        moved=moves.occurred[kept],
        reason=[moves.reason[i] for i in kept],
        opened=(deals.who[opened], deals.opened[opened]),
        won=(deals.who[won], deals.won[won]),
    )
