"""What a campaign brought and cost, counted in people."""

from dataclasses import dataclass
from decimal import Decimal

from cleansing.money import from_minor
from leads.campaigns import Campaign, InvitationStep, TouchpointKind
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Counts of people, merged leads as one.

    invited     how many were, and how far these came
    touched     how many people by kind of touchpoint, invited or not
    people      how many did something: registered, came, gave feedback, ...
    new_leads   how many of them we did not know before
    costs       what was spent, by currency
    """

    campaign: Campaign
    invited: dict[InvitationStep, int]
    touched: dict[str, int]
    people: int
    new_leads: int
    costs: dict[str, Decimal]

    @property
    def cost_per_person(self) -> Decimal | None:
        """None without people, and when several currencies were spent."""
        if len(self.costs) != 1 or not self.people:
            return None
        (spent,) = self.costs.values()
        return (spent / self.people).quantize(spent if spent.as_tuple().exponent else Decimal(1))


def results_of(unit: UnitOfWork, campaign_id: str) -> Results:
    """Raises NotFound."""
    campaign = unit.campaigns.get(campaign_id)
    people, new_leads = unit.touchpoints.people(campaign_id, without=TouchpointKind.INVITED)
    spent = unit.campaigns.spent_on([campaign_id]).get(campaign_id, {})
    return Results(
        campaign=campaign,
        invited=unit.invitations.count(campaign_id),
        touched=unit.touchpoints.people_by_kind(campaign_id),
        people=people,
        new_leads=new_leads,
        costs={currency: from_minor(minor, currency) for currency, minor in spent.items()},
    )
