"""Making hosted forms: what is asked, in which words, and what is agreed to."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from leads.campaigns import Campaign, CampaignState
from leads.errors import Conflict, InvalidInput
from leads.fields import GIVEN
from leads.forms import Form, FormKind
from leads.messages import messages
from leads.score import Locale
from pipelines.campaigns.answers import TRAP, UTM
from pipelines.campaigns.reading import Reading, problem, text, word
from store.unit_of_work import UnitOfWork

ASKED: Mapping[FormKind, Sequence[Mapping[str, Any]]] = {
    FormKind.REGISTRATION: (
        {"name": "full_name", "required": True},
        {"name": "email", "required": True},
        {"name": "company", "required": True},
        {"name": "job_title", "required": False},
        {"name": "phone", "required": False},
    ),
    FormKind.FEEDBACK: ({"name": "email", "required": True},),
    FormKind.CHECK_IN: (
        {"name": "email", "required": True},
        {"name": "full_name", "required": False},
    ),
}
"""What is asked unless somebody chooses otherwise."""
NOT_ASKED = ("mail_consent", "campaign", "lead_source", "revenue", "language")
"""Fields that nobody fills in of himself: we know them, or ask for them in another way."""
RESERVED = (TRAP, "s", "i", "aid", "lang", "agrees", *UTM)
"""What a page sends beside the answers."""
REACHED_BY = ("email", "phone", "mobile")
MOST_FIELDS, MOST_PRODUCTS = 30, 20


def make_form(
    unit: UnitOfWork, campaign_id: str, told: Mapping[str, Any], *, now: datetime, actor: str
) -> Form:
    """A new form: `kind`, `fields`, `products`, `title`, `intro`, `consent`, `consent_version`.

    Any: checked here. Raises InvalidInput naming every mistake, Conflict for a closed campaign.
    """
    campaign = unit.campaigns.get(campaign_id)
    reading = Reading(told)
    kind = reading.needed("kind", word(FormKind), otherwise=FormKind.REGISTRATION)
    definition = {
        "fields": _fields(reading, kind),
        "products": _products(reading),
        "title": _by_language(reading, "title"),
        "intro": _by_language(reading, "intro"),
    }
    consent = _consent(reading, kind)
    version = reading.read("consent_version", text) or _digest(consent)
    if reading.problems:
        raise InvalidInput("the form cannot be taken as told", reading.problems)
    if campaign.state is CampaignState.CLOSED and kind is not FormKind.FEEDBACK:
        raise Conflict(f"campaign {campaign_id} ({campaign.name}) is closed and takes nobody more")
    form = Form(
        form_id=secrets.token_hex(8),
        campaign_id=campaign_id,
        kind=kind,
        definition=definition,
        consent=consent,
        consent_version=version,
        created_at=now,
    )
    unit.forms.add(form)
    _note(unit, "form_made", form, actor=actor, now=now)
    return form


def close_form(
    unit: UnitOfWork, campaign_id: str, form_id: str, *, now: datetime, actor: str
) -> Form:
    """Take no more answers. Raises NotFound."""
    form = unit.forms.get(form_id)
    if form.campaign_id != campaign_id:
        raise InvalidInput(f"form {form_id} belongs to campaign {form.campaign_id}")
    if form.is_open:
        unit.forms.close(form_id)
        _note(unit, "form_closed", form, actor=actor, now=now)
    return replace(form, is_open=False)


def why_shut(form: Form, campaign: Campaign, *, now: datetime) -> str | None:
    """`closed` or `planned` when a form takes no answers now. Feedback may be given after a
    campaign is closed; everything else ends with it.
    """
    if not form.is_open:
        return "closed"
    if campaign.state is CampaignState.PLANNED:
        return "planned"
    if form.kind is FormKind.FEEDBACK:
        return None
    is_over = campaign.ends_at is not None and campaign.ends_at < now
    return "closed" if campaign.state is CampaignState.CLOSED or is_over else None


def wording_of(form: Form, locale: Locale) -> tuple[str, str] | None:
    """What the person agrees to and in which language: the asked one, else the first there is."""
    if not form.consent:
        return None
    language = locale.value if locale.value in form.consent else next(iter(form.consent))
    return form.consent[language], language


def said_in(texts: Mapping[str, str], locale: Locale) -> str | None:
    """The text of a language, else the first there is."""
    return texts.get(locale.value) or next(iter(texts.values()), None)


def _fields(reading: Reading, kind: FormKind) -> list[dict[str, Any]]:
    asked = reading.told.get("fields")
    if asked is None:
        return [dict(one) for one in ASKED[kind]]
    if kind is FormKind.FEEDBACK:
        reading.say("fields", "not_chosen", "what a feedback form asks cannot be chosen")
        return []
    found = [_field(reading, place, one) for place, one in enumerate(asked[:MOST_FIELDS])]
    names = [one["name"] for one in found]
    if len(asked) > MOST_FIELDS:
        reading.say("fields", "too_many", f"a form asks {MOST_FIELDS} things at most")
    if len(set(names)) < len(names):
        reading.say("fields", "repeated", "each field can be asked for once")
    if not set(REACHED_BY) & set(names):
        reading.say("fields", "unreachable", f"ask for one of {', '.join(REACHED_BY)}")
    return found


def _field(reading: Reading, place: int, told: Any) -> dict[str, Any]:
    """One field, told by its name or with `name`, `required`, `label` (Any: either)."""
    told = {"name": told} if isinstance(told, str) else told
    name, label = str(told.get("name", "")), told.get("label") or {}
    at = f"fields/{place}"
    if name in (*NOT_ASKED, *RESERVED) or not name.isidentifier() or len(name) > 60:
        reading.say(at, "not_asked", f"{name!r} cannot be asked for in a form")
    elif name not in GIVEN and not label:
        detail = f"{name!r} is no field we know: give it a label, {{'en': ..., 'zh': ...}}"
        reading.say(at, "missing_label", detail)
    _check_languages(reading, at, label)
    required = bool(told.get("required", name == "email"))
    return {"name": name, "required": required, **({"label": dict(label)} if label else {})}


def _products(reading: Reading) -> list[str]:
    told = reading.told.get("products") or []
    found = [text for text in (str(one).strip()[:200] for one in told) if text]
    if len(found) > MOST_PRODUCTS or len(set(found)) < len(found):
        detail = f"up to {MOST_PRODUCTS} products, each named once"
        reading.say("products", "too_many", detail)
    return found


def _by_language(reading: Reading, name: str) -> dict[str, str]:
    told = reading.told.get(name) or {}
    _check_languages(reading, name, told)
    return {language: str(said) for language, said in told.items()}


def _check_languages(reading: Reading, at: str, told: Mapping[str, Any]) -> None:
    for language, said in told.items():
        if language not in set(Locale):
            detail = f"{language!r} is no language of the forms; use {' or '.join(Locale)}"
            reading.problems.append(problem(at, "unknown_language", detail))
        elif not str(said).strip() or len(str(said)) > 2000:
            reading.problems.append(problem(at, "bad_length", "needs 1 to 2,000 characters"))


def _consent(reading: Reading, kind: FormKind) -> dict[str, str]:
    """As told; a registration form asks for it in our words unless told `{}`."""
    if reading.told.get("consent") is not None:
        return _by_language(reading, "consent")
    if kind is not FormKind.REGISTRATION:
        return {}
    return {locale.value: messages(locale)["form.consent"] for locale in Locale}


def _digest(consent: Mapping[str, str]) -> str:
    said = "\n".join(f"{language}: {wording}" for language, wording in sorted(consent.items()))
    return hashlib.sha256(said.encode()).hexdigest()[:12] if said else "none"


def _note(unit: UnitOfWork, action: str, form: Form, *, actor: str, now: datetime) -> None:
    unit.audit.add(
        action,
        subject_kind="campaign",
        subject_id=form.campaign_id,
        actor=actor,
        at=now,
        form_id=form.form_id,
    )
