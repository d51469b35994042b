from datetime import UTC, datetime, timedelta
from random import Random

import pandas as pd
import pytest

from leads.clock import ClockBasis
from leads.errors import InvalidInput, NotFound
from pipelines import enrichment
from pipelines.merging import merge, undo, work_out
from pipelines.settings import Settings
from pipelines.worker import Worker
from tests.databases import KINDS, open_store
from tests.factories import NOON, a_lead, a_version

GIVEN = {"company": "Acme Inc.", "domain": "acme.com", "employees": 900}
REGISTER = """name,domain,industry,Mitarbeiter,country,updated at
Acme GmbH,acme.com,Steel,1200,Germany,2026-01-15
上海华瑞科技有限公司,,软件,50,中国,
"""


@pytest.fixture(params=KINDS)
def store(request, tmp_path):
    with open_store(request.param, tmp_path) as (opened, _):
        with opened.writing() as unit:
            unit.leads.add([a_lead("L-1"), a_lead("L-2")])
            unit.history.add_versions([a_version("L-1", fields=GIVEN, origin="crm")])
            work_out(unit, ["L-1"], now=NOON)
            enrichment.ask_for(unit, ["L-1"], now=NOON)
        yield opened


@pytest.fixture
def register(tmp_path):
    path = tmp_path / "companies.csv"
    path.write_text(REGISTER, encoding="utf-8")
    return enrichment.open_register(path)


def work(store, *providers, now=NOON):
    def enrich(store, job):
        enrichment.enrich(store, job, providers=providers, clock=lambda: now)

    handlers = {enrichment.KIND: enrich}
    return Worker(store, handlers, clock=lambda: now, chance=Random(1)).run(once=True)


def lead(store, lead_id="L-1"):
    with store.reading() as unit:
        return unit.leads.get(lead_id)


def said(store, origin="enrichment:register"):
    with store.reading() as unit:
        versions = unit.history.versions_of(["L-1"])["L-1"]
    return [one for one in versions if one.origin == origin]


class Failing:
    """Fails so often, then knows something."""

    name, changed_at = "far", None

    def __init__(self, facts, failures):
        self.facts, self.failures, self.asked = facts, failures, []

    def lookup(self, key):
        self.asked.append(key)
        if len(self.asked) <= self.failures:
            raise TimeoutError("no answer")
        return self.facts


def test_background_is_filled_in_and_nothing_that_was_given_is_overwritten(store, register):
    work(store, register)

    fields = lead(store).fields
    assert fields == GIVEN | {
        "industry": "Steel",
        "country": "Germany",
        "country_code": "DE",
        "website": "acme.com",
    }
    (filled,) = said(store)
    assert (filled.clock, filled.occurred_at) == (
        ClockBasis.SOURCE,
        datetime(2026, 1, 15, tzinfo=UTC),
    )
    assert filled.known_at == NOON


def test_done_twice_it_says_nothing_new(store, register):
    work(store, register)
    before = lead(store)
    with store.writing() as unit:
        enrichment.ask_for(unit, ["L-1"], now=NOON)

    assert work(store, register).n_done == 1
    assert len(said(store)) == 1
    assert lead(store) == before


def test_a_chinese_company_is_found_by_its_name_and_what_has_no_date_has_none(store, register):
    with store.writing() as unit:
        version = a_version("L-2", fields={"company": "上海华瑞科技股份有限公司"})
        unit.history.add_versions([version])
        enrichment.ask_for(unit, ["L-2"], now=NOON)

    work(store, register)

    assert lead(store, "L-2").fields["industry"] == "软件"
    with store.reading() as unit:
        (filled,) = [v for v in unit.history.versions_of(["L-2"])["L-2"] if v is not version][-1:]
    assert filled.clock is ClockBasis.UNKNOWN


def test_a_provider_that_fails_is_asked_again_and_the_lead_is_there_all_the_while(store, register):
    provider = Failing(register.lookup("domain:acme.com"), failures=1)

    assert work(store, provider).n_failed == 1
    assert lead(store).fields == GIVEN
    later = NOON + timedelta(minutes=1)
    assert work(store, provider, now=later).n_done == 1
    assert lead(store).fields["industry"] == "Steel"


def test_an_answer_is_kept_also_that_nothing_is_known(store):
    provider = Failing(None, failures=0)
    work(store, provider)
    with store.writing() as unit:
        enrichment.ask_for(unit, ["L-1"], now=NOON)
    work(store, provider)

    assert provider.asked == ["domain:acme.com", "name:acme"]

    long_after = NOON + enrichment.FRESH
    with store.writing() as unit:
        enrichment.ask_for(unit, ["L-1"], now=long_after)
    work(store, provider, now=long_after)
    assert len(provider.asked) == 4


def test_a_new_register_is_asked_though_the_old_one_s_answer_is_young(store, register):
    work(store, register)
    register.changed_at = NOON + timedelta(hours=1)
    register._companies.clear()
    later = NOON + timedelta(hours=2)
    with store.writing() as unit:
        enrichment.ask_for(unit, ["L-1"], now=later)
    work(store, register, now=later)

    with store.reading() as unit:
        kept = unit.enrichments.answers("register", ["domain:acme.com"])
    assert kept["domain:acme.com"].facts is None


def test_what_was_filled_in_stays_with_its_lead_when_a_merge_is_undone(store, register):
    with store.writing() as unit:
        done = merge(unit, "L-1", "L-2", actor="p", cause="person", now=NOON)
    work(store, register)
    with store.writing() as unit:
        undo(unit, done.merge_id, actor="p", now=NOON)

    assert lead(store, "L-2").fields == {}
    assert lead(store).fields["industry"] == "Steel"


@pytest.mark.parametrize("suffix", ["parquet", "xlsx"])
def test_a_register_may_be_any_kind_of_table(tmp_path, suffix):
    path = tmp_path / f"companies.{suffix}"
    frame = pd.DataFrame({"Company": ["Acme"], "Website": ["acme.com"], "Employees": [12]})
    getattr(frame, {"parquet": "to_parquet", "xlsx": "to_excel"}[suffix])(path, index=False)

    assert enrichment.open_register(path).lookup("domain:acme.com").fields["employees"] == 12


def test_a_register_without_companies_is_refused(tmp_path):
    path = tmp_path / "companies.csv"
    path.write_text("city,country\nBonn,Germany\n")

    with pytest.raises(InvalidInput, match="no column for the company's name or website"):
        enrichment.open_register(path)


def test_every_lead_can_be_asked_for_again(store):
    assert enrichment.ask_for_all(store, now=NOON) == 2
    with store.reading() as unit:
        assert unit.jobs.counts()["waiting"] == 2


def test_a_running_worker_reads_a_register_that_was_replaced(tmp_path):
    path = tmp_path / "companies.csv"
    providers = enrichment.Providers(Settings(company_register=path))
    with pytest.raises(NotFound):
        providers()
    path.write_text(REGISTER, encoding="utf-8")
    (first,) = providers()
    assert providers() == [first]

    path.write_text(REGISTER.replace("Steel", "Iron and steel"), encoding="utf-8")

    (second,) = providers()
    assert second.lookup("domain:acme.com").fields["industry"] == "Iron and steel"
