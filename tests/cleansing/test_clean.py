"""A whole record at once: nothing lost, nothing guessed, the same when done twice."""

import json
import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cleansing.clean import FATAL, MOST_CHARACTERS, clean
from leads.fields import DERIVED, GIVEN

MESSY = {
    "full_name": "DR. ANN  SMITH",
    "email": "Ann <ann.smith@ACME.example>",
    "phone": "030 901820 ext. 12",
    "mobile": "+49 171 1234567",
    "job_title": "VP  Sales",
    "company": "Acme GmbH",
    "website": "https://www.acme.example/about",
    "industry": "Software",
    "employees": "1.200",
    "revenue": "€2,5 Mio",
    "postal_code": "１０１１７",
    "city": " Berlin ",
    "region": "Bayern",
    "country": "Deutschland",
    "mail_consent": "yes",
    "description": "Wants a demo.\r\nCall in May.",
}
ALPHABET = st.one_of(
    st.characters(exclude_categories=["Cs"]),
    st.sampled_from(
        " .,-+@'()/:<>0123456789王伟欧阳经理先生有限公司（上海）Ａ１。ßİǆ\u0345\u200bÄé"
    ),
)
SNIPPETS = st.sampled_from(
    [
        "Dr. ",
        "Smith, ",
        "www.",
        "https://",
        "mailto:",
        "+49 ",
        "ext. 1",
        "GmbH",
        "有限公司",
        "先生",
        "1.234",
        "万",
        "$",
        "McD",
        "VAN ",
        "ann@x.com",
        "公司.cn",
        "/x",
        "; ",
        "CEO",
        "PhD",
        "0049",
        "欧阳",
        "Li ",
        "Wei",
        "中国",
        "CA",
        "NA",
        "̇",
        "a.b@gmail.com",
        '"',
        "1-2",
        "\x07",
        "·",
    ]
)
CELLS = st.one_of(
    st.text(ALPHABET, max_size=30),
    st.lists(st.one_of(SNIPPETS, st.text(ALPHABET, max_size=4)), max_size=5).map("".join),
)
RECORDS = st.dictionaries(st.sampled_from(list(GIVEN)), CELLS, max_size=8)
VALUES = st.one_of(
    CELLS, st.none(), st.booleans(), st.integers(), st.floats(), st.datetimes(), st.decimals(),
    st.lists(st.integers(), max_size=2), st.binary(max_size=5), st.just("\ud800"),
)  # fmt: skip


def codes(record, **options):
    return {(problem.pointer, problem.code) for problem in clean(record, **options).problems}


def test_every_field_gets_its_normal_form_and_what_follows():
    fields = clean(MESSY).fields

    assert fields == {
        "first_name": "Ann",
        "last_name": "Smith",
        "full_name": "Dr. Ann Smith",
        "email": "ann.smith@acme.example",
        "phone": "+4930901820 ext. 12",
        "mobile": "+491711234567",
        "job_title": "VP Sales",
        "company": "Acme GmbH",
        "website": "acme.example",
        "industry": "Software",
        "employees": 1200,
        "revenue": 2_500_000,
        "postal_code": "10117",
        "city": "Berlin",
        "region": "Bavaria",
        "country": "Germany",
        "mail_consent": True,
        "description": "Wants a demo.\nCall in May.",
        "email_is_valid": True,
        "email_is_free": False,
        "email_is_disposable": False,
        "email_is_role": False,
        "domain": "acme.example",
        "phone_is_valid": True,
        "phone_country": "DE",
        "phone_region": "Berlin",
        "country_code": "DE",
        "seniority": "executive",
        "department": "sales",
    }


def test_what_was_typed_is_kept_where_it_differs():
    typed = clean(MESSY).typed

    assert typed["phone"] == "030 901820 ext. 12"
    assert typed["full_name"] == "DR. ANN  SMITH"
    assert typed["mail_consent"] == "yes"
    assert "company" not in typed
    assert set(typed) <= set(MESSY)


def test_a_clean_record_has_nothing_typed_and_no_problems():
    again = clean(clean(MESSY).fields)

    assert again.typed == {}
    assert again.problems == ()


@settings(max_examples=250, deadline=None)
@given(RECORDS)
@example({"full_name": "Smith, Ann"})
@example({"website": "www.www.x.com"})
@example({"company": "\"'Acme'\""})
@example({"last_name": "İ", "first_name": "ß"})
def test_cleaning_twice_changes_nothing(record):
    fields = clean(record).fields

    assert clean(fields).fields == fields


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from([*GIVEN, "other"]), VALUES, max_size=8))
def test_no_value_makes_it_raise_and_every_given_one_is_kept_or_missing(record):
    cleaned = clean(record, default_country="DE", day_first=True)

    assert set(cleaned.fields) <= set(GIVEN) | set(DERIVED)
    assert all(isinstance(value, str | int | float | bool) for value in cleaned.fields.values())
    assert set(cleaned.typed) <= set(record)
    json.dumps(cleaned.fields, allow_nan=False)


@pytest.mark.parametrize(
    "word", ["", "  ", "unknown", "-", "N/A", "NA", "无", "未知", "null", "\u200b"]
)
def test_words_for_nothing_are_missing(word):
    assert clean({"industry": word, "employees": word}).fields == {}


def test_na_is_a_name_and_no_country_by_itself():
    assert clean({"first_name": "Na"}).fields["first_name"] == "Na"
    assert codes({"country": "NA"}) == {("country", "unknown_country")}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("email", "ann at example", "invalid_email"),
        ("phone", "call me", "invalid_phone"),
        ("website", "our site", "invalid_domain"),
        ("country", "EMEA", "unknown_country"),
        ("employees", "many", "not_a_number"),
        ("revenue", "-5", "negative_number"),
        ("mail_consent", "perhaps", "not_a_boolean"),
    ],
)
def test_what_cannot_be_read_stays_as_typed_with_a_remark(field, value, code):
    cleaned = clean({field: value})

    assert cleaned.fields[field] == value
    assert [problem.code for problem in cleaned.problems] == [code]
    assert value in cleaned.problems[0].detail
    assert not cleaned.is_fatal


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("x" * (MOST_CHARACTERS + 1), "too_long"),
        ("Ann\0", "nul_character"),
        ("\ud83d", "not_unicode"),
    ],
)
def test_a_cell_no_store_should_hold_is_fatal_and_left_alone(value, code):
    for field in GIVEN:
        cleaned = clean({field: value})

        assert cleaned.fields == {field: value}
        assert {problem.code for problem in cleaned.problems} == {code}
        assert cleaned.is_fatal
    assert code in FATAL


def test_a_huge_cell_is_not_quoted_whole():
    detail = clean({"description": "x" * 5_000_000}).problems[0].detail

    assert len(detail) < 200


def test_other_control_characters_are_left_out_with_a_remark():
    cleaned = clean({"company": "Ac\x07me\tGmbH"})

    assert cleaned.fields["company"] == "Acme GmbH"
    assert [problem.code for problem in cleaned.problems] == ["control_character"]
    assert not cleaned.is_fatal


def test_bands_and_two_readings_are_reported():
    assert codes({"employees": "50-99"}) == {("employees", "number_range")}
    assert codes({"revenue": "1.234"}) == {("revenue", "ambiguous_number")}
    assert codes({"employees": "1.234"}) == set()


def test_a_number_outside_the_plan_keeps_a_stable_form():
    cleaned = clean({"phone": "+1 555 123 4567"})

    assert cleaned.fields == {"phone": "+15551234567", "phone_is_valid": False}
    assert [problem.code for problem in cleaned.problems] == ["phone_not_in_plan"]


def test_the_country_reads_the_phone_number_and_a_default_stands_in_without_being_entered():
    assert clean({"phone": "030 901820", "country": "德国"}).fields["phone"] == "+4930901820"
    by_default = clean({"phone": "030 901820"}, default_country="Germany").fields
    assert by_default["phone"] == "+4930901820"
    assert "country" not in by_default
    assert codes({"phone": "030 901820"}) == {("phone", "invalid_phone")}


def test_the_derived_phone_fields_are_of_the_phone_before_the_mobile():
    both = clean({"phone": "+86 10 6552 1234", "mobile": "+1 415 555 2671"}).fields
    mobile = clean({"mobile": "+1 415 555 2671"}).fields

    assert (both["phone_country"], both["phone_region"]) == ("CN", "Beijing")
    assert mobile["phone_country"] == "US"


@pytest.mark.parametrize(
    ("record", "domain"),
    [
        ({"email": "ann@mail.acme.co.uk"}, "acme.co.uk"),
        ({"email": "ann@gmail.com"}, None),
        ({"email": "ann@qq.com", "website": "www.acme.cn"}, "acme.cn"),
        ({"email": "ann@acme.com", "website": "linkedin.com/company/acme"}, "acme.com"),
        ({"email": "not an address"}, None),
    ],
)
def test_the_domain_is_the_companys_own(record, domain):
    assert clean(record).fields.get("domain") == domain


def test_names_complete_each_other_in_both_scripts():
    latin = clean({"first_name": "ann", "last_name": "SMITH"}).fields
    chinese = clean({"full_name": "欧阳修先生"}).fields

    assert latin["full_name"] == "Ann Smith"
    assert (chinese["last_name"], chinese["first_name"]) == ("欧阳", "修")
    assert clean({"first_name": "伟", "last_name": "王"}).fields["full_name"] == "王伟"


def test_a_chinese_record_is_read_without_a_country():
    fields = clean(
        {"company": "上海华瑞有限公司", "phone": "010-65521234", "job_title": "销售总监"}
    ).fields

    assert fields["phone"] == "+861065521234"
    assert (fields["seniority"], fields["department"]) == ("director", "sales")


def test_values_of_other_types_are_read_as_what_they_say():
    fields = clean(
        {"phone": 4930901820.0, "employees": 12.0, "mail_consent": False, "city": None},
        default_country="DE",
    )

    assert fields.fields["phone"] == "+4930901820"
    assert fields.fields["employees"] == 12
    assert fields.fields["mail_consent"] is False
    assert fields.typed == {"phone": "4930901820"}


def test_importing_it_loads_none_of_the_heavy_libraries():
    heavy = ("opencc", "pypinyin", "phonenumbers", "babel", "tldextract", "email_validator")
    code = f"import sys, cleansing.clean; print([m for m in {heavy} if m in sys.modules])"

    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert out.stdout.strip() == "[]"
