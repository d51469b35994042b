"""Deciding which header is which field: told, preset, name, alias, near miss, values."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cleansing.mapping.fields import ATTRIBUTE, IGNORE, fields_of, meant
from cleansing.mapping.presets import Preset, detect, preset_of
from cleansing.mapping.result import Doubt, HeaderMapping, How
from cleansing.mapping.values import field_of_values, speak_against
from cleansing.mapping.vocabulary import Vocabulary, key_of, vocabulary_of
from leads.errors import InvalidInput, Problem

_NOTHING: Mapping[str, str] = {}
_NO_SAMPLES: Mapping[str, Sequence[object]] = {}
_SHOWN = 10
_SEARCHED = 100  # headers that a wrong one is compared with
_ORDER = {how: place for place, how in enumerate(How)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Guess:
    """A header and the field it may be; the smallest `rank` wins the field."""

    header: str
    field: str
    how: How
    rank: tuple[int, int, int]


def match_headers(
    headers: Sequence[str],
    *,
    kind: str = "leads",
    preset: str | None = None,
    told: Mapping[str, str] = _NOTHING,
    samples: Mapping[str, Sequence[object]] = _NO_SAMPLES,
) -> HeaderMapping:
    """What each header of a table of that kind means.

    preset      the system it comes from; None: recognised by itself, or none
    told        header -> field, "attribute" or "ignore"; beats everything
    samples     header -> some of its values, which help where the names do not

    Raises InvalidInput for an unknown kind or preset, for headers that are empty or stand twice,
    and for what was told wrongly, all mistakes at once.
    """
    known = fields_of(kind)
    _refuse(headers, told, known)
    system = preset_of(preset, kind) if preset else detect(headers, kind)
    guesses, doubts = _guesses(headers, kind, system, told, samples)
    winners: dict[str, _Guess] = {}
    for guess in sorted(guesses, key=lambda guess: guess.rank):
        winner = winners.setdefault(guess.field, guess)
        if winner is not guess and winner.how is not How.TOLD and guess.how is not How.VALUES:
            doubts.append(Doubt(header=guess.header, field=guess.field, winner=winner.header))
    by_header = {guess.header: guess for guess in winners.values()}
    chosen = [by_header[header] for header in headers if header in by_header]
    ignored = _ignored(headers, told, system, kind)
    return HeaderMapping(
        kind=kind,
        preset=system.name if system else None,
        fields={guess.header: guess.field for guess in chosen},
        attributes=tuple(
            header for header in headers if header not in by_header and header not in ignored
        ),
        ignored=tuple(header for header in headers if header in ignored),
        how={guess.header: guess.how for guess in chosen},
        ambiguous=tuple(doubts),
    )


def _guesses(
    headers: Sequence[str],
    kind: str,
    system: Preset | None,
    told: Mapping[str, str],
    samples: Mapping[str, Sequence[object]],
) -> tuple[list[_Guess], list[Doubt]]:
    table = system.fields[kind] if system else {}
    vocabulary, known = vocabulary_of(kind), fields_of(kind)
    guesses: list[_Guess] = []
    doubts: list[Doubt] = []
    for column, header in enumerate(headers):
        values = samples.get(header, ())
        field, how, place = _guess(header, told, table, vocabulary)
        if field in known and how is not How.TOLD and speak_against(values, field):
            doubts.append(Doubt(header=header, field=field, winner=None))
            field = ""
        if not field and (by_values := field_of_values(values, known)):
            field, how = by_values, How.VALUES
        if field in known:
            rank = (_ORDER[how], place, column)
            guesses.append(_Guess(header=header, field=field, how=how, rank=rank))
    return guesses, doubts


def _guess(
    header: str, told: Mapping[str, str], table: Mapping[str, str], vocabulary: Vocabulary
) -> tuple[str, How, int]:
    """The field (or "attribute", "ignore", or "" for nothing), why, and how far down the list."""
    if header in told:
        return told[header], How.TOLD, 0
    key = key_of(header)
    if key in table:
        return table[key], How.PRESET, 0
    if meaning := vocabulary.exact(header):
        return meaning.field, How.ALIAS if meaning.place else How.NAME, meaning.place
    if meaning := vocabulary.prefixed(header):
        return meaning.field, How.PREFIXED, meaning.place
    if meaning := vocabulary.similar(header):
        return meaning.field, How.SIMILAR, meaning.place
    return "", How.VALUES, 0


def _ignored(
    headers: Sequence[str], told: Mapping[str, str], system: Preset | None, kind: str
) -> frozenset[str]:
    table = system.fields[kind] if system else {}
    return frozenset(
        header for header in headers if told.get(header, table.get(key_of(header))) == IGNORE
    )


def _refuse(headers: Sequence[str], told: Mapping[str, str], known: Sequence[str]) -> None:
    problems = [*_bad_headers(headers), *_bad_told(headers, told, known)]
    if problems:
        raise InvalidInput("the headers cannot be matched", problems)


def _bad_headers(headers: Sequence[str]) -> Iterator[Problem]:
    for column, header in enumerate(headers, start=1):
        if not header.strip():
            yield Problem(
                pointer=f"column {column}",
                code="empty_header",
                detail=f"column {column} has no name; give it one",
            )
    columns: dict[str, list[int]] = {}
    for column, header in enumerate(headers, start=1):
        columns.setdefault(header, []).append(column)
    for header, places in columns.items():
        if len(places) > 1 and header.strip():
            shown = ", ".join(map(str, places[:_SHOWN])) + (", ..." if len(places) > _SHOWN else "")
            yield Problem(
                pointer=header,
                code="duplicate_header",
                detail=f"columns {shown} are all called {header!r}; rename all but one",
            )


def _bad_told(
    headers: Sequence[str], told: Mapping[str, str], known: Sequence[str]
) -> Iterator[Problem]:
    here = frozenset(headers)
    for header, field in told.items():
        if header not in here:
            detail = f"the table has no column {header!r}{meant(header, headers[:_SEARCHED])}"
            yield Problem(pointer=header, code="unknown_header", detail=detail)
        if field not in (*known, ATTRIBUTE, IGNORE):
            detail = f"{header!r} is told to be {field!r}, which is no field"
            detail += meant(field, (*known, ATTRIBUTE, IGNORE))
            yield Problem(pointer=header, code="unknown_field", detail=detail)
    for field, times in Counter(told.values()).items():
        if times > 1 and field in known:
            names = [repr(header) for header, is_field in told.items() if is_field == field]
            yield Problem(
                pointer=field,
                code="field_told_twice",
                detail=f"{' and '.join(names)} are all told to be {field!r}; choose one",
            )
