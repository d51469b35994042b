"""Reading one value as a number, a word, a yes/no or a moment; None when it says nothing.

Every table writes its values its own way: `12,000`, `3,5`, `未知`, `Select`, `02.03.2026`.
These functions are the only place that knows; the encoder calls them for single leads and for
the distinct values of a column alike, which is what makes both paths equal to the last bit.
"""

import math
import re
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

MISSING_WORDS = frozenset(
    {"", "unknown", "select", "n/a", "#n/a", "-", "--", "?", "null", "nan", "nat", "<na>"}
    | {"(blank)", "not available", "not specified", "未知", "不详", "未填写", "请选择"}
)
# Words that mean "missing" only where a number or a moment is expected: as a category,
# NA may be Namibia or North America, and "none" an answer.
MISSING_AS_NUMBER = MISSING_WORDS | {"na", "none", "无"}

TRUE_WORDS = frozenset({"true", "yes", "y", "t", "on", "是", "有", "对"})
FALSE_WORDS = frozenset({"false", "no", "n", "f", "off", "否", "无", "没有"})

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

_SCALE = {"": 1.0, "%": 1.0, "k": 1e3, "m": 1e6, "万": 1e4, "亿": 1e8}
_NUMBER = re.compile(
    r"(?:[$€£¥￥] ?)?([+-]?)(?:[$€£¥￥] ?)?((?:\d[\d.,' \u00a0\u202f]*)?[.,]?\d) ?([%kKmM万亿]?)"
)
_DATE_PARTS = re.compile(r"(\d{1,4})[./\-年](\d{1,2})(?:[./\-月](\d{1,4})日?)?(?:[ T](.+))?")
_LONGEST = 64
"""Characters a number or a date may have; what is longer is a text."""
_YEAR_DIGITS = 4
_MONTHS = 12


class DateOrder(StrEnum):
    """How a column writes its dates when they are not ISO 8601."""

    YMD = "ymd"
    DMY = "dmy"
    MDY = "mdy"


def is_missing(value: object) -> bool:
    """Whether a value of any type says "not known"."""
    if value is None:
        return True
    if isinstance(value, str):
        return value.strip().casefold() in MISSING_WORDS
    # NaN, NaT and pandas' NA all differ from themselves or cannot be compared at all.
    try:
        return bool(value != value)  # noqa: PLR0124
    except (TypeError, ValueError):
        return type(value).__name__ == "NAType"


def number_of(value: object, *, decimal_comma: bool = False) -> float | None:
    """A finite number, or None when the value is missing or cannot be read as one."""
    if isinstance(value, str):
        return _number_in_text(value, decimal_comma=decimal_comma)
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _number_in_text(text: str, *, decimal_comma: bool) -> float | None:
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    if not decimal_comma and "_" not in text:
        try:
            number = float(text)
        except ValueError:
            pass
        else:
            return number if math.isfinite(number) else None
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    sign, digits, unit = match.groups()
    thousands, point = (".", ",") if decimal_comma else (",", ".")
    whole, *fraction = digits.split(point)
    groups = re.split(rf"[{thousands}' \u00a0\u202f]", whole)
    if len(fraction) > 1 or any(not part.isdigit() for part in fraction) or not _grouped(groups):
        return None
    number = float("".join(groups) + "." + "".join(fraction or ["0"])) * _SCALE[unit.lower()]
    return -number if sign == "-" else number


def _grouped(groups: list[str]) -> bool:
    """Whether digits stand in thousands (12 345 678) or ten-thousands; one group is free."""
    head, *rest = groups
    return (head.isdigit() or (not head and not rest)) and all(
        part.isdigit() and len(part) in (3, 4) for part in rest
    )


def boolean_of(value: object) -> bool | None:
    """Yes or no; None when the value is missing or neither."""
    if isinstance(value, str):
        word = value.strip().casefold()
        if word in TRUE_WORDS or word == "1":
            return True
        return False if word in FALSE_WORDS or word == "0" else None
    number = number_of(value)
    return bool(number) if number in (0.0, 1.0) else None


def category_of(value: object) -> str | None:
    """The value as a word, trimmed; whole numbers without a fraction; None when missing."""
    if isinstance(value, str):
        word = value.strip()
        return None if word.casefold() in MISSING_WORDS else word
    if is_missing(value):
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (list, dict, set, tuple)):
        return None
    # bool is written as in JSON, so that a typed table and a request agree.
    return str(value).lower() if isinstance(value, bool) else str(value)


def moment_of(value: object, *, order: DateOrder = DateOrder.YMD) -> int | None:
    """Microseconds since 1970 UTC; times without a zone are taken as UTC. None when unreadable."""
    if isinstance(value, str):
        moment = _moment_in_text(value.strip(), order)
    elif isinstance(value, datetime):
        moment = value
    elif isinstance(value, date):
        moment = datetime(value.year, value.month, value.day, tzinfo=UTC)
    else:
        return None
    if moment is None or is_missing(moment):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - EPOCH) // MICROSECOND


def _moment_in_text(text: str, order: DateOrder) -> datetime | None:
    if not 6 <= len(text) <= _LONGEST:  # "2026-3" is the shortest date we read
        return None
    if order is DateOrder.YMD:
        try:
            return datetime.fromisoformat(text) if not text.isdigit() else None
        except ValueError:
            pass
    match = _DATE_PARTS.fullmatch(text)
    if match is None:
        return None
    first, second, third, clock = match.groups()
    try:
        year, month, day = _ordered(first, second, third, order)
        at = datetime(year, month, day, tzinfo=UTC)
        if clock is None:
            return at
        time = datetime.fromisoformat(f"2000-01-01T{clock.strip()}").timetz()
        return datetime.combine(at.date(), time, tzinfo=time.tzinfo or UTC)
    except ValueError:
        return None


def _ordered(first: str, second: str, third: str | None, order: DateOrder) -> tuple[int, int, int]:
    if len(first) == _YEAR_DIGITS:
        return int(first), int(second), int(third or 1)
    if third is None or len(third) != _YEAR_DIGITS:
        raise ValueError
    day, month = (first, second) if order is DateOrder.DMY else (second, first)
    return int(third), int(month), int(day)


def date_order_of(texts: list[str]) -> tuple[DateOrder, bool]:
    """How a column of texts writes dates, and whether that had to be guessed."""
    parts = [match.groups() for text in texts if (match := _DATE_PARTS.fullmatch(text.strip()))]
    short = [(int(a), int(b)) for a, b, c, _ in parts if len(a) < _YEAR_DIGITS and c]
    if not short:
        return DateOrder.YMD, False
    if any(a > _MONTHS for a, _ in short):
        return DateOrder.DMY, False
    if any(b > _MONTHS for _, b in short):
        return DateOrder.MDY, False
    # 02.03.2026 is written day first nearly everywhere; with slashes it is a guess.
    dotted = any("." in text for text in texts)
    return (DateOrder.DMY, False) if dotted else (DateOrder.MDY, True)
