"""Company background from outside: what a provider is, and what may be filled in.

A provider is asked by keys of the company, the surest first; what it tells becomes a statement of
its own (origin `enrichment:<provider>`), over which everything that was given survives.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from cleansing.clean import clean
from cleansing.companies import company_key
from leads.fields import DERIVED, Value
from leads.lead import Fields

FILLED = (
    "company",
    "website",
    "industry",
    "employees",
    "revenue",
    "street",
    "postal_code",
    "city",
    "region",
    "country",
)
"""Fields about the company; of people a provider tells us nothing we keep."""

_DERIVED = tuple(name for name in ("domain", "country_code") if name in DERIVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a provider knows of a company; `as_of` is when it was so, None when it does not say."""

    fields: Fields
    as_of: datetime | None = None


class Provider(Protocol):
    """Somebody who knows companies.

    name         in the origin of what it tells
    changed_at   answers older than this are asked for again; None: only their age counts
    """

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def changed_at(self) -> datetime | None: ...  # noqa: D102

    def lookup(self, key: str) -> Facts | None:
        """What is known under a key of `company_keys`; None when nothing is. May fail: it is
        asked again later.
        """
        ...


LONGEST_NAME = 200
"""Characters of a company's name in a key: PostgreSQL keeps no longer ones in an index."""


def company_keys(fields: Mapping[str, object]) -> list[str]:
    """What to ask a provider by, of clean fields: `domain:acme.com`, then `name:acme`."""
    keys = []
    if domain := fields.get("domain"):
        keys.append(f"domain:{domain}")
    if company := fields.get("company"):
        keys += _name_keys(str(company))
    return keys


def account_of(fields: Mapping[str, object]) -> str | None:
    """The key of the company that clean fields tell: its domain, else its name; None for neither.

    Leads with the same are colleagues.
    """
    return next(iter(company_keys(fields)), None)


def facts_of(record: Mapping[str, object], *, as_of: datetime | None = None) -> Facts:
    """A provider's record, cleaned and without what we do not keep."""
    cleaned = clean({name: record.get(name) for name in FILLED})
    kept = {name: cleaned.fields[name] for name in (*FILLED, *_DERIVED) if name in cleaned.fields}
    return Facts(fields=kept, as_of=as_of)


def news(facts: Facts, told: Fields) -> dict[str, Value]:
    """What a provider says now that it did not say before; None where it takes something back."""
    changed: dict[str, Value] = {
        name: value for name, value in facts.fields.items() if told.get(name) != value
    }
    gone = (name for name, value in told.items() if value is not None and name not in facts.fields)
    return {**changed, **dict.fromkeys(gone)}


@dataclass(slots=True)
class Register:
    """A provider that has all its companies in memory.

    A key that two different companies share finds neither.
    """

    name: str
    changed_at: datetime | None = None
    _companies: dict[str, Facts | None] = field(default_factory=dict)

    def add(self, companies: Iterable[Facts]) -> None:
        """Let companies be found by their domain and by their name."""
        for facts in companies:
            for key in company_keys(facts.fields):
                known = self._companies.get(key, facts)
                self._companies[key] = facts if known == facts else None

    def lookup(self, key: str) -> Facts | None:
        """What the register holds under that key."""
        return self._companies.get(key)


def _name_keys(company: str) -> list[str]:
    """In its own script: by the sound alone 华瑞 would be 华锐."""
    key = company_key(company)
    return [f"name:{key[:LONGEST_NAME]}"] if key else []
