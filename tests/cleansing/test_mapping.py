import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleansing.mapping import (
    KINDS,
    PRESETS,
    How,
    fields_of,
    kind_of_header,
    match_headers,
    read_map,
    write_map,
)
from cleansing.mapping.fields import ATTRIBUTE, IGNORE
from cleansing.mapping.presets import _preset
from cleansing.mapping.vocabulary import _table, key_of, vocabulary_of
from leads.errors import InvalidInput, NotFound
from leads.fields import GIVEN, FieldKind
from sandbox.dirt.files import LAYOUTS

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
headers = st.lists(texts.filter(str.strip), unique=True, max_size=12)


def field_of(header, **more):
    return match_headers([header], **more).fields.get(header)


@pytest.mark.parametrize(
    "header", ["NumberOfEmployees", "numemployees", "numberofemployees", "员工人数"]
)
def test_the_head_count_is_known_by_the_names_of_all_systems(header):
    assert field_of(header) == "employees"


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_called_by_its_own_name(kind):
    mapping = match_headers(fields_of(kind), kind=kind)

    assert mapping.fields == {field: field for field in fields_of(kind)}
    assert set(mapping.how.values()) <= {How.NAME, How.PRESET}


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_has_aliases_in_both_languages_and_no_alias_means_two(kind):
    aliases = _table()[kind]
    keys = [key_of(alias) for names in aliases.values() for alias in names]

    assert set(aliases) == set(fields_of(kind))
    assert all(any("\u4e00" <= name[0] <= "\u9fff" for name in names) for names in aliases.values())
    owners = {key: vocabulary_of(kind).meanings[key].field for key in keys}
    for field, names in aliases.items():
        assert {owners[key_of(name)] for name in names} == {field}


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_knows_only_kinds_and_fields_that_exist(name):
    for kind, table in _preset(name).fields.items():
        assert set(table.values()) <= {*fields_of(kind), ATTRIBUTE, IGNORE}
        assert _preset(name).signs & table.keys()


SALESFORCE = ["Id", "FirstName", "LastName", "Company", "NumberOfEmployees", "LastModifiedDate"]
HUBSPOT_API = ["hs_object_id", "firstname", "lastname", "numemployees", "hs_lastmodifieddate"]
HUBSPOT = ["Record ID", "First Name", "Last Name", "Email", "Create Date", "Lifecycle Stage"]
DYNAMICS = [
    "(Do Not Modify) Lead",
    "(Do Not Modify) Row Checksum",
    "Topic",
    "Name",
    "Status Reason",
]
ODOO = ["id", "name", "contact_name", "partner_name", "email_from", "function", "company_id"]
CHINESE = ["姓名", "公司名称", "手机", "邮箱", "员工人数", "备注"]


@pytest.mark.parametrize(
    ("table", "preset", "fields"),
    [
        (SALESFORCE, "salesforce", {"Id": "external_id", "LastModifiedDate": "updated_at"}),
        (HUBSPOT, "hubspot", {"Record ID": "external_id", "Create Date": "created_at"}),
        (HUBSPOT_API, "hubspot", {"numemployees": "employees", "hs_object_id": "external_id"}),
        (DYNAMICS, "dynamics", {"(Do Not Modify) Lead": "external_id", "Name": "full_name"}),
        (ODOO, "odoo", {"contact_name": "full_name", "partner_name": "company"}),
        (CHINESE, "chinese", {"姓名": "full_name", "手机": "mobile", "员工人数": "employees"}),
    ],
)
def test_a_system_is_recognised_by_its_headers_and_told(table, preset, fields):
    mapping = match_headers(table)

    assert mapping.preset == preset
    assert fields.items() <= mapping.fields.items()
    assert all(mapping.how[header] is How.PRESET for header in fields)


def test_what_a_system_calls_otherwise_than_others_is_not_mistaken():
    odoo, dynamics = match_headers(ODOO), match_headers(DYNAMICS)

    assert {"name", "company_id"} <= set(odoo.attributes)  # what it is about; whose database it is
    assert "Topic" in dynamics.attributes
    assert dynamics.ignored == ("(Do Not Modify) Row Checksum",)


@pytest.mark.parametrize(
    "header", ["HasOptedOutOfEmail", "hs_email_optout", "donotbulkemail", "Email Opt Out", "退订"]
)
@pytest.mark.parametrize("preset", [None, *PRESETS])
def test_an_opt_out_is_never_taken_for_consent(header, preset):
    assert match_headers([header], preset=preset).attributes == (header,)


@pytest.mark.parametrize("preset", [None, "chinese"])
def test_the_number_of_a_row_in_its_sheet_is_nobodys_id(preset):
    mapping = match_headers(["序号", *CHINESE], preset=preset)

    assert "序号" in mapping.attributes


@pytest.mark.parametrize("header", ["Contacted", "Form Name", "form_name", "Company count"])
def test_a_header_one_letter_from_a_field_may_mean_something_else(header):
    assert match_headers([header]).attributes == (header,)


def test_german_and_french_headers_are_known():
    german = ["Vorname", "Nachname", "Firma", "PLZ", "Ort", "Land", "Telefon", "Straße", "Umsatz"]
    french = ["Prénom", "Nom", "Société", "Code postal", "Ville", "Pays", "Téléphone", "Adresse"]

    assert list(match_headers(german).fields.values()) == [
        *("first_name", "last_name", "company", "postal_code", "city", "country", "phone"),
        *("street", "revenue"),
    ]
    assert list(match_headers(french).fields.values()) == [
        *("first_name", "last_name", "company", "postal_code", "city", "country", "phone"),
        "street",
    ]


def test_a_report_of_salesforce_contacts_is_understood():
    report = ["Account Name", "Mailing State/Province", "Mailing Zip/Postal Code"]

    assert list(match_headers(report).fields.values()) == ["company", "region", "postal_code"]


def test_a_table_of_nobody_in_particular_has_no_preset():
    mapping = match_headers(["First name", "Surname", "E-mail", "Your company", "Telephone"])

    assert mapping.preset is None
    assert list(mapping.fields.values()) == ["first_name", "last_name", "email", "company", "phone"]


def test_custom_columns_of_a_system_do_not_hide_it():
    custom = [f"Answer_{number}__c" for number in range(50)]

    assert match_headers(SALESFORCE + custom).preset == "salesforce"


@pytest.mark.parametrize(
    ("header", "field", "how"),
    [
        ("ＥＭＡＩＬ", "email", How.NAME),
        ("e-Mail *", "email", How.NAME),
        ("E-mail (required)", "email", How.NAME),
        ("姓名（必填）", "full_name", How.ALIAS),
        ("電子郵件", "email", How.ALIAS),
        ("公司 名稱", "company", How.ALIAS),
        ("客户电话", "phone", How.PREFIXED),
        ("contactEmailAddress", "email", How.PREFIXED),
        ("Frist name", "first_name", How.SIMILAR),
        ("Compnay name", "company", How.SIMILAR),
    ],
)
def test_case_width_script_brackets_and_slips_do_not_matter(header, field, how):
    mapping = match_headers([header])

    assert mapping.fields == {header: field}
    assert mapping.how == {header: how}


@pytest.mark.parametrize(
    "header",
    [
        *("County", "Contract name", "Employee", "Phone 2", "Address 2", "Email owner", "Tilte"),
        *("Email (owner)", "年营业额（万元）", "Revenue (k€)", "contact", "Lead origin", "email_l"),
        *("Lead score", "emails_sent_30d", "负责人", "converted", "***"),
    ],
)
def test_what_only_looks_like_a_field_stays_an_attribute(header):
    assert match_headers([header]).attributes == (header,)


def test_of_two_headers_for_one_field_the_better_wins_and_the_other_is_reported():
    mapping = match_headers(["Emial address", "Work email", "Email"])

    assert mapping.fields == {"Email": "email"}
    assert mapping.attributes == ("Emial address", "Work email")
    assert [str(doubt) for doubt in mapping.ambiguous] == [
        "'Work email' could also be email, which is 'Email': kept as an attribute",
        "'Emial address' could also be email, which is 'Email': kept as an attribute",
    ]


def test_what_was_told_beats_everything_and_is_no_doubt():
    told = {"Work email": "email", "Email": "attribute", "Fax": "ignore"}
    mapping = match_headers(["Email", "Work email", "Fax"], told=told)

    assert mapping.fields == {"Work email": "email"}
    assert (mapping.attributes, mapping.ignored) == (("Email",), ("Fax",))
    assert mapping.how == {"Work email": How.TOLD}
    assert not mapping.ambiguous


def test_all_mistakes_in_what_was_told_are_named_at_once_with_suggestions():
    told = {"Mail": "emial", "Fone": "phone", "A": "city", "B": "city"}
    with pytest.raises(InvalidInput) as refused:
        match_headers(["Mail", "Phone", "A", "B"], told=told)

    assert [problem.detail for problem in refused.value.problems] == [
        "'Mail' is told to be 'emial', which is no field; did you mean 'email'?",
        "the table has no column 'Fone'; did you mean 'Phone'?",
        "'A' and 'B' are all told to be 'city'; choose one",
    ]


def test_headers_that_are_empty_or_stand_twice_are_named_at_once():
    with pytest.raises(InvalidInput) as refused:
        match_headers(["Email", " ", "Email"])

    assert [problem.detail for problem in refused.value.problems] == [
        "column 2 has no name; give it one",
        "columns 1, 3 are all called 'Email'; rename all but one",
    ]


def test_an_unknown_kind_or_preset_is_refused_with_a_suggestion():
    with pytest.raises(InvalidInput, match="no kind of table 'lead'; did you mean 'leads'"):
        match_headers([], kind="lead")
    with pytest.raises(InvalidInput, match="no preset 'sales force'; did you mean 'salesforce'"):
        match_headers([], preset="sales force")
    with pytest.raises(InvalidInput, match="'odoo' knows no costs, only leads"):
        match_headers([], kind="costs", preset="odoo")


def test_values_tell_what_an_odd_header_does_not():
    samples = {
        "Erreichbar unter": ["a@x.example", "b@y.example", None, "n/a", "c@z.example"],
        "X1": ["+49 30 1234567", "138 1234 5678", "(unknown)", "+1 212 555 0123"],
        "Gegend": ["Berlin", "Köln", "Bonn"],
    }
    mapping = match_headers(list(samples), samples=samples)

    assert mapping.fields == {"Erreichbar unter": "email", "X1": "phone"}
    assert set(mapping.how.values()) == {How.VALUES}


def test_values_speak_against_a_header_that_promises_something_else():
    samples = {"Email": ["yes", "no", "yes", "yes"], "Kontakt": ["a@b.example"] * 4}
    mapping = match_headers(["Email", "Kontakt"], samples=samples)

    assert mapping.fields == {"Kontakt": "email"}
    assert mapping.ambiguous[0].winner is None


def test_a_title_that_is_a_form_of_address_is_no_job():
    mapping = match_headers(["Title"], samples={"Title": ["Mr.", "Ms.", "Dr.", "Mr."]})

    assert mapping.attributes == ("Title",)


def test_a_row_becomes_a_record_with_the_rest_as_attributes():
    mapping = match_headers(["E-mail", "Shoe size", "Fax"], told={"Fax": "ignore"})
    row = {"E-mail": "a@b.example", "Shoe size": "43", "Fax": "1"}

    assert mapping.record(row) == {"email": "a@b.example", "attributes": {"Shoe size": "43"}}
    assert mapping.header_of("email") == "E-mail"
    assert mapping.header_of("phone") is None


@given(headers)
def test_every_header_ends_in_exactly_one_place_and_no_field_has_two(names):
    mapping = match_headers(names)

    places = [*mapping.fields, *mapping.attributes, *mapping.ignored]
    assert sorted(places) == sorted(names)
    assert len(set(mapping.fields.values())) == len(mapping.fields)
    assert mapping.fields.keys() == mapping.how.keys()


@given(headers)
def test_a_mapping_written_to_a_file_and_told_again_is_the_same(tmp_path_factory, names):
    path = tmp_path_factory.getbasetemp() / "map.toml"
    mapping = match_headers(names)
    path.write_bytes(write_map(mapping).encode())
    again = match_headers(names, told=read_map(path, kind="leads"))

    assert again.fields == mapping.fields
    assert (again.attributes, again.ignored) == (mapping.attributes, mapping.ignored)


def test_all_mistakes_of_a_mapping_file_are_named_at_once(tmp_path):
    path = tmp_path / "map.toml"
    path.write_text('kind = "events"\nfield = 1\n[fields]\n"Mail" = "e_mail"\n"Age" = 3\n')
    with pytest.raises(InvalidInput, match="is not a mapping of leads") as refused:
        read_map(path, kind="leads")

    assert [problem.code for problem in refused.value.problems] == [
        "unknown_key",
        "other_kind",
        "unknown_field",
        "not_text",
    ]
    assert "did you mean 'email'" in refused.value.problems[2].detail


@pytest.mark.parametrize("text", ["[fields", "kind = 'leads'", "fields = 3"])
def test_a_file_that_is_no_mapping_is_refused(tmp_path, text):
    path = tmp_path / "map.toml"
    path.write_text(text)

    with pytest.raises(InvalidInput, match=r"map\.toml"):
        read_map(path, kind="leads")


def test_a_missing_mapping_file_is_not_found(tmp_path):
    with pytest.raises(NotFound, match="there is no mapping file"):
        read_map(tmp_path / "none.toml", kind="leads")


def test_ten_thousand_columns_take_little_and_twice_as_many_twice_as_long():
    def seconds(n):
        start = time.perf_counter()
        match_headers([f"an answer to question number {number}" for number in range(n)])
        return time.perf_counter() - start

    seconds(10)
    once, twice = min(seconds(5_000) for _ in range(2)), seconds(10_000)
    assert twice < 4 * once + 0.1
    assert twice < 5


def test_ten_thousand_equal_headers_are_refused_quickly():
    with pytest.raises(InvalidInput) as refused:
        match_headers(["a", "b"] * 5_000)

    assert len(refused.value.problems) == 2


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_the_messy_files_of_the_sandbox_are_understood(layout):
    """Written apart from these aliases; a running number under a name of its own is not known."""
    mapping = match_headers(list(layout.headers.values()))
    missed = {
        field
        for field, header in layout.headers.items()
        if mapping.fields.get(header) not in (field, "mobile")
    }

    assert missed <= {"external_id"}


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("given_name", FieldKind.PERSON_NAME),
        ("surname", FieldKind.PERSON_NAME),
        ("address_1", FieldKind.TEXT),
        ("state", FieldKind.REGION),
        ("date_of_birth", FieldKind.DATE),
        ("soc_sec_id", FieldKind.NUMBER),
        ("公司名称", FieldKind.COMPANY_NAME),
        ("created_at", FieldKind.DATE),
        ("cluster", None),
        ("lead_id", None),
    ],
)
def test_the_kind_of_a_column_of_any_table_is_known_by_its_name(header, kind):
    assert kind_of_header(header) == kind


def test_every_given_field_can_be_mapped():
    assert set(GIVEN) <= set(fields_of("leads"))


def test_presets_lie_where_the_package_ships_them():
    folder = Path(match_headers.__code__.co_filename).parents[1] / "presets"

    assert {path.stem for path in folder.glob("*.toml")} == set(PRESETS)
