import csv
import gzip
import hashlib
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.tables import open_table, read_table
from tests.realdata import BANK_ADDITIONAL, SHOPPERS, real_file

CODECS = ["utf-8", "utf-8-sig", "utf-16", "gb18030"]
# Chinese a table may hold; enough of it makes a GB18030 file recognisable
HANZI = "客户名称公司地区销售员工人数来源电话是否北京上海广州深圳"
cells = st.text(st.sampled_from("ab1 ,;\t|\"'\n\r\r=-.é" + HANZI[:6]), max_size=6)


def rows_of(path, **options):
    frame = read_table(path, **options).frame
    return [list(frame.columns), *frame.astype(object).where(frame.notna(), None).values.tolist()]


@st.composite
def written_tables(draw):
    """(rows with their header, separator, encoding, line end, whether every cell is quoted)."""
    width = draw(st.integers(2, 4))
    row = st.lists(cells, min_size=width, max_size=width)
    rows = draw(st.lists(row, min_size=1, max_size=5))
    rows = [[HANZI, *row] for row in rows]  # an id, so that no row is wholly empty
    header = ["客户名称", *[f"c{i}" for i in range(width)]]
    return (
        [header, *rows],
        draw(st.sampled_from([",", ";", "\t", "|"])),
        draw(st.sampled_from(CODECS)),
        draw(st.sampled_from(["\n", "\r\n"])),
        draw(st.booleans()),
    )


@settings(max_examples=60, deadline=None)
@given(written_tables())
def test_any_table_written_by_a_csv_writer_is_read_back_cell_by_cell(written):
    rows, separator, encoding, line_end, all_quoted = written
    text = StringIO(newline="")
    # the writer of Python 3.11 leaves a lone \r unquoted unless it is part of the line end
    careless = any("\r" in cell for row in rows for cell in row) and line_end == "\n"
    quoting = csv.QUOTE_ALL if all_quoted or careless else csv.QUOTE_MINIMAL
    csv.writer(text, delimiter=separator, lineterminator=line_end, quoting=quoting).writerows(rows)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "leads.csv"
        path.write_bytes(text.getvalue().encode(encoding))

        found = rows_of(path)

    assert found == [rows[0], *[[cell or None for cell in row] for row in rows[1:]]]


def test_reading_without_quotes_by_the_fast_way_differs_in_nothing_from_the_exact_way(make_file):
    lines = ["a;b;c", "", "1;2;3", "   ", " x ;;\t", ";;", "5;é客;NA", ";;"] * 3
    fast = make_file("\r\n".join([*lines[:1], *lines[1:8] * 3]), name="fast.csv")
    exact = make_file('"a";b;c\r\n' + "\r\n".join(lines[1:8] * 3), name="exact.csv")

    assert rows_of(fast) == rows_of(exact)
    assert len(rows_of(fast)) == 1 + 14


def test_cells_are_strings_exactly_as_written_and_only_empty_ones_are_missing(make_file):
    path = make_file('a,b,c\n 007 ,NA,1e3\nnull,,""\n')

    assert rows_of(path) == [["a", "b", "c"], [" 007 ", "NA", "1e3"], ["null", None, None]]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found_although_others_occur_in_cells(make_file, separator):
    lines = [["name", "price, net", "note"], ["A|B;C", "1,5", "x\ty"], ["D", "2,5", "a;b,c|d"]]
    text = StringIO()
    csv.writer(text, delimiter=separator).writerows(lines)

    assert rows_of(make_file(text.getvalue())) == lines


def test_decimal_commas_do_not_pass_for_separators(make_file):
    path = make_file("id;price;rate\n1;1,5;2,5\n2;3,5;4,5\n")

    assert rows_of(path)[1] == ["1", "1,5", "2,5"]


def test_a_table_of_one_column_is_a_table(make_file):
    assert rows_of(make_file("id\n1\n2\n")) == [["id"], ["1"], ["2"]]


def test_a_separator_can_be_given(make_file):
    assert rows_of(make_file("a:b\n1:2\n"), separator=":") == [["a", "b"], ["1", "2"]]


def test_the_first_line_sep_of_excel_decides_the_separator(make_file):
    path = make_file("sep=;\r\na;b,c\r\n1;2\r\n")

    assert rows_of(path) == [["a", "b,c"], ["1", "2"]]


def test_header_names_lose_their_spaces_and_the_byte_order_mark(make_file):
    path = make_file(b'\xef\xbb\xbf"lead id", \xe5\x9f\x8e\xe5\xb8\x82 \n1,2\n')

    assert rows_of(path)[0] == ["lead id", "城市"]


def test_blank_lines_are_no_rows(make_file):
    assert rows_of(make_file("\na,b\n\n1,2\n   \n3,4\n\n")) == [["a", "b"], ["1", "2"], ["3", "4"]]


def test_empty_rows_at_the_end_are_left_out_with_a_warning_and_elsewhere_kept(make_file):
    table = read_table(make_file("a,b\n1,2\n,\n3,4\n,\n,\n"))

    assert len(table.frame) == 3
    assert table.warnings == ("2 rows without any value at the end of the file were left out",)


def test_old_mac_line_ends_are_line_ends(make_file):
    assert rows_of(make_file("a,b\r1,2\r3,4\r")) == [["a", "b"], ["1", "2"], ["3", "4"]]


def test_gbk_is_read_as_gb18030_and_told(make_file):
    path = make_file("客户,地区\n张三,北京\n镕基,上海\n".encode("gbk"))

    table = read_table(path)

    assert table.frame["地区"].tolist() == ["北京", "上海"]
    assert "GB18030" in table.warnings[0]


def test_western_text_is_read_as_windows_1252_and_told(make_file):
    path = make_file("Name;Ort\nMüller;Köln\nJosé – “x”;Zürich\n".encode("cp1252"))

    table = read_table(path)

    assert table.frame["Name"].tolist() == ["Müller", "José – “x”"]
    assert "Windows-1252" in table.warnings[0]


def test_an_encoding_can_be_given(make_file):
    path = make_file("имя,город\nИван,Москва\n".encode("cp1251"))

    assert rows_of(path, encoding="cp1251")[1] == ["Иван", "Москва"]


def test_chunks_add_up_to_the_whole_file_and_count_its_bytes(make_file):
    lines = [f"{i},x{i}" for i in range(10_000)]
    path = make_file("\n".join(["id,text", *lines]))

    with open_table(path, chunk_rows=3_000) as reader:
        columns, before = reader.columns, reader.read_bytes
        chunks = list(reader)

    assert columns == ("id", "text")
    assert before == 0
    assert reader.read_bytes == reader.total_bytes == path.stat().st_size
    assert all(len(chunk) <= 3_000 for chunk in chunks)
    assert [cell for chunk in chunks for cell in chunk["text"]] == [f"x{i}" for i in range(10_000)]


@pytest.mark.parametrize("chunk_rows", [1, 7, 2_001])
def test_no_row_is_lost_between_chunks_of_any_size(make_file, chunk_rows):
    path = make_file("id,x\n" + "".join(f"{i},\n\n" for i in range(50)))

    with open_table(path, chunk_rows=chunk_rows) as reader:
        ids = [cell for chunk in reader for cell in chunk["id"]]

    assert ids == [str(i) for i in range(50)]


def test_a_gzipped_file_reads_like_the_plain_one_whatever_its_name(make_file):
    plain = "a,b\n1,2\n"
    packed = make_file(gzip.compress(plain.encode()), name="leads.txt")

    table = read_table(packed)

    assert table.frame.equals(read_table(make_file(plain)).frame)
    assert table.digest == hashlib.sha256(packed.read_bytes()).hexdigest()


def test_bank_marketing_reads_with_all_its_rows_and_cells_as_written():
    frame = read_table(real_file(BANK_ADDITIONAL)).frame

    assert frame.shape == (41_188, 21)
    assert (frame["y"] == "yes").sum() == 4_640
    assert frame["emp.var.rate"].iloc[0] == "1.1"


def test_online_shoppers_read_with_all_their_rows():
    frame = read_table(real_file(SHOPPERS)).frame

    assert frame.shape == (12_330, 18)
    assert (frame["Revenue"] == "TRUE").sum() == 1_908
