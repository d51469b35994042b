import csv
import json

import pytest

from leads.errors import InvalidInput, NotFound
from leads.score import Locale
from pipelines.cli.shell import run
from pipelines.dedupe import dedupe_file, inert

HEADER = "id,name,email,company\n"
ROWS = (
    "=7,Ann Novak,ann.novak@acme.com,Acme GmbH\n"
    "b,Novak Ann,ann.novak@acme.com,ACME\n"
    "c,Peter Kowalski,peter.kowalski@acme.com,Acme\n"
    "d,Wei Zhang,wei.zhang@zenith.cn,Zenith\n"
    "e,张伟,wei.zhang@zenith.cn,Zenith Co. Ltd.\n"
)


@pytest.fixture
def leads(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_text(HEADER + ROWS, encoding="utf-8")
    return path


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_row_is_written_with_its_id_and_cluster(leads, tmp_path):
    report = dedupe_file(leads, out=tmp_path / "out.csv", id_column="id", bar=0.5)

    rows = rows_of(tmp_path / "out.csv")
    clusters = {row["id"]: row["cluster"] for row in rows}
    assert list(clusters) == ["=7", "b", "c", "d", "e"]  # ids stay verbatim
    assert clusters["=7"] == clusters["b"] != clusters["c"]
    assert clusters["d"] == clusters["e"]
    assert report.n_rows == 5
    assert report.n_clusters == len(set(clusters.values()))


@pytest.mark.parametrize(("locale", "words"), [("en", "e-mail is the same"), ("zh", "邮箱相同")])
def test_pairs_are_written_with_their_reasons(leads, tmp_path, locale, words):
    pairs = tmp_path / "pairs.csv"

    dedupe_file(
        leads, out=tmp_path / "o.csv", pairs_out=pairs, id_column="id", locale=Locale(locale)
    )

    rows = rows_of(pairs)
    first = next(row for row in rows if row["left_id"] == "=7" and row["right_id"] == "b")
    assert words in first["reasons"]
    assert 0.5 < float(first["probability"]) <= 1


def test_a_reason_can_not_be_calculated_by_a_spreadsheet():
    assert inert("=cmd()") == "'=cmd()"
    assert inert("\tx") == "'\tx"
    assert inert("The same") == "The same"


def test_rows_without_an_id_column_are_numbered(leads, tmp_path):
    dedupe_file(leads, out=tmp_path / "out.csv")

    assert [row["id"] for row in rows_of(tmp_path / "out.csv")] == ["1", "2", "3", "4", "5"]


def test_two_files_are_joined_across_only(leads, tmp_path):
    other = tmp_path / "b.csv"
    other.write_text(HEADER + "x,Ann Novak,ann.novak@acme.com,Acme\n", encoding="utf-8")

    dedupe_file(leads, other, out=tmp_path / "out.csv", id_column="id", one_to_one=True, bar=0.5)

    rows = rows_of(tmp_path / "out.csv")
    linked = [row["id"] for row in rows if row["cluster"] == rows[-1]["cluster"]]
    assert rows[-1]["file"] == "2"
    assert len(linked) == 2
    assert "x" in linked


@pytest.mark.parametrize("suffix", [".toml", ".json"])
def test_a_mapping_overrules_what_is_found_out(leads, tmp_path, suffix):
    mapping = tmp_path / f"map{suffix}"
    told = {"company": "ignore", "name": "person_name"}
    toml = "".join(f'{column} = "{kind}"\n' for column, kind in told.items())
    mapping.write_text(toml if suffix == ".toml" else json.dumps(told))

    report = dedupe_file(leads, out=tmp_path / "o.csv", id_column="id", mapping=mapping)

    assert report.kinds == {"name": "person_name", "email": "email", "company": "ignore"}


def test_all_mistakes_of_a_mapping_are_told_at_once(leads, tmp_path):
    mapping = tmp_path / "map.toml"
    mapping.write_text('nome = "email"\nname = "mail"\n')

    with pytest.raises(InvalidInput) as refused:
        dedupe_file(leads, out=tmp_path / "o.csv", mapping=mapping)

    assert [problem.code for problem in refused.value.problems] == [
        "unknown_column",
        "unknown_kind",
    ]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("a,Ann,a@b.com,X\na,Bo,c@d.com,Y\n", "'a' stands in more than one row"),
        ("a,Ann,a@b.com,X\n,Bo,c@d.com,Y\n", "row 2 has no id"),
    ],
)
def test_ids_that_do_not_tell_rows_apart_are_refused(tmp_path, rows, said):
    path = tmp_path / "leads.csv"
    path.write_text(HEADER + rows)

    with pytest.raises(InvalidInput, match=said):
        dedupe_file(path, out=tmp_path / "o.csv", id_column="id")


def test_an_unknown_id_column_or_mapping_file_is_named(leads, tmp_path):
    with pytest.raises(InvalidInput, match="no column 'key'; it has id, name"):
        dedupe_file(leads, out=tmp_path / "o.csv", id_column="key")
    with pytest.raises(NotFound, match="no mapping file"):
        dedupe_file(leads, out=tmp_path / "o.csv", mapping=tmp_path / "none.toml")


def test_the_command_answers_with_one_json_document(leads, tmp_path, capsys):
    code = run(["dedupe", str(leads), "--id", "id", "--out", str(tmp_path / "o.csv"), "--json"])

    answer = json.loads(capsys.readouterr().out)
    assert code == 0
    assert answer["n_rows"] == 5
    assert answer["kinds"]["email"] == "email"
