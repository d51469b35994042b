"""Numbers, shares, ages and multiples as people write them, in each language."""

from datetime import UTC, datetime, timedelta

from leads.messages import messages
from leads.score import Locale

DAYS_A_YEAR = 365


def number(value: float) -> str:
    """A number with thousands set off and at most four digits that matter.

    >>> number(12000), number(1.2999999999999998), number(0.00012346), number(-1.7999999999999998)
    ('12,000', '1.3', '0.0001235', '-1.8')
    """
    if value == int(value):
        return f"{int(value):,}"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    text = f"{value:.4g}"
    return f"{value:.10f}".rstrip("0").removesuffix(".") if "e" in text else text


def exact(value: float) -> str:
    """A number as it was given, with thousands set off.

    >>> exact(4.963), exact(93.994), exact(350.0)
    ('4.963', '93.994', '350')
    """
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.10g}"


def share(value: float, locale: Locale, *, whole_from: float = 10.0) -> str:
    """A share of 0..1 in per cent: whole from `whole_from` on, one decimal below.

    >>> share(0.214, Locale.EN), share(0.034, Locale.EN), share(0.03, Locale.ZH)
    ('21 %', '3.4 %', '3%')
    """
    texts = messages(locale)
    if 0 < value < 0.001:
        return texts["rate.tiny"]
    percent = 100 * value
    text = f"{percent:.0f}" if percent >= whole_from - 0.05 else f"{percent:.1f}".removesuffix(".0")
    return texts["rate.percent"].format(number=text)


def times(multiple: float, locale: Locale) -> str:
    """How many times as often: "2.1x as often", "half as often".

    >>> times(2.14, Locale.EN), times(0.5, Locale.EN), times(11.7, Locale.EN)
    ('2.1x as often', 'half as often', '12x as often')
    """
    texts = messages(locale)
    if multiple < 0.05:
        return texts["times.hardly"]
    if 0.48 <= multiple <= 0.52:
        return texts["times.half"]
    if 1.95 <= multiple < 2.05:
        return texts["times.twice"]
    text = f"{multiple:.0f}" if multiple >= 9.95 else f"{multiple:.1f}"
    return texts["times.multiple"].format(multiple=text)


def age(days: float, locale: Locale) -> str:
    """A length of time in customary units: "30 days", "2 years"."""
    years, rest = divmod(days, DAYS_A_YEAR)
    if years and not rest:
        unit = "year" if years == 1 else "years"
        return messages(locale)[f"age.{unit}"].format(length=int(years))
    return messages(locale)["age.days"].format(length=number(days))


def day_before(as_of: datetime, days: float) -> str:
    """The day that lies `days` before `as_of`, ISO 8601; the age itself where no calendar goes."""
    try:
        # an age is a difference of floats: half a second mends its rounding
        moment = as_of.astimezone(UTC) - timedelta(days=days) + timedelta(seconds=0.5)
    except OverflowError:
        return number(days)
    return moment.date().isoformat()


def grade(fit: str | None, engagement: int | None) -> str | None:
    """Fit and engagement side by side; None where neither is known.

    >>> grade("A", 4), grade("B", None), grade(None, None)
    ('A4', 'B?', None)
    """
    if fit is None and engagement is None:
        return None
    return f"{fit or '?'}{engagement or '?'}"


def parts(fit: str | None, engagement: int | None, locale: Locale) -> str:
    """Fit and engagement in words.

    >>> parts("A", 4, Locale.EN), parts("B", None, Locale.EN)
    ('fits well, not active', 'fits fairly well, activity not known')
    """
    texts = messages(locale)
    return texts["parts.both"].format(
        fit=texts[f"fit.{fit or 'unknown'}"],
        engagement=texts[f"engagement.{engagement or 'unknown'}"],
    )


def weeks(low: int, high: int, locale: Locale) -> str:
    """When a lead converts if it does, as a span of weeks from now.

    >>> weeks(3, 6, Locale.EN), weeks(0, 1, Locale.ZH)
    ('If it converts, most likely within 3-6 weeks.', '如果转化，最可能在一周内。')
    """
    texts = messages(locale)
    if low == 0:
        return texts["timing.within_one" if high == 1 else "timing.within"].format(high=high)
    return texts["timing.between"].format(low=low, high=high)
