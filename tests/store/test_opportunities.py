from dataclasses import replace

from leads.clock import ClockBasis
from leads.opportunity import Opportunity, OpportunityState, OpportunityVersion
from tests.factories import NOON, a_lead


def test_a_deal_stands_as_it_is_and_its_versions_say_what_it_was(store):
    deal = Opportunity(
        opportunity_id="O-1",
        source="crm",
        external_id="D1",
        lead_id="L-2",
        digest="a",
        amount_minor=100,
        currency="EUR",
        opened_at=NOON,
        known_at=NOON,
    )
    won = replace(deal, state=OpportunityState.WON, digest="b", closed_at=NOON)
    version = OpportunityVersion(
        opportunity_id="O-1",
        occurred_at=NOON,
        known_at=NOON,
        clock=ClockBasis.SOURCE,
        origin="crm",
        fields={"state": "won"},
    )
    with store.writing() as unit:
        unit.leads.add([a_lead("L-1"), a_lead("L-2")])
        unit.leads.point(["L-2"], root_id="L-1", merged_into={"L-2": "L-1"})
        unit.opportunities.add([deal])
        unit.opportunities.put([won])
        unit.opportunities.add_versions([version])

        assert unit.opportunities.of_lead("L-1") == [won]
        assert unit.opportunities.outside("crm", ["D1"]) == {"D1": won}
        assert unit.opportunities.versions_of("O-1") == [version]
