"""What people write where they know nothing."""

from features.values import MISSING_WORDS
from features.values import is_missing as is_missing_value

WORDS = MISSING_WORDS | {
    *("n.a.", "n. a.", "n.a", "none", "nil", "nan", "undefined", "not provided", "not applicable"),
    *(
        "not known",
        "no data",
        "tbd",
        "tba",
        "(null)",
        "[null]",
        "<null>",
        "(none)",
        "please select",
    ),
    *("k.a.", "k. a.", "keine angabe", "keine angaben", "unbekannt", "inconnu", "desconocido"),
    *(
        "---",
        "----",
        "–",
        "—",
        "——",
        "_",
        "/",
        "\\",
        ".",
        "..",
        "...",
        "…",
        "*",
        "**",
        "xx",
        "xxx",
        "xxxx",
    ),
    *("??", "???", "？", "无", "暂无", "没有", "未提供", "未知公司", "不明", "空", "保密"),
    *("無", "未填", "不详", "不詳", "待定", "请选择", "請選擇"),
}
"""Small letters, trimmed. "na" is not among them: 娜 is a first name, and NA is Namibia."""

NA = frozenset({"na", "#na"})
"""Missing everywhere but in a name and a country."""


def is_missing(value: object) -> bool:
    """Whether a value of any type, in any field, says "not known"."""
    if isinstance(value, str):
        return len(value) < 64 and value.strip().casefold() in WORDS
    return is_missing_value(value)
