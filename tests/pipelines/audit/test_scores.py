import numpy as np
import pandas as pd
import pytest

from leads.errors import InvalidInput
from pipelines.audit.scores import read_score


def read(values):
    return read_score(pd.DataFrame({"score": values}), column="score")


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([0.1, 0.9, None], "probability"),
        ([0, 45, 100], "percent"),
        (["12%", "80%"], "percent"),
        ([-3, 250], "points"),
        (["B", "A", "C"], "grades"),
    ],
)
def test_what_numbers_mean_follows_from_their_range(values, scale):
    assert read(values).scale == scale


@pytest.mark.parametrize(
    ("values", "worst_first"),
    [
        (["A", "D", "B", "C"], ("D", "C", "B", "A")),
        (["B-", "B+", "A", "B"], ("B-", "B", "B+", "A")),
        (["A4", "A1", "D1"], ("D1", "A4", "A1")),
        (["Hot", "cold", "Warm"], ("cold", "Warm", "Hot")),
        (["high", "LOW"], ("LOW", "high")),
        (["very_high", "low"], ("low", "very_high")),
        (["热", "冷", "温"], ("冷", "温", "热")),
    ],
)
def test_grades_are_put_in_order_the_worst_first(values, worst_first):
    found = read(values)

    assert found.grades == worst_first
    assert int(np.argmax(found.values)) == values.index(worst_first[-1])


def test_missing_scores_stay_missing():
    found = read(["A", None, "unknown", "B"])

    assert np.isnan(found.values).tolist() == [False, True, True, False]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (["red", "green"], "no score that can be put in order"),
        (["hot", "A"], "no score that can be put in order"),
        ([5, 5, 5], "1 different values"),
        ([None, None], "0 different values"),
    ],
)
def test_a_score_without_an_order_is_refused_with_what_would_do(values, told):
    with pytest.raises(InvalidInput, match=told):
        read(values)


def test_a_column_that_is_not_there_is_named_with_its_neighbour():
    with pytest.raises(InvalidInput, match="did you mean 'score'"):
        read_score(pd.DataFrame({"score": [1, 2]}), column="scor")
