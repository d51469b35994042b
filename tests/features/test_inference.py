import numpy as np
import pandas as pd
import pytest

from features.inference import infer_schema
from features.schema import DeclaredField, Kind, read_declared
from features.values import DateOrder
from leads.errors import InvalidInput


def kinds(frame, **declared):
    schema = infer_schema(pd.DataFrame(frame), declared=declared)
    return {field.name: field.kind for field in schema.fields}


def dropped(frame):
    return {entry.column: entry.reason for entry in infer_schema(pd.DataFrame(frame)).dropped}


def test_text_columns_are_recognised_by_what_they_hold():
    found = kinds(
        {
            "员工人数": ["12", "1,200", "未知", "40"],
            "行业": ["软件", "制造", "软件", "制造"],
            "opt in": ["yes", "no", "unknown", "yes"],
            "founded": ["2001-02-03", "1999-12-31", "", "2010-01-01"],
            "postcode": ["01234", "01234", "80331", "80331"],
        }
    )

    assert found == {
        "员工人数": Kind.NUMBER,
        "行业": Kind.CATEGORY,
        "opt in": Kind.BOOLEAN,
        "founded": Kind.DATE,
        "postcode": Kind.CATEGORY,
    }


def test_typed_columns_keep_their_types():
    frame = {
        "n": [1, 2, 3],
        "x": [0.5, np.nan, 2.0],
        "flag": [True, False, True],
        "at": pd.to_datetime(["2026-01-01", "2026-01-02", None]),
    }

    assert list(kinds(frame).values()) == [Kind.NUMBER, Kind.NUMBER, Kind.BOOLEAN, Kind.DATE]


def test_a_few_words_among_numbers_become_missing_and_are_told():
    column = [str(n % 7) for n in range(99)] + ["10-50"]

    schema = infer_schema(pd.DataFrame({"employees": column}))

    assert schema.fields[0].kind is Kind.NUMBER
    assert "'employees': 1 values are not numbers (the first in row 100)" in schema.warnings[0]


@pytest.mark.parametrize(
    ("values", "expected"), [(["3,5", "1,25", "7"], True), (["1,234", "12,000", "7"], False)]
)
def test_the_column_decides_what_a_comma_means(values, expected):
    assert infer_schema(pd.DataFrame({"x": values})).fields[0].decimal_comma is expected


def test_a_column_of_day_first_dates_is_read_day_first():
    field = infer_schema(pd.DataFrame({"d": ["03/04/2026", "25/04/2026"]})).fields[0]

    assert (field.kind, field.date_order) == (Kind.DATE, DateOrder.DMY)


def test_what_cannot_be_learnt_from_is_left_out_with_the_reason():
    rows = 600
    reasons = dropped(
        {
            "empty": ["unknown"] * rows,
            "same": ["x"] * rows,
            "lead_id": range(1000, 1000 + rows),
            "phone": [str(13_800_000_000 + (n * 7919) % 100_003) for n in range(rows)],
            "e-mail": [f"p{n}@example.com" for n in range(rows)],
            "note": [f"text {n}" for n in range(rows)],
            "Mobile": [str(13_800_000_000 + n % 40) for n in range(rows)],
            "work e_mail": [f"p{n % 30}@example.com" for n in range(rows)],
            "contact": ["cellular", "telephone"] * (rows // 2),
            "exact revenue": [10 ** (4 + n % 7) + n * 7919 for n in range(rows)],
            "lists": [[n % 3] for n in range(rows)],
            "Last Name": ["Novak", "Li"] * (rows // 2),
            "联系人": ["李", "王"] * (rows // 2),
            "fine": ["a", "b"] * (rows // 2),
        }
    )

    assert reasons["empty"] == "every value is missing"
    assert reasons["same"] == "every row has the same value"
    assert reasons["lead_id"].startswith("an identifier: 600 different whole numbers")
    assert reasons["phone"].startswith("it is about a person")
    assert reasons["e-mail"].startswith("it is about a person")
    assert reasons["note"].startswith("an identifier or free text: 600 different values")
    assert reasons["Last Name"].startswith("names of people")
    assert reasons["Mobile"].startswith("it is about a person")
    assert reasons["work e_mail"].startswith("it is about a person")
    assert reasons["lists"] == "its values are lists or other structures"
    assert not {"contact", "exact revenue"} & set(reasons)
    assert reasons["联系人"].startswith("names of people")
    assert "fine" not in reasons


def test_a_declared_kind_overrules_what_was_found():
    frame = {"code": [1, 2, 1, 2], "junk": ["a", "b", "a", "b"]}

    found = kinds(frame, code=DeclaredField(kind=Kind.CATEGORY), junk=DeclaredField(ignore=True))

    assert found == {"code": Kind.CATEGORY}


def test_a_declaration_for_a_column_that_is_not_there_suggests_the_near_one():
    with pytest.raises(InvalidInput) as caught:
        kinds({"employees": [1, 2]}, employes=DeclaredField(kind=Kind.NUMBER))

    assert "did you mean 'employees'?" in caught.value.problems[0].detail


def test_declarations_are_read_from_toml(tmp_path):
    path = tmp_path / "fields.toml"
    path.write_text(
        '[employees]\nkind = "number"\nlabel = { zh = "员工人数" }\n'
        '["客户 备注"]\nkind = "ignore"\n',
        encoding="utf-8",
    )

    declared = read_declared(path)

    assert declared["employees"] == DeclaredField(kind=Kind.NUMBER, label={"zh": "员工人数"})
    assert declared["客户 备注"].ignore


def test_all_mistakes_of_a_declaration_are_told_at_once(tmp_path):
    path = tmp_path / "fields.toml"
    path.write_text('[a]\nkind = "numeric"\n[b]\nlabl = "x"\n', encoding="utf-8")

    with pytest.raises(InvalidInput) as caught:
        read_declared(path)

    assert [problem.pointer for problem in caught.value.problems] == ["a.kind", "b.labl"]
    assert "one of number, category, boolean, date, ignore" in caught.value.problems[0].detail
