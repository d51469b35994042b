"""Reasons: what each raw field added to a lead's margin, in sales language.

LightGBM's `pred_contrib` is exact TreeSHAP. The contributions of all columns made from one raw
field are summed; base value + reasons + other = raw margin.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from features.codecs import MISSING_CODE
from features.encoder import Encoder
from features.history.catalogue import HISTORY_NAMES
from features.schema import Field, Kind
from leads.messages import messages
from leads.score import Direction, Locale, Reason
from scoring import wording
from scoring.reference import Reference
from scoring.sentences import Fact, label_of, sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One lead as the caller told it and as the model saw it."""

    lead: Mapping[str, object]
    values: Sequence[float]
    as_of: datetime | None


def reasons_of(
    told: Told,
    contributions: Sequence[float],
    *,
    encoder: Encoder,
    reference: Reference,
    top: int,
    locale: Locale,
) -> tuple[Reason, ...]:
    """The `top` fields that moved the margin most, greatest first; fields without effect never.

    `contributions` are log-odds, one a raw field.
    """
    order = sorted(range(len(contributions)), key=lambda i: (-abs(contributions[i]), i))
    return tuple(
        _reason(i, told, contributions[i], encoder=encoder, reference=reference, locale=locale)
        for i in order[:top]
        if contributions[i] != 0
    )


def _reason(
    i: int,
    told: Told,
    contribution: float,
    *,
    encoder: Encoder,
    reference: Reference,
    locale: Locale,
) -> Reason:
    fact = _fact(i, told, encoder=encoder, reference=reference, locale=locale)
    direction = Direction.RAISES if contribution > 0 else Direction.LOWERS
    return Reason(
        field=fact.field.name,
        label=label_of(fact.field, locale),
        value=messages(locale)["value.missing"] if fact.shown is None else fact.shown,
        contribution=contribution,
        direction=direction,
        text=sentence(fact, direction=direction, base_rate=reference.base_rate, locale=locale),
    )


def _fact(i: int, told: Told, *, encoder: Encoder, reference: Reference, locale: Locale) -> Fact:
    field, bands = encoder.fields[i], reference.fields[i]
    value = told.values[encoder.field_of_feature.index(i)]
    band = bands.band_of(value, kind=field.kind, words=encoder.categories.get(field.name, ()))
    shown = shown_value(field, value, told, locale)
    return Fact(field=field, band=band, shown=shown, whole=bands.whole)


def shown_value(field: Field, value: float, told: Told, locale: Locale) -> str | None:
    """A lead's value for people, None when the model saw it as missing."""
    if field.kind is Kind.CATEGORY:
        raw = told.lead.get(field.name)
        return None if value == MISSING_CODE or raw is None else _word(raw)
    if value != value:  # noqa: PLR0124  NaN
        return None
    if field.kind is Kind.BOOLEAN:
        return messages(locale)["value.yes" if value else "value.no"]
    if field.kind is Kind.DATE and told.as_of is not None:
        return wording.day_before(told.as_of, value)
    if field.name in HISTORY_NAMES:  # our own sums and ages, which nobody gave to the sixth decimal
        return wording.number(value)
    return wording.exact(value)


def _word(raw: object) -> str:
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return str(raw).strip()
