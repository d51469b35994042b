"""The lead sheet: one HTML page that a salesperson reads before calling.

Self-contained (no scripts, nothing fetched), in English and Chinese; a switch made of two radio
buttons shows one of them, and prints that one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from features.schema import Field
from leads.messages import messages
from leads.score import Direction, Explanation, Locale
from pipelines.reports.pages import page_environment
from scoring import wording
from scoring.sentences import label_of

_TEMPLATE = "lead_sheet.html"
_ABOUT_AVERAGE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One row of the reasons.

    width    length of the bar, in per cent of the longest
    """

    label: str
    value: str
    text: str
    raises: bool
    width: float


def lead_sheet(
    explanations: Mapping[Locale, Explanation],
    *,
    who: str,
    fields: Sequence[Field],
    model_name: str,
    model_version: str,
    as_of: datetime,
) -> str:
    """The sheet's HTML; the first of `explanations` is the language shown first.

    who       the lead as sales knows it: a name, a company, an identifier
    fields    the encoder's, to name what is not known about the lead
    """
    model = {"name": model_name, "version": model_version}
    pages = [
        _page(locale, explanation, fields=fields, model=model, as_of=as_of)
        for locale, explanation in explanations.items()
    ]
    return page_environment().get_template(_TEMPLATE).render(who=who, pages=pages)


def chance_in_words(p_convert: float, locale: Locale) -> str:
    """A probability as a count of leads, which people judge better than a percentage.

    >>> chance_in_words(0.071, Locale.EN), chance_in_words(0.62, Locale.EN)
    ('about 1 in 14 such leads convert', 'about 6 in 10 such leads convert')
    """
    texts = messages(locale)
    if p_convert < 0.001:
        return texts["sheet.almost_none"]
    if p_convert >= 0.95:
        return texts["sheet.almost_all"]
    part, whole = (round(10 * p_convert), 10) if p_convert >= 0.3 else (1, round(1 / p_convert))
    return texts["sheet.out_of"].format(part=part, whole=wording.number(float(f"{whole:.2g}")))


def _page(
    locale: Locale,
    explanation: Explanation,
    *,
    fields: Sequence[Field],
    model: Mapping[str, str],
    as_of: datetime,
) -> dict[str, object]:
    """Everything one language's half of the sheet shows, in words."""
    score, texts = explanation.score, messages(locale)
    unknown = [label_of(field, locale) for field in fields if field.name in score.imputed]
    return {
        "locale": str(locale),
        "text": {key.removeprefix("sheet."): value for key, value in texts.items()},
        "percent": wording.share(score.p_convert, locale),
        "chance": chance_in_words(score.p_convert, locale),
        "times": _times(score.times_average, locale),
        "tier": str(score.tier),
        "tier_name": texts["sheet.tier"].format(tier=score.tier),
        "tier_advice": texts[f"sheet.tier_{score.tier}"],
        "points": score.points,
        "points_text": texts["sheet.points"].format(points=score.points),
        "rank": texts["sheet.points_rank"].format(points=score.points),
        "grade": wording.grade(score.fit, score.engagement),
        "parts": wording.parts(score.fit, score.engagement, locale),
        "when": None if explanation.time_to_convert is None else explanation.time_to_convert.text,
        "bars": _bars(explanation, locale),
        "unknown": unknown,
        "made": texts["sheet.made"].format(**model),
        "as_of": texts["sheet.as_of"].format(date=f"{as_of:%Y-%m-%d %H:%M} UTC"),
    }


def _times(multiple: float, locale: Locale) -> str:
    if abs(multiple - 1) <= _ABOUT_AVERAGE:
        return messages(locale)["sheet.same_as_average"]
    times = wording.times(multiple, locale)
    return messages(locale)["sheet.times_average"].format(times=times)


def _bars(explanation: Explanation, locale: Locale) -> list[Bar]:
    rest = explanation.other
    sizes = [abs(reason.contribution) for reason in explanation.reasons]
    longest = max([*sizes, abs(rest)], default=0.0) or 1.0
    bars = [
        Bar(
            label=reason.label,
            value=reason.value,
            text=reason.text,
            raises=reason.direction is Direction.RAISES,
            width=100 * size / longest,
        )
        for reason, size in zip(explanation.reasons, sizes, strict=True)
    ]
    if rest:
        label = messages(locale)["sheet.other"]
        width = 100 * abs(rest) / longest
        bars.append(Bar(label=label, value="", text="", raises=rest > 0, width=width))
    return bars
