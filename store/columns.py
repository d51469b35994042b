"""What is read of many leads, as columns, and how rows become it.

Leads are numbered: a *place* is the position of a root among all of them. Instants are microseconds
since 1970.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from leads.clock import ClockBasis
from leads.lead import LeadVersion

NEVER = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The leads that are read.

    lead_ids    by place, in the order of their ids
    created     (n,) when each came to be; the earliest of those it speaks for
    born        (n,) from when on something is known of each. Of a lead that came in a file that is
                when it came to be: what the file says counts as said then, see `Statement`
    accounts    (n,) codes of the companies they came with, -1 for none
    companies   those companies, by code
    place_of    the place of every lead, also of merged ones
    """

    lead_ids: Sequence[str]
    created: np.ndarray
    born: np.ndarray
    accounts: np.ndarray
    companies: Sequence[str]
    place_of: dict[str, int]

    def __len__(self) -> int:
        return len(self.lead_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement, and whether it is the one that its lead came with.

    is_first   a file has the values at its export: since when they are so, nobody knows
    created    when the lead it speaks of came to be
    """

    version: LeadVersion
    is_first: bool
    created: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """Acts or touchpoints: what was done, when, and with which kind of campaign.

    attributes   JSON texts
    has_time     (n,) whether the source told when it was
    """

    who: np.ndarray
    kind: Sequence[str]
    occurred: np.ndarray
    known: np.ndarray
    campaign: Sequence[str | None]
    attributes: Sequence[str]
    has_time: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """Stage moves, oldest first; not those that a merge took over."""

    who: np.ndarray
    to_stage: Sequence[str]
    occurred: np.ndarray
    known: np.ndarray
    reason: Sequence[str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deals:
    """Opportunities: when they were opened, and won; NEVER otherwise."""

    who: np.ndarray
    opened: np.ndarray
    won: np.ndarray


def roster_of(rows: Sequence[Any]) -> Roster:
    """The leads of rows (lead, root, created, account, born); none whose root is missing."""
    roots = sorted({root for lead, root, *_ in rows if lead == root})
    place_of_root = {root: place for place, root in enumerate(roots)}
    created, born = (np.full(len(roots), np.iinfo(np.int64).max) for _ in range(2))
    named: dict[int, str] = {}
    place_of: dict[str, int] = {}
    for lead, root, at, account, since in rows:
        if root not in place_of_root:
            continue
        place = place_of_root[root]
        place_of[lead] = place
        created[place] = min(created[place], at)
        born[place] = min(born[place], since)
        if account is not None and (lead == root or place not in named):
            named[place] = account
    codes = {account: code for code, account in enumerate(sorted(set(named.values())))}
    accounts = [codes[named[place]] if place in named else -1 for place in range(len(roots))]
    return Roster(
        lead_ids=roots,
        created=created,
        born=born,
        accounts=np.array(accounts, np.int64),
        companies=list(codes),
        place_of=place_of,
    )


def statement_of(row: Any, *, is_first: bool) -> Statement:
    """A statement, of a row with its root and when its lead came to be."""
    told = dict(row._mapping)
    for name in ("version_id", "root_id"):
        del told[name]
    created = told.pop("created")
    told["clock"] = ClockBasis(told["clock"])
    return Statement(version=LeadVersion(**told), is_first=is_first, created=created)


def contacts_of(rows: Sequence[Any], roster: Roster) -> Contacts:
    """What was done, of rows in the order of the columns."""
    lead, kind, occurred, known, stitched, campaign, attributes, clock = columns_of(rows, 8)
    who = places_of(lead, roster)
    kept = np.flatnonzero(who >= 0).tolist()
    since = np.maximum(np.array(known, np.int64), or_never(stitched))
    return Contacts(
        who=who[kept],
        kind=[kind[i] for i in kept],
        occurred=np.array(occurred, np.int64)[kept],
        known=since[kept],
        campaign=[campaign[i] for i in kept],
        attributes=[attributes[i] for i in kept],
        has_time=np.array([clock[i] != ClockBasis.UNKNOWN for i in kept], bool),
    )


def columns_of(rows: Sequence[Any], n: int) -> Sequence[Sequence[Any]]:
    """Any: a database's values, each column of one kind."""
    return list(zip(*rows, strict=True)) if rows else [()] * n


def places_of(lead_ids: Sequence[str], roster: Roster) -> np.ndarray:
    """The place of each lead, -1 of one that is not read."""
    place_of = roster.place_of
    return np.array([place_of.get(lead, -1) for lead in lead_ids], np.int64)


def or_never(instants: Sequence[int | None]) -> np.ndarray:
    """Instants, NEVER where there is none."""
    return np.array([NEVER if at is None else at for at in instants], np.int64)
