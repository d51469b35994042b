import doctest
from time import perf_counter

import pytest

from features.history.catalogue import HISTORY
from features.schema import Kind
from leads.messages import messages
from leads.score import Locale
from scoring import concepts, cuts, wording
from scoring.concepts import SYNONYMS, Window, read_column
from scoring.concepts import _remembered as _names_remembered
from scoring.profile.columns import _remembered as _columns_remembered
from scoring.profile.columns import columns_by_field


@pytest.mark.parametrize("module", [concepts, cuts, wording])
def test_examples_in_the_documentation_hold(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    "name", ["employees", "NumberOfEmployees", "num_employees", "员工人数", "company__employees"]
)
def test_a_concept_is_known_by_its_many_names(name):
    assert read_column(name).concept == "employees"


@pytest.mark.parametrize(
    ("name", "window"),
    [
        ("pricing_visits_30d", Window(length=30, unit="days")),
        ("visitsLast30Days", Window(length=30, unit="days")),
        ("email_opens_last_2_weeks", Window(length=2, unit="weeks")),
        ("page_views_12m", Window(length=12, unit="months")),
        ("近30天邮件打开次数", Window(length=30, unit="days")),
        ("邮件打开次数（近7天）", Window(length=7, unit="days")),
        ("month_3", None),
        ("html5", None),
        ("30d", None),
    ],
)
def test_the_window_is_read_off_the_name(name, window):
    assert read_column(name).window == window


def test_no_name_belongs_to_two_concepts():
    names = [name for known in SYNONYMS.values() for name in known.split()]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("run", ["_", " ", "- ", "近"])
def test_a_strangers_long_header_is_read_at_once(run):
    began = perf_counter()
    column = read_column(f"a{run * 20_000}b")

    assert perf_counter() - began < 5  # it took minutes when every place of a run was tried
    assert column.window is None


def test_long_and_wide_headers_of_strangers_are_not_kept_in_memory():
    before = (_columns_remembered.cache_info().currsize, _names_remembered.cache_info().currsize)

    columns_by_field(tuple(f"stranger_{i}" * 30 for i in range(300)))

    after = (_columns_remembered.cache_info().currsize, _names_remembered.cache_info().currsize)
    assert after == before
    assert columns_by_field(("numEmployees", "x" * 10_000)) == {"employees": "numEmployees"}


@pytest.mark.parametrize("feature", HISTORY, ids=lambda feature: feature.name)
def test_reasons_speak_of_a_history_feature_in_words_of_its_own(feature):
    concept = read_column(feature.name).concept

    phrase = "word" if feature.kind is Kind.CATEGORY else "number"
    assert all(f"concept.{concept}.{phrase}" in messages(locale) for locale in Locale)
