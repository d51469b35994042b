"""What a profile's lines say, in each language."""

from collections.abc import Mapping
from dataclasses import dataclass

from features.values import category_of, number_of
from leads.conditions import fields_of, label_of, sentence_of
from leads.conditions.known import LEAD_FIELDS, ValueKind
from leads.fields import VALUES
from leads.messages import messages
from leads.score import Locale
from scoring import wording
from scoring.profile.kinds import TOUCH
from scoring.profile.records import Behaviour, FitLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a reason says of a line that gave points."""

    field: str
    label: str
    value: str
    text: str


def fit(line: FitLine, known: Mapping[str, object], locale: Locale) -> Told:
    """Of who a lead is. A line that looks at several fields goes by its own name."""
    texts, fields = messages(locale), sorted(fields_of(line.when))
    one = fields[0] if len(fields) == 1 else None
    what = line.text.get(locale) or sentence_of(line.when, locale)
    return Told(
        field=one or line.name,
        label=label_of(one, locale) if one else line.name,
        value=_value(one, known, locale) if one else texts["value.yes"],
        text=texts["profile.line"].format(what=_capital(what), points=signed(line.points)),
    )


def behaviour(
    line: Behaviour, points: float, *, n: float, latest: float | None, locale: Locale
) -> Told:
    """Of what a lead did: how often, and how long ago the last time was."""
    texts, label = messages(locale), kind_label(line.kind, locale)
    count = wording.number(round(n, 1))
    key = "profile.acts" if latest is None else "profile.acts_dated"
    what = texts[key].format(label=_capital(label), n=count, days=wording.number(int(latest or 0)))
    text = texts["profile.line"].format(what=what, points=signed(points))
    return Told(field=line.kind, label=label, value=count, text=text)


def kind_label(kind: str, locale: Locale) -> str:
    """What people call an act."""
    if kind.startswith(TOUCH):
        return messages(locale)[f"profile.touch.{kind.removeprefix(TOUCH)}"]
    return messages(locale)[f"profile.kind.{kind}"]


def signed(points: float) -> str:
    """A number of points with its sign."""
    return f"{'+' if points >= 0 else '-'}{wording.number(abs(round(points, 1)))}"


def _value(field: str, known: Mapping[str, object], locale: Locale) -> str:
    value = known.get(field)
    kind = LEAD_FIELDS[field].kind if field in LEAD_FIELDS else ValueKind.TEXT
    texts = messages(locale)
    if kind is ValueKind.BOOLEAN:
        return texts["value.yes" if value in (True, "true", "yes", 1) else "value.no"]
    number = number_of(value) if kind is ValueKind.NUMBER else None
    if number is not None:
        return wording.exact(number)
    word = category_of(value)
    if word is None:
        return texts["value.missing"]
    return texts.get(f"condition.value.{word}", word) if field in VALUES else word


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
