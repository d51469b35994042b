"""A condition in words, in each language: "company size >= 500 and region is Bavaria"."""

from collections.abc import Callable, Mapping
from datetime import datetime

from leads.conditions.known import ATTRIBUTE
from leads.conditions.tree import Comparison, Condition, How, Plain
from leads.fields import VALUES
from leads.messages import messages
from leads.score import Locale


def label_of(field: str, locale: Locale) -> str:
    """What people call a field; an attribute has its source's own name."""
    plain = field.removeprefix(ATTRIBUTE)
    return messages(locale).get(f"condition.field.{field}", plain.replace("_", " "))


def sentence_of(
    condition: Condition,
    locale: Locale,
    *,
    label: Callable[[str, Locale], str] = label_of,
) -> str:
    """The condition as people would say it."""
    texts = messages(locale)
    if isinstance(condition, Comparison):
        return _compared(condition, texts, label(condition.field, locale))
    parts = [
        texts["condition.group"].format(parts=told)
        if _needs_brackets(part, condition.how)
        else told
        for part in condition.parts
        for told in (sentence_of(part, locale, label=label),)
    ]
    word = texts["condition.and" if condition.how is How.ALL else "condition.or"]
    joined = word.join(parts)
    return texts["condition.none"].format(parts=joined) if condition.how is How.NONE else joined


def _needs_brackets(part: Condition, outer: How) -> bool:
    if isinstance(part, Comparison) or part.how is How.NONE or len(part.parts) == 1:
        return False
    return part.how is not outer


def _compared(one: Comparison, texts: Mapping[str, str], label: str) -> str:
    if one.values and isinstance(one.values[0], bool):
        is_yes = one.values[0] is (one.op == "eq")
        return texts["condition.op.yes" if is_yes else "condition.op.no"].format(field=label)
    told = [_word(one.field, value, texts) for value in one.values]
    values = {"low": told[0], "high": told[-1]} if told else {}
    listed = texts["condition.or"].join(told)
    is_one = len(told) == 1 and one.op in ("in", "not_in")
    key = {"in": "eq", "not_in": "ne"}[one.op] if is_one else str(one.op)
    is_number = bool(one.values) and isinstance(one.values[0], float)
    key = f"{key}_number" if is_number and key in ("eq", "ne") else key
    return texts[f"condition.op.{key}"].format(field=label, value=listed, **values)


def _word(field: str, value: Plain, texts: Mapping[str, str]) -> str:
    """A value in words; those of fields that only ever say a few have a name in each language."""
    return texts.get(f"condition.value.{value}", str(value)) if field in VALUES else _shown(value)


def _shown(value: Plain) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if value == int(value) else f"{value:,g}"
    return value.date().isoformat() if isinstance(value, datetime) else str(value)
