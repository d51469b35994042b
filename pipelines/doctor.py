"""The doctor: whether everything in the store adds up. It reads only, and mends nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cleansing.survivorship import fold
from leads.progress import Progress, silent
from store.checks import CheckRepository
from store.database import Store
from store.unit_of_work import UnitOfWork

STUCK = timedelta(hours=1)
"""How long after it was due a job nobody took up is said to be stuck."""
MOST = 20
"""Ids that are named of each kind of mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check. `wrong` names what contradicts it, `MOST` at most; empty: all is well."""

    check: str
    says: str
    wrong: tuple[str, ...]

    @property
    def is_well(self) -> bool:
        """Whether nothing contradicts it."""
        return not self.wrong


def examine(store: Store, *, now: datetime, progress: Progress = silent) -> list[Finding]:
    """Every check, over one moment of the store."""
    with store.reading() as unit:
        ask = unit.checks

        def fields() -> list[str]:
            return _fields(unit, ask, progress)

        checks: list[tuple[str, str, Callable[[], list[str]]]] = [
            ("batches", "every import's counts are those of its rows", ask.batches),
            ("records", "every imported row's record is there, or was erased", ask.records),
            ("pointers", "every lead leads to the one that speaks for it", ask.pointers),
            ("merges", "every merge has its pointer, every pointer its merge", ask.merges),
            ("fields", "what is known of a lead is what was said of it", fields),
            ("leftovers", "merged and erased leads hold nothing themselves", ask.leftovers),
            ("keys", "leads are found by keys of leads that are there", ask.keys),
            ("reviews", "nobody is asked about leads that are one or gone", ask.reviews),
            (
                "jobs",
                "no job is dead or has waited for an hour (is a worker running?)",
                lambda: ask.jobs(due_before=now - STUCK),
            ),
        ]
        return [
            Finding(check=name, says=says, wrong=tuple(check()[:MOST]))
            for name, says, check in checks
        ]


def _fields(unit: UnitOfWork, ask: CheckRepository, progress: Progress) -> list[str]:
    wrong: list[str] = []
    total, done = unit.leads.count(), 0
    for page in ask.roots():
        versions = unit.history.versions_of(page)
        for lead in unit.leads.rows(page):
            current = fold(versions.get(lead.lead_id, []))
            wrong += [
                f"lead {lead.lead_id}: {name} are not what was said"
                for name in ("fields", "typed", "attributes")
                if dict(getattr(lead, name)) != getattr(current, name)
            ]
        done += len(page)
        progress("fields", min(done, total), max(total, 1))
        if len(wrong) >= MOST:
            break
    return wrong
