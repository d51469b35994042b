"""Two simulated years of a company that retrains every month, through the real parts.

Each month's new rows of the CRM's export are imported as of that month's end, a model is trained
from the store and offered to the gate. In one month somebody imports a contract number, which only
buyers have: that model must be refused, and the next one is trained without the column.
"""

from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd

from leads.errors import InvalidInput, PromotionRefused
from leads.imports import ImportKind
from pipelines.cohort.training import StoreOptions, train_from_store
from pipelines.intake.planning import Asked, plan_import
from pipelines.intake.running import bring_in
from pipelines.promote import promote
from pipelines.settings import Settings
from sandbox.crm import CrmExport, crm_export
from sandbox.market import simulate
from sandbox.spec import PLAIN
from sandbox.tables import DAY_ZERO
from store.database import Store

MONTH = timedelta(days=30)
START = datetime.fromisoformat(f"{DAY_ZERO}+00:00")
LEAK = "contract_no"
FILES = (
    ("campaigns", ImportKind.CAMPAIGNS, "starts_at"),
    ("leads", ImportKind.LEADS, "created_at"),
    ("activities", ImportKind.EVENTS, "known_at"),
    ("mails", ImportKind.TOUCHPOINTS, "occurred_at"),
    ("stages", ImportKind.STAGES, "occurred_at"),
)


@dataclass(frozen=True, kw_only=True)
class Month:
    """What came of one month: `verdict` is promote, hold, refuse, or waiting without a model."""

    number: int
    version: str | None
    verdict: str
    reasons: tuple[str, ...]


def live(
    settings: Settings,
    folder: Path,
    *,
    seed: int,
    leads_a_month: int,
    months: int = 24,
    leak_in: int = 15,
) -> Iterator[Month]:
    """One month after the other."""
    market = replace(PLAIN, history_days=30 * months, drift=0.5)
    drawn = simulate(seed=seed, n_leads=leads_a_month * months, market=market)
    export = crm_export(drawn, seed=seed)
    won = set(drawn.outcomes["lead_id"])
    with closing(Store.open(settings.database_url.get_secret_value())) as store:
        for number in range(1, months + 5):  # the last leads' outcomes come after two years
            now = START + number * MONTH
            for path, kind in slices(export, folder, number=number):
                bring(store, path, kind, now=now)
            if number == leak_in:
                contracts = leak(export.leads, won, folder, until=now)
                bring(store, contracts, ImportKind.LEADS, now=now, source="sales")
            drop = (LEAK,) if number > leak_in else ()
            yield offered(store, settings, number, drop=drop, now=now)


def slices(export: CrmExport, folder: Path, *, number: int) -> Iterator[tuple[Path, ImportKind]]:
    """The month's new rows, as files."""
    first, last = START + (number - 1) * MONTH, START + number * MONTH
    for name, kind, time in FILES:
        table = getattr(export, name)
        at = pd.to_datetime(table[time], utc=True, format="ISO8601")
        new = table[(at <= last) & ((at > first) | (number == 1))]
        if len(new):
            path = folder / f"{name}-{number:02}.csv"
            new.to_csv(path, index=False)
            yield path, kind


def leak(leads: pd.DataFrame, won: Collection[str], folder: Path, *, until: datetime) -> Path:
    """The same people as the sales system has them: with a contract number, but not since when."""
    known = leads[pd.to_datetime(leads["created_at"], utc=True) <= until]
    numbers = [
        f"K{place:05}" if lead in won else None for place, lead in enumerate(known["lead_id"])
    ]
    path = folder / "contracts.csv"
    columns = ["lead_id", "created_at", "first_name", "last_name", "email", "company"]
    known[columns].assign(**{LEAK: numbers}).to_csv(path, index=False)
    return path


def bring(
    store: Store, path: Path, kind: ImportKind, *, now: datetime, source: str | None = None
) -> None:
    source = source or ("crm" if kind is not ImportKind.EVENTS else "web")
    plan = plan_import(path, kind=kind, asked=Asked(source=source, lead_source="crm"))
    done = bring_in(store, plan, actor="journey", clock=lambda: now)
    assert done.batch.finished_at is not None, path


def offered(
    store: Store, settings: Settings, number: int, *, drop: tuple[str, ...], now: datetime
) -> Month:
    """A model of all that is known by now, and what the gate says to it."""
    try:
        options = StoreOptions(drop=drop)
        trained = train_from_store(store, options, settings=settings, clock=lambda: now)
    except InvalidInput as error:
        return Month(number=number, version=None, verdict="waiting", reasons=(str(error),))
    try:
        told = promote(version=trained.version, settings=settings, clock=lambda: now).decision
    except PromotionRefused as refusal:
        told = refusal.decision
    return Month(
        number=number,
        version=trained.version,
        verdict=str(told["verdict"]),
        reasons=tuple(told["reasons"]),
    )
