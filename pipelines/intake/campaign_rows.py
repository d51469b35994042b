"""Campaigns, what they cost, and whom they touched, from files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from leads.campaigns import (
    USUAL,
    Campaign,
    CampaignCost,
    CampaignKind,
    CampaignState,
    Channel,
    Goal,
    Touchpoint,
    TouchpointKind,
)
from leads.clock import ClockBasis
from leads.errors import InvalidInput, Problem
from leads.ids import new_ids
from leads.imports import RowOutcome
from pipelines.intake import words
from pipelines.intake.event_rows import nobody
from pipelines.intake.kinds import Result, put_aside
from pipelines.intake.money import minor_of
from pipelines.intake.reading import Fact, FactReader, bad_times
from pipelines.intake.whose import Campaigns, People
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignTaker:
    """Takes campaigns in, by (source, external id)."""

    reader: FactReader
    source: str
    currency: str | None
    chunk_rows: int = 2_000

    def take(
        self, unit: UnitOfWork, read: Sequence[Fact], *, now: datetime, batch_id: str
    ) -> list[Result]:
        """What became of each row."""
        ids = {fact.external_id for fact in read if not fact.problems}
        known = unit.campaigns.outside(self.source, ids)
        costs = unit.campaigns.outside_costs(self.source, {_cost_id(one) for one in ids})
        results = []
        for fact, fresh in zip(read, sorted(new_ids(len(read), at=now)), strict=True):
            before = known.get(fact.external_id)
            if before is not None and before.digest == fact.digest:
                unchanged = RowOutcome.UNCHANGED
                results.append(Result(outcome=unchanged, record_id=before.campaign_id))
                continue
            told = self._campaign(fact, before, fresh, now=now, batch_id=batch_id)
            if isinstance(told, list):
                results.append(put_aside(*told))
                continue
            campaign, remarks = told
            known[fact.external_id] = campaign
            if before is None:
                unit.campaigns.add([campaign])
            else:
                unit.campaigns.put(campaign)
            self._put_cost(unit, fact, campaign, costs.get(_cost_id(fact.external_id)), now=now)
            outcome = RowOutcome.IMPORTED if before is None else RowOutcome.UPDATED
            results.append(Result(outcome=outcome, record_id=campaign.campaign_id, remarks=remarks))
        return results

    def _campaign(
        self, fact: Fact, before: Campaign | None, fresh: str, *, now: datetime, batch_id: str
    ) -> tuple[Campaign, tuple[Problem, ...]] | list[Problem]:
        if fact.problems:
            return list(fact.problems)
        starts_at, ends_at = fact.get("starts_at"), fact.get("ends_at")
        problems = _problems_of(fact, before, batch_id)
        try:
            budget = minor_of(fact, "budget", default=self.currency)
            minor_of(fact, "cost", default=self.currency)
        except InvalidInput as error:
            problems += error.problems
        if problems:
            return problems
        kind, remarks = _kind(fact)
        channel, is_online = USUAL[kind]
        told_channel = (fact.get("channel") or "").lower().replace(" ", "_")
        if told_channel in list(Channel):
            channel = Channel(told_channel)
        online = fact.get("is_online")
        goal = words.goal(fact.get("goal") or "")
        kept = {
            name: fact.get(name)
            for name in ("kind", "channel", "goal", "status", "description")
            if fact.get(name) is not None
        }
        campaign = Campaign(
            campaign_id=before.campaign_id if before else fresh,
            source=self.source,
            external_id=fact.external_id,
            name=fact.get("name"),
            kind=kind,
            channel=channel,
            is_online=is_online if online is None else online,
            goal=Goal(goal) if goal else None,
            budget_minor=budget[0] if budget else None,
            currency=budget[1] if budget else None,
            product_line=fact.get("product_line"),
            audience=fact.get("audience"),
            starts_at=starts_at,
            ends_at=ends_at,
            state=_state(fact, now=now),
            created_at=before.created_at if before else now,
            updated_at=now,
            digest=fact.digest,
            batch_id=batch_id,
            row_number=fact.row.number,
            attributes={**kept, **fact.row.whole_attributes()},
        )
        return campaign, remarks

    def _put_cost(
        self,
        unit: UnitOfWork,
        fact: Fact,
        campaign: Campaign,
        before: CampaignCost | None,
        *,
        now: datetime,
    ) -> None:
        """What the campaign has cost so far, as its source sums it up: one cost, put right."""
        cost = minor_of(fact, "cost", default=self.currency)
        if cost is None or (cost[0] == 0 and before is None):
            return
        told = CampaignCost(
            cost_id=before.cost_id if before else new_ids(1, at=now)[0],
            source=self.source,
            external_id=_cost_id(fact.external_id),
            campaign_id=campaign.campaign_id,
            spent_on=campaign.starts_at.date(),
            amount_minor=cost[0],
            currency=cost[1],
            kind="total",
            known_at=before.known_at if before else now,
            digest=fact.digest,
            batch_id=campaign.batch_id,
            row_number=fact.row.number,
        )
        if before is None:
            unit.campaigns.add_costs([told])
        else:
            unit.campaigns.put_cost(told)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostTaker:
    """Takes costs in, by (source, external id)."""

    reader: FactReader
    source: str
    currency: str | None
    chunk_rows: int = 5_000

    def take(
        self, unit: UnitOfWork, read: Sequence[Fact], *, now: datetime, batch_id: str
    ) -> list[Result]:
        """What became of each row."""
        campaigns = Campaigns(unit, read, source=self.source)
        ids = {fact.external_id for fact in read if not fact.problems}
        known = unit.campaigns.outside_costs(self.source, ids)
        new: list[CampaignCost] = []
        results = []
        for fact, fresh in zip(read, sorted(new_ids(len(read), at=now)), strict=True):
            before = known.get(fact.external_id)
            if before is not None and before.digest == fact.digest:
                results.append(Result(outcome=RowOutcome.UNCHANGED, record_id=before.cost_id))
                continue
            cost = self._cost(fact, campaigns, before, fresh, now=now, batch_id=batch_id)
            if isinstance(cost, list):
                results.append(put_aside(*cost))
                continue
            known[fact.external_id] = cost
            if before is None:
                new.append(cost)
                results.append(Result(outcome=RowOutcome.IMPORTED, record_id=cost.cost_id))
            else:
                unit.campaigns.put_cost(cost)
                results.append(Result(outcome=RowOutcome.UPDATED, record_id=cost.cost_id))
        unit.campaigns.add_costs(new)
        return results

    def _cost(
        self,
        fact: Fact,
        campaigns: Campaigns,
        before: CampaignCost | None,
        fresh: str,
        *,
        now: datetime,
        batch_id: str,
    ) -> CampaignCost | list[Problem]:
        if fact.problems:
            return list(fact.problems)
        problems = bad_times(fact.values, now=now)
        campaign = campaigns.of(fact)
        if not isinstance(campaign, str):
            problems.append(campaign or _no_campaign())
        problems += _missing(fact, "spent_on", "amount")
        if before is not None and before.batch_id == batch_id:
            problems.append(_twice(fact, before.row_number))
        try:
            amount = minor_of(fact, "amount", default=self.currency)
        except InvalidInput as error:
            return [*problems, *error.problems]
        if problems or amount is None or not isinstance(campaign, str):
            return problems
        return CampaignCost(
            cost_id=before.cost_id if before else fresh,
            source=self.source,
            external_id=fact.external_id,
            campaign_id=campaign,
            spent_on=fact.get("spent_on").date(),
            amount_minor=amount[0],
            currency=amount[1],
            kind=fact.get("kind"),
            note=fact.get("note"),
            known_at=before.known_at if before else now,
            voided_at=before.voided_at if before else None,
            digest=fact.digest,
            batch_id=batch_id,
            row_number=fact.row.number,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchpointTaker:
    """Takes touchpoints in; each counts once, by (source, external id)."""

    reader: FactReader
    source: str
    lead_source: str
    chunk_rows: int = 5_000

    def take(
        self, unit: UnitOfWork, read: Sequence[Fact], *, now: datetime, batch_id: str
    ) -> list[Result]:
        """What became of each row."""
        people = People(unit, read, source=self.lead_source)
        campaigns = Campaigns(unit, read, source=self.source)
        ids = {fact.external_id for fact in read if not fact.problems}
        known = unit.touchpoints.outside(self.source, ids)
        new: list[Touchpoint] = []
        results = []
        for fact, fresh in zip(read, sorted(new_ids(len(read), at=now)), strict=True):
            touch = self._touch(fact, people, campaigns, fresh, now=now, batch_id=batch_id)
            if isinstance(touch, list):
                results.append(put_aside(*touch))
                continue
            before = known.setdefault(touch.external_id, touch)
            outcome = RowOutcome.UNCHANGED
            if before is touch:
                new.append(touch)
                outcome = RowOutcome.IMPORTED
            elif _said(before) != _said(touch):
                results.append(put_aside(_changed(touch, before)))
                continue
            results.append(Result(outcome=outcome, record_id=before.touchpoint_id))
        unit.touchpoints.add(new)
        return results

    def _touch(
        self,
        fact: Fact,
        people: People,
        campaigns: Campaigns,
        fresh: str,
        *,
        now: datetime,
        batch_id: str,
    ) -> Touchpoint | list[Problem]:
        if fact.problems:
            return list(fact.problems)
        problems = bad_times(fact.values, now=now)
        lead, campaign = people.of(fact), campaigns.of(fact)
        if not isinstance(lead, str):
            problems.append(lead or nobody())
        if not isinstance(campaign, str):
            problems.append(campaign or _no_campaign())
        if problems or not isinstance(lead, str) or not isinstance(campaign, str):
            return problems
        at = fact.get("occurred_at")
        kind = fact.get("kind")
        return Touchpoint(
            touchpoint_id=fresh,
            source=self.source,
            external_id=fact.external_id,
            lead_id=lead,
            campaign_id=campaign,
            kind="_".join(kind.lower().split()) if kind else TouchpointKind.IMPORTED,
            occurred_at=at or now,
            known_at=at or now,
            clock=ClockBasis.SOURCE if at else ClockBasis.UNKNOWN,
            attributes=fact.row.whole_attributes(),
            batch_id=batch_id,
        )


def _problems_of(fact: Fact, before: Campaign | None, batch_id: str) -> list[Problem]:
    problems = _missing(fact, "name", "starts_at")
    starts_at, ends_at = fact.get("starts_at"), fact.get("ends_at")
    if starts_at and ends_at and ends_at < starts_at:
        detail = f"it ends on {ends_at:%Y-%m-%d}, before it starts on {starts_at:%Y-%m-%d}"
        problems.append(Problem(pointer="ends_at", code="ends_before_start", detail=detail))
    status = fact.get("status")
    if status is not None and words.campaign_state(status) is None:
        allowed = ", ".join(CampaignState)
        detail = f"{status!r} is no state of a campaign; right is one of {allowed}"
        problems.append(Problem(pointer="status", code="unknown_state", detail=detail))
    if before is not None and before.batch_id == batch_id:
        problems.append(_twice(fact, before.row_number))
    return problems


def _kind(fact: Fact) -> tuple[CampaignKind, tuple[Problem, ...]]:
    word = fact.get("kind") or fact.get("channel")
    found = words.campaign_kind(word) if word else CampaignKind.OTHER
    if found is not None:
        return found, ()
    detail = f"{word!r} is no kind of campaign we know; it is kept as an attribute"
    return CampaignKind.OTHER, (Problem(pointer="kind", code="unknown_kind", detail=detail),)


def _state(fact: Fact, *, now: datetime) -> CampaignState:
    told = fact.get("status")
    if told is not None and (found := words.campaign_state(told)) is not None:
        return found
    if fact.get("starts_at") > now:
        return CampaignState.PLANNED
    ends_at = fact.get("ends_at")
    return CampaignState.CLOSED if ends_at and ends_at < now else CampaignState.OPEN


def _missing(fact: Fact, *names: str) -> list[Problem]:
    return [
        Problem(pointer=name, code="missing", detail=f"{name} is empty and is needed")
        for name in names
        if fact.get(name) is None
    ]


def _no_campaign() -> Problem:
    detail = "the campaign's id or name is needed"
    return Problem(pointer="campaign", code="unknown_campaign", detail=detail)


def _twice(fact: Fact, row_number: int | None) -> Problem:
    detail = f"{fact.external_id!r} stands in row {row_number} already with other values"
    return Problem(pointer="external_id", code="same_id_twice", detail=detail)


def _cost_id(external_id: str) -> str:
    return f"{external_id}:total"


def _said(touch: Touchpoint) -> tuple[object, ...]:
    at = touch.occurred_at if touch.clock is ClockBasis.SOURCE else None
    return touch.lead_id, touch.campaign_id, touch.kind, at


def _changed(touch: Touchpoint, before: Touchpoint) -> Problem:
    detail = (
        f"{touch.external_id!r} is known as {before.kind} of {before.occurred_at:%Y-%m-%d};"
        " a touchpoint is never changed"
    )
    return Problem(pointer="external_id", code="same_id_twice", detail=detail)
