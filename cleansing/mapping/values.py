"""What a column's values say about it when its header says nothing, or something else."""

import re
from collections.abc import Mapping, Sequence

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_PHONE = re.compile(r"(\+|00)[\d\s().\-/]{7,22}|(\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}")
_SITE = re.compile(r"(https?://|www\.)\S+\.\S+", re.IGNORECASE)
_SHAPES: Mapping[str, re.Pattern[str]] = {"email": _EMAIL, "phone": _PHONE, "website": _SITE}
_FEWEST = 3
_MOST_LOOKED_AT = 500
_MOSTLY = 0.6
_HARDLY = 0.1
_SALUTATION = re.compile(
    r"(mr|mrs|ms|miss|dr|prof|herr|frau|sir|mx)\.?|先生|女士|小姐", re.IGNORECASE
)
_MAY_BE: Mapping[str, re.Pattern[str]] = {
    "email": re.compile("@|＠"),
    "phone": re.compile(r"\d"),
    "mobile": re.compile(r"\d"),
    "employees": re.compile(r"\d|[一二三四五六七八九十百千万]"),
}


def field_of_values(values: Sequence[object], fields: Sequence[str]) -> str | None:
    """The field that most of the values have the shape of: email, phone or website."""
    texts = _texts(values)
    if len(texts) < _FEWEST:
        return None
    for field, shape in _SHAPES.items():
        if field in fields and _share(shape, texts) >= _MOSTLY:
            return field
    return None


def speak_against(values: Sequence[object], field: str) -> bool:
    """Whether hardly any of the values can be of this field."""
    texts = _texts(values)
    if len(texts) < _FEWEST:
        return False
    if field == "job_title":
        return _share(_SALUTATION, texts) >= _MOSTLY
    if field not in _MAY_BE:
        return False
    return sum(bool(_MAY_BE[field].search(text)) for text in texts) < _HARDLY * len(texts)


def _texts(values: Sequence[object]) -> list[str]:
    texts = (str(value).strip() for value in values[:_MOST_LOOKED_AT] if value is not None)
    return [text for text in texts if len(text) > 1]


def _share(shape: re.Pattern[str], texts: Sequence[str]) -> float:
    return sum(bool(shape.fullmatch(text)) for text in texts) / len(texts)
