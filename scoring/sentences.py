"""One sentence about one field of a lead: who such leads are, and how often they converted.

Every figure comes from the reference's bands, so from the rows of the table that was given.
Where the model leans the other way than the band's own rate, or there are too few such leads
to have a rate, the sentence says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import nextafter

from features.schema import Field, Kind
from leads.messages import messages
from leads.score import Direction, Locale
from scoring import wording
from scoring.bands import Band, Shape
from scoring.concepts import Window, read_column

_ABOUT_AVERAGE = 0.05
_FEW_ENOUGH_TO_COUNT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What is known about one field of a lead.

    band     the leads of the table that share the value, or nearly
    shown    the lead's own value for people; None when it is missing
    whole    the field's numbers are all whole
    """

    field: Field
    band: Band
    shown: str | None
    whole: bool


def label_of(field: Field, locale: Locale) -> str:
    """A field's name for people: declared, else well known, else the column's own words."""
    if locale in field.label:
        return field.label[locale]
    name = read_column(field.name)
    texts = messages(locale)
    label = texts.get(f"concept.{name.concept}.label", name.words)
    return label + _window(name.window, "window_label", texts)


def sentence(fact: Fact, *, direction: Direction, base_rate: float, locale: Locale) -> str:
    """What is to be said about a fact that moved the chance in `direction`."""
    band, texts = fact.band, messages(locale)
    leads = _leads(fact, texts, locale)
    effect = texts[f"effect.{direction}"]
    average = wording.share(base_rate, locale)
    group = {"leads": leads, "Leads": leads[:1].upper() + leads[1:]}
    if not band.has_rate:
        return texts["sentence.few"].format(**group, n=band.n, effect=effect)
    raises = direction is Direction.RAISES
    if band.converted == 0:
        key = "sentence.never_opposite" if raises else "sentence.never"
        count = wording.number(band.n)
        return texts[key].format(**group, n=count, average=average, effect=effect)
    multiple = band.rate / base_rate
    key = _case(multiple, raises=raises)
    # shares that are nearly equal are told apart by their decimals
    whole_from = 100.0 if key == "sentence.same" else 10.0
    return texts[key].format(
        **group,
        times=wording.times(multiple, locale),
        rate=_rate(band, texts, locale, whole_from=whole_from),
        average=wording.share(base_rate, locale, whole_from=whole_from),
        effect=effect,
    )


def leads_in_words(field: Field, band: Band, *, whole: bool, locale: Locale) -> str:
    """The leads of a band: "companies with 200-499 people", "leads whose region is not known"."""
    fact = Fact(field=field, band=band, shown=None, whole=whole)
    return _leads(fact, messages(locale), locale)


def _case(multiple: float, *, raises: bool) -> str:
    if abs(multiple - 1) <= _ABOUT_AVERAGE:
        return "sentence.same"
    return "sentence.often" if (multiple > 1) == raises else "sentence.opposite"


def _rate(band: Band, texts: Mapping[str, str], locale: Locale, *, whole_from: float) -> str:
    """The band's rate; with the number of leads behind it when they are few."""
    rate = wording.share(band.rate, locale, whole_from=whole_from)
    key = "rate.small" if band.n < _FEW_ENOUGH_TO_COUNT else "rate.plain"
    return texts[key].format(rate=rate, n=band.n)


def _leads(fact: Fact, texts: Mapping[str, str], locale: Locale) -> str:
    """The band's leads in words, and the lead's own value where the words do not hold it."""
    key, given = _shape(fact, locale, texts)
    column = read_column(fact.field.name)
    template = texts.get(f"concept.{column.concept}.{key}")
    # a label that was declared says itself what is counted over how long, if anything is
    is_said = template is None and locale in fact.field.label
    words = (template or texts[f"general.{key}"]).format(
        **given,
        name=_name(fact.field, locale, texts),
        window="" if is_said else _window(column.window, "window", texts),
        word=fact.band.word,
    )
    if fact.shown is None or fact.shown in given.values() or fact.band.word is not None:
        return words
    if fact.band.shape in {Shape.YES, Shape.NO}:
        return words
    if key in {"zero", "one"}:
        return words
    return texts["here.value"].format(leads=words, value=fact.shown)


def _shape(fact: Fact, locale: Locale, texts: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Which phrase fits the band, and the numbers it needs."""
    band = fact.band
    if band.shape is not Shape.RANGE:
        return str(band.shape), {}
    if band.low is None and band.high is None:
        return "known", {}
    if fact.field.kind is Kind.DATE:
        return _date_shape(band, locale)
    if band.low is None:
        assert band.high is not None
        return "below", {"high": wording.number(band.high)}
    return _number_shape(fact, texts)


def _number_shape(fact: Fact, texts: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    low, high = fact.band.low, fact.band.high
    assert low is not None
    given = {"low": wording.number(low), "high": ""}
    if high is None:
        key = "above"
    elif fact.whole:
        given["high"] = wording.number(high - 1)
        key = "exact" if high - 1 <= low else "span"
        if low < 0 and key == "span":
            key = "between"
    else:
        given["high"] = wording.number(high)
        key = "exact" if high <= nextafter(low, high) else "between"
    if key == "exact":
        concept = read_column(fact.field.name).concept
        special = {0.0: "zero", 1.0: "one"}.get(low, "")
        if f"concept.{concept}.{special}" in texts:
            return special, {}
        given["low"] = wording.exact(low)
    return "number", {"range": texts[f"range.{key}"].format(**given)}


def _date_shape(band: Band, locale: Locale) -> tuple[str, dict[str, str]]:
    if band.high == 0:
        return "date_ahead", {}
    low, high = band.low or 0.0, band.high
    if high is None:
        return "date_above", {"low": wording.age(low, locale)}
    if low <= 0:
        return "date_below", {"high": wording.age(high, locale)}
    # "30 to 90 days", not "30 days to 90 days"
    first = wording.age(low, locale) if high >= wording.DAYS_A_YEAR else wording.number(low)
    return "date_between", {"low": first, "high": wording.age(high, locale)}


def _name(field: Field, locale: Locale, texts: Mapping[str, str]) -> str:
    """The field's name inside a sentence; a stranger's header stands in quotes."""
    if locale in field.label:
        return texts["general.quoted"].format(label=field.label[locale])
    column = read_column(field.name)
    quoted = texts["general.quoted"].format(label=column.words)
    return texts.get(f"concept.{column.concept}.name", quoted)


def _window(window: Window | None, section: str, texts: Mapping[str, str]) -> str:
    if window is None:
        return ""
    if window.length == 1:
        return texts[f"{section}_one.{window.unit}"]
    return texts[f"{section}.{window.unit}"].format(length=window.length)
