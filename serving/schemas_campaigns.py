"""What travels over the wire about campaigns and touchpoints.

What is told is checked by the use cases (pipelines/campaigns), which say what would be right.
"""

from typing import Annotated, Literal

from pydantic import Field, JsonValue, StringConstraints

from leads.campaigns import CampaignKind, CampaignState, Channel, Goal, InvitationStep
from leads.clock import ClockBasis
from leads.forms import FormKind
from serving.schemas import Answer, Request
from serving.schemas_leads import MAX_LEADS, Instant, Name

MAX_TOUCHPOINTS = 1000
MAX_PAGE = 100

Text = Annotated[str, StringConstraints(max_length=4000)]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Amount = Annotated[
    str, StringConstraints(max_length=40), Field(description="Exact, as text: `1200.50`.")
]
ByLanguage = Annotated[
    dict[Literal["en", "zh"], Text], Field(description="Texts by language: `en`, `zh`.")
]


class CampaignChange(Request):
    """What is to be changed of a campaign; null empties it."""

    name: Name | None = None
    kind: Text | None = Field(default=None, description=f"One of {', '.join(CampaignKind)}.")
    channel: Text | None = Field(default=None, description=f"One of {', '.join(Channel)}.")
    is_online: bool | None = None
    goal: Text | None = Field(default=None, description=f"One of {', '.join(Goal)}.")
    goal_amount: Amount | Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="A count, or for revenue an amount in `currency`."
    )
    budget: Amount | None = None
    currency: Text | None = Field(default=None, description="ISO 4217: EUR, USD, CNY, ...")
    product_line: Text | None = None
    audience: Text | None = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    attributes: dict[str, JsonValue] | None = None


class CampaignIn(CampaignChange):
    """A campaign to be planned; `name`, `kind` and `starts_at` are needed."""

    source: Name | None = Field(default=None, description="Whose campaign it is, if not ours.")
    external_id: Name | None = None


class CampaignOut(Answer):
    """A campaign."""

    campaign_id: str
    source: str
    external_id: str
    name: str
    kind: CampaignKind
    channel: Channel
    is_online: bool
    goal: Goal | None
    goal_amount: int | str | None
    budget: str | None
    currency: str | None
    product_line: str | None
    audience: str | None
    starts_at: str
    ends_at: str | None
    state: CampaignState
    created_at: str
    updated_at: str
    attributes: dict[str, JsonValue]


class CostIn(Request):
    """Money that was spent."""

    amount: Amount
    spent_on: Day
    currency: Text | None = Field(default=None, description="The campaign's, unless told.")
    kind: Text | None = None
    note: Text | None = None
    source: Name | None = None
    external_id: Name | None = None


class CostOut(Answer):
    """Money that was spent."""

    cost_id: str
    source: str
    external_id: str
    spent_on: str
    amount: str
    currency: str
    kind: str | None
    note: str | None


class MaterialIn(Request):
    """Something a campaign needs made."""

    name: Name
    kind: Name = Field(description="landing page, flyer, mail, ...")
    owner: Name
    language: Name = "en"
    version: Name = "1"
    due_on: Day | None = None
    is_ready: bool = False


class MaterialOut(Answer):
    """Something made, or to be made."""

    material_id: str
    name: str
    kind: str
    language: str
    version: str
    owner: str
    due_on: str | None
    ready_at: str | None


class QuestionIn(Request):
    """One field of a form; one that is not ours needs a label and becomes an attribute."""

    name: Name
    required: bool = False
    label: ByLanguage | None = None


class FormIn(Request):
    """A hosted form to be made."""

    kind: FormKind = Field(strict=False)
    fields: list[QuestionIn | Name] | None = None
    products: list[Name] | None = None
    title: ByLanguage | None = None
    intro: ByLanguage | None = None
    consent: ByLanguage | None = Field(
        default=None, description="Wording by language; {} asks for none. It never changes."
    )
    consent_version: Name | None = None


class FormOut(Answer):
    """A hosted form and where it is."""

    form_id: str
    kind: FormKind
    url: str
    is_open: bool
    fields: list[dict[str, JsonValue]]
    products: list[str]
    title: dict[str, str]
    intro: dict[str, str]
    consent: dict[str, str]
    consent_version: str


class CampaignDetails(CampaignOut):
    """A campaign with everything that hangs on it."""

    materials: list[MaterialOut]
    costs: list[CostOut]
    forms: list[FormOut]


class CampaignsFound(Answer):
    """Campaigns by id; `next` is the `after` of the next page."""

    campaigns: list[CampaignOut]
    next: str | None


class CampaignsQuery(Request):
    """Which campaigns."""

    state: CampaignState | None = Field(default=None, strict=False)
    after: Name | None = None
    limit: int = Field(default=MAX_PAGE, ge=1, le=MAX_PAGE, strict=False)


class LeadIds(Request):
    """Leads by any of their ids here."""

    lead_ids: Annotated[list[Name], Field(min_length=1, max_length=MAX_LEADS)]


class InvitationOut(Answer):
    """An invited lead and its personal link; `is_new` false: it had been invited before."""

    lead_id: str
    link: str
    step: InvitationStep
    invited_at: str
    is_new: bool


class InvitationsMade(Answer):
    """One for each lead, in their order."""

    invitations: list[InvitationOut]


class FollowedUp(Answer):
    """How many invitations are now followed up."""

    followed_up: int


class Spent(Answer):
    """What was spent in one currency."""

    currency: str
    amount: str


class ResultsOut(Answer):
    """What a campaign brought, in people, and cost."""

    campaign_id: str
    invited: dict[str, int] = Field(description="Invitations, and how far they came.")
    registered: int
    attended: int
    feedback: int
    people: int = Field(description="How many did anything but being invited.")
    leads: int = Field(description="How many of them were not known before.")
    costs: list[Spent]
    cost_per_person: str | None
    touched: dict[str, int] = Field(description="People by kind of touchpoint.")


class TouchpointIn(Request):
    """A contact with a lead, or with a visitor not known yet."""

    campaign_id: Name
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")] = Field(
        description="registered, attended, visit, call, ..."
    )
    lead_id: Name | None = None
    anonymous_id: Name | None = None
    occurred_at: Instant | None = Field(default=None, description="When it arrives, unless told.")
    source: Name = "api"
    external_id: Name | None = Field(
        default=None, description="The same id again is the same touchpoint and notes nothing."
    )
    attributes: dict[str, JsonValue] = Field(default_factory=dict)


class TouchpointsIn(Request):
    """At most 1,000 touchpoints; all are noted or none."""

    touchpoints: Annotated[list[TouchpointIn], Field(min_length=1, max_length=MAX_TOUCHPOINTS)]


class TouchpointNoted(Answer):
    """What became of one; `is_new` false: it was known."""

    touchpoint_id: str
    is_new: bool


class TouchpointsNoted(Answer):
    """One for each, in their order."""

    touchpoints: list[TouchpointNoted]


class TouchpointOut(Answer):
    """A contact."""

    touchpoint_id: str
    source: str
    external_id: str
    lead_id: str | None
    anonymous_id: str | None
    campaign_id: str
    kind: str
    occurred_at: str
    known_at: str
    clock: ClockBasis
    attributes: dict[str, JsonValue]


class TouchpointsFound(Answer):
    """By time, oldest first."""

    touchpoints: list[TouchpointOut]


class TouchpointsQuery(Request):
    """Whose."""

    lead_id: Name
