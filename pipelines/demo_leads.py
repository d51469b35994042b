"""The demo's incoming leads: handed in as a company's messy files, cleansed, merged and scored.

The market's newest leads come as the CRM has them, and again as a web form, a badge scanner and a
Chinese colleague's spreadsheet wrote the same people down.
"""

import json
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cleansing.matching import Level
from leads.clock import Clock
from leads.imports import Batch, ImportKind
from leads.lead import Lead
from leads.merge import Merge, MergeCause
from leads.progress import Progress
from leads.score import Locale
from pipelines.background import direct_client
from pipelines.explain import who
from pipelines.intake.planning import Asked, plan_import
from pipelines.intake.running import bring_in
from pipelines.memory import open_store
from pipelines.reviews import reasons_of
from pipelines.settings import Settings
from sandbox.dirt import messy_leads
from sandbox.dirt.files import write_messy
from sandbox.market import Market
from store.database import Store

FILES = {
    "incoming.csv": "crm",
    "web_form.csv": "web_form",
    "event_list.xlsx": "trade_fair",
    "china_team.csv": "china_team",
}
"""What is imported, and the name of each source; the CRM knows most."""
REASONS = 3
MOST = 100
"""Leads that one request may ask reasons for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoLead:
    """One incoming lead as the service answered it."""

    lead_id: str
    who: str
    answer: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """What became of the files.

    example      why two of the leads are one, for the screen; None when no two were
    """

    batches: tuple[Batch, ...]
    leads: tuple[Lead, ...]
    example: str | None


def write_incoming(market: Market, folder: Path, *, seed: int) -> None:
    """The market's incoming leads as five sources wrote them down, beside the market's files."""
    incoming = replace(market, leads=market.leads.iloc[:0])
    write_messy(messy_leads(incoming, seed=seed), folder)


def hand_in(
    settings: Settings, folder: Path, *, clock: Clock, locale: Locale, progress: Progress
) -> HandedIn:
    """Import FILES into the store, one after the other."""
    store = open_store(settings)
    try:
        batches = [
            bring_in(
                store,
                plan_import(
                    folder / name,
                    kind=ImportKind.LEADS,
                    asked=Asked(source=source),
                    progress=progress,
                ),
                actor="demo",
                clock=clock,
                progress=progress,
            ).batch
            for name, source in FILES.items()
        ]
        return _seen(store, batches, locale)
    finally:
        store.close()


def score_leads(
    address: str, leads: Iterable[Lead], *, api_key: str, locale: Locale
) -> list[DemoLead]:
    """Have the service score stored leads in one request, and keep the scores; best first."""
    named = {
        lead.lead_id: who({name: lead.fields.get(name) for name in ("full_name", "company")})
        for lead in leads
    }
    answer = direct_client().post(
        f"{address}/v1/score",
        headers={"Authorization": f"Bearer {api_key}"},
        json={
            "leads": [{"lead_id": lead_id} for lead_id in named],
            "options": {"explain": REASONS, "locale": locale, "persist": True},
        },
    )
    answer.raise_for_status()
    scored = [
        DemoLead(lead_id=result["lead_id"], who=named[result["lead_id"]], answer=result)
        for result in answer.json()["results"]
    ]
    return sorted(scored, key=lambda lead: -lead.answer["probability"])


def curl_examples(address: str, lead: DemoLead) -> tuple[str, ...]:
    """Commands that work as printed while the demo serves, once $KEY is set."""
    one = {"leads": [{"lead_id": lead.lead_id}]}
    why = {"lead_id": lead.lead_id, "top": REASONS, "locale": Locale.ZH}
    key = '-H "Authorization: Bearer $KEY"'
    post = f"{key} -H 'Content-Type: application/json' -d"
    return (
        f"curl -s {address}/v1/status {key}",
        f"curl -s {address}/v1/score {post} {shlex.quote(json.dumps(one))}",
        f"curl -s {address}/v1/explain {post} {shlex.quote(json.dumps(why))}",
        f"curl -s {address}/v1/leads/{lead.lead_id} {key}",
    )


def _seen(store: Store, batches: list[Batch], locale: Locale) -> HandedIn:
    with store.reading() as unit:
        merges = [one for one in unit.merges.latest() if one.cause is MergeCause.MATCHING]
        return HandedIn(
            batches=tuple(batches),
            leads=tuple(unit.leads.page(limit=MOST)),
            example=reasons_of(max(merges, key=_scripts), locale) if merges else None,
        )


def _scripts(merge: Merge) -> int:
    """In how many fields one name stands in two scripts."""
    return sum(field["level"] == Level.SCRIPT for field in merge.evidence)
