"""The fields of a lead table: what each column is, before anything is learnt from it."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from features.values import DateOrder
from leads.errors import InvalidInput, NotFound, Problem


class Kind(StrEnum):
    """How a column's values are read."""

    NUMBER = "number"
    CATEGORY = "category"
    BOOLEAN = "boolean"
    DATE = "date"


class Side(StrEnum):
    """Which part of a score a field belongs to."""

    FIT = "fit"  # who they are
    ENGAGEMENT = "engagement"  # what they do


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One raw column of a lead table.

    side            whether it says who they are or what they do
    label           the name for people by locale; empty where nobody declared one
    decimal_comma   numbers are written 3,5 (only for text)
    date_order      dates are written day or month first (only for text)
    """

    name: str
    kind: Kind
    side: Side = Side.FIT
    label: Mapping[str, str] = field(default_factory=dict)
    decimal_comma: bool = False
    date_order: DateOrder = DateOrder.YMD


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedColumn:
    """A column the model does not see, and the reason in a sentence."""

    column: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """What a table's columns are, which are left out, and what a reader should know.

    moment    the column that says as of when a row's facts were true; ages count back from it
    """

    fields: tuple[Field, ...]
    moment: Field | None = None
    dropped: tuple[DroppedColumn, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredField:
    """What a person wrote down about a column; overrules what we would infer."""

    kind: Kind | None = None
    ignore: bool = False
    side: Side | None = None
    label: Mapping[str, str] = field(default_factory=dict)


def read_declared(path: Path) -> dict[str, DeclaredField]:
    """The declarations of a TOML file, one table a column.

        [employees]
        kind = "number"                       # number, category, boolean, date or ignore
        label = { en = "employees", zh = "员工人数" }
        side = "fit"                          # fit (who they are) or engagement (what they do)

    Raises InvalidInput listing every mistake with its key path.
    """
    if not path.is_file():
        raise NotFound(f"there is no file {path}")
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} is not TOML: {error}") from error
    problems = [p for name, entry in tables.items() for p in _problems(name, entry)]
    if problems:
        raise InvalidInput(f"{path}: {len(problems)} mistakes in the field declarations", problems)
    return {name: _declared(entry) for name, entry in tables.items()}


def check_declared(declared: Mapping[str, DeclaredField], columns: list[str]) -> None:
    """Raise InvalidInput when a declaration names a column the table does not have."""
    problems = []
    for name in declared:
        if name not in columns:
            near = difflib.get_close_matches(name, columns, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; it has {', '.join(columns)}"
            detail = f"the table has no column {name!r}{hint}"
            problems.append(Problem(pointer=name, code="unknown_column", detail=detail))
    if problems:
        raise InvalidInput("declared fields are not in the table", problems)


_KINDS = [*Kind, "ignore"]


def _problems(name: str, entry: Any) -> list[Problem]:  # Any: a stranger's TOML
    if not isinstance(entry, dict):
        detail = f'{name} = {entry!r}: write a table, for example [{name}] with kind = "number"'
        return [Problem(pointer=name, code="not_a_table", detail=detail)]
    found = []
    for key, value in entry.items():
        pointer = f"{name}.{key}"
        if key == "kind":
            if value not in _KINDS:
                detail = f"{value!r} is no kind; one of {', '.join(_KINDS)}"
                found.append(Problem(pointer=pointer, code="unknown_kind", detail=detail))
        elif key == "side":
            if value not in [*Side]:
                detail = f"{value!r} is no side; one of {', '.join(Side)}"
                found.append(Problem(pointer=pointer, code="unknown_side", detail=detail))
        elif key == "label":
            if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
                detail = 'write labels by language: { en = "...", zh = "..." }'
                found.append(Problem(pointer=pointer, code="bad_label", detail=detail))
        else:
            detail = f"unknown key {key!r}; allowed are kind, label and side"
            found.append(Problem(pointer=pointer, code="unknown_key", detail=detail))
    return found


def _declared(entry: dict[str, Any]) -> DeclaredField:
    kind, side = entry.get("kind"), entry.get("side")
    return DeclaredField(
        kind=None if kind in (None, "ignore") else Kind(kind),
        ignore=kind == "ignore",
        side=None if side is None else Side(side),
        label=entry.get("label", {}),
    )
