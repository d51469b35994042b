"""The fields of leads as of moments: what had been said by then, and what survived of it.

A statement counts as of a moment when it was so before and had reached us (`occurred_at < as_of`
and `known_at <= as_of`). The one that a lead came with in a file is different: the file has the
values at its export, and what they were before nobody knows. So that such a file can be learnt
from at all, it counts as said when the lead came to be, and every value that rests on this is
marked as one of *unknown history*: it may be the future that speaks.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cleansing.survivorship import fold
from features.values import EPOCH, MICROSECOND
from leads.clock import ClockBasis
from leads.fields import FIELDS, PERSONAL
from leads.lead import LeadVersion
from leads.personal import is_personal
from store.columns import Statement

TEXTS = frozenset({"company", "website", "domain", "job_title"})
"""What names a company or is written freely; size, industry and seniority are said elsewhere."""
LEARNT_FIELDS = tuple(name for name in FIELDS if name not in PERSONAL and name not in TEXTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was known of a lead as of a moment.

    told      by column: fields, and attributes under the source's own names
    unknown   the columns of them whose history is not known
    """

    told: Mapping[str, Any]
    unknown: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Somebody changed these columns of a lead."""

    at: int
    columns: tuple[str, ...]


class Past:
    """All that was said of one lead."""

    def __init__(self, said: Sequence[Statement]) -> None:
        self._said = [_Dated(one) for one in said]
        self._last: tuple[tuple[int, ...], Known] | None = None

    def as_of(self, moment: int) -> Known:
        """What was known then (microseconds since 1970)."""
        visible = [told for one in self._said if (told := one.as_of(moment)) is not None]
        key = tuple(id(told) for told in visible)
        if self._last is None or self._last[0] != key:
            self._last = key, _known(visible)
        return self._last[1]

    def changes(self) -> Iterator[Change]:
        """What was said after a lead had come."""
        for one in self._said:
            if not one.is_first:
                columns = _columns(one.version)
                if columns:
                    yield Change(at=one.occurred, columns=columns)


class _Dated:
    """A statement with its times as numbers, and as it counts before its own time."""

    def __init__(self, told: Statement) -> None:
        self.version, self.is_first = told.version, told.is_first
        self.occurred, self.known = (
            (at - EPOCH) // MICROSECOND for at in (told.version.occurred_at, told.version.known_at)
        )
        self._since = told.created if told.is_first and told.version.batch_id else None
        self._assumed: LeadVersion | None = None

    def as_of(self, moment: int) -> LeadVersion | None:
        if self.occurred < moment and self.known <= moment:
            return self.version
        if self._since is None or self._since > moment:
            return None
        if self._assumed is None:
            at = EPOCH + self._since * MICROSECOND
            self._assumed = replace(
                self.version, occurred_at=at, known_at=at, clock=ClockBasis.UNKNOWN
            )
        return self._assumed


def is_learnt(column: str) -> bool:
    """Whether an attribute of this name may be looked at."""
    return not is_personal(column) and column not in FIELDS


def unknown_shares(rows: Sequence[Known]) -> dict[str, float]:
    """Column -> the share of its values whose history is not known, where there are such."""
    given = Counter(name for row in rows for name in row.told)
    unknown = Counter(name for row in rows for name in row.unknown)
    return {name: unknown[name] / given[name] for name in given if unknown[name]}


def _known(visible: Sequence[LeadVersion]) -> Known:
    if not visible:
        return Known(told={}, unknown=frozenset())
    current = fold(visible)
    values: dict[str, Any] = {
        name: value
        for name, value in current.attributes.items()
        if is_learnt(name) and isinstance(value, str | int | float | bool)
    }
    last = _last_said(visible)
    unknown = {name for name in values if last[name].clock is ClockBasis.UNKNOWN}
    for name in LEARNT_FIELDS:
        if name in current.fields:
            values[name] = current.fields[name]
            if current.chosen[name].version.clock is ClockBasis.UNKNOWN:
                unknown.add(name)
    return Known(told=values, unknown=frozenset(unknown))


def _last_said(visible: Sequence[LeadVersion]) -> dict[str, LeadVersion]:
    """Who spoke last of each attribute."""
    last: dict[str, LeadVersion] = {}
    for version in sorted(visible, key=_when):
        last |= dict.fromkeys(version.attributes, version)
    return last


def _when(version: LeadVersion) -> tuple[datetime, datetime]:
    return version.occurred_at, version.known_at


def _columns(version: LeadVersion) -> tuple[str, ...]:
    fields = [name for name in LEARNT_FIELDS if name in version.fields]
    return (*fields, *(name for name in version.attributes if is_learnt(name)))
