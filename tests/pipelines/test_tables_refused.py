"""Every bad table file: what is said about it, and that it is said before anything is used."""

import gzip

import pytest

from leads.errors import InvalidInput, NotFound
from pipelines.tables import open_table, read_table

HEADER = "id,city\n"


def refusal(path, **options):
    with pytest.raises(InvalidInput) as caught:
        read_table(path, **options)
    assert str(caught.value).startswith(f"{path}: ")
    return str(caught.value), [problem.detail for problem in caught.value.problems]


def test_a_missing_file_is_not_found_by_its_name(tmp_path):
    with pytest.raises(NotFound, match=r"nowhere\.csv"):
        read_table(tmp_path / "nowhere.csv")


def test_a_directory_is_no_table(tmp_path):
    assert "directory" in refusal(tmp_path)[0]


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n \n", gzip.compress(b"", mtime=0)])
def test_an_empty_file_is_refused(make_file, content):
    assert "is empty" in refusal(make_file(content))[0]


@pytest.mark.parametrize("content", ["a,b\n", "a,b", "a,b\n\n\n", "a,b\n,\n,\n"])
def test_a_header_without_rows_is_refused(make_file, content):
    assert "has a header but no row" in refusal(make_file(content))[0]


def test_ragged_lines_are_named_by_the_line_an_editor_shows(make_file):
    message, details = refusal(make_file('a,b\n1,"x\ny"\n\n1,2,3\n4,5\n6\n'))

    assert "(2 rows)" in message
    assert details == [
        "line 5 has 3 fields, too many: expected 2 (begins '1, 2, 3')",
        "line 7 has 1 field, too few: expected 2 (begins '6')",
    ]


def test_a_thousand_ragged_lines_are_counted_and_ten_shown(make_file):
    message, details = refusal(make_file(HEADER + "1\n" * 1_000))

    assert "(1,000 rows)" in message
    assert len(details) == 10


def test_a_ragged_line_far_into_the_file_is_found(make_file):
    path = make_file(HEADER + "1,x\n" * 7_000 + "2\n")

    assert refusal(path)[1] == ["line 7002 has 1 field, too few: expected 2 (begins '2')"]


def test_a_ragged_line_far_into_the_file_ends_a_streamed_reading(make_file):
    path = make_file(HEADER + "1,x\n" * 7_000 + "2\n")

    with (
        open_table(path, chunk_rows=2_000) as reader,
        pytest.raises(InvalidInput, match="as many fields"),
    ):
        list(reader)


def test_a_quote_that_is_never_closed_is_named_by_its_line(make_file):
    _, details = refusal(make_file(HEADER + '1,ok\n2,"open\n3,x\n4,y\n'))

    assert details == [
        "the record that begins on line 3 cannot be read: the quote that opens here is never closed"
    ]


def test_text_after_a_closing_quote_is_refused_with_the_remedy(make_file):
    _, details = refusal(make_file(HEADER + '1,"Acme "Best" Ltd"\n'))

    assert "line 2" in details[0]
    assert 'write a quote within quotes twice ("")' in details[0]


def test_a_cell_without_end_is_refused(make_file):
    assert "longer than 131,072" in refusal(make_file(HEADER + "1," + "x" * 200_000))[1][0]


def test_a_column_name_without_end_is_refused(make_file):
    assert "at most 1,000" in refusal(make_file("id," + "x" * 1_001 + "\n1,2\n"))[1][0]


def test_duplicate_names_are_named_with_their_places(make_file):
    _, details = refusal(make_file("a, b,a,b \n1,2,3,4\n"))

    assert details == [
        "'a' names columns 1, 3; rename all but one",
        "'b' names columns 2, 4; rename all but one",
    ]


def test_an_empty_first_name_is_taken_for_a_leftover_index(make_file):
    assert "index=False" in refusal(make_file(",a\n0,1\n"))[1][0]


def test_an_empty_name_is_named_by_its_place(make_file):
    assert refusal(make_file("a,,b\n0,1,2\n"))[1] == ["column 2 has no name"]


@pytest.mark.parametrize("name", ["Unnamed: 0", "Unnamed: 37", "Unnamed: 0_level_1"])
def test_a_leftover_index_is_refused_with_the_remedy(make_file, name):
    _, details = refusal(make_file(f"{name},a\n0,1\n"))

    assert name in details[0]
    assert "index=False" in details[0]


def test_nul_is_refused_by_line_and_place(make_file):
    message, details = refusal(make_file(HEADER + "1,x\n2,a\0b\n"))

    assert "U+0000" in message
    assert details == ["line 3 has U+0000 at character 4"]


def test_a_file_half_gbk_half_utf8_is_refused_by_its_lines(make_file):
    content = "编号,城市\n1,北京\n".encode() + "2,上海\n3,广州\n".encode("gbk")

    message, details = refusal(make_file(content))

    assert "2 lines are not UTF-8 and 2 are" in message
    assert details[0] == "line 3 is not UTF-8"


def test_a_file_half_latin_half_utf8_is_refused(make_file):
    content = HEADER.encode() + "1,Köln\n".encode() + "2,Zürich\n".encode("latin-1")

    assert refusal(make_file(content))[1] == ["line 3 is not UTF-8"]


@pytest.mark.parametrize("encoding", ["cp1251", "shift_jis", "cp1253"])
def test_an_encoding_that_cannot_be_told_is_refused_rather_than_read_as_other_letters(
    make_file, encoding
):
    words = {"cp1251": "Москва", "shift_jis": "とうきょう", "cp1253": "Αθήνα"}
    content = HEADER + "".join(f"{i},{words[encoding]}\n" for i in range(5))

    assert "name its encoding" in refusal(make_file(content.encode(encoding)))[0]


def test_a_wrong_encoding_given_is_refused_by_line(make_file):
    message, details = refusal(make_file(HEADER + "1,é\n"), encoding="ascii")

    assert "is not ascii throughout" in message
    assert details == ["line 2 has the bytes c3 a9 0a, not ascii"]


@pytest.mark.parametrize("name", ["utf-9", "base64"])
def test_an_unknown_encoding_is_refused(make_file, name):
    assert "no known encoding" in refusal(make_file(HEADER + "1,x\n"), encoding=name)[0]


@pytest.mark.parametrize("separator", ["", "::", '"', "\n"])
def test_a_separator_that_cannot_separate_is_refused(make_file, separator):
    with pytest.raises(InvalidInput, match="cannot separate"):
        read_table(make_file(HEADER + "1,x\n"), separator=separator)


def test_a_ragged_line_after_a_quoted_one_is_found_by_its_line(make_file):
    path = make_file(HEADER + "1,x\n" * 3_000 + '"2\n",y\n3\n')

    assert refusal(path)[1] == ["line 3004 has 1 field, too few: expected 2 (begins '3')"]


def test_utf16_without_its_mark_is_recognised(make_file):
    assert "byte-order mark" in refusal(make_file((HEADER + "1,x\n").encode("utf-16-le")))[0]


def test_utf16_cut_in_the_middle_of_a_character_is_refused(make_file):
    assert "cut off" in refusal(make_file((HEADER + "1,x\n").encode("utf-16")[:-1]))[0]


def test_binary_rubbish_is_no_table(make_file):
    rubbish = bytes(range(256)) * 40

    assert "binary" in refusal(make_file(rubbish))[0]


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", ".xls"),
        (b"\x28\xb5\x2f\xfd....", "zstd"),
        (b"SQLite format 3\x00...", "SQLite"),
    ],
)
def test_files_of_other_kinds_are_called_by_their_kind(make_file, start, said):
    message, _ = refusal(make_file(start))

    assert said in message
    assert "CSV, TSV, Parquet, XLSX or JSON Lines" in message


def test_a_gzip_file_cut_short_is_refused(make_file):
    packed = gzip.compress((HEADER + "1,x\n" * 5_000).encode())

    assert "ends too early" in refusal(make_file(packed[:-20]))[0]


def test_a_gzip_file_with_a_flipped_bit_is_refused(make_file):
    packed = bytearray(gzip.compress((HEADER + "1,x\n" * 5_000).encode()))
    packed[-6] ^= 1

    assert "damaged gzip" in refusal(make_file(bytes(packed)))[0]


@pytest.mark.parametrize(
    ("content", "options", "told"),
    [
        (HEADER + "1,x\n", {"sheet": "leads"}, "is text and has no sheet to choose"),
    ],
)
def test_an_option_that_would_be_passed_over_is_refused(make_file, content, options, told):
    assert told in refusal(make_file(content), **options)[0]
