import numpy as np

from cleansing.matching import Kind
from cleansing.matching.blocking import candidates, cap_for
from cleansing.matching.coded import coded_table
from cleansing.matching.fields import fields_of
from sandbox.dirt.leads import dirty_leads
from tests.cleansing.matching.tables import LEADS, columns_of


def found_among(columns, kinds, **how):
    n_rows = len(next(iter(columns.values())))
    table = coded_table(fields_of(kinds), columns, n_rows=n_rows)
    return candidates(table, about_people=True, **how)


def test_candidates_of_a_row_do_not_grow_with_the_table_as_all_pairs_do():
    frame = dirty_leads(seed=12, n_people=8_000).leads
    few, many = (len(found_among(columns_of(frame.head(n)), LEADS)[0]) / n for n in (5_000, 10_000))

    assert many < 1.7 * few  # all pairs: 2; from 40,000 rows on it hardly grows


def test_a_block_is_smaller_the_larger_the_table_but_not_below_a_bound():
    assert cap_for(1_000) > cap_for(20_000) > cap_for(50_000) == cap_for(200_000)


def test_each_pair_comes_once_and_in_order():
    left, right = found_among(columns_of(dirty_leads(seed=12, n_people=300).leads), LEADS)
    codes = left * 1_000 + right

    assert (left < right).all()
    assert (np.diff(codes) > 0).all()


def test_nearly_all_doubles_are_candidates():
    dirty = dirty_leads(seed=12, n_people=1_000)
    left, right = found_among(columns_of(dirty.leads), LEADS)
    _, counts = np.unique(dirty.person, return_counts=True)

    n_found = (dirty.person[left] == dirty.person[right]).sum()

    assert n_found / (counts * (counts - 1) // 2).sum() > 0.95


def test_colleagues_alone_are_no_candidates():
    n = 60
    columns = {
        "name": [
            f"{chr(97 + row % 26) * 4}{row} {chr(97 + row // 26) * 5}{row}" for row in range(n)
        ],
        "company": ["Acme"] * n,
    }

    left, _ = found_among(columns, {"name": Kind.PERSON_NAME, "company": Kind.COMPANY})

    assert len(left) < n


def test_only_pairs_across_two_tables_are_wanted_of_two_tables():
    columns = columns_of(dirty_leads(seed=12, n_people=300).leads)
    left, right = found_among(columns, LEADS, first_of_right=200)

    assert len(left)
    assert (left < 200).all()
    assert (right >= 200).all()
