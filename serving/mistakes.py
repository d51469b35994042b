"""pydantic's findings in our words: a pointer, a code, and a sentence that says what is right."""

import difflib
import math
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from leads.errors import InvalidInput, Problem

CODES: Mapping[str, str] = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "too_long": "too_many",
    "too_short": "too_few",
    "string_too_long": "too_long",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "enum": "not_one_of",
}
WANTED: Mapping[str, str] = {
    "dict_type": "an object",
    "model_type": "an object",
    "list_type": "a list",
    "string_type": "a text",
    "int_type": "an integer",
}
KINDS: Mapping[type, str] = {
    dict: "an object",
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "an integer",
    float: "a number",
    type(None): "null",
}
SHOWN = 60
"""Characters of a stranger's text that are repeated in an answer."""

NAMED = 200
"""Characters of each name in a pointer: a long one is not to be repeated with every mistake."""
MOST = 5000
"""More mistakes than this are not looked at one by one."""

Place = Sequence[str | int]
"""The names and positions that lead to a part of a body."""
Line = Mapping[str, Any]
"""One of pydantic's error dicts."""


def problems_of(error: ValidationError, *models: type[BaseModel]) -> list[Problem]:
    """One problem for each place that is wrong. Raises InvalidInput when they are too many.

    `models` are those the body might have been meant for: their names are suggested.
    """
    if error.error_count() > MOST:
        raise too_many()
    found: dict[str, Problem] = {}
    for line in error.errors(include_url=False):
        place = _place(line["loc"])
        pointer = pointer_to(place)
        if pointer not in found:
            code, detail = (
                _attribute(place, line) if _in_attributes(place) else _member(line, models)
            )
            found[pointer] = Problem(pointer=pointer, code=code, detail=detail)
    return list(found.values())


def too_many() -> InvalidInput:
    """The answer to a body with so many mistakes that naming them would cost more than it helps."""
    detail = f"more than {MOST:,} mistakes, too many to name: try a request of one lead first"
    return InvalidInput(detail, [Problem(pointer="", code="too_many", detail=detail)])


def pointer_to(place: Place) -> str:
    """The JSON pointer (RFC 6901) to a place; long names are cut, what cannot be said is `?`."""
    return "".join(f"/{_escaped(str(part))}" for part in place)


def _escaped(name: str) -> str:
    cut = name if len(name) <= NAMED else name[:NAMED] + "…"
    return cut.replace("~", "~0").replace("/", "~1").encode("utf-8", "replace").decode()


def _place(loc: Place) -> Place:
    """The location without what pydantic adds to that of an attribute."""
    if "attributes" in loc[:3]:
        return loc[: loc.index("attributes") + 2]
    return loc


def _in_attributes(place: Place) -> bool:
    return len(place) > 1 and place[-2] == "attributes"


def _attribute(place: Place, line: Line) -> tuple[str, str]:
    value, name = line["input"], shown(str(place[-1]))
    if isinstance(value, float) and not math.isfinite(value):
        return "not_finite", f"{name} is not a finite number; leave it out if it is not known"
    if isinstance(value, int):
        return "out_of_range", f"{name} is a number too large to compute with (1.7e308 at most)"
    return (
        "wrong_type",
        f"{name} is {_kind(value)}; give a text, a number, true, false or null",
    )


def _member(line: Line, models: Sequence[type[BaseModel]]) -> tuple[str, str]:
    name = shown(str(line["loc"][-1])) if line["loc"] else "the body"
    if line["type"] in WANTED:
        return "wrong_type", f"{name} is {_kind(line['input'])}; give {WANTED[line['type']]}"
    code = CODES.get(line["type"], "invalid")
    if code == "missing":
        return code, f"{name} is required"
    if code == "unknown_field":
        return code, f"unknown field {name}{_suggestion(line['loc'], models)}"
    return code, f"{name}: {line['msg'].removeprefix('Value error, ')}"


def _suggestion(loc: Place, models: Sequence[type[BaseModel]]) -> str:
    known = sorted({name for model in models for name in _members_at(loc[:-1], model)})
    near = difflib.get_close_matches(str(loc[-1])[:SHOWN], known, n=1)
    if near:
        return f": did you mean {near[0]!r}?"
    return f": {', '.join(known)} are known here"


def _members_at(loc: Place, model: type[BaseModel]) -> list[str]:
    """The names there are at that place of a model; none where it is not of this model."""
    for part in loc:
        if isinstance(part, int):
            continue
        if part not in model.model_fields:
            return []
        inner = _model_in(model.model_fields[part].annotation)
        if inner is None:
            return []
        model = inner
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The first model that a type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(part) for part in get_args(annotation))
    return next((model for model in found if model), None)


def _kind(value: object) -> str:
    return KINDS.get(type(value), "an object" if isinstance(value, dict) else "something else")


def shown(name: str) -> str:
    """The beginning of a stranger's text, in quotes."""
    cut = name if len(name) <= SHOWN else name[:SHOWN] + "…"
    return repr(cut.encode("utf-8", "replace").decode())
