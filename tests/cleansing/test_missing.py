import pytest

from cleansing.missing import is_missing


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "N/A",
        "n.a.",
        "Unknown",
        "无",
        "未知",
        "未填写",
        "-",
        "—",
        "null",
        "?",
        None,
        float("nan"),
    ],
)
def test_words_for_nothing_say_nothing(value):
    assert is_missing(value)


@pytest.mark.parametrize("value", ["Na", "0", 0, False, "no", "x", "None Inc", "无锡"])
def test_what_says_something_is_not_missing(value):
    assert not is_missing(value)
