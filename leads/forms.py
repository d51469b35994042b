"""Hosted forms, what is asked in them, and what somebody agreed to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class FormKind(StrEnum):
    """What a form is for."""

    REGISTRATION = "registration"
    FEEDBACK = "feedback"
    CHECK_IN = "check_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A hosted form of a campaign.

    It never changes but for being closed: what people agreed to is what the form says for ever.
    definition      fields asked, products, texts by language (pipelines/campaigns/forms.py)
    consent         the wording by language; empty when none is asked for
    """

    form_id: str
    campaign_id: str
    kind: FormKind
    definition: Mapping[str, Any] = field(default_factory=dict)
    consent: Mapping[str, str] = field(default_factory=dict)
    consent_version: str
    is_open: bool = True
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Somebody agreed or withdrew, in these words.

    purpose     email, phone, tracking
    wording     what the person read, and in which language
    """

    lead_id: str
    purpose: str
    is_granted: bool
    wording: str | None = None
    wording_version: str | None = None
    locale: str | None = None
    occurred_at: datetime
    known_at: datetime
    source: str
    batch_id: str | None = None
