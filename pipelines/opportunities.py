"""Deals as they are told one at a time, by (source, external id); what they were stays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cleansing.money import normal_currency, to_minor
from leads.clock import ClockBasis
from leads.errors import InvalidInput, NotFound, Problem
from leads.ids import new_id
from leads.opportunity import Opportunity, OpportunityState, OpportunityVersion
from pipelines.intake.prepared import digest_of
from pipelines.intake.times import mistimed
from pipelines.locks import INTAKE_LOCK
from store.unit_of_work import UnitOfWork

TOLD = ("name", "state", "amount_minor", "currency", "product", "opened_at", "closed_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """A deal as a source knows it.

    lead_id       the lead it is with; or lead, that lead's id in the same source
    occurred_at   since when it is so
    """

    source: str
    external_id: str
    lead_id: str | None
    lead: str | None
    name: str | None
    state: OpportunityState
    amount: str | float | None
    currency: str | None
    product: str | None
    opened_at: datetime | None
    closed_at: datetime | None
    occurred_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What became of a deal: created, updated or unchanged."""

    outcome: str
    opportunity: Opportunity


def tell_deal(unit: UnitOfWork, deal: Deal, *, now: datetime) -> Told:
    """Take a deal in, or what changed of it. Raises InvalidInput, NotFound for an unknown lead."""
    unit.lock(INTAKE_LOCK)
    _check_times(deal, now)
    amount_minor, currency = _money(deal)
    before = unit.opportunities.outside(deal.source, [deal.external_id]).get(deal.external_id)
    digest = digest_of([str(getattr(deal, name)) for name in Deal.__slots__])
    if before is not None and before.digest == digest:
        return Told(outcome="unchanged", opportunity=before)
    told = Opportunity(
        opportunity_id=before.opportunity_id if before else new_id(at=now),
        source=deal.source,
        external_id=deal.external_id,
        lead_id=_lead(unit, deal, before),
        digest=digest,
        name=deal.name,
        state=deal.state,
        amount_minor=amount_minor,
        currency=currency,
        product=deal.product,
        opened_at=deal.opened_at or (before.opened_at if before else deal.occurred_at or now),
        closed_at=deal.closed_at,
        known_at=before.known_at if before else now,
    )
    if before is None:
        unit.opportunities.add([told])
    else:
        unit.opportunities.put([told])
    unit.opportunities.add_versions([_version(told, before, deal, now)])
    return Told(outcome="updated" if before else "created", opportunity=told)


def _lead(unit: UnitOfWork, deal: Deal, before: Opportunity | None) -> str:
    """The lead a deal is with, as it was recorded; a deal stays with its lead."""
    if before is not None:
        return before.lead_id
    if deal.lead_id is not None:
        unit.leads.get(deal.lead_id)
        return deal.lead_id
    if deal.lead is None:
        raise _mistake("/lead_id", "missing", "name the lead: lead_id, or lead (its id there)")
    known = unit.leads.outside(deal.source, [deal.lead]).get(deal.lead)
    if known is None:
        raise NotFound(f"{deal.source} has no lead {deal.lead!r} here; hand the lead in first")
    unit.leads.get(known.lead_id)
    return known.lead_id


def _money(deal: Deal) -> tuple[int | None, str | None]:
    if deal.amount is None:
        return None, normal_currency(deal.currency) if deal.currency else None
    if deal.currency is None:
        raise _mistake("/currency", "missing", "an amount needs its currency: EUR, USD, CNY, ...")
    currency = normal_currency(deal.currency)
    return to_minor(deal.amount, currency), currency


def _check_times(deal: Deal, now: datetime) -> None:
    for name in ("opened_at", "closed_at", "occurred_at"):
        moment = getattr(deal, name)
        if moment is None:
            continue
        is_planned = name == "closed_at" and deal.state is OpportunityState.OPEN
        wrong = mistimed(name, moment, now=max(now, moment) if is_planned else now)
        if wrong is not None:
            raise _mistake(f"/{name}", wrong.code, wrong.detail)
    if deal.opened_at and deal.closed_at and deal.closed_at < deal.opened_at:
        raise _mistake("/closed_at", "ends_before_start", "it closed before it was opened")


def _version(
    told: Opportunity, before: Opportunity | None, deal: Deal, now: datetime
) -> OpportunityVersion:
    changed: Mapping[str, Any] = {
        name: _json(getattr(told, name))
        for name in TOLD
        if before is None or getattr(told, name) != getattr(before, name)
    }
    return OpportunityVersion(
        opportunity_id=told.opportunity_id,
        occurred_at=deal.occurred_at or now,
        known_at=now,
        clock=ClockBasis.SOURCE if deal.occurred_at else ClockBasis.ARRIVAL,
        origin=told.source,
        fields=changed,
    )


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _mistake(pointer: str, code: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, [Problem(pointer=pointer, code=code, detail=detail)])
