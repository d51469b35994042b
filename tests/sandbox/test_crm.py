from functools import lru_cache
from itertools import pairwise

import pandas as pd
import pytest

from leads.lifecycle import NEXT, Stage
from sandbox.crm import NEWSLETTER, CrmExport, crm_export
from sandbox.market import Market, simulate


@lru_cache
def _market() -> Market:
    return simulate(seed=5, n_leads=1_500, n_incoming=100)


@pytest.fixture(scope="module")
def export() -> CrmExport:
    return crm_export(_market(), seed=5)


def test_every_move_is_lawful_and_each_lead_is_handed_over_once(export):
    for _, moves in export.stages.groupby("lead_id", sort=False):
        stages = [Stage(word) for word in moves["stage"]]
        assert stages[0] is Stage.MQL
        for before, after in pairwise(stages):
            assert after in NEXT[before]
    assert export.stages["lead_id"].nunique() == len(export.leads) == 1_600


def test_who_converted_is_qualified_at_that_moment_and_nobody_else_is(export):
    qualified = export.stages[export.stages["stage"] == "sql"].set_index("lead_id")["occurred_at"]
    outcomes = _market().outcomes.set_index("lead_id")["converted_at"]
    assert qualified.sort_index().equals(outcomes.sort_index().rename("occurred_at"))


def test_only_leads_that_come_to_nothing_are_given_back_with_a_reason(export):
    given_back = export.stages[export.stages["stage"] == "recycled"]
    assert 500 < len(given_back) < 1_200
    assert given_back["reason"].notna().all()
    assert not set(given_back["lead_id"]) & set(_market().outcomes["lead_id"])
    assert not set(given_back["lead_id"]) & set(_market().incoming["lead_id"])


def test_the_mails_of_the_last_thirty_days_are_as_many_as_the_table_counts(export):
    leads = _market().leads.set_index("lead_id")
    handed_over = pd.to_datetime(leads["handed_over_at"]).dt.normalize()
    mails = export.mails.assign(at=pd.to_datetime(export.mails["occurred_at"]))
    mails = mails[mails["lead_id"].isin(leads.index)]
    age = (mails["lead_id"].map(handed_over) - mails["at"].dt.normalize()).dt.days
    counted = mails[age.between(1, 30)].groupby("lead_id").size()
    assert (counted.reindex(leads.index, fill_value=0) == leads["emails_sent_30d"]).all()
    assert set(export.mails["campaign"]) == {NEWSLETTER}


def test_a_lead_carries_nothing_that_was_counted_later(export):
    later = {"converted", "handed_over_at", "nurture_days", "page_visits_30d", "email_opens_30d"}
    assert not later & set(export.leads)


def test_the_same_seed_gives_the_same_export(export):
    again = crm_export(simulate(seed=5, n_leads=1_500, n_incoming=100), seed=5)
    assert again.stages.equals(export.stages)
    assert again.mails.equals(export.mails)
