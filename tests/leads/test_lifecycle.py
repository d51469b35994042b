from dataclasses import replace
from datetime import UTC, datetime

import pytest

from leads.errors import IllegalTransition
from leads.lifecycle import NEXT, Stage, Standing, advance

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 3, 9, tzinfo=UTC)
AN_MQL = Standing(lead_id="L-1", stage=Stage.MQL, since=MONDAY)


def test_accepting_an_mql_makes_it_a_sal_from_that_moment():
    accepted = advance(AN_MQL, Stage.SAL, now=TUESDAY)

    assert accepted == Standing(lead_id="L-1", stage=Stage.SAL, since=TUESDAY)


def test_a_refused_move_names_the_lead_and_both_stages():
    with pytest.raises(IllegalTransition, match="lead L-1 is mql and cannot become customer"):
        advance(AN_MQL, Stage.CUSTOMER, now=TUESDAY)


@pytest.mark.parametrize("final", [Stage.CUSTOMER, Stage.DISQUALIFIED])
@pytest.mark.parametrize("to", Stage)
def test_nothing_leaves_a_final_stage(final, to):
    with pytest.raises(IllegalTransition):
        advance(replace(AN_MQL, stage=final), to, now=TUESDAY)


def test_every_stage_has_its_row_in_the_table():
    assert set(NEXT) == set(Stage)
