import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cleansing.matching.clusters import (
    agglomerated,
    components,
    contested,
    one_to_one,
    pairs_within,
)

N = 9
PAIRS = [(a, b) for a in range(N) for b in range(a + 1, N)]
CHANCES = st.dictionaries(st.sampled_from(PAIRS), st.floats(0, 1), max_size=len(PAIRS))


def arrays(chances):
    left = np.array([pair[0] for pair in chances], dtype=np.int64)
    right = np.array([pair[1] for pair in chances], dtype=np.int64)
    return left, right, np.array(list(chances.values()), dtype=np.float64)


def cut(chances, vetoed=(), bar=0.6):
    known = {a * N + b: chance for (a, b), chance in chances.items()}
    codes = {a * N + b for a, b in vetoed}
    return agglomerated(N, *arrays(chances), bar=bar, vetoed=codes, known=known)


@given(CHANCES, st.sets(st.sampled_from(PAIRS), max_size=6))
def test_clusters_never_hold_a_forbidden_pair(chances, vetoed):
    found = cut(chances, vetoed)

    assert all(found[a] != found[b] for a, b in vetoed)


@given(CHANCES)
def test_clusters_are_numbered_in_order_of_their_first_row(chances):
    found = cut(chances)

    assert list(dict.fromkeys(found.tolist())) == list(range(len(set(found.tolist()))))


@given(CHANCES)
def test_rows_of_a_cluster_hang_together(chances):
    found = cut(chances)
    kept = [pair for pair, chance in chances.items() if chance >= 0.6]
    whole = components(N, *arrays(dict.fromkeys(kept, 1.0))[:2])

    assert all(whole[a] == whole[b] for a, b in PAIRS if found[a] == found[b])


def test_a_chain_of_likely_pairs_does_not_become_one_cluster():
    chain = {(row, row + 1): 0.99 for row in range(N - 1)}

    assert max(np.bincount(cut(chain))) == 2


def test_a_row_that_fits_two_different_people_is_nobodys():
    chances = {(0, 1): 0.97, (0, 2): 0.96, (1, 2): 0.0}
    known = {a * N + b: chance for (a, b), chance in chances.items()}

    shared = contested(N, *arrays(chances), vetoed={1 * N + 2}, known=known)

    assert shared[0] < 0.6
    assert shared[1] < 0.6


@given(CHANCES)
def test_one_to_one_takes_each_row_once(chances):
    left, right, values = arrays(chances)
    kept = one_to_one(left, right, values, bar=0.5)
    rows = [*left[kept].tolist(), *right[kept].tolist()]

    assert len(rows) == len(set(rows))


def test_all_pairs_within_a_small_component_are_listed_and_none_of_a_large_one():
    left, right = pairs_within(np.array([0, 0, 0, 3, 3, 5]), most=2)

    assert list(zip(left.tolist(), right.tolist(), strict=True)) == [(3, 4)]
