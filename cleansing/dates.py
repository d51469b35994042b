"""Dates and times as people write them. `3/4/2026` has two readings, and none is chosen silently.

A column decides for its cells (`day_order`); a cell without such a hint that could be either stays
undecided. Numbers of days or seconds (Excel, Unix) are not dates here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from cleansing.texts import narrow

_LONGEST = 64
_MONTHS = 12
_NAMES = (
    "jan januar january janvier janv enero ene jän jänner",
    "feb februar february février févr fév febrero",
    "mar mär märz mrz march mars marzo",
    "apr april avril avr abril",
    "may mai mayo",
    "jun juni june juin junio",
    "jul juli july juillet juil julio",
    "aug august août agosto ago",
    "sep sept september septembre septiembre",
    "oct okt oktober october octobre octubre",
    "nov november novembre noviembre",
    "dec dez dezember december décembre déc diciembre dic",
)
_MONTH_OF = {name: month for month, names in enumerate(_NAMES, 1) for name in names.split()}
_CLOCK = r"(?:[t,]?\s*(?P<clock>(?:上午|下午|晚上)?\s*\d{1,2}[:.时点].*))?"
_YEAR_FIRST = re.compile(
    rf"(\d{{4}})\s?[./\-年]\s?(\d{{1,2}})\s?[./\-月]\s?(\d{{1,2}})[日号]?{_CLOCK}"
)
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:t?(?P<clock>\d{6})z?)?")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})\s?([./\-])\s?(\d{{1,2}})\s?\2\s?(\d{{4}}|\d\d){_CLOCK}")
_NAMED_DAY_FIRST = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|er)?(?: (?:of|de))?[. \-]*"
    rf"([^\W\d_]+)[., \-]*(?:del? )?(\d{{4}}|\d\d){_CLOCK}"
)
_NAMED_MONTH_FIRST = re.compile(
    rf"([^\W\d_]+)[. \-]*(\d{{1,2}})(?:st|nd|rd|th)?[, ]+(\d{{4}}){_CLOCK}"
)
_WEEKDAY = re.compile(
    r"^(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?|(?:mon|diens|donners|frei"
    r"|sams|sonn)tag|mittwoch|sonnabend|mo|di|mi|do|fr|sa|so|(?:lun|mar|mercre|jeu|vendre|same)di"
    r"|dimanche|(?:lun|mer|jeu|ven|sam|dim)|(?:星期|周|礼拜)[一二三四五六日天])[.,]?\s+(?=\S)"
)
_TIME = re.compile(
    r"(上午|下午|晚上)?\s*(\d{1,2})[:.时点](\d{1,2})?分?(?::?(\d{1,2})(?:[.,](\d{1,9}))?)?秒?\s*(am|pm|a\.m\.|p\.m\.|uhr)?"
    r"\s*(z|utc|gmt|[+-]\d\d:?(?:\d\d)?)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """What a text says.

    text           "2026-03-04", or with a time "2026-03-04T10:30:00Z" (UTC; without a zone it is
                   taken as UTC); None where it is ambiguous
    is_ambiguous   day and month could change places
    """

    text: str | None
    is_ambiguous: bool

    def moment(self) -> datetime | None:
        """The instant (UTC); of a day its beginning."""
        if self.text is None:
            return None
        at = datetime.fromisoformat(self.text)
        return at if at.tzinfo else at.replace(tzinfo=UTC)


def normal_date(text: str, *, day_first: bool | None = None) -> Date | None:
    """The date in a text, None if it is none. `day_first` settles 3/4; 31/12 needs no settling."""
    if not 6 <= len(text) <= _LONGEST:
        return None
    plain = _WEEKDAY.sub("", narrow(text).lower())
    found = _iso(plain) or _ordered(plain) or _named(plain)
    if found is not None:
        return found
    match = _YEAR_LAST.fullmatch(plain)
    return _year_last(match, day_first) if match else None


def day_order(samples: Iterable[str]) -> bool | None:
    """Whether a column writes the day first; None if no value tells, or if they contradict."""
    votes = set()
    for text in samples:
        match = _YEAR_LAST.fullmatch(narrow(text).lower()) if len(text) <= _LONGEST else None
        if match is None:
            continue
        first, sign, second, _ = match.groups()[:4]
        if sign == "." or int(first) > _MONTHS:
            votes.add(True)
        elif int(second) > _MONTHS:
            votes.add(False)
    return votes.pop() if len(votes) == 1 else None


def _iso(plain: str) -> Date | None:
    if not plain[:4].isdigit() or plain[4:5] != "-":
        return None
    try:
        at = datetime.fromisoformat(plain.upper())
    except ValueError:
        return None
    return _dated(at.date(), at.timetz() if len(plain) > len("2026-03-04") else None)


def _ordered(plain: str) -> Date | None:
    match = _YEAR_FIRST.fullmatch(plain) or _COMPACT.fullmatch(plain)
    if match is None:
        return None
    clock = match["clock"]
    if clock and clock.isdigit():
        clock = f"{clock[:2]}:{clock[2:4]}:{clock[4:]}"
    return _made(int(match[1]), int(match[2]), int(match[3]), clock)


def _named(plain: str) -> Date | None:
    match = _NAMED_DAY_FIRST.fullmatch(plain)
    if match and match[2] in _MONTH_OF:
        return _made(_year(match[3]), _MONTH_OF[match[2]], int(match[1]), match["clock"])
    match = _NAMED_MONTH_FIRST.fullmatch(plain)
    if match and match[1] in _MONTH_OF:
        return _made(_year(match[3]), _MONTH_OF[match[1]], int(match[2]), match["clock"])
    return None


def _year_last(match: re.Match[str], day_first: bool | None) -> Date | None:
    first, second, year = int(match[1]), int(match[3]), _year(match[4])
    if match[2] == "." or first > _MONTHS:
        day_first = True  # with points the day stands first wherever points are written
    elif second > _MONTHS:
        day_first = False
    elif first == second:
        day_first = True
    if day_first is None:
        return Date(text=None, is_ambiguous=True)
    day, month = (first, second) if day_first else (second, first)
    return _made(year, month, day, match["clock"])


def _year(digits: str) -> int:
    """Two digits are of this century up to 69, as POSIX has it."""
    number = int(digits)
    return number if len(digits) == 4 else number + (2000 if number < 69 else 1900)


def _made(year: int, month: int, day: int, clock: str | None) -> Date | None:
    try:
        on = date(year, month, day)
        at = _time(clock) if clock else None
    except ValueError:
        return None
    return _dated(on, at)


def _time(clock: str) -> time:
    match = _TIME.fullmatch(clock.strip())
    if match is None:
        raise ValueError(clock)
    half, hour, minute, second, fraction, english, zone = match.groups()
    hours = int(hour)
    if half in ("下午", "晚上") or (english or "").startswith("p"):
        hours = hours if hours >= 12 else hours + 12
    elif (half == "上午" or (english or "").startswith("a")) and hours == 12:
        hours = 0
    micro = (fraction or "").ljust(6, "0")[:6]
    plain = f"{hours:02}:{int(minute or 0):02}:{int(second or 0):02}.{micro}"
    offset = zone.upper() if zone and zone[0] in "+-" else "+00:00"
    return time.fromisoformat(plain + offset)


def _dated(on: date, at: time | None) -> Date | None:
    if at is None:
        return Date(text=on.isoformat(), is_ambiguous=False)
    try:
        moment = datetime.combine(on, at, tzinfo=at.tzinfo or UTC).astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return Date(text=moment.isoformat().replace("+00:00", "Z"), is_ambiguous=False)
