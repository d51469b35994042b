"""What travels over the wire about reports."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from leads.score import Locale
from serving.schemas import Answer, Request


class HealthQuery(Request):
    """Of which days, in which language."""

    days: int = Field(default=30, ge=1, le=365, strict=False)
    locale: Annotated[Locale, Field(strict=False)] = Locale.EN


class Alarm(Answer):
    """Something moved, and not by chance."""

    kind: str = Field(description="field, score, promises (newest month), slowly (over months).")
    subject: str | None = Field(description="The field.")
    since: str | None = Field(description="The likeliest day.")
    what: str
    do: str


class Moved(Answer):
    """A field, or the score, against training."""

    name: str
    psi: float
    by_chance: float = Field(description="The index to expect if nothing moved.")
    limit: float
    p: float
    moved: bool
    then: float = Field(description="Share of the band that changed most, in training.")
    now: float
    missing_then: float
    missing_now: float
    since: str | None


class MovedField(Moved):
    """A field."""

    changed_most: str = Field(description="The leads of that band, in words.")


class Promises(Answer):
    """Conversions against the sum of shown probabilities."""

    known: int
    converted: int
    promised: float
    z: float


class PromisesNow(Promises):
    """Of outcomes that became known in these days; and the cumulative sums."""

    p: float | None
    more: float
    fewer: float


class MonthOut(Promises):
    """The leads scored in a calendar month."""

    month: str
    leads: int
    mean_shown: float
    uncalibrated: float
    imputed: float
    tier_shares: dict[str, float]
    tiers: dict[str, Promises]


class HealthOut(Answer):
    """The health of the champion."""

    model: dict[str, str]
    source: str
    as_of: datetime
    days: int
    leads: dict[str, int]
    alarms: list[Alarm]
    score: Moved | None
    fields: list[MovedField]
    promises: PromisesNow | None
    months: list[MonthOut]
    uncalibrated: float
    imputed: float
    outcomes_known: int
    days_to_conversion: dict[str, float] | None
    warnings: list[str]
