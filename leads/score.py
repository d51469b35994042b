"""What a score is: a calibrated probability, the points sales sees, a tier, and its reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Tier(StrEnum):
    """How urgently sales should act; the letters follow CRM custom, A first."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class Direction(StrEnum):
    """Which way a reason pushes the probability."""

    RAISES = "raises"
    LOWERS = "lowers"


class Locale(StrEnum):
    """The languages people read us in."""

    EN = "en"
    ZH = "zh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One model's opinion of one lead at one moment.

    p_convert       calibrated probability of converting, 0..1
    times_average   p_convert against the mean shown probability of the reference leads
    points          0..100, the rank among the reference leads; for people only, never computed with
    margin          raw log-odds of the trees; ranks leads within a moment
    fit             A to D, how well what is known of who they are speaks for them; None unknown
    engagement      1 to 4, 1 for those whose doings speak most for them; None unknown
    imputed         fields that were not given or could not be read, so the model saw "missing"
    warnings        what the caller should know, as short codes with the field: "not_a_number:age"
    """

    p_convert: float
    times_average: float
    points: int
    tier: Tier
    margin: float
    fit: str | None = None
    engagement: int | None = None
    imputed: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One raw field's signed contribution, in sales language.

    field           the column as the table named it
    label           the field's name for people
    value           the lead's value for people ("200-499", "missing")
    contribution    log-odds added to the margin, all columns made from the field summed
    text            one sentence: the value, how often such leads convert, what others do
    """

    field: str
    label: str
    value: str
    contribution: float
    direction: Direction
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The two parts of a margin in log-odds: base_value + fit + engagement = margin.

    fit          what the fields add that say who they are
    engagement   what those add that say what they do
    """

    fit: float
    engagement: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeToConvert:
    """When a lead converts, if it does so within the window.

    low_weeks, high_weeks   the shortest span of whole weeks that holds half of the chance
    median_weeks            by when half of such leads have converted
    text                    the span in a sentence
    """

    low_weeks: int
    high_weeks: int
    median_weeks: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A score taken apart: base_value + sum of reasons + other = margin (log-odds).

    parts             None where the model does not tell them apart
    time_to_convert   None where the model does not know
    """

    score: Score
    base_value: float
    reasons: tuple[Reason, ...]
    other: float
    parts: Parts | None = None
    time_to_convert: TimeToConvert | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredScore:
    """A score as it is remembered, with what the model was told.

    as_of       as of when the facts were true; scored_at when the model was asked
    cause       what asked for it: request, ...
    """

    prediction_id: str
    lead_id: str | None
    external_id: str | None
    model_name: str
    model_version: str
    as_of: datetime
    scored_at: datetime
    probability: float
    margin: float
    points: int
    tier: Tier
    calibrated: bool
    cause: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
