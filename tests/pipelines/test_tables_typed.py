"""Parquet and workbooks: types are kept, damage and cells that are none are refused."""

import gzip
from datetime import date, datetime
from io import BytesIO
from zipfile import ZipFile

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from leads.errors import InvalidInput
from pipelines.tables import open_table, read_table

TYPED = pd.DataFrame(
    {
        "id": ["L-1", "L-2", None],
        "staff": [10, 20, 30],
        "spend": [1.5, None, 3.0],
        "is_open": [True, False, True],
        "created_at": pd.to_datetime(["2026-03-02 00:00", None, "2026-03-04 10:30"]),
    }
)


@pytest.fixture
def make_book(tmp_path):
    """Saves a workbook with these rows on its first sheet; gives its path."""

    def make(*rows, others=()):
        book = Workbook()
        for row in rows:
            book.active.append(row)
        for name in others:
            book.create_sheet(name).append(["id"])
            book[name].append([name])
        path = tmp_path / "leads.xlsx"
        book.save(path)
        return path

    return make


def refusal(path, **options):
    with pytest.raises(InvalidInput) as caught:
        read_table(path, **options)
    return str(caught.value), [problem.detail for problem in caught.value.problems]


def test_parquet_keeps_its_types(tmp_path):
    TYPED.to_parquet(tmp_path / "leads.parquet")

    frame = read_table(tmp_path / "leads.parquet").frame

    assert list(frame["staff"]) == [10, 20, 30]
    assert frame.dtypes.astype("str").to_list()[:4] == ["str", "int64", "float64", "bool"]
    assert frame["created_at"].iloc[2] == datetime(2026, 3, 4, 10, 30)  # noqa: DTZ001 - as in the file


def test_parquet_is_known_by_its_bytes_and_may_be_gzipped(make_file):
    stored = BytesIO()
    TYPED.to_parquet(stored)

    path = make_file(gzip.compress(stored.getvalue()), name="leads.csv")

    assert read_table(path).frame["id"].iloc[0] == "L-1"


def test_parquet_categories_decimals_and_dates_become_plain_columns(tmp_path):
    path = tmp_path / "leads.parquet"
    decimals = pa.array([1, 2]).cast(pa.decimal128(21, 2))
    days = pa.array([date(2026, 3, 2), None])
    words = pa.array(["a", "b"]).dictionary_encode()
    empty = pa.nulls(2)
    pq.write_table(pa.table({"d": decimals, "day": days, "w": words, "none": empty}), path)

    frame = read_table(path).frame

    assert frame["d"].tolist() == [1.0, 2.0]
    assert frame["day"].iloc[0] == pd.Timestamp("2026-03-02")
    assert frame["w"].tolist() == ["a", "b"]
    assert frame["none"].isna().all()


def test_an_unnamed_pandas_index_in_parquet_is_left_out_and_told(tmp_path):
    TYPED.iloc[[2, 0, 1]].to_parquet(tmp_path / "leads.parquet")

    table = read_table(tmp_path / "leads.parquet")

    assert list(table.frame.columns) == list(TYPED.columns)
    assert table.warnings == ("'__index_level_0__' is a pandas index and was left out",)


def test_parquet_is_read_in_chunks(tmp_path):
    path = tmp_path / "leads.parquet"
    pd.DataFrame({"x": range(1_000)}).to_parquet(path)

    with open_table(path, chunk_rows=300) as reader:
        found = [(len(chunk), reader.read_bytes) for chunk in reader]

    assert sum(n for n, _ in found) == 1_000
    assert [at for _, at in found] == sorted(at for _, at in found)
    assert reader.read_bytes == reader.total_bytes


@pytest.mark.parametrize("value", [[1, 2], {"a": 1}, b"bytes"])
def test_parquet_cells_that_are_no_single_values_are_refused(tmp_path, value):
    pq.write_table(pa.table({"id": ["a"], "deep": [value]}), tmp_path / "leads.parquet")

    assert "'deep' holds" in refusal(tmp_path / "leads.parquet")[1][0]


@pytest.mark.parametrize("cut", [6, 200])
def test_a_parquet_file_cut_short_is_refused(tmp_path, cut):
    path = tmp_path / "leads.parquet"
    TYPED.to_parquet(path)
    path.write_bytes(path.read_bytes()[:cut])

    assert "damaged Parquet" in refusal(path)[0]


def test_a_parquet_file_with_rubbish_inside_is_refused(tmp_path):
    path = tmp_path / "leads.parquet"
    pq.write_table(pa.table({"x": [f"value {i}" for i in range(5_000)]}), path)
    stored = bytearray(path.read_bytes())
    stored[40:400] = b"\xff" * 360
    path.write_bytes(stored)

    assert "damaged Parquet" in refusal(path)[0]


def test_parquet_without_rows_is_refused(tmp_path):
    TYPED[:0].to_parquet(tmp_path / "leads.parquet")

    assert "has no rows" in refusal(tmp_path / "leads.parquet")[0]


def test_nul_in_a_parquet_cell_is_refused_by_column_and_row(tmp_path):
    pq.write_table(pa.table({"id": ["a", "b\0"]}), tmp_path / "leads.parquet")

    assert refusal(tmp_path / "leads.parquet")[1] == [
        "column 'id' has U+0000 in data row 2; remove it"
    ]


def test_a_sheet_keeps_its_types_and_its_dates_are_timestamps(make_book):
    path = make_book(
        ["id", "staff", "share", "won", "on", "mixed"],
        ["007", 10, 0.5, True, datetime(2026, 3, 2), 1],  # noqa: DTZ001 - sheets know no zones
        ["008", 20, None, False, None, "x"],
    )

    frame = read_table(path).frame

    assert [str(kind) for kind in frame.dtypes][:4] == ["str", "int64", "float64", "bool"]
    assert frame["id"].tolist() == ["007", "008"]
    assert frame["on"].iloc[0] == pd.Timestamp("2026-03-02")
    assert frame["on"].isna().tolist() == [False, True]
    assert frame["mixed"].tolist() == [1, "x"]


def test_empty_rows_above_and_below_a_sheet_table_do_not_matter(make_book):
    path = make_book([], ["id", "x"], ["a", 1], [None, None], ["b", 2], [None, ""])

    assert read_table(path).frame["id"].tolist() == ["a", "b"]


def test_the_first_sheet_is_read_with_a_warning_and_any_other_by_name(make_book):
    path = make_book(["id"], ["first"], others=["线索"])

    assert read_table(path).warnings == ("only the first of 2 sheets, 'Sheet', was read",)
    assert read_table(path, sheet="线索").frame["id"].tolist() == ["线索"]
    assert "its sheets are Sheet, 线索" in refusal(path, sheet="leads")[0]


def test_a_value_right_of_the_last_named_column_is_refused_by_row(make_book):
    assert refusal(make_book(["id", "x"], ["a", 1], ["b", 2, "stray"]))[1] == [
        "row 3 has a value right of column 2, the last"
    ]


def test_a_formula_that_was_never_calculated_is_refused_by_cell(make_book):
    assert refusal(make_book(["id", "x"], ["a", 1], ["b", "=B2+1"]))[1] == [
        "the formula in B3 has no value"
    ]


def test_excel_errors_are_missing_and_counted(make_book):
    table = read_table(make_book(["id", "x"], ["a", 1], ["b", "#DIV/0!"], ["c", "#N/A"]))

    assert table.frame["x"].isna().tolist() == [False, True, True]
    assert "2 cells show an Excel error (the first: #DIV/0! in row 3)" in table.warnings[0]


def test_a_sheet_that_states_a_wrong_extent_is_read_to_its_end(make_book):
    path = make_book(["id", "x"], ["a", 1], ["b", 2])
    with ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b'<dimension ref="A1:B3"', b'<dimension ref="A1:A2"')
    with ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)

    assert b"A1:A2" in parts[sheet]
    assert read_table(path).frame.shape == (2, 2)


@pytest.mark.parametrize("rows", [[], [["id", "x"]]])
def test_a_sheet_without_rows_is_refused(make_book, rows):
    assert "on the sheet 'Sheet'" in refusal(make_book(*rows))[0]


def test_names_of_a_sheet_are_checked_like_any_others(make_book):
    _, details = refusal(make_book(["id", None, "id"], ["a", 1, 2]))

    assert details == ["column 2 has no name", "'id' names columns 1, 3; rename all but one"]


@pytest.mark.parametrize("keep", [30, 3_000])
def test_a_damaged_workbook_is_refused(make_book, keep):
    path = make_book(["id"], ["a"])
    path.write_bytes(path.read_bytes()[:keep])

    assert "no readable Excel workbook" in refusal(path)[0]


def test_a_zip_that_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "leads.xlsx"
    with ZipFile(path, "w") as archive:
        archive.writestr("leads.csv", "id\n1\n")

    assert "no readable Excel workbook" in refusal(path)[0]


@pytest.mark.parametrize("kind", [pa.int32(), pa.int64(), pa.uint64()])
def test_whole_numbers_with_gaps_stay_whole_in_parquet(kind, tmp_path):
    table = pa.table({"id": pa.array([123, None], kind), "n": pa.array([1, 2], kind)})
    pq.write_table(table, tmp_path / "leads.parquet")

    frame = read_table(tmp_path / "leads.parquet").frame

    assert [str(cell) for cell in frame["id"]] == ["123", "<NA>"]
    assert frame["n"].dtype == kind.to_pandas_dtype()


def test_whole_numbers_with_gaps_stay_whole_in_a_workbook(make_book):
    frame = read_table(make_book(["id", "x"], [123, "a"], [None, "b"])).frame

    assert [str(cell) for cell in frame["id"]] == ["123", "<NA>"]
