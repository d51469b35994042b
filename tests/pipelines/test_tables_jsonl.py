import gzip

import pytest

from leads.errors import InvalidInput
from pipelines.tables import open_table, read_table

LINES = '{"a": 1, "b": "x"}\n\n{"a": 2, "c": null}\n'


@pytest.mark.parametrize("name", ["t.jsonl", "t.ndjson", "t.txt", "t.csv", "t.jsonl.gz"])
def test_json_lines_are_recognised_by_what_they_are(tmp_path, name):
    path = tmp_path / name
    content = LINES.encode()
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)

    frame = read_table(path).frame

    assert list(frame.columns) == ["a", "b", "c"]
    assert frame["a"].tolist() == [1, 2]
    assert frame["b"].isna().tolist() == [False, True]


def test_columns_are_all_names_that_occur_and_chunks_have_all_of_them(tmp_path):
    path = tmp_path / "t.jsonl"
    path.write_text('{"a": 1}\n{"b": 2}\n{"a": 3}\n', "utf-8")

    with open_table(path, chunk_rows=1) as reader:
        frames = list(reader)

    assert reader.columns == ("a", "b")
    assert [list(frame.columns) for frame in frames] == [["a", "b"]] * 3


def test_objects_are_cells_only_for_who_asks(tmp_path):
    path = tmp_path / "t.jsonl"
    path.write_text('{"a": {"b": [1]}}\n', "utf-8")

    with pytest.raises(InvalidInput, match="objects or lists in 'a'"):
        read_table(path)
    with open_table(path, nested=True) as reader:
        (frame,) = reader
    assert frame["a"].tolist() == [{"b": [1]}]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("[1]", "line 2 is list"),
        ('{"a": NaN}', "NaN is no number"),
        ("{'a': 1}", "line 2 is not JSON"),
        ('{"a": ' + "[" * 100_000, "line 2"),
    ],
)
def test_bad_lines_are_named(tmp_path, line, told):
    path = tmp_path / "t.jsonl"
    path.write_text('{"a": 1}\n' + line + "\n", "utf-8")

    with pytest.raises(InvalidInput) as refusal:
        read_table(path)

    assert told in refusal.value.problems[0].detail


def test_an_option_for_text_files_does_not_fit(tmp_path):
    path = tmp_path / "t.jsonl"
    path.write_text('{"a": 1}\n', "utf-8")

    with pytest.raises(InvalidInput, match="no separator"):
        read_table(path, separator=";")
