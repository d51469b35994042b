"""Valid objects with sensible defaults; a test states only what it is about."""

from datetime import UTC, datetime

from leads.campaigns import Campaign, CampaignCost, CampaignKind, Channel, Touchpoint
from leads.clock import ClockBasis
from leads.lead import Lead, LeadVersion, OutsideId

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def a_lead(lead_id="L-1", **given):
    """A lead that nothing is known of yet."""
    moments = dict.fromkeys(("created_at", "known_at", "updated_at", "stage_since"), NOON)
    return Lead(**{"lead_id": lead_id, "root_id": lead_id, **moments, **given})


def a_version(lead_id="L-1", **given):
    """A statement that arrived at noon."""
    told = {"occurred_at": NOON, "known_at": NOON, "clock": ClockBasis.ARRIVAL, "origin": "web"}
    return LeadVersion(lead_id=lead_id, **{**told, **given})


def an_outside_id(external_id="1", lead_id="L-1", **given):
    """What some source calls a lead."""
    told = {"source": "crm", "digest": "d", "first_seen": NOON, "last_seen": NOON}
    return OutsideId(external_id=external_id, lead_id=lead_id, **{**told, **given})


def a_campaign(campaign_id="C-1", **given):
    """A planned seminar."""
    told = {
        "source": "leadflow",
        "external_id": campaign_id,
        "name": "Spring seminar",
        "kind": CampaignKind.SEMINAR,
        "channel": Channel.SEMINAR,
        "is_online": False,
        "starts_at": NOON,
        "created_at": NOON,
        "updated_at": NOON,
    }
    return Campaign(campaign_id=campaign_id, **{**told, **given})


def a_cost(external_id="1", **given):
    """A hundred euros spent on the first campaign."""
    told = {
        "cost_id": f"cost-{external_id}",
        "source": "leadflow",
        "campaign_id": "C-1",
        "spent_on": NOON.date(),
        "amount_minor": 10_000,
        "currency": "EUR",
        "known_at": NOON,
    }
    return CampaignCost(external_id=external_id, **{**told, **given})


def a_touchpoint(external_id="1", **given):
    """A registration for the first campaign."""
    told = {
        "touchpoint_id": f"touch-{external_id}",
        "source": "leadflow",
        "campaign_id": "C-1",
        "kind": "registered",
        "occurred_at": NOON,
        "known_at": NOON,
        "clock": ClockBasis.ARRIVAL,
    }
    return Touchpoint(external_id=external_id, **{**told, **given})
