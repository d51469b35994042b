"""What travels over the wire about leads and opportunities."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, JsonValue, StringConstraints, WithJsonSchema

from leads.lifecycle import Stage
from leads.opportunity import OpportunityState
from leads.score import Tier
from serving.schemas import Answer, Mistake, Request, Value

MAX_LEADS = 1000
MAX_PAGE = 100


def instant_of(value: object) -> object:
    """A text as an aware UTC instant; anything else is left for the model to refuse."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise ValueError("give an instant as text: 2026-03-02T09:00:00Z")  # noqa: TRY004  pydantic's
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("give an instant as RFC 3339: 2026-03-02T09:00:00Z") from None
    if moment.tzinfo is None:
        raise ValueError("give the instant with its offset: 2026-03-02T09:00:00Z")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("give an instant that lies in the years 1 to 9999 in UTC, too") from None


Instant = Annotated[
    datetime,
    BeforeValidator(instant_of),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""RFC 3339, with its offset."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
"""An id or a name of somebody else's."""


class LeadRecord(Request):
    """A lead as a source knows it."""

    external_id: Name | None = Field(
        default=None,
        description=(
            "The source's own id: the same id again updates the lead. Without one the values"
            " themselves are its name."
        ),
        examples=["00Q5e000001abcd"],
    )
    source: Name = Field(
        description=(
            "Whose record it is. `salesforce`, `hubspot`, `dynamics`, `odoo` and `chinese` may use"
            " their own names in `fields`; all others use ours."
        ),
        examples=["webshop"],
    )
    occurred_at: Instant | None = Field(
        default=None, description="Since when it is so; when it arrives, unless told."
    )
    created_at: Instant | None = Field(
        default=None, description="When the source came to know the lead."
    )
    anonymous_id: Name | None = Field(
        default=None, description="The visitor (cookie) the lead is known to have been."
    )
    fields: dict[str, Value] = Field(
        description=(
            "What is known under our names, as typed. A field that is absent says nothing; null"
            " says that it was emptied."
        ),
        examples=[{"full_name": "Wei Zhang", "email": "wei@acme.example", "company": "Acme"}],
    )
    attributes: dict[str, JsonValue] = Field(
        default_factory=dict, description="Everything else, under the source's own names."
    )


class LeadsIn(Request):
    """At most 1,000 leads."""

    leads: Annotated[list[LeadRecord], Field(min_length=1, max_length=MAX_LEADS)]


class HandedIn(Answer):
    """What became of a lead that was handed in."""

    external_id: str | None
    outcome: Literal["created", "updated", "merged", "review", "unchanged"] = Field(
        description=(
            "`merged`: it is a double of the lead in `lead_id`, and was joined with it. `review`:"
            " it may be one, and a person is asked."
        )
    )
    lead_id: str = Field(description="The lead that speaks for it now.")
    recorded_on: str = Field(description="The lead it was recorded on; a merge never changes it.")
    review_ids: list[str]
    remarks: list[Mistake] = Field(description="Values that were kept as typed, and why.")


class NotTaken(Answer):
    """A lead of a batch that was refused; the others were taken."""

    external_id: str | None
    outcome: Literal["refused"]
    errors: list[Mistake]


class LeadsTaken(Answer):
    """One result a lead, in the order given."""

    results: list[Annotated[HandedIn | NotTaken, Field(discriminator="outcome")]]


class OutsideIdOut(Answer):
    """What a source calls a lead."""

    source: str
    external_id: str
    lead_id: str = Field(description="The lead it was first recorded on.")
    first_seen: datetime
    last_seen: datetime


class LatestScore(Answer):
    """The newest score that was kept."""

    prediction_id: str
    probability: float
    points: int
    tier: Tier
    calibrated: bool
    model: dict[str, str]
    as_of: datetime
    scored_at: datetime
    cause: str


class LeadOut(Answer):
    """A lead as it is known now."""

    lead_id: str
    stage: Stage
    stage_since: datetime
    created_at: datetime
    known_at: datetime
    updated_at: datetime
    fields: dict[str, Value]
    typed: dict[str, str] = Field(description="What was typed, where the normal form differs.")
    attributes: dict[str, Any]


class LeadDetails(LeadOut):
    """A lead with its other names and its newest score."""

    outside_ids: list[OutsideIdOut]
    merged_ids: list[str] = Field(description="The leads it speaks for beside itself.")
    score: LatestScore | None


class LeadsQuery(Request):
    """What leads are searched by; all that is given must fit."""

    email: Annotated[str, Field(max_length=320)] | None = None
    phone: Annotated[str, Field(max_length=50)] | None = None
    external_id: Name | None = Field(default=None, description="Needs `source`.")
    source: Name | None = None
    q: Annotated[str, Field(max_length=320)] | None = Field(
        default=None, description="A mail address, a telephone number, or first and last name."
    )
    after: Annotated[str, Field(max_length=50)] = Field(
        default="", description="`next` of the page before."
    )
    limit: int = Field(default=50, ge=1, le=MAX_PAGE)


class LeadsFound(Answer):
    """A page of leads, by id."""

    leads: list[LeadOut]
    next: str | None = Field(description="Give it as `after` for the next page; null: the end.")
    truncated: bool = Field(description="More than 1,000 leads have that value; say more.")


class OpenReview(Answer):
    """A person is asked whether this lead and another are the same."""

    review_id: str
    lead_id: str = Field(description="The other lead.")
    probability: float
    reasons: list[str]
    evidence: list[dict[str, Any]]
    opened_at: datetime


class StandingMerge(Answer):
    """A merge that stands."""

    merge_id: str
    survivor_id: str
    absorbed_id: str
    merged_at: datetime
    cause: str
    actor: str
    probability: float | None
    reasons: list[str]
    evidence: list[dict[str, Any]]


class Duplicates(Answer):
    """A lead's doubles, decided and not."""

    lead_id: str
    reviews: list[OpenReview]
    merges: list[StandingMerge]


class OpportunityIn(Request):
    """A deal as a source knows it."""

    source: Name
    external_id: Name
    lead_id: Annotated[str, Field(max_length=50)] | None = None
    lead: Name | None = Field(
        default=None, description="The lead's id in the same source, instead of `lead_id`."
    )
    name: Annotated[str, Field(max_length=500)] | None = None
    state: Annotated[OpportunityState, Field(strict=False)] = OpportunityState.OPEN
    amount: Annotated[str, Field(max_length=40)] | int | float | None = Field(
        default=None, description="As text where every digit counts.", examples=["12500.00"]
    )
    currency: Annotated[str, Field(max_length=10)] | None = Field(
        default=None, description="ISO 4217.", examples=["EUR"]
    )
    product: Annotated[str, Field(max_length=200)] | None = None
    opened_at: Instant | None = None
    closed_at: Instant | None = Field(
        default=None, description="When it was won or lost; of an open one, when it is to be."
    )
    occurred_at: Instant | None = Field(default=None, description="Since when it is so.")


class OpportunityOut(Answer):
    """A deal as it stands."""

    opportunity_id: str
    source: str
    external_id: str
    lead_id: str
    name: str | None
    state: OpportunityState
    amount: str | None
    currency: str | None
    product: str | None
    opened_at: datetime
    closed_at: datetime | None


class OpportunityTold(Answer):
    """What became of a deal that was handed in."""

    outcome: Literal["created", "updated", "unchanged"]
    opportunity: OpportunityOut


class OpportunitiesQuery(Request):
    """Whose deals, or which one."""

    lead_id: Annotated[str, Field(max_length=50)] | None = None
    source: Name | None = None
    external_id: Name | None = None


class OpportunitiesFound(Answer):
    """Deals, the oldest first."""

    opportunities: list[OpportunityOut]
