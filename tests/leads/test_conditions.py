import tomllib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleansing.titles import Seniority, read_title
from leads.conditions import (
    LEAD_FIELDS,
    compile_condition,
    fields_of,
    read_condition,
    sentence_of,
)
from leads.conditions.known import OPERATORS
from leads.fields import FIELDS, VALUES
from leads.messages import messages
from leads.score import Locale


def condition(text):
    """The condition of a TOML text; its mistakes fail the test."""
    problems = []
    found = read_condition(tomllib.loads(text)["when"], pointer="when", problems=problems)
    assert problems == []
    return found


def mistakes(text):
    problems = []
    found = read_condition(tomllib.loads(text)["when"], pointer="when", problems=problems)
    assert found is None
    return problems


def holds(field, op, value, told):
    """Whether a comparison holds for the value that was told."""
    node = {"field": field, "op": op} | ({} if value is None else {"value": value})
    problems = []
    found = read_condition(node, pointer="when", problems=problems)
    assert problems == []
    return compile_condition(found)({field: told})


@pytest.mark.parametrize(
    ("field", "op", "value", "fulfils", "does_not"),
    [
        ("employees", "eq", 500, [500, 500.0, "500", "500.0"], [501, None, True]),
        ("employees", "ne", 500, [501], [500, None, "many"]),
        ("employees", "in", [10, 20], [10, 20], [15, None]),
        ("employees", "not_in", [10, 20], [15], [10, None]),
        ("employees", "gt", 500, [501, "1,200"], [500, None, float("nan")]),
        ("employees", "ge", 500, [500], [499.9, None]),
        ("employees", "lt", 500, [499, -1], [500, None]),
        ("employees", "le", 500, [500], [500.1, None]),
        ("employees", "between", [50, 499], [50, 499, 200], [49, 500, None]),
        (
            "industry",
            "eq",
            "Software",
            ["software ", "SOFTWARE", "Ｓｏｆｔｗａｒｅ"],
            ["soft", None],
        ),
        ("industry", "ne", "Software", ["retail"], ["software", None, ""]),
        ("industry", "in", ["软件", "retail"], ["软件", "Retail"], ["banking", None]),
        ("industry", "not_in", ["retail"], ["banking"], ["retail", None, "  "]),
        ("job_title", "contains", ["总监", "head of"], ["Head of IT", "销售总监"], ["clerk", None]),
        ("job_title", "not_contains", "intern", ["clerk"], ["Internship", None]),
        ("city", "starts_with", "ber", ["Berlin"], ["Bonn", None]),
        ("domain", "ends_with", [".edu", ".ac.uk"], ["mit.edu", "ox.ac.uk"], ["x.com", None]),
        ("email_is_free", "eq", True, [True, "true"], [False, None, 1]),
        ("email_is_free", "ne", True, [False], [True, None]),
        ("region", "exists", None, ["Bavaria", 1], [None, " ", float("nan")]),
        ("region", "missing", None, [None, " ", float("nan")], ["Bavaria", 0]),
    ],
)
def test_an_operator_holds_for_what_fulfils_it_and_for_nothing_else(
    field, op, value, fulfils, does_not
):
    assert [holds(field, op, value, told) for told in fulfils] == [True] * len(fulfils)
    assert [holds(field, op, value, told) for told in does_not] == [False] * len(does_not)


def test_moments_are_compared_across_time_zones():
    found = condition('when = { field = "attributes.trial_ends", op = "ge", value = 2026-03-01 }')
    is_met = compile_condition(found)

    assert is_met({"trial_ends": "2026-03-01T01:00:00+01:00"})
    assert not is_met({"trial_ends": "2026-03-01T01:00:00+02:00"})
    assert is_met({"trial_ends": datetime(2026, 3, 1, tzinfo=UTC)})
    assert not is_met({"trial_ends": "soon"})


def test_groups_hold_when_all_any_or_none_of_their_parts_do():
    found = condition("""
        [when]
        all = [
            { field = "employees", op = "ge", value = 500 },
            { any = [
                { field = "country_code", op = "in", value = ["DE", "FR"] },
                { field = "region", op = "eq", value = "Europe" },
            ] },
        ]
        none = [{ field = "email_is_free", op = "eq", value = true }]
    """)
    is_met = compile_condition(found)

    assert is_met({"employees": 500, "country_code": "DE"})
    assert is_met({"employees": 500, "region": "europe", "email_is_free": False})
    assert not is_met({"employees": 499, "country_code": "DE"})
    assert not is_met({"employees": 500, "country_code": "US"})
    assert not is_met({"employees": 500, "country_code": "DE", "email_is_free": True})
    assert fields_of(found) == {"employees", "country_code", "region", "email_is_free"}


def test_a_condition_says_itself_in_both_languages():
    found = condition("""
        when.all = [
            { field = "employees", op = "ge", value = 500 },
            { field = "region", op = "eq", value = "Europe" },
            { any = [
                { field = "email_is_free", op = "eq", value = false },
                { field = "job_title", op = "contains", value = ["CTO", "CIO"] },
            ] },
        ]
    """)

    assert sentence_of(found, Locale.EN) == (
        "company size >= 500 and region is Europe and (free mail address: no or job title "
        "contains CTO or CIO)"
    )
    assert sentence_of(found, Locale.ZH) == (
        "公司规模 >= 500且地区为Europe且（免费邮箱：否或职位含CTO或CIO）"
    )


def test_every_operator_and_every_field_has_words_in_both_languages():
    for locale in Locale:
        texts = messages(locale)
        for kind, operators in OPERATORS.items():
            for op in operators:
                assert f"condition.op.{op}" in texts or kind == "boolean"
        assert [name for name in FIELDS if f"condition.field.{name}" not in texts] == []


def test_every_mistake_is_named_at_once_by_its_key_path():
    found = mistakes("""
        [[when.all]]
        field = "employes"
        op = "gee"
        [[when.all]]
        field = "employees"
        op = "contains"
        value = "x"
        [[when.all]]
        any = []
        [[when.all]]
        field = "seniority"
        op = "in"
        value = ["directr", "manager"]
        [[when.all]]
        feild = "employees"
    """)

    told = {problem.pointer: problem.detail for problem in found}
    assert "did you mean 'employees'?" in told["when.all[0].field"]
    assert "did you mean 'ge'?" in told["when.all[0].op"]
    assert "employees is a number and cannot be compared by 'contains'" in told["when.all[1].op"]
    assert "between" in told["when.all[1].op"]
    assert "is no list of conditions" in told["when.all[2].any"]
    assert "did you mean 'director'?" in told["when.all[3].value[0]"]
    assert "did you mean 'field'?" in told["when.all[4].feild"]
    assert "when.all[4].field" in told


@pytest.mark.parametrize(
    ("text", "pointer", "said"),
    [
        ("when = 5", "when", "is no condition"),
        ('when = { field = "employees", op = "ge" }', "when.value", "value = 500"),
        ('when = { field = "employees", op = "ge", value = "big" }', "when.value", "no number"),
        ('when = { field = "employees", op = "ge", value = true }', "when.value", "no number"),
        ('when = { field = "employees", op = "ge", value = nan }', "when.value", "no number"),
        ('when = { field = "employees", op = "in", value = 5 }', "when.value", "[500, ...]"),
        ('when = { field = "employees", op = "between", value = [1] }', "when.value", "1 values"),
        ('when = { field = "employees", op = "between", value = [9, 5] }', "when.value", "never"),
        ('when = { field = "employees", op = "lt", value = 0 }', "when.value", "never below 0"),
        ('when = { field = "region", op = "exists", value = 1 }', "when.value", "needs no value"),
        ('when = { field = "industry", op = "eq", value = " " }', "when.value", "no text"),
        ('when = { field = "country_code", op = "eq", value = "Germany" }', "when.value", "DE"),
        ('when = { field = "region", op = "exists", all = [] }', "when", "not both"),
        ('when = { field = "attributes.", op = "exists" }', "when.field", "no field"),
        (
            """[when]
            all = [
                { field = "employees", op = "gt", value = 500 },
                { field = "employees", op = "le", value = 500 },
            ]""",
            "when.all",
            "employees can never be gt 500 and le 500",
        ),
    ],
)
def test_a_mistake_says_what_would_be_right(text, pointer, said):
    found = mistakes(text)

    assert [problem.pointer for problem in found] == [pointer]
    assert said in found[0].detail


def test_a_tree_deeper_than_anybody_reads_is_refused():
    text = '{ field = "employees", op = "exists" }'
    for _ in range(40):
        text = f"{{ all = [{text}] }}"

    assert "too_deep" in {problem.code for problem in mistakes(f"when = {text}")}


_VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.just("software")
)
_NODES = st.recursive(
    st.fixed_dictionaries(
        {
            "field": st.sampled_from(["employees", "industry", "email_is_free", "attributes.x"]),
            "op": st.sampled_from([op for ops in OPERATORS.values() for op in ops]),
        },
        optional={"value": st.one_of(_VALUES, st.lists(_VALUES, max_size=3))},
    ),
    lambda node: st.dictionaries(
        st.sampled_from(["all", "any", "none"]), st.lists(node, max_size=3), min_size=1
    ),
    max_leaves=6,
)


@given(node=_NODES, employees=_VALUES, industry=_VALUES, free=_VALUES, x=_VALUES)
def test_whatever_is_read_without_mistakes_answers_for_any_lead_and_says_itself(
    node, employees, industry, free, x
):
    problems = []
    found = read_condition(node, pointer="when", problems=problems)
    lead = {"employees": employees, "industry": industry, "email_is_free": free, "x": x}

    assert (found is None) == bool(problems)
    if found is not None:
        assert compile_condition(found)(lead) in (True, False)
        assert all(sentence_of(found, locale) for locale in Locale)


def test_the_closed_lists_of_values_are_those_that_cleansing_gives():
    assert VALUES["seniority"] == tuple(Seniority)
    titles = ["Sales", "CMO", "CIO", "Engineer", "Product owner", "CFO", "HR", "COO", "Buyer"]
    titles += ["Lawyer", "Support", "Secretary", "Consultant", "CEO"]
    assert {read_title(title).department for title in titles} == set(VALUES["department"])
    assert LEAD_FIELDS["department"].allowed == VALUES["department"]


def test_every_value_of_a_closed_list_has_a_word_in_both_languages():
    values = {value for known in VALUES.values() for value in known}

    for locale in Locale:
        assert [one for one in values if f"condition.value.{one}" not in messages(locale)] == []
