"""Which changes to the interface would break a caller written against the committed document.

A path, method, answer or field of an answer may not go; a request may not need or refuse more;
nothing may change its type. Adding is free. An incompatible change needs a new version of the
interface (`/v2`, INTERFACE in serving/openapi.py), for which the comparison starts anew.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Document = Mapping[str, Any]
Schema = Mapping[str, Any]

_LOWER_IS_STRICTER = ("maximum", "maxLength", "maxItems")
_HIGHER_IS_STRICTER = ("minimum", "minLength", "minItems")


def incompatible_changes(old: Document, new: Document) -> list[str]:
    """Each change that breaks callers, as a sentence; none when the interface version changed."""
    if _interface(old) != _interface(new):
        return []
    return list(_changes(old, new))


def _interface(document: Document) -> str:
    return str(document["info"]["version"]).partition("+")[0]


def _changes(old: Document, new: Document) -> Iterator[str]:
    for path, methods in old["paths"].items():
        for method, was in methods.items():
            now = new["paths"].get(path, {}).get(method)
            where = f"{method.upper()} {path}"
            if now is None:
                yield f"{where} is gone"
                continue
            yield from _Comparison(old, new, answer=False).bodies(
                f"{where} request", was.get("requestBody"), now.get("requestBody")
            )
            for status, said in was["responses"].items():
                if status not in now["responses"]:
                    yield f"{where} no longer documents {status}"
                    continue
                yield from _Comparison(old, new, answer=True).bodies(
                    f"{where} answer {status}", said, now["responses"][status]
                )


class _Comparison:
    """Compares the schemas of one body; each pair of named schemas once, so that loops end."""

    def __init__(self, old: Document, new: Document, *, answer: bool) -> None:
        self._old, self._new, self._answer = old, new, answer
        self._seen: set[tuple[str, str]] = set()

    def bodies(self, where: str, was: Schema | None, now: Schema | None) -> Iterator[str]:
        for media_type, content in (was or {}).get("content", {}).items():
            found = (now or {}).get("content", {}).get(media_type)
            if found is None:
                yield f"{where}: {media_type} is gone"
            else:
                yield from self._schemas(where, content.get("schema", {}), found.get("schema", {}))

    def _schemas(self, where: str, was: Schema, now: Schema) -> Iterator[str]:
        names = (was.get("$ref", ""), now.get("$ref", ""))
        if names != ("", ""):
            if names in self._seen:
                return
            self._seen.add(names)
        was, now = _resolved(self._old, was), _resolved(self._new, now)
        yield from self._types(where, was, now)
        yield from self._members(where, was, now)
        if not self._answer:
            yield from _limits(where, was, now)
        yield from self._alternatives(where, was, now)
        if "items" in was and "items" in now:
            yield from self._schemas(f"{where}[]", was["items"], now["items"])

    def _alternatives(self, where: str, was: Schema, now: Schema) -> Iterator[str]:
        """The named schemas a value may have."""
        for several in ("anyOf", "oneOf"):
            named = {part["$ref"]: part for part in now.get(several, ()) if "$ref" in part}
            for part in was.get(several, ()):
                name = part.get("$ref")
                if name in named:
                    yield from self._schemas(where, part, named[name])
                elif name is not None:
                    yield f"{where}: {name} is gone"

    def _types(self, where: str, was: Schema, now: Schema) -> Iterator[str]:
        before, after = self._kinds(self._old, was), self._kinds(self._new, now)
        lost, gained = before - after, after - before
        if lost and (not self._answer or not after):
            yield f"{where}: {', '.join(sorted(lost))} is no longer possible"
        if gained and self._answer and before:
            yield f"{where}: {', '.join(sorted(gained))} is new to callers"
        if lost and gained and self._answer:
            yield f"{where}: was {', '.join(sorted(lost))}"

    def _kinds(self, document: Document, schema: Schema) -> set[str]:
        """What a value may be: types, or the words of an enumeration."""
        for several in ("anyOf", "oneOf"):
            if several in schema:
                parts = (_resolved(document, part) for part in schema[several])
                return set().union(*(self._kinds(document, part) for part in parts))
        if "const" in schema or "enum" in schema:
            return {repr(word) for word in schema.get("enum", [schema.get("const")])}
        return {str(schema["type"])} if "type" in schema else set()

    def _members(self, where: str, was: Schema, now: Schema) -> Iterator[str]:
        before, after = was.get("properties", {}), now.get("properties", {})
        for name, member in before.items():
            if name not in after:
                yield f"{where}: {name} is gone"
            else:
                yield from self._schemas(f"{where}.{name}", member, after[name])
        needed, needs = set(was.get("required", ())), set(now.get("required", ()))
        if self._answer:
            for name in sorted((needed - needs) & after.keys()):
                yield f"{where}: {name} may now be absent"
        else:
            for name in sorted(needs - needed):
                yield f"{where}: {name} is now required"


def _limits(where: str, was: Schema, now: Schema) -> Iterator[str]:
    for name in _LOWER_IS_STRICTER:
        if name in now and now[name] < was.get(name, float("inf")):
            yield f"{where}: {name} is now {now[name]}"
    for name in _HIGHER_IS_STRICTER:
        if name in now and now[name] > was.get(name, float("-inf")):
            yield f"{where}: {name} is now {now[name]}"


def _resolved(document: Document, schema: Schema) -> Schema:
    name = schema.get("$ref")
    if name is None:
        return schema
    found: Schema = document["components"]["schemas"][name.rpartition("/")[2]]
    return found
