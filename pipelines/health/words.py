"""Health in sentences that marketing reads: what moved, since when, and what to do about it."""

from dataclasses import dataclass

import numpy as np

from features.schema import Field
from insights.health.checkup import Alarm, AlarmKind
from insights.health.fields import Moved
from leads.messages import messages
from leads.score import Locale
from pipelines.health.banding import POINTS_A_BAND, band_at
from pipelines.health.looking import Health
from scoring import wording
from scoring.bands import FieldBands, Shape
from scoring.cuts import MIN_LEADS
from scoring.sentences import label_of, leads_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An alarm in words.

    what   what moved, by how much, since when
    do     what to do about it
    """

    kind: str
    subject: str
    since: str | None
    what: str
    do: str


def told(health: Health, locale: Locale) -> list[Told]:
    """Every alarm, the most pressing field first."""
    return [_told(alarm, health, locale) for alarm in health.checkup.alarms]


def alarm_sentences(health: Health, locale: Locale) -> list[str]:
    """Every alarm as one line."""
    return [f"{one.what} {one.do}" for one in told(health, locale)]


def band_in_words(moved: Moved, health: Health, locale: Locale) -> str:
    """The leads of the band that changed most."""
    field, bands = _field_of(moved.name, health)
    band = band_at(bands, moved.band)
    new = _new_word(moved.name, health)
    if band.shape is Shape.OTHER and new:
        return messages(locale)["health.new_values"].format(values=new)
    return leads_in_words(field, band, whole=bands.whole, locale=locale)


def label(name: str, health: Health, locale: Locale) -> str:
    """A field's name for people."""
    return label_of(_field_of(name, health)[0], locale)


def day(moment: np.datetime64 | None) -> str | None:
    """Its date, ISO 8601."""
    return None if moment is None else str(moment.astype("datetime64[D]"))


def _told(alarm: Alarm, health: Health, locale: Locale) -> Told:
    texts = messages(locale)
    make = {
        AlarmKind.FIELD: _of_field,
        AlarmKind.SCORE: _of_score,
        AlarmKind.PROMISES: _of_promises,
        AlarmKind.SLOWLY: _of_watch,
    }[alarm.kind]
    what, action = make(alarm, health, locale)
    since = day(alarm.since)
    if since is not None and alarm.kind is not AlarmKind.PROMISES:
        what += texts["health.since"].format(date=since)
    return Told(
        kind=str(alarm.kind),
        subject=alarm.subject,
        since=since,
        what=what + texts["health.stop"],
        do=texts[f"health.do.{action}"],
    )


def _of_field(alarm: Alarm, health: Health, locale: Locale) -> tuple[str, str]:
    texts = messages(locale)
    moved = next(one for one in health.checkup.fields if one.name == alarm.subject)
    what = texts["health.field"].format(
        label=label(alarm.subject, health, locale),
        leads=band_in_words(moved, health, locale),
        now=wording.share(moved.now, locale),
        days=health.days,
        then=wording.share(moved.then, locale),
        psi=f"{moved.shift.psi:.2f}",
    )
    shape = band_at(_field_of(alarm.subject, health)[1], moved.band).shape
    if shape is Shape.MISSING and moved.now > moved.then:
        return what, "missing"
    return what, "new_value" if shape is Shape.OTHER and moved.now > moved.then else "moved"


def _of_score(_: Alarm, health: Health, locale: Locale) -> tuple[str, str]:
    moved = health.checkup.score
    assert moved is not None, "there is an alarm about it"
    low = moved.band * POINTS_A_BAND
    texts = messages(locale)
    what = texts["health.score"].format(
        low=low,
        high=low + POINTS_A_BAND - (0 if low + POINTS_A_BAND == 100 else 1),
        now=wording.share(moved.now, locale),
        days=health.days,
        then=wording.share(moved.then, locale),
        psi=f"{moved.shift.psi:.2f}",
    )
    return what, "score"


def _of_promises(_: Alarm, health: Health, locale: Locale) -> tuple[str, str]:
    promises = health.checkup.promises
    assert promises is not None, "there is an alarm about them"
    recent = promises.recent
    what = messages(locale)["health.promises"].format(
        days=health.days,
        n=wording.number(recent.n),
        converted=wording.number(recent.converted),
        expected=f"{recent.expected:.0f}",
    )
    return what, "promises"


def _of_watch(_: Alarm, health: Health, locale: Locale) -> tuple[str, str]:
    promises = health.checkup.promises
    assert promises is not None, "there is an alarm about them"
    key = "more" if promises.more.now > promises.fewer.now else "fewer"
    return messages(locale)[f"health.{key}"], "promises"


def _new_word(name: str, health: Health) -> str:
    """Values training did not know that enough leads have now; rarer ones may name a person."""
    found = [word for word, n in health.unseen.get(name, []) if n >= MIN_LEADS]
    return ", ".join(found[:3])


def _field_of(name: str, health: Health) -> tuple[Field, FieldBands]:
    bundle = health.model.bundle
    at = next(i for i, field in enumerate(bundle.encoder.fields) if field.name == name)
    return bundle.encoder.fields[at], bundle.reference.fields[at]
