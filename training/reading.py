"""From any table of leads to the leads that can be learnt from, with every row accounted for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from features.inference import infer_schema
from features.schema import DeclaredField, DroppedColumn, Field, Kind, Schema
from features.values import EPOCH, MICROSECOND, category_of, is_missing
from leads.errors import InvalidInput
from scoring.sides import with_sides
from training.fit import Leads
from training.labels import Target, check_classes, check_column, read_target
from training.timeline import LabelDelay, Timeline, file_order, read_moments, read_timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Which columns say what, and how the rows are ordered."""

    target: str
    time: str | None = None
    ordered: bool = False
    group: str | None = None
    drop: tuple[str, ...] = ()
    positive: str | None = None
    converted_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTable:
    """A table of leads, read.

    positions   (n,) the leads' row positions in the table as it was given
    total       rows of the table
    undated     rows left out because their time is missing or has not come yet
    immature    rows left out because their outcome cannot be known yet
    """

    leads: Leads
    positions: np.ndarray
    schema: Schema
    target: Target
    delay: LabelDelay
    total: int
    undated: int
    immature: int
    warnings: tuple[str, ...]

    def matured(self) -> np.ndarray:
        """(n,) how many of the first leads had their outcome when each came."""
        return self.delay.matured(self.leads.moments, n_rows=len(self.leads), total=len(self.leads))


def read_table(
    frame: Any,  # a pandas DataFrame
    roles: Roles,
    *,
    delay: LabelDelay,
    declared: Mapping[str, DeclaredField],
    min_class: int,
    now: datetime | None = None,
    known_until: datetime | None = None,
) -> ReadTable:
    """The leads of a frame that have an outcome, a place in time, and are mature.

    now           the present instant; leads dated later count as undated. Not checked without.
    known_until   as of when outcomes are known; the newest lead's time otherwise.

    Raises InvalidInput naming the column or option that is wrong.
    """
    frame = _named(frame)
    _check_roles(frame, roles, delay)
    target = read_target(frame, column=roles.target, positive=roles.positive)
    timeline = _timeline(frame, roles, now)
    if delay.duration is not None and timeline.moments is None:
        raise InvalidInput(
            f"--label-delay {delay.text} needs dates: column {roles.time!r} holds numbers; "
            "give a share of the rows such as 2%"
        )
    days = _days_to_convert(frame, timeline, roles)
    known = np.isfinite(target.labels[timeline.order])
    mature = _mature(timeline.moments, delay, known_until)
    keep = known & mature
    positions = timeline.order[keep]
    leads = Leads(
        frame=frame.iloc[positions].reset_index(drop=True),
        labels=target.labels[positions],
        moments=None if timeline.moments is None else timeline.moments[keep],
        groups=None if roles.group is None else group_codes(frame[roles.group])[positions],
        in_time=roles.time is not None or roles.ordered,
        days_to_convert=None if days is None else days[keep],
    )
    immature = int((known & ~mature).sum())
    besides = f", besides {immature:,} younger than {delay.text}" if immature else ""
    warnings = check_classes(leads.labels, target=target, min_class=min_class, besides=besides)
    schema = read_schema(leads, roles, declared=declared)
    return ReadTable(
        leads=replace(leads, frame=leads.frame[[field.name for field in schema.fields]]),
        positions=positions,
        schema=replace(schema, moment=_moment(timeline, roles)),
        target=target,
        delay=delay,
        total=len(frame),
        undated=timeline.undated,
        immature=immature,
        warnings=(*timeline.warnings, *warnings, *schema.warnings),
    )


def read_schema(leads: Leads, roles: Roles, *, declared: Mapping[str, DeclaredField]) -> Schema:
    """What the model may look at: everything but the columns with a role of their own."""
    roled = _roled(roles)
    looked_at = leads.frame.drop(columns=list(roled))
    about = {name: said for name, said in declared.items() if name not in roled}
    schema = with_sides(infer_schema(looked_at, declared=about), about)
    dropped = [DroppedColumn(column=name, reason=reason) for name, reason in roled.items()]
    dropped += [*schema.dropped]
    fields, warnings = schema.fields, [*schema.warnings]
    if leads.moments is None:
        dates = [field.name for field in fields if field.kind is Kind.DATE]
        fields = tuple(field for field in fields if field.kind is not Kind.DATE)
        reason = "a date says how long ago only when each lead's own time is known (--time)"
        dropped += [DroppedColumn(column=name, reason=reason) for name in dates]
        warnings += [_say_time(name, roles) for name in dates[:1]]
    if not fields:
        reasons = "; ".join(f"{column.column}: {column.reason}" for column in dropped)
        raise InvalidInput(f"no column is left to learn from ({reasons})")
    return Schema(fields=fields, dropped=tuple(dropped), warnings=tuple(warnings))


def group_codes(column: Any) -> np.ndarray:
    """(n,) a code for each account of a pandas column, -1 where it is missing."""
    codes, uniques = column.factorize()
    words = [None if is_missing(value) else category_of(value) for value in uniques.tolist()]
    number = {word: code for code, word in enumerate(dict.fromkeys(words))} | {None: -1}
    by_code = np.array([*(number[word] for word in words), -1])  # the last entry is for code -1
    return np.asarray(by_code[codes])


def _named(frame: Any) -> Any:
    """The frame with text for column names. Raises InvalidInput when two are the same."""
    names = [str(name) for name in frame.columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidInput(f"column names occur twice: {', '.join(map(repr, twice))}")
    return frame.set_axis(names, axis=1).reset_index(drop=True)


def _check_roles(frame: Any, roles: Roles, delay: LabelDelay) -> None:
    if roles.time is not None and roles.ordered:
        raise InvalidInput("--time and --ordered exclude each other: either dates or file order")
    if delay.duration is not None and roles.time is None:
        raise InvalidInput(
            f"--label-delay {delay.text} needs --time; without dates give a share such as 2%"
        )
    if roles.converted_at is not None and roles.time is None:
        raise InvalidInput(
            f"--converted-at {roles.converted_at} needs --time: when a lead came, to count from"
        )
    for name, what in ((roles.group, "group"), *((name, "drop list") for name in roles.drop)):
        if name is not None:
            check_column(frame, name, what=what)
    said = [roles.target, roles.time, roles.group, roles.converted_at, *roles.drop]
    twice = {name for name in said if name is not None and said.count(name) > 1}
    if twice:
        raise InvalidInput(f"column {min(twice)!r} cannot have two roles at once")


def _timeline(frame: Any, roles: Roles, now: datetime | None) -> Timeline:
    if roles.time is None:
        return file_order(len(frame))
    return read_timeline(frame, column=roles.time, now=now)


def _days_to_convert(frame: Any, timeline: Timeline, roles: Roles) -> np.ndarray | None:
    """Days from when each lead came to its conversion, in the timeline's order."""
    if roles.converted_at is None:
        return None
    if timeline.moments is None:
        raise InvalidInput(
            f"--converted-at {roles.converted_at} needs dates: the time column {roles.time!r} "
            "holds numbers"
        )
    converted = read_moments(frame, column=roles.converted_at, what="moment of conversion")
    return np.asarray((converted[timeline.order] - timeline.moments) / np.timedelta64(1, "D"))


def _moment(timeline: Timeline, roles: Roles) -> Field | None:
    """The column that will say of a new lead as of when its facts are true."""
    if roles.time is None or timeline.moments is None:
        return None
    return Field(name=roles.time, kind=Kind.DATE, date_order=timeline.written)


def _mature(
    moments: np.ndarray | None, delay: LabelDelay, known_until: datetime | None
) -> np.ndarray:
    if moments is None:
        return np.ones(1, dtype=bool)
    if delay.duration is None or not len(moments):
        return np.ones(len(moments), dtype=bool)
    until = moments[-1]
    if known_until is not None:
        until = np.datetime64((known_until - EPOCH) // MICROSECOND, "us")
    return np.asarray(moments <= until - delay.duration)


def _roled(roles: Roles) -> dict[str, str]:
    """Columns the model must not see, and why."""
    roled = {roles.target: "it is the outcome"}
    if roles.time is not None:
        roled[roles.time] = "it says when a lead came and orders the rows"
    if roles.group is not None:
        roled[roles.group] = "it says which leads belong together"
    if roles.converted_at is not None:
        roled[roles.converted_at] = "it says when a lead converted"
    return roled | dict.fromkeys(roles.drop, "left out as asked")


def _say_time(column: str, roles: Roles) -> str:
    if roles.ordered:
        return f"column {column!r} holds dates and is not used: with --time they would be ages"
    if roles.time is not None:
        return (
            f"column {column!r} holds dates and is not used: ages need the date of each lead, and "
            f"the time column {roles.time!r} holds numbers"
        )
    return (
        f"column {column!r} holds dates but --time was not given: the figures below are from a "
        "random split and are optimistic, because such a split knows the future; "
        f"--time {column!r} would judge on the newest quarter"
    )
