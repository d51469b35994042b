import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleansing.matching import Kind, Outcome, dedupe
from cleansing.matching.clusters import pairs_within
from leads.errors import InvalidInput
from sandbox.dirt.leads import dirty_leads
from tests.cleansing.matching.tables import LEADS, columns_of, same_partition, scores


@pytest.fixture(scope="module")
def dirty():
    return dirty_leads(seed=11, n_people=1_000)


@pytest.fixture(scope="module")
def found(dirty):
    return dedupe(columns_of(dirty.leads), LEADS)


def test_automatic_merges_of_simulated_leads_are_right_and_find_most(found, dirty):
    precision, recall, _ = scores(found.clusters, dirty.person)
    _, with_a_person, _ = scores(found.clusters_at(0.5), dirty.person)

    assert precision >= 0.99
    assert recall >= 0.55
    assert with_a_person >= 0.75


def test_a_probability_means_what_it_says(found, dirty):
    right = dirty.person[found.left] == dirty.person[found.right]
    likely = found.probabilities >= 0.9

    assert abs(found.probabilities[likely].mean() - right[likely].mean()) < 0.02


def test_two_people_at_one_company_are_never_in_one_cluster(found, dirty):
    left, right = pairs_within(found.clusters, most=1_000)
    wrong = dirty.person[left] != dirty.person[right]
    names = dirty.leads["last_name"].to_numpy()
    both = [bool(a and b) for a, b in zip(names[left], names[right], strict=True)]

    assert (wrong & np.array(both)).sum() <= 2  # namesakes, of whom nothing else is known
    for one, other, pair in found.pairs():
        if pair.veto:
            assert pair.outcome is not Outcome.MERGE
            assert found.clusters[one] != found.clusters[other]


def test_the_order_of_rows_changes_nothing(dirty):
    some = dirty.leads.head(400)
    order = np.random.default_rng(5).permutation(len(some))
    one = dedupe(columns_of(some), LEADS)
    other = dedupe(columns_of(some.iloc[order]), LEADS)

    assert same_partition(one.clusters[order], other.clusters)
    assert np.allclose(one.probabilities, other.probabilities)


def test_weights_add_up_to_the_odds_of_the_pair(found):
    for number in (0, len(found.left) // 2, len(found.left) - 1):
        pair = found.pair(number)
        odds = (pair.prior + sum(one.weight for one in pair.evidence)) * np.log(2)
        shown = found.weights.slope * odds + found.weights.intercept

        # a pair that two others contest is shown less likely than its own odds
        assert pair.probability <= 1 / (1 + np.exp(-shown)) + 1e-9


def test_copies_of_a_row_are_one_however_many(dirty):
    whole = dirty.leads[
        dirty.leads[["email", "phone", "company", "first_name"]].notna().all(axis=1)
    ]
    frame = pd.concat([dirty.leads, *[whole.head(1)] * 300])
    n_rows = len(dirty.leads)

    found = dedupe(columns_of(frame), LEADS)

    assert len(set(found.clusters[n_rows:].tolist())) == 1
    assert found.n_candidates < 60 * n_rows
    assert scores(found.clusters[:n_rows], dirty.person)[0] >= 0.99


def test_linked_tables_are_joined_across_only():
    first, last = ["Ann", "Ann", "Bo", "Ann", "Bo"], ["Lee", "Lee", "Novak", "Lee", "Novak"]
    born = ["1971-06-24", "1971-06-24", "1980-01-02", "1971-06-24", "1980-01-02"]
    kinds = {"first": Kind.FIRST_NAME, "last": Kind.LAST_NAME, "born": Kind.DATE}
    columns = {"first": first, "last": last, "born": born}

    found = dedupe(columns, kinds, n_left=3, only_one=True, merge_bar=0.5)

    assert all(a < 3 <= b for a, b, _ in found.pairs())
    assert max(np.bincount(found.clusters)) <= 2


def test_a_table_with_nothing_to_compare_is_refused():
    with pytest.raises(InvalidInput, match="no column can be compared"):
        dedupe({"note": ["a", "b"]}, {"note": Kind.IGNORE})


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Ann Lee", "Anna Lee", "李安", "", None, "=cmd()"]),
            st.sampled_from(["ann@acme.com", "a.lee@acme.com", "@", None, "n/a"]),
            st.sampled_from(["1", "2,5", "无", None]),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_any_small_table_is_parted(rows):
    names, mails, amounts = (list(column) for column in zip(*rows, strict=True))
    kinds = {"name": Kind.PERSON_NAME, "mail": Kind.EMAIL, "amount": Kind.NUMBER}

    found = dedupe({"name": names, "mail": mails, "amount": amounts}, kinds)

    assert len(found.clusters) == len(rows)
    assert found.clusters.min() == 0
    assert all(0 <= pair.probability <= 1 for _, _, pair in found.pairs())
