"""Columns that change with the outcome, or that only those who converted have."""

import numpy as np
import pytest

from training.cohort import DAY, FOREVER, Cohort
from training.leaks import changed_at_outcome, filled_with_outcome, suspects_of

N, WON = 400, 100
UNTIL = 400 * DAY


def a_cohort():
    """Leads looked at on day 0; the first hundred converted on day 20."""
    converted = np.arange(N) < WON
    return Cohort(
        leads=np.arange(N),
        as_of=np.zeros(N, np.int64),
        converted=converted,
        converted_at=np.where(converted, 20 * DAY, FOREVER),
        fates={},
        rejected=0,
    )


def changes(leads, day):
    return [(lead, day * DAY) for lead in leads]


def test_a_column_filled_in_at_closing_is_found_with_its_figures():
    found = changed_at_outcome(
        a_cohort(),
        {"contract": changes(range(60), 21), "city": changes(range(0, N, 7), 21)},
        known_until=UNTIL,
    )

    (one,) = found
    assert (one.column, one.converted, one.of_converted, one.others) == ("contract", 60, 100, 0)
    assert "60 of 100 cases" in one.sentence()
    assert one.chance < 1e-20


@pytest.mark.parametrize("day", [1, 18, 60])
def test_what_changes_long_before_or_after_the_outcome_is_not_the_outcome(day):
    told = {"city": changes(range(60), day)}

    assert changed_at_outcome(a_cohort(), told, known_until=UNTIL) == []


def test_a_column_that_changes_for_everybody_is_honest():
    told = {"employees": changes(range(N), 21)}

    assert changed_at_outcome(a_cohort(), told, known_until=UNTIL) == []


def test_a_handful_of_changes_says_nothing():
    told = {"contract": changes(range(4), 21)}

    assert changed_at_outcome(a_cohort(), told, known_until=UNTIL) == []


def test_leads_whose_time_after_the_outcome_is_not_over_have_no_say():
    told = {"contract": changes(range(60), 21)}

    assert changed_at_outcome(a_cohort(), told, known_until=40 * DAY) == []


def test_with_known_history_it_is_a_note_and_with_unknown_a_suspect():
    told = {"contract": changes(range(60), 21), "rebate": changes(range(50), 20)}
    found = changed_at_outcome(a_cohort(), told, known_until=UNTIL)

    suspects, notes = suspects_of(found, {"rebate": 0.4})

    assert [suspect.column for suspect in suspects] == ["rebate"]
    assert "history of 40% of its values is not known" in suspects[0].evidence
    assert len(notes) == 1
    assert notes[0].startswith("column 'contract'")


def test_what_only_buyers_have_is_named_where_its_history_is_unknown():
    converted = np.arange(N) < WON
    filled = {"contract": np.arange(N) < 80, "city": np.arange(N) % 2 == 0, "all": converted | True}

    found = filled_with_outcome(filled, converted, {"contract": 1.0, "city": 1.0, "all": 1.0})

    assert [suspect.column for suspect in found] == ["contract"]
    assert "of the 80 leads that have it 80 converted, of all 25%" in found[0].evidence
    assert filled_with_outcome(filled, converted, {"city": 1.0}) == ()
