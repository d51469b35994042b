"""Deals in the making."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from leads.clock import ClockBasis


class OpportunityState(StrEnum):
    """Open, then won or lost; a lost one may be opened again."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    """One deal, as it stands; what it was before is in its versions.

    digest      of the row that was last taken in
    """

    opportunity_id: str
    source: str
    external_id: str
    lead_id: str
    digest: str
    name: str | None = None
    state: OpportunityState = OpportunityState.OPEN
    amount_minor: int | None = None
    currency: str | None = None
    product: str | None = None
    opened_at: datetime
    closed_at: datetime | None = None
    known_at: datetime
    batch_id: str | None = None
    row_number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpportunityVersion:
    """What an opportunity was said to be since a moment: the fields that changed."""

    opportunity_id: str
    occurred_at: datetime
    known_at: datetime
    clock: ClockBasis
    origin: str
    batch_id: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
