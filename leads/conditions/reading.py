"""From a TOML table to a condition, naming every mistake by its key path."""

import difflib
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from leads.conditions.compiling import plain_moment
from leads.conditions.known import ATTRIBUTE, LEAD_FIELDS, OPERATORS, KnownField, ValueKind
from leads.conditions.ranges import impossible
from leads.conditions.tree import Comparison, Condition, Group, How, Operator, Plain
from leads.errors import Problem

DEPTH = 8
"""Groups within groups; deeper ones nobody can read."""
MOST_VALUES = 500
_NO_VALUE = (Operator.EXISTS, Operator.MISSING)
_SEVERAL = (
    *(Operator.IN, Operator.NOT_IN, Operator.CONTAINS, Operator.NOT_CONTAINS),
    *(Operator.STARTS_WITH, Operator.ENDS_WITH),
)
_COMPARISON = ("field", "op", "value")
_EXAMPLE = '{ field = "employees", op = "ge", value = 500 }'


def read_condition(
    node: Any,  # a stranger's TOML
    *,
    pointer: str,
    problems: list[Problem],
    fields: Mapping[str, KnownField] = LEAD_FIELDS,
) -> Condition | None:
    """The condition at key path `pointer`; None when it has mistakes, which join `problems`."""
    before = len(problems)
    problems.extend(_mistakes(node, pointer, fields, depth=1))
    return _condition(node, fields) if len(problems) == before else None


def suggestion(name: str, known: Sequence[str]) -> str:
    """The name that was probably meant, or all there is to choose from."""
    near = [str(one) for one in difflib.get_close_matches(name[:80], known, n=1)]
    return f"did you mean {near[0]!r}?" if near else f"one of {', '.join(known)}"


def _mistakes(
    node: Any, pointer: str, fields: Mapping[str, KnownField], *, depth: int
) -> Iterator[Problem]:
    if not isinstance(node, Mapping):
        yield _problem(
            pointer, "not_a_condition", f"{_shown(node)} is no condition; write {_EXAMPLE}"
        )
        return
    known = (*_COMPARISON, *How)
    for key in node:
        if key not in known:
            hint = suggestion(str(key), known)
            yield _problem(f"{pointer}.{key}", "unknown_key", f"unknown key {key!r}; {hint}")
    groups = [how for how in How if how in node]
    if groups and any(key in node for key in _COMPARISON):
        detail = f"a condition is a comparison or a group ({', '.join(How)}), not both"
        yield _problem(pointer, "two_things", detail)
        return
    if not groups:
        yield from _wrong_comparison(node, pointer, fields)
        return
    for how in groups:
        yield from _wrong_group(node[how], f"{pointer}.{how}", fields, depth=depth)
        if how is How.ALL and (why := _never(node[how], fields)):
            yield _problem(f"{pointer}.{how}", "impossible_range", why)


def _wrong_group(
    parts: Any, pointer: str, fields: Mapping[str, KnownField], *, depth: int
) -> Iterator[Problem]:
    if not isinstance(parts, list) or not parts:
        detail = f"{_shown(parts)} is no list of conditions; write [{_EXAMPLE}, ...]"
        yield _problem(pointer, "empty_group", detail)
    elif depth >= DEPTH:
        yield _problem(pointer, "too_deep", f"groups are nested more than {DEPTH} levels deep")
    else:
        for i, part in enumerate(parts):
            yield from _mistakes(part, f"{pointer}[{i}]", fields, depth=depth + 1)


def _never(parts: Any, fields: Mapping[str, KnownField]) -> str | None:
    """Why a group of which every part is right can never hold."""
    if not isinstance(parts, list):
        return None
    plain = [part for part in parts if isinstance(part, Mapping) and "field" in part]
    if any(True for part in plain for _ in _wrong_comparison(part, "", fields)):
        return None
    return impossible([_comparison(part, fields) for part in plain])


def _wrong_comparison(
    node: Mapping[str, Any], pointer: str, fields: Mapping[str, KnownField]
) -> Iterator[Problem]:
    name, word = node.get("field"), node.get("op")
    known = _known(node, fields)
    if not isinstance(name, str):
        detail = f'the field is missing: write field = "...", one of {", ".join(fields)}'
        yield _problem(f"{pointer}.field", "no_field", detail)
    elif known is None:
        detail = (
            f"there is no field {name[:80]!r}; {suggestion(name, list(fields))} "
            f"(a column of a source's own is written {ATTRIBUTE}NAME)"
        )
        yield _problem(f"{pointer}.field", "unknown_field", detail)
    allowed = OPERATORS[known.kind] if known else tuple(Operator)
    if word not in allowed:
        what = f"{name} is a {known.kind} and cannot be compared by" if known else "there is no"
        said = "the operator is missing" if word is None else f"{what} {_shown(word)}"
        hint = (
            suggestion(str(word), allowed) if word is not None else f"one of {', '.join(allowed)}"
        )
        if "did you mean" in hint:
            hint += f" (allowed are {', '.join(allowed)})"
        yield _problem(f"{pointer}.op", "unknown_operator", f"{said}; {hint}")
    elif known is not None:
        yield from _wrong_value(node, pointer, Operator(word), known)


def _wrong_value(
    node: Mapping[str, Any], pointer: str, op: Operator, known: KnownField
) -> Iterator[Problem]:
    place = f"{pointer}.value"
    if op in _NO_VALUE:
        if "value" in node:
            yield _problem(place, "needless_value", f"{op} needs no value; leave it out")
        return
    if "value" not in node:
        yield _problem(place, "no_value", f"{op} needs a value: value = {_example(op, known)}")
        return
    value = node["value"]
    listed = value if isinstance(value, list) else [value]
    if isinstance(value, list) != (op in (Operator.IN, Operator.NOT_IN, Operator.BETWEEN)) and not (
        isinstance(value, list) and op in _SEVERAL
    ):
        detail = f"{op} cannot be {_shown(value)}; write value = {_example(op, known)}"
        yield _problem(place, "wrong_shape", detail)
        return
    if not listed or len(listed) > MOST_VALUES or (op is Operator.BETWEEN and len(listed) != 2):
        detail = f"{len(listed)} values do not go with {op}; write value = {_example(op, known)}"
        yield _problem(place, "wrong_number", detail)
        return
    wrong = False
    for i, one in enumerate(listed):
        if fault := _fault(one, op, known):
            wrong = True
            where = f"{place}[{i}]" if isinstance(value, list) else place
            yield _problem(where, *fault)
    if not wrong and (why := impossible([_comparison(node, {str(node["field"]): known})], known)):
        yield _problem(place, "impossible_range", why)


def _fault(value: Any, op: Operator, known: KnownField) -> tuple[str, str] | None:
    if _plain(value, known.kind) is None:
        return "wrong_type", f"{_shown(value)} is no {known.kind}; write {_one(known.kind)}"
    whole = op in (Operator.EQ, Operator.NE, Operator.IN, Operator.NOT_IN)
    if known.allowed and whole and value not in known.allowed:
        return "unknown_value", f"{_shown(value)} is never its value; " + suggestion(
            str(value), known.allowed
        )
    if known.is_code and whole and not (len(value) == 2 and value.isascii() and value.isupper()):
        return "no_code", f"{_shown(value)} is no country's code; write two capital letters: DE"
    return None


def _known(node: Mapping[str, Any], fields: Mapping[str, KnownField]) -> KnownField | None:
    """What is known of a node's field; an attribute is of the kind that its value is."""
    name = node.get("field")
    if not isinstance(name, str):
        return None
    if name in fields or not name.removeprefix(ATTRIBUTE) or not name.startswith(ATTRIBUTE):
        return fields.get(name)
    value = node.get("value")
    first = value[0] if isinstance(value, list) and value else value
    kinds = (ValueKind.BOOLEAN, ValueKind.NUMBER, ValueKind.TEXT, ValueKind.MOMENT)
    kind = next((kind for kind in kinds if _plain(first, kind) is not None), ValueKind.TEXT)
    return KnownField(kind=kind)


def _plain(value: Any, kind: ValueKind) -> Plain | None:
    """A value of the wanted kind; None for one that is not."""
    if kind is ValueKind.BOOLEAN:
        return value if isinstance(value, bool) else None
    if kind is ValueKind.NUMBER:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return float(value) if is_number and math.isfinite(value) else None
    if kind is ValueKind.TEXT:
        return value if isinstance(value, str) and value.strip() else None
    return plain_moment(value)


def _condition(node: Mapping[str, Any], fields: Mapping[str, KnownField]) -> Condition:
    groups = [
        Group(how=how, parts=tuple(_condition(part, fields) for part in node[how]))
        for how in How
        if how in node
    ]
    if not groups:
        return _comparison(node, fields)
    return groups[0] if len(groups) == 1 else Group(how=How.ALL, parts=tuple(groups))


def _comparison(node: Mapping[str, Any], fields: Mapping[str, KnownField]) -> Comparison:
    known = _known(node, fields)
    assert known is not None
    value = node.get("value", [])
    listed = value if isinstance(value, list) else [value]
    values = tuple(plain for one in listed if (plain := _plain(one, known.kind)) is not None)
    return Comparison(field=node["field"], op=Operator(node["op"]), values=values)


def _example(op: Operator, known: KnownField) -> str:
    one = f'"{known.allowed[0]}"' if known.allowed else _one(known.kind)
    if op is Operator.BETWEEN:
        return "[50, 499]" if known.kind is ValueKind.NUMBER else "[2026-01-01, 2026-06-30]"
    return f"[{one}, ...]" if op in (Operator.IN, Operator.NOT_IN) else one


def _one(kind: ValueKind) -> str:
    examples = {
        ValueKind.NUMBER: "500",
        ValueKind.TEXT: '"software"',
        ValueKind.BOOLEAN: "true",
        ValueKind.MOMENT: "2026-01-01",
    }
    return examples[kind]


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _problem(pointer: str, code: str, detail: str) -> Problem:
    return Problem(pointer=pointer, code=code, detail=f"{pointer}: {detail}")
