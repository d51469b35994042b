"""The mapping of headers as a TOML file that people read, change and hand in again.

kind = "leads"

[fields]
"E-Mail" = "email"
"Shoe size" = "attribute"     # kept under its own name
"Row colour" = "ignore"       # left out
"""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

from cleansing.mapping.fields import ATTRIBUTE, IGNORE, fields_of, meant
from cleansing.mapping.result import HeaderMapping
from leads.errors import InvalidInput, NotFound, Problem


def read_map(path: Path, *, kind: str) -> dict[str, str]:
    """Header -> field, "attribute" or "ignore", as `match_headers` takes it in `told`.

    Raises NotFound if there is no such file, InvalidInput for what is wrong in it, all at once.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotFound(f"there is no mapping file {path}") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidInput(f"{path} is not a TOML file: {error}") from error
    problems = list(_problems(table, kind))
    if problems:
        raise InvalidInput(f"{path} is not a mapping of {kind}", problems)
    fields: dict[str, str] = table["fields"]
    return fields


def write_map(mapping: HeaderMapping) -> str:
    """The mapping as the text of such a file; read back, it tells the same of every header."""
    lines = [f"kind = {json.dumps(mapping.kind)}", "", "[fields]"]
    lines += [f"{_quoted(header)} = {_quoted(field)}" for header, field in mapping.fields.items()]
    lines += [f"{_quoted(header)} = {_quoted(ATTRIBUTE)}" for header in mapping.attributes]
    lines += [f"{_quoted(header)} = {_quoted(IGNORE)}" for header in mapping.ignored]
    return "\n".join(lines) + "\n"


def _problems(table: dict[str, object], kind: str) -> Iterator[Problem]:
    known = (*fields_of(kind), ATTRIBUTE, IGNORE)
    for name in table:
        if name not in ("kind", "fields"):
            detail = f"{name!r} is not part of a mapping file{meant(name, ('kind', 'fields'))}"
            yield Problem(pointer=name, code="unknown_key", detail=detail)
    if table.get("kind", kind) != kind:
        detail = f"the file maps {table['kind']!r} and the table is one of {kind!r}"
        yield Problem(pointer="kind", code="other_kind", detail=detail)
    fields = table.get("fields")
    if not isinstance(fields, dict):
        detail = 'the table [fields] is missing: write [fields] and below it "Header" = "field"'
        yield Problem(pointer="fields", code="no_fields", detail=detail)
        return
    for header, field in fields.items():
        if not isinstance(field, str):
            detail = f"{header!r} is {field!r}, the name of a field is needed"
            yield Problem(pointer=header, code="not_text", detail=detail)
        elif field not in known:
            detail = f"{header!r} is told to be {field!r}, which is no field{meant(field, known)}"
            yield Problem(pointer=header, code="unknown_field", detail=detail)


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's, but for the two characters that JSON leaves as they are."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
