"""What travels over the wire: the one definition behind validation and the OpenAPI document.

Requests refuse unknown fields everywhere but inside `attributes`. Answers are built as plain
dicts (serving/answers.py), which is several times quicker; a test holds them to these models.
"""

from datetime import datetime
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema

from leads.score import Direction, Locale, Tier

MAX_LEADS = 1000
MAX_LEADS_WITH_REASONS = 100
MAX_REASONS = 100
_LARGEST = int(1.7e308)
"""Just below the largest float: a longer integer has no place in a model."""

Number = Annotated[
    int, Field(strict=True, ge=-_LARGEST, le=_LARGEST), WithJsonSchema({"type": "integer"})
]


class _OneMistake:
    """Makes a union say once that a value fits none of its members, instead of once for each."""

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        schema: Any = handler(source)
        union = schema["schema"] if schema["type"] == "nullable" else schema
        assert union["type"] == "union"
        union["custom_error_type"] = "value_kind"
        union["custom_error_message"] = "Input should be a text, a number, true, false or null"
        return cast("CoreSchema", schema)


Value = Annotated[
    str | bool | Number | float | None, Field(union_mode="left_to_right"), _OneMistake()
]
"""The members exclude one another in strict mode, so the first that fits is the only one."""


class Request(BaseModel):
    """Something a stranger sent."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, strict=True)


class Answer(BaseModel):
    """Something we say."""

    model_config = ConfigDict(extra="forbid")


AN_ID = "00Q5e000001abcd"
ATTRIBUTES = {"job": "technician", "age": 41, "marital": "married", "contact": "cellular"}


NO_ATTRIBUTES: dict[str, Any] = {}
"""Of a lead that was given without attributes: told from an empty object by its identity."""


class LeadIn(Request):
    """A lead given inline."""

    external_id: Annotated[str, Field(max_length=200)] | None = Field(
        default=None, description="Your own id of the lead; echoed.", examples=[AN_ID]
    )
    lead_id: Annotated[str, Field(max_length=50)] | None = Field(
        default=None,
        description="A lead that is stored, instead of `attributes`; needs the scope `leads:read`.",
    )
    source: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        default=None,
        description=(
            "Whose names the attributes have: `salesforce`, `hubspot`, `dynamics`, `odoo`,"
            " `chinese`, or anybody's. They are read as headers; without a source they are the"
            " training table's."
        ),
    )
    attributes: dict[str, Value] = Field(
        default_factory=lambda: NO_ATTRIBUTES,
        description=(
            "The lead's fields under the names of the training table. What is missing or unreadable"
            " counts as missing and is listed in `imputed`; names the model does not know are"
            " listed in `warnings`."
        ),
        examples=[ATTRIBUTES],
    )


Which = Annotated[str, Field(min_length=1, max_length=50)]
"""Which of the models that are served."""

_WHICH = (
    "Who answers: `champion`, `beside` (the version that runs beside it, if one does), or the"
    " number of either, or `day_one`, the profile; 404 says what is served."
)


class ScoreOptions(Request):
    """How leads are scored."""

    model: Which = Field(default="champion", description=_WHICH)

    explain: int = Field(
        default=0, ge=0, le=MAX_REASONS, description="How many reasons to give with each lead."
    )
    locale: Annotated[Locale, Field(strict=False)] = Field(
        default=Locale.EN, description="The language of the reasons."
    )
    persist: bool = Field(
        default=False,
        description=(
            "Keep the scores, with what the model was told; needs the scope `leads:write`."
        ),
    )


class ScoreRequest(Request):
    """Leads to be scored: at most 1,000, at most 100 with reasons."""

    leads: list[LeadIn] = Field(min_length=1, max_length=MAX_LEADS)
    options: ScoreOptions = Field(default_factory=ScoreOptions)


NO_LEAD = LeadIn()
"""Of a request that names its lead by the id: told by its identity."""


class ExplainRequest(Request):
    """A lead whose score is to be taken apart: `lead`, or `lead_id`."""

    lead: LeadIn = Field(default_factory=lambda: NO_LEAD)
    lead_id: Annotated[str, Field(max_length=50)] | None = Field(
        default=None, description="A lead that is stored; needs the scope `leads:read`."
    )
    top: int = Field(default=5, ge=1, le=MAX_REASONS, description="How many reasons to give.")
    locale: Annotated[Locale, Field(strict=False)] = Locale.EN
    model: Which = Field(default="champion", description=_WHICH)


class ModelName(Answer):
    """The model that answered."""

    name: str = Field(examples=["lead-scoring"])
    version: str = Field(examples=["7"])
    features: str = Field(
        description="Digest of the encoder: equal when two models read leads in the same way.",
        examples=["1f0c3a5be1d2"],
    )


class ReasonOut(Answer):
    """One field's part in a score, for people."""

    field: str = Field(examples=["contact"])
    label: str = Field(examples=["contact"])
    value: str = Field(examples=["cellular"])
    contribution: float = Field(description="Log-odds added to the margin.", examples=[0.31])
    direction: Direction
    text: str = Field(examples=["Leads with contact cellular convert 1.3x as often as average"])


class TimeToConvertOut(Answer):
    """When a lead converts, if it does so within the window the model was trained for."""

    low_weeks: int = Field(ge=0, description="Weeks from now at which the span begins.")
    high_weeks: int = Field(
        ge=1, description="And ends: the shortest span that holds half of the chance."
    )
    median_weeks: int = Field(ge=1, description="By when half of such leads have converted.")
    text: str = Field(examples=["If it converts, most likely within 3-6 weeks."])


Fit = Annotated[
    Literal["A", "B", "C", "D"] | None,
    Field(
        description=(
            "How far who they are speaks for them, by rank among the reference leads: A the top"
            " 5 %, B 20 %, C 50 %, D the rest. null: nothing is known of them, or the model does"
            " not tell."
        )
    ),
]
Engagement = Annotated[
    Literal[1, 2, 3, 4] | None,
    Field(
        description=(
            "The same for what they do, 1 the most. null: unknown, which is not the same as"
            " nothing done."
        )
    ),
]


class MustFollowOut(Answer):
    """Why a lead goes to sales at once, whatever its probability."""

    rule: str = Field(examples=["key account size"])
    text: str = Field(examples=["A company of 5,000 people or more."])


class ScoredLead(Answer):
    """A lead that was scored."""

    external_id: str | None
    lead_id: str | None = Field(default=None, description="As asked for; absent otherwise.")
    status: Literal["ok"]
    prediction_id: str = Field(examples=["019a5c1e-7d3b-7c4e-9f00-1234567890ab"])
    probability: float = Field(ge=0, le=1, description="Calibrated chance of converting.")
    times_average: float = Field(
        ge=0, description="Probability against the mean shown probability of the reference leads."
    )
    points: int = Field(ge=0, le=100, description="Rank among the reference leads.")
    tier: Tier
    fit: Fit
    engagement: Engagement
    calibrated: bool
    scored_at: datetime
    imputed: list[str] = Field(description="Fields that counted as missing.")
    warnings: list[str] = Field(description="What was odd, as code:field.")
    must_follow: MustFollowOut | None = Field(
        description="The rule by which sales follows it up at once; null when none does."
    )
    reasons: list[ReasonOut]
    time_to_convert: TimeToConvertOut | None = Field(
        default=None, description="With reasons only; null when the model does not know."
    )


class Mistake(Answer):
    """One thing wrong with what was sent."""

    pointer: str = Field(description="JSON pointer (RFC 6901).", examples=["/leads/0/attributs"])
    code: str = Field(examples=["unknown_field"])
    detail: str = Field(examples=["unknown field 'attributs': did you mean 'attributes'?"])


class LeadError(Answer):
    """Why a lead was not scored."""

    code: Literal["invalid_lead"]
    errors: list[Mistake]


class RefusedLead(Answer):
    """A lead that could not be scored; the others were."""

    external_id: str | None
    lead_id: str | None = Field(default=None, description="As asked for; absent otherwise.")
    status: Literal["error"]
    error: LeadError


class ScoreAnswer(Answer):
    """One result a lead, in the order asked."""

    model: ModelName
    results: list[Annotated[ScoredLead | RefusedLead, Field(discriminator="status")]]


class ExplainAnswer(Answer):
    """A score taken apart: base_value + contributions of the reasons + other = margin.

    So is base_value + fit_log_odds + engagement_log_odds.
    """

    probability: float = Field(ge=0, le=1)
    margin: float
    fit: Fit
    engagement: Engagement
    base_value: float
    fit_log_odds: float | None = Field(
        description="What the fields add together that say who they are; null in older models."
    )
    engagement_log_odds: float | None = Field(
        description="What those add that say what they do; null in older models."
    )
    space: Literal["log_odds"]
    reasons: list[ReasonOut]
    other: float = Field(description="What all the fields not listed add together.")
    time_to_convert: TimeToConvertOut | None = Field(
        description="null when the model does not know."
    )
    model: ModelName
    lead_id: str | None = Field(default=None, description="As asked for; absent otherwise.")


class FieldOut(Answer):
    """A field the model looks at."""

    name: str
    kind: str
    label: dict[str, str]


class CalibrationOut(Answer):
    """How margins become probabilities."""

    method: str
    kept_until: str | None = Field(
        description="Labels up to here shaped the curve; null when it was not kept up."
    )
    live: bool = Field(
        description="Whether the curve was made from labels that matured since training."
    )
    updated_at: datetime | None = Field(
        default=None, description="When that curve was made; null for the one of the training."
    )
    labels: int = Field(
        default=0, description="Labels since training that have shaped it.", examples=[412]
    )
    held: str | None = Field(
        default=None,
        description="Why a newer curve waits for a person; null when none does.",
    )


class ServedModel(ModelName):
    """The model being served."""

    since: datetime
    digests: dict[str, str]
    fields: list[FieldOut]
    calibration: CalibrationOut


class SwapOut(Answer):
    """The last attempt to change the model."""

    at: datetime
    version: str | None
    error: str | None = Field(description="Why it failed; null when it did not.")


class WorkerOut(Answer):
    """The process that answered; each worker swaps for itself."""

    pid: int
    started_at: datetime
    uptime_seconds: float


class DayOneOut(Answer):
    """The score that works without history, by the ideal customer profile."""

    version: str | None = Field(
        description="Of the profile; null when it cannot be used.", examples=["profile-1f0c3a5b"]
    )
    answers: bool = Field(description="Whether it answers, as no model was promoted yet.")
    outcomes: int | None = Field(description="Conversions known; null before they were counted.")
    needed: int | None = Field(description="The fewest to learn from.", examples=[40])
    note: str = Field(examples=["below the minimum of history: 12 of 40 outcomes"])


class StatusAnswer(Answer):
    """What is being served."""

    version: str = Field(description="Of Leadflow.")
    ready: bool
    model: ServedModel | None
    last_swap: SwapOut | None
    beside: ServedModel | None = Field(
        default=None, description="The version that runs beside the champion."
    )
    last_swap_beside: SwapOut | None = None
    day_one: DayOneOut | None = Field(default=None, description="null without a profile.")
    worker: WorkerOut


class ProblemDetails(Answer):
    """What was wrong (RFC 9457)."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Invalid input"])
    status: int = Field(examples=[422])
    detail: str
    instance: str = Field(examples=["/v1/score"])
    request_id: str
    errors: list[Mistake]
