"""Which taker a kind of table has."""

from leads.imports import ImportKind
from pipelines.intake.campaign_rows import CampaignTaker, CostTaker, TouchpointTaker
from pipelines.intake.event_rows import EventTaker
from pipelines.intake.kinds import Taker
from pipelines.intake.lead_rows import LeadReader, LeadTaker
from pipelines.intake.opportunity_rows import OpportunityTaker
from pipelines.intake.planning import Plan
from pipelines.intake.reading import FactReader
from pipelines.intake.stage_rows import StageTaker


def taker_of(plan: Plan, *, stored: int, actor: str) -> Taker:
    """The taker for a file. `stored`: leads there were, and rows of the file, when it was begun."""
    if plan.kind is ImportKind.LEADS:
        reader = LeadReader(source=plan.source, actor=actor, order=plan.order, country=plan.country)
        return LeadTaker(reader, stored=stored)
    return _fact_taker(plan)


def _fact_taker(plan: Plan) -> Taker:
    source, lead_source, currency = plan.source, plan.lead_source, plan.currency
    facts = FactReader(id_field=_ID_FIELDS.get(plan.kind, "external_id"), order=plan.order)
    if plan.kind is ImportKind.EVENTS:
        return EventTaker(reader=facts, source=source, lead_source=lead_source)
    if plan.kind is ImportKind.STAGES:
        return StageTaker(reader=facts, lead_source=lead_source)
    if plan.kind is ImportKind.CAMPAIGNS:
        return CampaignTaker(reader=facts, source=source, currency=currency)
    if plan.kind is ImportKind.COSTS:
        return CostTaker(reader=facts, source=source, currency=currency)
    if plan.kind is ImportKind.TOUCHPOINTS:
        return TouchpointTaker(reader=facts, source=source, lead_source=lead_source)
    return OpportunityTaker(reader=facts, source=source, lead_source=lead_source, currency=currency)


_ID_FIELDS = {ImportKind.EVENTS: "message_id", ImportKind.STAGES: None}
