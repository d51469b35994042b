"""Which value survives where several statements speak of one field, and why.

A record of a source is one *stream* of statements: its later word replaces its earlier one, and a
None takes back what that stream said. Between streams, field by field, the first difference counts:

    1. a person's correction (origin `person`), also one that empties the field
    2. for a mail address or a number: valid over not known over invalid
    3. what a source gave over what somebody typed into an open form (origin `form`), and that over
       what was filled in (origin `enrichment:...`)
    4. a time the source told over an unknown one
    5. the newer `occurred_at`, then the newer `known_at`

Whoever knows a name and a mail address can fill in a form as that person. So it fills gaps, and
takes nothing away from what was known from elsewhere.

Derived fields come from the stream whose given field they follow. A name stays whole: where its
parts come from two streams, the full name is put together again. So does an address: a stream that
contradicts the surviving one adds nothing to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from json import dumps
from typing import Any

from cleansing.people import joined_name
from leads.clock import ClockBasis
from leads.fields import DERIVED, Value
from leads.lead import LeadVersion

PERSON = "person"
FORM = "form"
ENRICHMENT = "enrichment:"

FOLLOWS: Mapping[str, tuple[str, ...]] = {
    "email_is_valid": ("email",),
    "email_is_free": ("email",),
    "email_is_disposable": ("email",),
    "email_is_role": ("email",),
    "domain": ("website", "email"),
    "phone_is_valid": ("phone", "mobile"),
    "phone_country": ("phone", "mobile"),
    "phone_region": ("phone", "mobile"),
    "country_code": ("country",),
    "seniority": ("job_title",),
    "department": ("job_title",),
}
"""Derived field -> the given ones it follows, the first that is there."""

_VALIDITY = {"email": "email_is_valid", "phone": "phone_is_valid"}
_ADDRESS = ("street", "postal_code", "city", "region", "country")
_PARTS = ("first_name", "last_name")


class Why(StrEnum):
    """What made a value survive; a key of the message catalogue under `survives`."""

    ONLY = "only"  # nobody else said anything
    AGREED = "agreed"  # everybody said the same
    PERSON = "person"
    VALID = "valid"
    GIVEN = "given"
    KNOWN_TIME = "known_time"
    NEWEST = "newest"
    TIE = "tie"  # nothing tells them apart: the order of texts decides, so that it is always one
    FOLLOWS = "follows"  # a derived field, from where its given field is
    JOINED = "joined"  # a full name put together from its parts


_STEPS = (Why.PERSON, Why.VALID, Why.GIVEN, Why.KNOWN_TIME, Why.NEWEST, Why.NEWEST, Why.TIE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The statement a surviving value stands in, and why that one."""

    version: LeadVersion
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """What is now known of a lead, and for each field where it comes from."""

    fields: dict[str, Value]
    typed: dict[str, str]
    attributes: dict[str, Any]
    chosen: dict[str, Chosen]


@dataclass(frozen=True, slots=True)
class _Said:
    """The last word of a stream about one field."""

    value: Any  # a Value, or any JSON for an attribute
    typed: str | None
    version: LeadVersion


_Stream = Mapping[str, _Said]


def fold(versions: Sequence[LeadVersion]) -> Current:
    """The surviving values. Which order the versions come in matters for equal times only."""
    if len(versions) == 1:
        return _alone(versions[0])
    streams = _streams(versions, lambda version: version.fields)
    chosen = _chosen(streams)
    fields = {name: said.value for name, (said, _) in chosen.items()}
    attributes = _surviving(_streams(versions, lambda version: version.attributes))
    return Current(
        fields=fields,
        typed={name: said.typed for name, (said, _) in chosen.items() if said.typed is not None},
        attributes={name: said.value for name, (said, _) in attributes.items()},
        chosen={
            name: Chosen(version=said.version, why=why) for name, (said, why) in chosen.items()
        },
    )


def _alone(version: LeadVersion) -> Current:
    fields: dict[str, Value] = {
        name: value for name, value in version.fields.items() if value is not None
    }
    only = Chosen(version=version, why=Why.ONLY)
    return Current(
        fields=fields,
        typed={name: text for name, text in version.typed.items() if name in fields},
        attributes={n: value for n, value in version.attributes.items() if value is not None},
        chosen=dict.fromkeys(fields, only),
    )


def _streams(versions: Iterable[LeadVersion], told: Any) -> list[dict[str, _Said]]:
    """Each stream's last word on each name, its Nones among them. Any: version -> mapping."""
    streams: dict[tuple[str, str], dict[str, _Said]] = {}
    for version in sorted(versions, key=_in_order):  # stable: equal times keep their order
        stream = streams.setdefault((version.lead_id, version.origin), {})
        for name, value in told(version).items():
            stream[name] = _Said(value, version.typed.get(name), version)
    return list(streams.values())


def _in_order(version: LeadVersion) -> tuple[datetime, datetime]:
    return version.occurred_at, version.known_at


def _chosen(streams: Sequence[_Stream]) -> dict[str, tuple[_Said, Why]]:
    if len(streams) == 1:
        last = streams[0]
        return {name: (said, Why.ONLY) for name, said in last.items() if said.value is not None}
    given = [
        {name: said for name, said in stream.items() if name not in DERIVED} for stream in streams
    ]
    chosen = _surviving(given, streams)
    _keep_address_whole(chosen, given)
    _keep_name_whole(chosen)
    for name in DERIVED:
        said = _following(name, chosen, streams)
        if said is not None:
            chosen[name] = said, Why.FOLLOWS
    return chosen


def _surviving(
    streams: Sequence[_Stream], whole: Sequence[_Stream] | None = None
) -> dict[str, tuple[_Said, Why]]:
    """Name -> what survives and why. `whole` streams also have the derived fields."""
    candidates: dict[str, list[tuple[tuple[Any, ...], _Said]]] = {}
    for place, stream in enumerate(streams):
        for name, said in stream.items():
            if said.value is not None or said.version.origin == PERSON:
                rank = _rank(name, said, (whole or streams)[place])
                candidates.setdefault(name, []).append((rank, said))
    found = {}
    for name in sorted(candidates):
        ranked = sorted(candidates[name], key=lambda one: one[0], reverse=True)
        if ranked[0][1].value is not None:
            found[name] = ranked[0][1], _why(ranked)
    return found


def _rank(name: str, said: _Said, stream: _Stream) -> tuple[Any, ...]:
    """Larger survives; one place for each of `_STEPS`."""
    version = said.version
    validity = stream.get(_VALIDITY.get(name, ""))
    valid = {True: 2, False: 0}.get(validity.value if validity else None, 1)  # type: ignore[arg-type]
    return (
        version.origin == PERSON,
        valid,
        0 if version.origin.startswith(ENRICHMENT) else 1 if version.origin == FORM else 2,
        version.clock is not ClockBasis.UNKNOWN,
        version.occurred_at,
        version.known_at,
        (
            dumps(said.value, sort_keys=True, default=str),
            said.typed or "",  # before the ids, which are drawn anew by each import
            version.lead_id,
            version.origin,
        ),
    )


def _why(ranked: Sequence[tuple[tuple[Any, ...], _Said]]) -> Why:
    (first, best), *others = ranked
    if not others:
        return Why.ONLY
    if all(said.value == best.value for _, said in others):
        return Why.AGREED
    second = others[0][0]
    return next(why for why, a, b in zip(_STEPS, first, second, strict=True) if a != b)


def _keep_address_whole(
    chosen: dict[str, tuple[_Said, Why]], streams: Sequence[dict[str, _Said]]
) -> None:
    """Take away what comes from a stream that contradicts the one the address mostly is from."""
    there = [name for name in _ADDRESS if name in chosen]
    if not there:
        return
    leading = max(there, key=lambda name: _rank(name, chosen[name][0], {})[:-1])
    lead = _stream_of(chosen[leading][0], leading, streams)
    for name in there:
        said = chosen[name][0]
        if said.version.origin == PERSON:
            continue
        own = _stream_of(said, name, streams)
        if own is not lead and _contradict(own, lead):
            if (kept := lead.get(name)) is not None and kept.value is not None:
                chosen[name] = kept, Why.FOLLOWS
            else:
                del chosen[name]


def _stream_of(said: _Said, name: str, streams: Sequence[dict[str, _Said]]) -> dict[str, _Said]:
    return next(stream for stream in streams if stream.get(name) is said)


def _contradict(one: _Stream, other: _Stream) -> bool:
    return any(
        name in one and name in other and _told(one[name]) != _told(other[name])
        for name in _ADDRESS
        if name in one and name in other and None not in (one[name].value, other[name].value)
    )


def _told(said: _Said) -> str:
    return str(said.value).casefold()


def _keep_name_whole(chosen: dict[str, tuple[_Said, Why]]) -> None:
    """Put the full name together again where a part of it comes from another stream."""
    parts = [chosen[name][0] for name in _PARTS if name in chosen]
    if not parts or len({_key(said.version) for said in parts}) == 1:
        whole = chosen.get("full_name")
        if whole is None or not parts or _key(whole[0].version) == _key(parts[0].version):
            return
    first, last = (chosen[name][0].value if name in chosen else None for name in _PARTS)
    if joined := joined_name(first, last):
        newest = max(parts, key=lambda said: _in_order(said.version))
        chosen["full_name"] = _Said(joined, None, newest.version), Why.JOINED


def _key(version: LeadVersion) -> tuple[str, str]:
    return version.lead_id, version.origin


def _following(
    name: str, chosen: Mapping[str, tuple[_Said, Why]], streams: Sequence[_Stream]
) -> _Said | None:
    """The derived value in the stream that the given field was taken from."""
    for given in FOLLOWS[name]:
        if given not in chosen:
            continue
        key = _key(chosen[given][0].version)
        for stream in streams:
            said = stream.get(name)
            if said is not None and _key(said.version) == key and said.value is not None:
                return said
        if name != "domain":
            return None  # it follows this one, which says nothing
    return None
