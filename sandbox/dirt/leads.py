"""Dirty, double, two-language leads with their truth: which rows are the same person.

`dirty_leads` invents people; `messy_leads` takes those of a simulated market. Both hand every
person to one to four of the sources in `sources`, each with its own habits. Nothing here
knows how the product cleans or matches: the sandbox shares no word list, rule or formula with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from leads.errors import InvalidInput
from sandbox.dirt.companies import Company
from sandbox.dirt.dice import Dice
from sandbox.dirt.market import people_of
from sandbox.dirt.people import Person, population
from sandbox.dirt.sources import (
    CHINESE,
    EVENT,
    HUBSPOT,
    N_ROWS,
    P_SAME_SOURCE,
    SALESFORCE,
    SHARES_CHINESE,
    SHARES_LATIN,
    SOURCES,
    WEB,
)
from sandbox.dirt.writing import write_row
from sandbox.market import Market

COLUMNS = (
    *("source", "external_id", "created_at", "first_name", "last_name", "full_name", "email"),
    *("phone", "mobile", "job_title", "company", "website", "city", "country"),
)
_FIRST_DAY = datetime(2023, 1, 2, tzinfo=UTC)
_DAYS = 900
_DAYS_KNOWN = 90  # those whom a market met come again within
_DAY_SECONDS = 86_400
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class DirtyLeads:
    """Rows as they come in, oldest first, and what is true of each.

    leads       COLUMNS (and of a market's leads what else it knows); text or None
    person      the true person of each row
    company     the true company the row was written at
    """

    leads: pd.DataFrame
    person: NDArray[np.str_]
    company: NDArray[np.str_]


def dirty_leads(*, seed: int, n_people: int) -> DirtyLeads:
    """Leads of `n_people` invented people, about 1.44 rows for each.

    The same seed gives the same rows. Raises InvalidInput for fewer than one person.
    """
    if n_people < 1:
        raise InvalidInput(f"n_people is {n_people}, need at least 1")
    dice = Dice(seed, 3)
    return write_down(population(n_people, dice=dice), dice=dice)


def messy_leads(market: Market, *, seed: int) -> DirtyLeads:
    """The leads of a market, incoming ones included, each in one to four sources.

    Names, companies, mails and facts are the market's, telephone numbers are drawn anew (the
    market has only 555). The true person is the market's `lead_id`.
    """
    dice = Dice(seed, 4)
    return write_down(people_of(market, dice=dice), dice=dice)


def write_down(people: Sequence[Person], *, dice: Dice) -> DirtyLeads:
    """Each person by one to four sources, all rows in the order of their dates."""
    rows: list[dict[str, object]] = []
    truth: list[tuple[str, str]] = []
    for person in people:
        for row, company in _rows_of(person, dice):
            rows.append({**person.facts, **row})
            truth.append((person.id, company.id))
    order = np.argsort([str(row["created_at"]) for row in rows], kind="stable")
    _number([rows[place] for place in order], dice)
    extra = list(people[0].facts)
    leads = pd.DataFrame([rows[place] for place in order], columns=[*COLUMNS, *extra])
    person_ids, company_ids = (np.array([truth[place][side] for place in order]) for side in (0, 1))
    return DirtyLeads(
        leads=leads.astype(object).where(leads.notna(), None),
        person=person_ids,
        company=company_ids,
    )


def _rows_of(person: Person, dice: Dice) -> list[tuple[dict[str, object], Company]]:
    n = dice.weighted(N_ROWS)
    moments = sorted(dice.u() for _ in range(n))
    changes = dice.u()
    shares = SHARES_CHINESE if person.is_chinese else SHARES_LATIN
    rows: list[tuple[dict[str, object], Company]] = []
    source = ""
    for moment in moments:
        if not source or not dice.chance(P_SAME_SOURCE):
            source = dice.weighted(shares)
        job = person.jobs[-1 if moment > changes else 0]
        row = write_row(person, source=source, job=job, has_later_name=moment > changes, dice=dice)
        stamp = _moment(person, moment, is_first=not rows).strftime("%Y-%m-%dT%H:%M:%SZ")
        rows.append(({"source": source, "created_at": stamp, **row}, job.company))
    return rows


def _moment(person: Person, share: float, *, is_first: bool) -> datetime:
    if person.since is None:
        return _FIRST_DAY + timedelta(seconds=int(share * _DAYS * _DAY_SECONDS))
    return person.since + timedelta(
        seconds=0 if is_first else int(share * _DAYS_KNOWN * _DAY_SECONDS)
    )


def _number(rows: list[dict[str, object]], dice: Dice) -> None:
    """Ids as each source gives them, no two alike in one."""
    seen = dict.fromkeys(SOURCES, 0)
    for row in rows:
        source = str(row["source"])
        seen[source] += 1
        n = seen[source]
        row["external_id"] = {
            WEB: f"F-{10_000 + n}",
            EVENT: f"B{n:05d}",
            CHINESE: str(n),
            SALESFORCE: f"00Q5g{_letters(n)}{''.join(dice.pick(_ALPHABET) for _ in range(3))}",
            HUBSPOT: str(51 + 100 * n + dice.below(100)),
        }[source]


def _letters(n: int) -> str:
    text = ""
    for _ in range(10):
        n, place = divmod(n, len(_ALPHABET))
        text = _ALPHABET[place] + text
    return text
