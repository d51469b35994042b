"""Campaigns as plain members, the same for the API and `--json`: amounts are text, so that they
stay exact.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from cleansing.money import from_minor
from leads.campaigns import Campaign, CampaignCost, Goal, Material, Touchpoint
from leads.forms import Form
from pipelines.campaigns.inviting import Invited
from pipelines.campaigns.planning import in_units
from pipelines.campaigns.results import Results
from store.unit_of_work import UnitOfWork

Members = dict[str, Any]
"""Any: JSON."""


def shown_campaign(unit: UnitOfWork, campaign_id: str, *, public_url: str) -> Members:
    """A campaign with everything that hangs on it. Raises NotFound."""
    campaign = unit.campaigns.get(campaign_id)
    return {
        **of_campaign(campaign),
        "materials": [of_material(one) for one in unit.campaigns.materials_of(campaign_id)],
        "costs": [of_cost(one) for one in unit.campaigns.costs_of(campaign_id)],
        "forms": [
            of_form(one, public_url=public_url) for one in unit.forms.of_campaign(campaign_id)
        ],
    }


def of_campaign(campaign: Campaign) -> Members:
    """A campaign by itself."""
    goal_amount: Any = campaign.goal_amount
    if campaign.goal is Goal.REVENUE:
        goal_amount = _text(in_units(campaign.goal_amount, campaign.currency))
    names = ("campaign_id", "source", "external_id", "name", "kind", "channel", "is_online")
    return {
        **{name: _plain(getattr(campaign, name)) for name in names},
        "goal": _plain(campaign.goal),
        "goal_amount": goal_amount,
        "budget": _text(in_units(campaign.budget_minor, campaign.currency)),
        "currency": campaign.currency,
        "product_line": campaign.product_line,
        "audience": campaign.audience,
        "starts_at": _instant(campaign.starts_at),
        "ends_at": _instant(campaign.ends_at),
        "state": str(campaign.state),
        "created_at": _instant(campaign.created_at),
        "updated_at": _instant(campaign.updated_at),
        "attributes": dict(campaign.attributes),
    }


def of_cost(cost: CampaignCost) -> Members:
    """Money that was spent."""
    return {
        "cost_id": cost.cost_id,
        "source": cost.source,
        "external_id": cost.external_id,
        "spent_on": cost.spent_on.isoformat(),
        "amount": str(from_minor(cost.amount_minor, cost.currency)),
        "currency": cost.currency,
        "kind": cost.kind,
        "note": cost.note,
    }


def of_material(material: Material) -> Members:
    """Something made or to be made."""
    names = ("material_id", "name", "kind", "language", "version", "owner")
    return {
        **{name: getattr(material, name) for name in names},
        "due_on": material.due_on.isoformat() if material.due_on else None,
        "ready_at": _instant(material.ready_at),
    }


def of_form(form: Form, *, public_url: str) -> Members:
    """A hosted form and where it is."""
    return {
        "form_id": form.form_id,
        "kind": str(form.kind),
        "url": f"{public_url.rstrip('/')}/f/{form.form_id}",
        "is_open": form.is_open,
        "fields": form.definition["fields"],
        "products": form.definition["products"],
        "title": form.definition["title"],
        "intro": form.definition["intro"],
        "consent": dict(form.consent),
        "consent_version": form.consent_version,
    }


def of_invited(invited: Sequence[Invited]) -> list[Members]:
    """Invitations with their links."""
    return [
        {
            "lead_id": one.lead.lead_id,
            "link": one.link,
            "step": str(one.invitation.step),
            "invited_at": _instant(one.invitation.invited_at),
            "is_new": one.is_new,
        }
        for one in invited
    ]


def of_results(results: Results) -> Members:
    """What a campaign brought and cost."""
    return {
        "campaign_id": results.campaign.campaign_id,
        "invited": {str(step): n for step, n in results.invited.items()},
        "registered": results.touched.get("registered", 0),
        "attended": results.touched.get("attended", 0),
        "feedback": results.touched.get("feedback", 0),
        "people": results.people,
        "leads": results.new_leads,
        "costs": [
            {"currency": currency, "amount": str(amount)}
            for currency, amount in results.costs.items()
        ],
        "cost_per_person": _text(results.cost_per_person),
        "touched": results.touched,
    }


def of_touchpoint(touchpoint: Touchpoint) -> Members:
    """A contact."""
    names = ("touchpoint_id", "source", "external_id", "lead_id", "anonymous_id", "campaign_id")
    return {
        **{name: getattr(touchpoint, name) for name in names},
        "kind": touchpoint.kind,
        "occurred_at": _instant(touchpoint.occurred_at),
        "known_at": _instant(touchpoint.known_at),
        "clock": str(touchpoint.clock),
        "attributes": dict(touchpoint.attributes),
    }


def _instant(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _plain(value: Any) -> Any:
    """Any: a word of one of our vocabularies as plain text, everything else as it is."""
    return str(value) if isinstance(value, str) else value
