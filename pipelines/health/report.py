"""The report on a model's health: sections for people in either language, members for machines."""

from typing import Any

from insights.health.fields import Moved
from insights.health.months import TIERS, Month
from insights.health.promises import InTheLarge
from leads.messages import messages
from leads.score import Locale
from pipelines.health.banding import POINTS_A_BAND
from pipelines.health.looking import Health
from pipelines.health.words import band_in_words, day, label, told
from pipelines.reports.charts import lines
from pipelines.reports.paper import Grid, Paper, Section
from scoring import wording

_SHOWN_FIELDS = 12


def health_paper(health: Health, locale: Locale) -> Paper:
    """The report in one language."""
    texts = messages(locale)
    found = health.checkup
    sections = [_verdict(health, locale)]
    if found.fields:
        sections.append(_fields(health, locale))
    if found.months:
        sections.append(_months(found.months, locale))
    sections.append(
        Section(
            heading=texts["health.page.besides"],
            paragraphs=[text for text in _besides(health, locale) if text],
        )
    )
    return Paper(
        title=texts["health.page.title"].format(
            name=health.model.name, version=health.model.version
        ),
        about=_about(health, locale),
        sections=sections,
        foot=[texts["health.page.foot"]],
    )


def health_members(health: Health, locale: Locale) -> dict[str, Any]:
    """Everything as JSON."""
    found = health.checkup
    promises = found.promises
    return {
        "model": {"name": health.model.name, "version": health.model.version},
        "source": health.source,
        "as_of": health.now.isoformat().replace("+00:00", "Z"),
        "days": health.days,
        "leads": {"looked_at": found.n, "recent": found.n_recent},
        "alarms": [
            {
                "kind": one.kind,
                "subject": one.subject or None,
                "since": one.since,
                "what": one.what,
                "do": one.do,
            }
            for one in told(health, locale)
        ],
        "score": None if found.score is None else _moved(found.score),
        "fields": [
            _moved(one) | {"changed_most": band_in_words(one, health, locale)}
            for one in found.fields
        ],
        "promises": None
        if promises is None
        else _large(promises.recent)
        | {"p": promises.p, "more": promises.more.now, "fewer": promises.fewer.now},
        "months": [_month(month) for month in found.months],
        "uncalibrated": found.uncalibrated,
        "imputed": found.imputed,
        "outcomes_known": found.n_known,
        "days_to_conversion": None
        if found.delays is None
        else {"median": found.delays[0], "ninety_percent": found.delays[1]},
        "warnings": list(health.warnings),
    }


def _verdict(health: Health, locale: Locale) -> Section:
    texts = messages(locale)
    alarms = [f"{one.what} {one.do}" for one in told(health, locale)]
    heading = texts["health.page.verdict"]
    if alarms:
        return Section(heading=heading, notices=alarms)
    calm = "calm" if health.checkup.fields else "too_few"
    text = texts[f"health.page.{calm}"].format(days=health.days, n=health.checkup.n_recent)
    return Section(heading=heading, notices=[text], is_grave=False)


def _about(health: Health, locale: Locale) -> str:
    found = health.checkup
    return messages(locale)["health.page.about"].format(
        source=health.source,
        date=f"{health.now:%Y-%m-%d}",
        n=wording.number(found.n_recent),
        days=health.days,
        all=wording.number(found.n),
    )


def _fields(health: Health, locale: Locale) -> Section:
    texts = messages(locale)
    score = health.checkup.score
    assert score is not None, "comes with the fields"
    ranked = sorted(health.checkup.fields, key=lambda one: one.limit - one.shift.excess)
    tens = f"{score.band * POINTS_A_BAND}+"
    rows = [[texts["health.page.score"], *_figures(score, tens, locale)]]
    rows += [
        [
            label(one.name, health, locale),
            *_figures(one, band_in_words(one, health, locale), locale),
        ]
        for one in ranked[:_SHOWN_FIELDS]
    ]
    rest = len(ranked) - _SHOWN_FIELDS
    notes = [texts["health.page.psi"]]
    if rest > 0:
        notes.append(texts["health.page.rest"].format(n=rest))
    head = ("field", "index", "limit", "chance", "most", "then", "now", "missing")
    names = [texts[f"health.page.{name}"] for name in head]
    return Section(
        heading=texts["health.page.fields"],
        paragraphs=notes,
        grid=Grid(head=names, rows=rows),
    )


def _figures(one: Moved, band: str, locale: Locale) -> list[str]:
    missing = (
        f"{wording.share(one.missing_then, locale)} → {wording.share(one.missing_now, locale)}"
    )
    return [
        f"{one.shift.psi:.3f}",
        f"{one.limit:.2f}",
        "< .0001" if one.shift.p < 1e-4 else f"{one.shift.p:.2g}",
        band,
        wording.share(one.then, locale),
        wording.share(one.now, locale),
        missing,
    ]


def _months(months: tuple[Month, ...], locale: Locale) -> Section:
    texts = messages(locale)
    chart = lines(
        [month.month for month in months],
        {
            texts["health.page.promised"]: [
                month.promises.expected / month.promises.n if month.promises.n else None
                for month in months
            ],
            texts["health.page.came"]: [
                month.promises.converted / month.promises.n if month.promises.n else None
                for month in months
            ],
            texts["health.page.shown"]: [month.mean_shown for month in months],
            texts["health.page.tier_a"]: [month.shares["A"] for month in months],
        },
    )
    head = [texts[f"health.page.{name}"] for name in ("month", "leads", "shown", "known", "both")]
    rows = [
        [
            month.month,
            wording.number(month.n),
            wording.share(month.mean_shown, locale),
            wording.number(month.promises.n),
            _both(month.promises),
            *(_both(month.tiers.get(tier)) for tier in TIERS),
            *(wording.share(month.shares[tier], locale) for tier in TIERS[:1]),
        ]
        for month in months
    ]
    return Section(
        heading=texts["health.page.months"],
        paragraphs=[texts["health.page.inflation"]],
        chart=chart,
        grid=Grid(head=[*head, *TIERS, texts["health.page.tier_a"]], rows=rows),
    )


def _both(promises: InTheLarge | None) -> str:
    """Conversions that came / those promised."""
    if promises is None or not promises.n:
        return "–"
    return f"{promises.converted} / {promises.expected:.1f}"


def _besides(health: Health, locale: Locale) -> list[str]:
    texts, found = messages(locale), health.checkup
    delay = ""
    if found.delays is not None:
        delay = texts["health.page.delay"].format(
            median=f"{found.delays[0]:.0f}", late=f"{found.delays[1]:.0f}"
        )
    return [
        texts["health.page.uncalibrated"].format(share=wording.share(found.uncalibrated, locale)),
        texts["health.page.imputed"].format(share=wording.share(found.imputed, locale)),
        texts["health.page.outcomes"].format(n=wording.number(found.n_known)),
        delay,
    ]


def _moved(one: Moved) -> dict[str, Any]:
    return {
        "name": one.name,
        "psi": one.shift.psi,
        "by_chance": one.shift.chance,
        "limit": one.limit,
        "p": one.shift.p,
        "moved": one.is_moved,
        "then": one.then,
        "now": one.now,
        "missing_then": one.missing_then,
        "missing_now": one.missing_now,
        "since": day(one.since),
    }


def _large(promises: InTheLarge) -> dict[str, Any]:
    return {
        "known": promises.n,
        "converted": promises.converted,
        "promised": promises.expected,
        "z": promises.z,
    }


def _month(month: Month) -> dict[str, Any]:
    return {
        "month": month.month,
        "leads": month.n,
        "mean_shown": month.mean_shown,
        "uncalibrated": month.uncalibrated,
        "imputed": month.imputed,
        "tier_shares": month.shares,
        **_large(month.promises),
        "tiers": {tier: _large(promises) for tier, promises in month.tiers.items()},
    }
