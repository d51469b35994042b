"""Files that went wrong: a clear error before anything is written, or rows put aside."""

import csv
import gzip
from random import Random

import pytest

from leads.errors import InvalidInput
from leads.imports import Quarantined
from pipelines.intake.quarantine import write_quarantine
from tests.pipelines.intake.files import codes, counts, import_, lead_called, plan, write_csv

HEADER = ["Id", "Name", "Shoe size"]


def test_other_encodings_are_read(store, tmp_path):
    path = write_csv(
        tmp_path / "leads.csv", ["编号", "姓名", "公司"], ["1", "王伟", "华瑞有限公司"]
    )
    path.write_bytes(path.read_text("utf-8").encode("gb18030"))

    done = import_(store, path)

    assert counts(done) == {"imported": 1}
    assert lead_called(store, "1").fields["company"] == "华瑞有限公司"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"Id,Name\n1,Ann\n2,Bob,too much\n", "line 3"),
        (b"Id,Name,Name\n1,Ann,Bob\n", "names columns 2, 3"),
        (b"Id,Name\n", "no rows"),
        (b"Id,Name\n1,A\0nn\n", "U+0000"),
        (b"Shoe,Hat\n38,M\n", "none of its headers"),
        (b'{"id": 1}\n{"id": \n', "line 2"),
        (b'{"id": 1}\n[2]\n', "line 2 is list"),
    ],
)
def test_a_file_that_cannot_be_read_whole_is_refused_before_anything_is_written(
    tmp_path, content, told
):
    path = tmp_path / "leads.csv"
    path.write_bytes(content)

    with pytest.raises(InvalidInput) as refusal:
        plan(path)

    assert told in str(refusal.value) + " ".join(one.detail for one in refusal.value.problems)


def test_ten_thousand_columns_are_attributes(tmp_path):
    header = ["Id", "Name", *(f"Column {n}" for n in range(10_000))]
    path = write_csv(tmp_path / "wide.csv", header, ["1", "Ann Brown", *["x"] * 10_000])

    planned = plan(path)

    (row,) = planned.rows()[1]
    assert len(planned.mapping.attributes) == len(row.attributes) == 10_000


def test_a_cell_of_five_megabytes_is_put_aside_and_the_rest_taken(store, tmp_path):
    path = tmp_path / "leads.jsonl.gz"
    long = '{"Id": "1", "Name": "Ann Brown", "Note": "%s"}\n' % ("x" * 5_000_000)
    path.write_bytes(gzip.compress(long.encode() + b'{"Id": "2", "Name": "Bob Marsh"}\n'))

    done = import_(store, path)

    assert counts(done) == {"imported": 1, "quarantined": 1}
    assert codes(store, done) == [(1, "Note", "too_long")]


def test_what_no_database_keeps_is_put_aside(store, tmp_path):
    path = tmp_path / "leads.jsonl"
    path.write_text(
        '{"Id": "1", "Name": "A\\u0000nn"}\n'
        '{"Id": "2", "Note": {"deep": ["\\ud800"]}, "Name": "Bob Marsh"}\n'
        '{"Id": "3\\u0000", "Name": "Cid Park"}\n',
        "utf-8",
    )

    done = import_(store, path)

    assert counts(done) == {"quarantined": 3}
    assert [code for *_, code in codes(store, done)] == [
        "nul_character",
        "not_unicode",
        "nul_character",
    ]


def test_formulas_are_kept_as_they_are_and_inert_where_people_open_them(store, tmp_path):
    rows = [["1", "Ann Brown", "=cmd()"], ["=1+1", "", "@SUM(A1)"], ["\t3", "", "x"]]
    path = write_csv(tmp_path / "leads.csv", HEADER, *rows)
    done = import_(store, path)
    out = tmp_path / "quarantine.csv"

    with store.reading() as unit:
        write_quarantine(out, unit.imports.put_aside_of(done.batch.batch_id))

    assert lead_called(store, "1").attributes == {"Shoe size": "=cmd()"}
    with out.open(encoding="utf-8-sig", newline="") as file:
        told = list(csv.DictReader(file))
    assert [(one["row"], one["code"]) for one in told] == [("2", "nobody"), ("3", "nobody")]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_spreadsheet_calculates_no_cell_of_a_quarantine_file(tmp_path, start):
    out = tmp_path / "quarantine.csv"
    aside = Quarantined(row_number=1, field="Note", value=f"{start}cmd()", code="c", reason="r")

    write_quarantine(out, [aside])

    with out.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1] == ["1", "Note", f"'{start}cmd()", "c", "r"]


def test_ids_that_no_index_keeps_are_put_aside_and_the_rest_taken(store, tmp_path):
    chance = Random(1)  # PostgreSQL packs what repeats itself
    long = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=9_000))
    leads = [[long, "Ann Brown", ""], ["2", "Bob Marsh", ""], ["3", f"Cid {long}", ""]]
    done = import_(store, write_csv(tmp_path / "leads.csv", HEADER, *leads))
    assert counts(done) == {"imported": 2, "quarantined": 1}
    assert codes(store, done) == [(1, HEADER[0], "too_long")]

    header = ["message_id", "lead", "kind", "occurred_at", "anonymous_id"]
    events = [
        [long, "2", "click", "2026-01-01", ""],
        ["m2", "", "click", "2026-01-01", long],
        ["m3", "2", "click", "2026-01-01", "é" * 500],
        ["m" * 500, "2", "click", "2026-01-01", ""],
    ]
    done = import_(store, write_csv(tmp_path / "events.csv", header, *events), "events")
    assert counts(done) == {"imported": 2, "quarantined": 2}

    header = ["Id", "Name", "StartDate"]
    campaigns = [[long, "Fair", "2026-01-01"], ["2", "Expo", "2026-01-01"]]
    done = import_(store, write_csv(tmp_path / "campaigns.csv", header, *campaigns), "campaigns")
    assert counts(done) == {"imported": 1, "quarantined": 1}
