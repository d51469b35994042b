import numpy as np
import pandas as pd
import pytest

from leads.errors import InvalidInput
from training.labels import check_classes, read_target


def a_column(*values):
    return pd.DataFrame({"won": list(values)})


@pytest.mark.parametrize(
    ("positive", "negative"),
    [
        ("yes", "no"),
        ("True", "False"),
        ("1", "0"),
        (1, 0),
        (1.0, 0.0),
        (True, False),
        ("Won", "Lost"),
        ("Closed Won", "Closed Lost"),
        ("converted", "open"),
        ("是", "否"),
        ("成交", "未成交"),
        ("Y", "N"),
    ],
)
def test_usual_words_say_themselves_which_means_converted(positive, negative):
    target = read_target(a_column(negative, positive, negative), column="won")

    assert target.labels.tolist() == [0, 1, 0]


def test_leads_without_an_outcome_are_counted():
    target = read_target(a_column("yes", None, "no", "unknown", ""), column="won")

    assert np.isnan(target.labels).tolist() == [False, True, False, True, True]
    assert target.missing == 3


def test_yes_written_two_ways_is_one_value():
    target = read_target(a_column("Yes", "no ", "yes", "NO"), column="won")

    assert target.labels.tolist() == [1, 0, 1, 0]


def test_the_positive_value_can_be_said():
    target = read_target(a_column("gold", "tin", "gold"), column="won", positive="gold")

    assert (target.positive, target.negative) == ("gold", "tin")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["gold", "tin"], "say which means converted with --positive"),
        (["yes", "yes"], "only the value 'yes'"),
        ([None, None], "no value at all"),
        (["won", "lost", "open"], "3 values \\('won', 'lost', 'open'\\)"),
        (list("abcdefghij"), "10 values .*'f', ...\\)"),
    ],
)
def test_a_column_that_is_no_outcome_is_refused_with_its_values(values, message):
    with pytest.raises(InvalidInput, match=message):
        read_target(a_column(*values), column="won")


def test_a_missing_target_names_the_nearest_column():
    with pytest.raises(InvalidInput, match="no column 'wonn' for the target; did you mean 'won'"):
        read_target(a_column("yes", "no"), column="wonn")


def test_a_positive_value_that_does_not_occur_is_refused():
    with pytest.raises(InvalidInput, match="--positive 'ja' is no value of 'won': 'yes', 'no'"):
        read_target(a_column("yes", "no"), column="won", positive="ja")


def some_classes(won, lost):
    frame = a_column(*["yes"] * won, *["no"] * lost)
    return read_target(frame, column="won")


def test_too_few_conversions_say_how_many_are_needed_and_what_would_do():
    target = some_classes(25, 300)

    with pytest.raises(InvalidInput, match=r"25 leads with 'yes' .* at least 40 .*--min-class 20"):
        check_classes(target.labels, target=target, min_class=40)
    assert "rough" in check_classes(target.labels, target=target, min_class=20)[0]


def test_far_too_few_are_not_offered_a_way_round():
    target = some_classes(300, 7)

    with pytest.raises(InvalidInput, match="at least 40 of each are needed") as refused:
        check_classes(target.labels, target=target, min_class=40)
    assert "--min-class" not in str(refused.value)
    assert "leadflow profile show" in str(refused.value)
