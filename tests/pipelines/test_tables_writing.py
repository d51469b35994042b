import errno
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.errors import InvalidInput, NotFound, Unavailable
from pipelines.files import replacing
from pipelines.tables import open_writer, read_table, write_table

SUFFIXES = ["csv", "tsv", "csv.gz", "tsv.gz", "parquet", "xlsx"]
texts = st.one_of(
    st.none(), st.text(st.sampled_from("ab,;\t\"'\n\r=+-@ é客"), min_size=1, max_size=5)
)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=5), st.sampled_from(SUFFIXES[:5]))
def test_what_is_written_is_read_back_to_the_character(rows, suffix):
    frame = pd.DataFrame([("id", *row) for row in rows], columns=["id", "a,b", "c"], dtype="str")
    with TemporaryDirectory() as folder:
        path = f"{folder}/leads.{suffix}"
        write_table(path, frame)

        found = read_table(path)

    pd.testing.assert_frame_equal(found.frame, frame)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_chunks_are_written_one_after_the_other_under_one_header(tmp_path, suffix):
    path = tmp_path / f"scored.{suffix}"
    first = pd.DataFrame({"id": ["=1+1", "客户"], "note": [None, None], "probability": [0.25, 1.0]})
    second = pd.DataFrame({"id": ["@x"], "note": ["late"], "probability": [1 / 3]})

    with open_writer(path) as writer:
        writer.write(first.astype({"note": "object"}))
        writer.write(second)

    found = read_table(path).frame
    assert found["id"].tolist() == ["=1+1", "客户", "@x"]
    assert found["probability"].astype(float).tolist() == [0.25, 1.0, 1 / 3]
    assert found["note"].isna().tolist() == [True, True, False]


def write_one_chunk_and_fail(path):
    with open_writer(path) as writer:
        writer.write(pd.DataFrame({"id": ["a"]}))
        raise InvalidInput("the second chunk is ragged")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_error_on_the_way_leaves_the_old_file_and_nothing_beside_it(tmp_path, suffix):
    path = tmp_path / f"scored.{suffix}"
    path.write_text("old")

    with pytest.raises(InvalidInput):
        write_one_chunk_and_fail(path)

    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("name", ["scored.json", "scored", "scored.xlsx.gz", "scored.gz"])
def test_an_unknown_suffix_is_refused_before_anything_is_written(tmp_path, name):
    with pytest.raises(InvalidInput, match=r"must end in \.csv"), open_writer(tmp_path / name):
        pass

    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_not_found(tmp_path):
    with pytest.raises(NotFound, match="no such folder"):
        write_table(tmp_path / "nowhere" / "scored.csv", pd.DataFrame({"id": ["a"]}))


def test_equal_tables_are_equal_files(tmp_path):
    for name in ("one.csv.gz", "two.csv.gz"):
        write_table(tmp_path / name, pd.DataFrame({"id": ["a"]}))

    assert (tmp_path / "one.csv.gz").read_bytes() == (tmp_path / "two.csv.gz").read_bytes()


def test_a_character_a_sheet_cannot_hold_is_refused_by_row(tmp_path):
    with pytest.raises(InvalidInput, match="row 2 cannot stand in a sheet"):
        write_table(tmp_path / "scored.xlsx", pd.DataFrame({"id": ["a\x01"]}))


def test_types_that_change_between_chunks_are_refused_in_parquet(tmp_path):
    with open_writer(tmp_path / "scored.parquet") as writer:
        writer.write(pd.DataFrame({"x": [1, 2]}))

        with pytest.raises(InvalidInput, match="Parquet cannot hold"):
            writer.write(pd.DataFrame({"x": ["text"]}))


def test_a_name_that_no_file_can_have_is_refused_by_name(tmp_path):
    path = tmp_path / f"{'x' * 300}.csv"

    with pytest.raises(InvalidInput, match=r"xxx\.csv: cannot be written"):
        write_table(path, pd.DataFrame({"id": ["a"]}))


def full_disk(path):
    with replacing(path) as partial:
        partial.write_text("new")
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_told_with_the_path_and_leaves_the_old_file(tmp_path):
    path = tmp_path / "scored.csv"
    path.write_text("old")

    with pytest.raises(Unavailable, match=r"scored\.csv: .*No space left"):
        full_disk(path)

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
