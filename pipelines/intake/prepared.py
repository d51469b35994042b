"""A record made ready: cleaned, its digest and its keys. Pure, so that it can be done ahead."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cleansing.clean import FATAL, MOST_CHARACTERS, Cleaned, clean
from cleansing.draft import shown
from cleansing.matching import keys_of
from leads.errors import Problem
from pipelines.intake.handed import Handed

Key = tuple[str, str]

_SURROGATE = re.compile("[\ud800-\udfff]")
IDS = ("external_id", "message_id", "anonymous_id")
MOST_OF_AN_ID = 500
"""Characters; PostgreSQL keeps no longer ones in an index."""
IDENTIFYING = ("full_name", "first_name", "last_name", "email", "phone", "mobile", "company")
"""A new lead needs one of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A record made ready.

    external_id   its own, or `row:` and its digest
    digest        of its values as they were typed
    problems      for which it must be refused whatever the store holds
    """

    handed: Handed
    external_id: str
    digest: str
    cleaned: Cleaned
    keys: tuple[Key, ...]
    problems: tuple[Problem, ...]


def prepare(
    handed: Handed, *, default_country: str | None = None, day_first: bool | None = None
) -> Prepared:
    """Clean a record; see `cleansing.clean` for the options."""
    digest = digest_of(
        {
            "fields": there(handed.fields),
            "attributes": there(handed.attributes),
            "times": [handed.occurred_at, handed.created_at],
        }
    )
    cleaned = clean(handed.fields, default_country=default_country, day_first=day_first)
    fatal = [problem for problem in cleaned.problems if problem.code in FATAL]
    fatal += bad_texts(handed.attributes)
    ids = {"external_id": handed.external_id, "anonymous_id": handed.anonymous_id}
    fatal += bad_texts(ids, most=MOST_OF_AN_ID)
    return Prepared(
        handed=handed,
        external_id=handed.external_id or f"row:{digest}",
        digest=digest,
        cleaned=cleaned,
        keys=() if fatal else tuple(keys_of(cleaned.fields)),
        problems=tuple(fatal),
    )


def there(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is empty; Any: a source's own."""
    return {name: value for name, value in values.items() if value is not None}


def digest_of(values: object) -> str:
    """SHA-256 of any JSON, the order of names apart."""
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), default=_text)
    return hashlib.sha256(text.encode()).hexdigest()


def bad_texts(values: Mapping[str, Any], *, most: int = MOST_CHARACTERS) -> Iterator[Problem]:
    """What no store should hold, in values that are not cleaned; Any: a source's own."""
    for name, value in values.items():
        for text in _texts(value):
            if len(text) > most:
                detail = f"{shown(text)} has {len(text):,} characters, more than {most:,}"
                yield Problem(pointer=name, code="too_long", detail=detail)
            elif "\0" in text:
                detail = f"{shown(text)} holds U+0000, which no text should"
                yield Problem(pointer=name, code="nul_character", detail=detail)
            elif not text.isascii() and _SURROGATE.search(text):
                detail = f"{shown(text)} is no Unicode: half of a character"
                yield Problem(pointer=name, code="not_unicode", detail=detail)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield str(name)
            yield from _texts(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts(each)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
