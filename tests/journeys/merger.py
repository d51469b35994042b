"""A process that merges and undoes at random until it is killed: `python -m tests.journeys.merger`.

Writes a line when the first transaction is done, so that it is not killed in its imports.
"""

import sys
from itertools import count
from random import Random

from leads.errors import Conflict
from leads.merge import MergeCause
from pipelines.merging import merge, undo
from pipelines.reviews import decide_merge
from store.database import Store
from tests.factories import NOON

IDS = [f"L-{n:02}" for n in range(24)]


def main(url, seed):
    chance, store = Random(seed), Store.open(url)
    for number in count():
        if number == 1:
            sys.stdout.write("begun\n")
            sys.stdout.flush()
        with store.writing() as unit:
            standing = unit.merges.of(IDS, standing=True)
            what = chance.random()
            if standing and what < 0.4:
                done = chance.choice(standing)
                undo(unit, done.merge_id, actor="m", now=NOON, remember=chance.random() < 0.3)
            elif what < 0.6 and (asked := unit.reviews.page(limit=3)):
                decide_merge(unit, chance.choice(asked).review_id, actor="m", now=NOON)
            else:
                _merge(unit, chance)


def _merge(unit, chance):
    try:
        merge(unit, *chance.sample(IDS, 2), actor="m", cause=MergeCause.PERSON, now=NOON)
    except Conflict:
        return  # they are one already


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
