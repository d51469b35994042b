"""Filling in company background, beside the way of a lead: a job that may fail and is tried again.

What a provider says becomes a statement of its own; nothing that was given is overwritten. Done
twice it says nothing new.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cleansing.dates import normal_date
from cleansing.enrichment import Facts, Provider, Register, company_keys, facts_of, news
from cleansing.mapping import match_headers
from cleansing.survivorship import ENRICHMENT, fold
from leads.clock import Clock, ClockBasis
from leads.errors import InvalidInput
from leads.lead import LeadVersion
from leads.work import Job
from pipelines.locks import INTAKE_LOCK
from pipelines.merging import work_out
from pipelines.settings import Settings
from store.database import Store
from store.enrichments import Answer
from store.unit_of_work import UnitOfWork

KIND = "enrich"
"""The kind of a job; its key is a lead's id."""

FRESH = timedelta(days=30)
"""How long an answer is taken to be true."""


def ask_for(unit: UnitOfWork, lead_ids: Sequence[str], *, now: datetime) -> None:
    """Let these leads be enriched soon; in the transaction that makes or changes them."""
    unit.jobs.enqueue_all([(KIND, lead_id, {}, now) for lead_id in lead_ids], now=now)


def ask_for_all(store: Store, *, now: datetime) -> int:
    """Let every lead be enriched again; how many."""
    count, after = 0, ""
    while True:
        with store.writing() as unit:
            leads = unit.leads.page(after=after, limit=1000)
            if not leads:
                return count
            clusters = unit.leads.clusters_of([lead.lead_id for lead in leads])
            ids = [lead_id for cluster in clusters.values() for lead_id in cluster]
            ask_for(unit, ids, now=now)
        count, after = count + len(ids), leads[-1].lead_id


class Providers:
    """The providers that the settings name; a register is read again once its file has changed."""

    def __init__(self, settings: Settings) -> None:
        self._path = settings.company_register
        self._seen: tuple[int, int] | None = None
        self._opened: list[Provider] = []

    def __call__(self) -> list[Provider]:
        """Those of now. Raises as `open_register`."""
        if self._path is None:
            return []
        seen = _stamp(self._path)
        if seen is None or seen != self._seen:
            self._opened = [open_register(self._path)]
            self._seen = seen
        return self._opened


def _stamp(path: Path) -> tuple[int, int] | None:
    """What differs once a file was written again; None where there is none."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size


def open_register(path: Path) -> Register:
    """A company register in a table file. Raises NotFound, and InvalidInput where no company can
    be found by anything.

    Its headers are matched like those of leads; `name` alone is the company's. A column like
    `updated_at` says since when a row is so.
    """
    from pipelines.tables import read_table

    table = read_table(path)
    frame = table.frame
    headers = [str(header) for header in frame.columns]
    mapping = match_headers(headers, kind="leads", told=_told(headers))
    if not {"company", "website"} & set(mapping.fields.values()):
        raise InvalidInput(
            f"{path} has no column for the company's name or website; it has {', '.join(headers)}"
        )
    register = Register("register", datetime.fromtimestamp(path.stat().st_mtime, tz=UTC))
    missing = frame.isna()
    for place, row in enumerate(frame.to_dict(orient="records")):
        told = {name: None if missing.iloc[place][name] else row[name] for name in frame.columns}
        record = mapping.record({str(name): value for name, value in told.items()})
        register.add([facts_of(record, as_of=_as_of(record.get("updated_at")))])
    return register


def enrich(store: Store, job: Job, *, providers: Sequence[Provider], clock: Clock) -> None:
    """Ask the providers about one lead's company and note what they say.

    They are asked outside any transaction; whatever one of them raises lets the job be tried again.
    """
    for provider in providers:
        with store.reading() as unit:
            keys = company_keys(_own(unit, job.key).fields)
            known = unit.enrichments.answers(provider.name, keys)
        facts, asked = _answer(provider, keys, known, now=clock())
        if facts is None and not asked:
            continue
        with store.writing() as unit:
            unit.lock(INTAKE_LOCK)
            unit.enrichments.put(asked)
            if facts is not None:
                _note(unit, job.key, provider, facts, now=clock())


def _told(headers: Sequence[str]) -> dict[str, str]:
    """What is certain in a register of companies, whatever it would be in a table of people."""
    names = [header for header in headers if header.strip().lower() in ("name", "名称")]
    domains = [header for header in headers if header.strip().lower() in ("domain", "域名")]
    small = {header.strip().lower() for header in headers}
    told = {name: "company" for name in names if not small & {"company", "公司", "公司名称"}}
    return told | {domain: "website" for domain in domains if not small & {"website", "网站"}}


def _as_of(value: object) -> datetime | None:
    if value is None:
        return None
    found = normal_date(str(value))
    return found.moment() if found else None


def _own(unit: UnitOfWork, lead_id: str) -> Any:
    """What is said of this very lead, whoever speaks for it: undoing a merge stays exact."""
    return fold(_said_of(unit, lead_id))


def _said_of(unit: UnitOfWork, lead_id: str) -> list[LeadVersion]:
    root_id = unit.leads.roots_of([lead_id]).get(lead_id)
    versions = unit.history.versions_of([root_id]).get(root_id, []) if root_id else []
    return [version for version in versions if version.lead_id == lead_id]


def _answer(
    provider: Provider, keys: Sequence[str], known: dict[str, Answer], *, now: datetime
) -> tuple[Facts | None, list[Answer]]:
    """What is known under the first key that says anything, and the answers to keep."""
    asked = []
    for key in keys:
        kept = known.get(key)
        if kept is None or not _is_fresh(kept, provider, now=now):
            found = provider.lookup(key)
            kept = Answer(
                provider=provider.name,
                key=key,
                facts=dict(found.fields) if found else None,
                as_of=found.as_of if found else None,
                fetched_at=now,
            )
            asked.append(kept)
        if kept.facts is not None:
            return Facts(fields=kept.facts, as_of=kept.as_of), asked
    return None, asked


def _is_fresh(answer: Answer, provider: Provider, *, now: datetime) -> bool:
    changed = provider.changed_at
    return now - answer.fetched_at < FRESH and (changed is None or answer.fetched_at >= changed)


def _note(
    unit: UnitOfWork, lead_id: str, provider: Provider, facts: Facts, *, now: datetime
) -> None:
    origin = f"{ENRICHMENT}{provider.name}"
    lead = next(unit.leads.rows([lead_id]), None)
    if lead is None or lead.erased_at is not None:
        return
    told = fold([one for one in _said_of(unit, lead_id) if one.origin == origin]).fields
    changed = news(facts, told)
    if not changed:
        return
    unit.history.add_versions(
        [
            LeadVersion(
                lead_id=lead_id,
                occurred_at=facts.as_of or now,
                known_at=now,
                clock=ClockBasis.SOURCE if facts.as_of else ClockBasis.UNKNOWN,
                origin=origin,
                fields=changed,
            )
        ]
    )
    work_out(unit, [lead.root_id], now=now)
