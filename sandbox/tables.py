"""From the market to the tables a CRM would export: counts as of hand-over, dated events.

Nothing here goes back into the market. Windows are whole days before the morning of hand-over.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from leads.events import EventKind
from sandbox.behaviour import (
    GATEWAYS,
    MAIL_CLICKED,
    MAIL_NONE,
    MAIL_OPENED,
    WEB_KINDS,
    Array,
    Index,
)
from sandbox.campaigns import CHANNELS, Campaigns
from sandbox.fit import INDUSTRIES, PRODUCTS, REGIONS, SENIORITIES
from sandbox.names import company_names, person_names
from sandbox.people import Companies, Flags, People
from sandbox.places import CHINA, COUNTRIES
from sandbox.process import Record
from sandbox.spec import MarketSpec

Instants = NDArray[np.datetime64]

DAY_ZERO = np.datetime64("2024-01-01T00:00:00", "s")  # a Monday
_DAY_SECONDS = 86_400
_FIRST_ACT = 6 * 3600
"""The second of the day from which on people act; mails are sent then."""
_TITLES = (
    ("Intern", "Student assistant", "Trainee"),
    ("Analyst", "Engineer", "Specialist", "Buyer"),
    ("Team lead", "IT manager", "Operations manager", "Marketing manager"),
    ("Director IT", "Head of operations", "Director procurement"),
    ("CEO", "CIO", "Managing director", "VP operations"),
)
_MONTH, _WEEK = 30, 7
_NO_PHONE = 0.3
_GAP_WORDS = ("unknown", "", "-", "N/A")
_NEVER = np.iinfo(np.int64).max


def lead_table(
    *,
    people: People,
    companies: Companies,
    campaigns: Campaigns,
    record: Record,
    spec: MarketSpec,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """One row a lead, as a CRM exports it at hand-over; no outcome."""
    n = len(people)
    created, handed_over = moments(people, record, rng=rng)
    columns: dict[str, object] = {
        "lead_id": [f"L-{number + 1:06d}" for number in range(n)],
        "created_at": iso(created),
        "handed_over_at": iso(handed_over),
        **_who(people, companies, rng=rng),
        **_facts(people, campaigns, spec, rng=rng),
        **_engagement(record),
    }
    if spec.rating_column:
        columns["marketing_rating"] = _rating(people, columns["page_visits_30d"], rng=rng)
    if spec.noise_columns:
        columns |= _noise(n, rng=rng)
    return pd.DataFrame(columns)


def moments(
    people: People, record: Record, *, rng: np.random.Generator
) -> tuple[Instants, Instants]:
    """Instants of creation (some time on its day) and hand-over (5 to 8 in the morning)."""
    n = len(people)
    created = DAY_ZERO + people.created_day * _DAY_SECONDS + rng.integers(0, _DAY_SECONDS - 3600, n)
    morning = rng.integers(5 * 3600, 8 * 3600, n)
    handed_over = DAY_ZERO + (people.created_day + record.n_days) * _DAY_SECONDS + morning
    return created, handed_over


def iso(moment: Instants) -> NDArray[np.str_]:
    """Instants as RFC 3339 text in UTC, whole seconds."""
    return np.datetime_as_string(moment.astype("datetime64[s]"), unit="s", timezone="UTC")


def campaign_table(campaigns: Campaigns) -> pd.DataFrame:
    """One row a campaign: what marketing knows of it, not how good it was."""
    return pd.DataFrame(
        {
            "campaign_id": campaigns.ids,
            "name": campaigns.names,
            "channel": [CHANNELS[channel].value for channel in campaigns.channel],
            "starts_at": iso(DAY_ZERO + campaigns.first_day * _DAY_SECONDS),
            "ends_at": iso(DAY_ZERO + (campaigns.last_day + 1) * _DAY_SECONDS),
            "cost": campaigns.cost,
            "currency": "EUR",
        }
    )


def event_table(
    leads: pd.DataFrame, people: People, record: Record, *, rng: np.random.Generator
) -> pd.DataFrame:
    """One row an act up to hand-over, in order of time; machine-made ones are not marked.

    The time within the day says nothing about who acted, so days carry all there is to know.
    """
    parts = [_acts(record.web[:, :, place], kind) for place, kind in enumerate(WEB_KINDS)]
    parts.append(_acts(record.mail >= MAIL_OPENED, EventKind.EMAIL_OPENED))
    parts.append(_acts(record.mail == MAIL_CLICKED, EventKind.EMAIL_CLICKED))
    day, lead = (np.concatenate([part[place] for part in parts]) for place in (0, 1))
    kind = np.concatenate([np.full(len(part[0]), part[2]) for part in parts])
    created = np.array([text[:-1] for text in leads["created_at"]], dtype="datetime64[s]")
    start = DAY_ZERO + (people.created_day[lead] + day) * _DAY_SECONDS
    from_second = np.where(day == 0, (created[lead] - start).astype(np.int64), _FIRST_ACT)
    spread = rng.random(len(day)) * (_DAY_SECONDS - 1 - from_second)
    occurred = start + (from_second + spread).astype(np.int64)
    known = occurred + np.minimum(rng.exponential(90.0, len(day)), 3600).astype(np.int64)
    order = np.lexsort((lead, occurred))
    return pd.DataFrame(
        {
            "lead_id": leads["lead_id"].to_numpy()[lead[order]],
            "kind": kind[order],
            "occurred_at": iso(occurred[order]),
            "known_at": iso(known[order]),
        }
    )


def mail_table(leads: pd.DataFrame, people: People, record: Record) -> pd.DataFrame:
    """One row a mail that was sent before hand-over, at six in the morning, in order of time."""
    day, lead = np.nonzero(record.mail > MAIL_NONE)
    sent = DAY_ZERO + (people.created_day[lead] + day) * _DAY_SECONDS + _FIRST_ACT
    order = np.lexsort((lead, sent))
    return pd.DataFrame(
        {
            "lead_id": leads["lead_id"].to_numpy()[lead[order]],
            "occurred_at": iso(sent[order]),
        }
    )


def outcome_table(leads: pd.DataFrame, week_of: Index, *, rng: np.random.Generator) -> pd.DataFrame:
    """When each lead that converted did so: some time in its week after hand-over."""
    won = np.flatnonzero(week_of >= 0)
    handed_over = np.array(
        [text[:-1] for text in leads["handed_over_at"].iloc[won]], "datetime64[s]"
    )
    seconds = ((week_of[won] + rng.random(len(won))) * 7 * _DAY_SECONDS).astype(np.int64)
    return pd.DataFrame(
        {
            "lead_id": leads["lead_id"].to_numpy()[won],
            "converted_at": iso(np.asarray(handed_over + seconds, "datetime64[s]")),
        }
    )


def _who(people: People, companies: Companies, *, rng: np.random.Generator) -> dict[str, object]:
    names, domains = company_names(companies.country, rng=rng)
    is_chinese = people.country == CHINA
    first, last, local = person_names(is_chinese, rng=rng)
    domain = np.where(people.is_free_mail, "freemail.example", np.array(domains)[people.company])
    address = pd.Series(local)
    nth = pd.DataFrame({"local": address, "domain": domain}).groupby(["local", "domain"]).cumcount()
    digits = rng.integers(0, 10_000_000, len(people))
    phone = [
        f"{COUNTRIES[place][3]} 555 {number // 10_000:03d} {number % 10_000:04d}"
        for place, number in zip(people.country, digits, strict=True)
    ]
    has_phone = rng.random(len(people)) >= _NO_PHONE
    return {
        "first_name": first,
        "last_name": last,
        "email": address + nth.where(nth > 0, "").astype(str) + "@" + domain,
        "email_type": np.where(people.is_free_mail, "free", "business"),
        "phone": [text if has else None for text, has in zip(phone, has_phone, strict=True)],
        "company": np.array(names)[people.company],
    }


def _facts(
    people: People, campaigns: Campaigns, spec: MarketSpec, *, rng: np.random.Generator
) -> dict[str, object]:
    words = _GAP_WORDS if spec.missing > 1 else _GAP_WORDS[:1]
    gaps = np.array(words, dtype=object)[rng.integers(len(words), size=len(people))]
    gaps[gaps == ""] = None
    industry = np.array(INDUSTRIES, dtype=object)[people.industry]
    titles = [
        _TITLES[level][int(u * len(_TITLES[level]))]
        for level, u in zip(people.seniority, rng.random(len(people)), strict=True)
    ]
    source = np.array([channel.value.replace("_", " ").capitalize() for channel in CHANNELS])
    return {
        "country": np.array([place[0] for place in COUNTRIES])[people.country],
        "region": np.array(REGIONS)[people.region],
        "industry": np.where(people.has_industry, industry, gaps),
        "employees": np.where(people.has_employees, people.employees, np.nan),
        "job_title": titles,
        "seniority": np.array(SENIORITIES)[people.seniority],
        "source": source[people.channel],
        "campaign": np.array(campaigns.names)[people.campaign],
        "product_interest": np.array(PRODUCTS)[people.product],
        "mail_gateway": np.array(GATEWAYS)[people.gateway],
        "mail_consent": np.where(people.has_consent, "yes", "no"),
    }


def _engagement(record: Record) -> dict[str, object]:
    age = record.n_days - np.arange(len(record.web))[:, None]  # of each day, 1 = the day before
    month, week = (age >= 1) & (age <= _MONTH), (age >= 1) & (age <= _WEEK)
    opened, clicked = record.mail >= MAIL_OPENED, record.mail == MAIL_CLICKED
    acts = {kind: record.web[:, :, place] for place, kind in enumerate(WEB_KINDS)}
    visits = acts[EventKind.PAGE_VISITED], acts[EventKind.PRICING_VISITED]
    on_site = record.web.sum(axis=2) > 0
    return {
        "nurture_days": record.n_days,
        "emails_sent_30d": _count(record.mail > MAIL_NONE, month),
        "email_opens_30d": _count(opened, month),
        "email_clicks_30d": _count(clicked, month),
        "page_visits_7d": _count(visits[0], week),
        "page_visits_30d": _count(visits[0], month),
        "pricing_visits_7d": _count(visits[1], week),
        "pricing_visits_30d": _count(visits[1], month),
        "downloads_30d": _count(acts[EventKind.CONTENT_DOWNLOADED], month),
        "webinars_attended_30d": _count(acts[EventKind.WEBINAR_ATTENDED], month),
        "form_submits_30d": _count(acts[EventKind.FORM_SUBMITTED], month),
        "demo_requests_30d": _count(acts[EventKind.DEMO_REQUESTED], month),
        "active_days_30d": _count(on_site | opened, month),
        "days_since_last_visit": _days_since(on_site, age),
        "days_since_last_activity": _days_since(on_site | opened, age),
    }


def _count(acts: NDArray[np.uint8] | Flags, window: Flags) -> Index:
    counts: Index = np.where(window, acts, 0).sum(axis=0, dtype=np.int64)
    return counts


def _days_since(active: Flags, age: Index) -> Array:
    last = np.where(active & (age >= 1), age, _NEVER).min(axis=0)
    return np.where(last == _NEVER, np.nan, last)


def _acts(counts: NDArray[np.uint8] | Flags, kind: EventKind) -> tuple[Index, Index, str]:
    day, lead = np.nonzero(counts)
    times = counts[day, lead].astype(np.int64)
    return np.repeat(day, times), np.repeat(lead, times), kind.value


def _rating(people: People, visits: object, *, rng: np.random.Generator) -> NDArray[np.str_]:
    size = np.where(people.has_employees, people.band, 2)
    liked = size + np.asarray(visits) / 4 + rng.normal(0, 1.0, len(people))
    return np.array(["cold", "warm", "hot"])[np.digitize(liked, [3.0, 5.5])]


def _noise(n: int, *, rng: np.random.Generator) -> dict[str, object]:
    return {
        "browser": rng.choice(["Chrome", "Edge", "Firefox", "Safari"], size=n),
        "form_version": rng.choice(["A", "B", "C"], size=n),
        "newsletter_topic": rng.choice(["cloud", "data", "people", "trends", "security"], size=n),
        "screen_width": rng.choice([1280, 1366, 1440, 1536, 1920, 2560], size=n),
        "form_seconds": np.round(rng.lognormal(3.5, 0.6, n), 1),
        "utm_variant": rng.integers(1, 6, n),
    }
