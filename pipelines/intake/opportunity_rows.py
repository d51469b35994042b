"""Opportunities from a file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from leads.clock import ClockBasis
from leads.errors import InvalidInput, Problem
from leads.ids import new_ids
from leads.imports import RowOutcome
from leads.opportunity import Opportunity, OpportunityState, OpportunityVersion
from pipelines.intake.event_rows import nobody
from pipelines.intake.kinds import Result, put_aside
from pipelines.intake.money import minor_of
from pipelines.intake.reading import Fact, FactReader, bad_times
from pipelines.intake.whose import People
from pipelines.intake.words import deal_state
from store.unit_of_work import UnitOfWork

TOLD = ("name", "state", "amount_minor", "currency", "product", "opened_at", "closed_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpportunityTaker:
    """Takes deals in, by (source, external id); what they were before stays in their versions."""

    reader: FactReader
    source: str
    lead_source: str
    currency: str | None
    chunk_rows: int = 5_000

    def take(
        self, unit: UnitOfWork, read: Sequence[Fact], *, now: datetime, batch_id: str
    ) -> list[Result]:
        """What became of each row."""
        people = People(unit, read, source=self.lead_source)
        ids = {fact.external_id for fact in read if not fact.problems}
        known = unit.opportunities.outside(self.source, ids)
        new: dict[str, Opportunity] = {}
        changed: dict[str, Opportunity] = {}
        versions: list[OpportunityVersion] = []
        results = []
        for fact, fresh in zip(read, sorted(new_ids(len(read), at=now)), strict=True):
            before = known.get(fact.external_id)
            if before is not None and before.digest == fact.digest:
                unchanged = RowOutcome.UNCHANGED
                results.append(Result(outcome=unchanged, record_id=before.opportunity_id))
                continue
            found = self._opportunity(
                fact, people, before, opportunity_id=fresh, now=now, batch_id=batch_id
            )
            if not isinstance(found, Opportunity):
                results.append(put_aside(*found))
                continue
            known[fact.external_id] = found
            (new if before is None or before.opportunity_id in new else changed)[
                found.opportunity_id
            ] = found
            versions.append(_version(fact, found, before, now=now))
            outcome = RowOutcome.IMPORTED if before is None else RowOutcome.UPDATED
            results.append(Result(outcome=outcome, record_id=found.opportunity_id))
        unit.opportunities.add(list(new.values()))
        unit.opportunities.put(list(changed.values()))
        unit.opportunities.add_versions(versions)
        return results

    def _opportunity(
        self,
        fact: Fact,
        people: People,
        before: Opportunity | None,
        *,
        opportunity_id: str,
        now: datetime,
        batch_id: str,
    ) -> Opportunity | Sequence[Problem]:
        if fact.problems:
            return fact.problems
        problems = bad_times(fact.values, now=now)
        lead = people.of(fact)
        if lead is None and before is not None:
            lead = before.lead_id
        if not isinstance(lead, str):
            problems.append(lead or nobody())
        state = state_of(fact)
        if isinstance(state, Problem):
            problems.append(state)
        if before is not None and before.batch_id == batch_id and fact.get("updated_at") is None:
            problems.append(_twice(fact, before))
        try:
            amount = minor_of(fact, "amount", default=self.currency)
        except InvalidInput as error:
            problems += error.problems
            return problems
        if problems or not isinstance(lead, str) or isinstance(state, Problem):
            return problems
        told = Opportunity(
            opportunity_id=opportunity_id,
            source=self.source,
            external_id=fact.external_id,
            lead_id=lead,
            digest=fact.digest,
            name=fact.get("name"),
            state=state,
            amount_minor=amount[0] if amount else None,
            currency=amount[1] if amount else None,
            product=fact.get("product"),
            opened_at=fact.get("opened_at") or fact.get("updated_at") or now,
            closed_at=fact.get("closed_at"),
            known_at=now,
            batch_id=batch_id,
            row_number=fact.row.number,
        )
        if before is None:
            return told
        return replace(
            told,
            opportunity_id=before.opportunity_id,
            lead_id=before.lead_id,
            known_at=before.known_at,
            opened_at=fact.get("opened_at") or before.opened_at,
        )


def state_of(fact: Fact) -> OpportunityState | Problem:
    """Open, won or lost: by the status, else by the stage; a stage of one's own is open."""
    for name in ("status", "stage"):
        word = fact.get(name)
        if word is None:
            continue
        found = deal_state(word)
        is_settled = found is not OpportunityState.OPEN or name == "stage" or not fact.get("stage")
        if found is not None and is_settled:
            return found
        if found is None and name == "status":
            allowed = ", ".join(OpportunityState)
            detail = f"{word!r} is no state of a deal; right is one of {allowed}"
            return Problem(pointer=name, code="unknown_state", detail=detail)
    return OpportunityState.OPEN


def _version(
    fact: Fact, told: Opportunity, before: Opportunity | None, *, now: datetime
) -> OpportunityVersion:
    at = fact.get("updated_at") or (fact.get("opened_at") if before is None else None)
    return OpportunityVersion(
        opportunity_id=told.opportunity_id,
        occurred_at=at or now,
        known_at=at or now,
        clock=ClockBasis.SOURCE if at else ClockBasis.UNKNOWN,
        origin=told.source,
        batch_id=told.batch_id,
        fields={
            **{
                name: _json(getattr(told, name))
                for name in TOLD
                if getattr(told, name) != getattr(before, name, None)
            },
            **({"stage": fact.get("stage")} if fact.get("stage") else {}),
            **({"attributes": kept} if (kept := fact.row.whole_attributes()) else {}),
        },
    )


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _twice(fact: Fact, before: Opportunity) -> Problem:
    detail = (
        f"{fact.external_id!r} stands in row {before.row_number} already with other values; keep"
        " one of them, or give each its time of change"
    )
    return Problem(pointer="external_id", code="same_id_twice", detail=detail)
