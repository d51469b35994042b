"""From a `profile.toml` to a `Profile`, naming every mistake at once by its key path."""

import hashlib
import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from leads.conditions import LEAD_FIELDS, Condition, KnownField, read_condition
from leads.conditions.reading import suggestion
from leads.errors import InvalidInput, NotFound, Problem
from leads.fields import PERSONAL
from leads.score import Locale
from scoring.profile.kinds import BEHAVIOUR_KINDS
from scoring.profile.records import Behaviour, FitLine, MustFollowLine, Probability, Profile

PROFILE_FIELDS: Mapping[str, KnownField] = {
    name: known for name, known in LEAD_FIELDS.items() if name not in PERSONAL
}
"""What a profile may look at: not at who exactly somebody is."""

MOST_POINTS = 100.0
LONGEST_HALF_LIFE = 3650.0
_TOP = ("title", "probability", "tiers", "fit", "behaviour", "must_follow")
_RATES = ("average", "at_0", "at_50", "at_100")
_TIERS = ("A", "B", "C")
_LINES = {
    "fit": ("name", "points", "when", "text"),
    "behaviour": ("kind", "points", "cap", "half_life_days"),
    "must_follow": ("name", "when", "text"),
}


def read_profile(path: Path) -> Profile:
    """The profile of a file. Raises NotFound, or InvalidInput with every mistake in it."""
    try:
        content = path.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        raise NotFound(f"there is no profile {path}") from None
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}") from error
    return parse_profile(content, name=str(path))


def parse_profile(content: bytes, *, name: str) -> Profile:
    """The profile in a file's bytes; `name` is what errors call it."""
    try:
        table = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{name} is not a TOML file: {error}") from error
    reader = _Reader(table)
    problems = list(reader.mistakes())
    if problems:
        told = f"{len(problems)} mistake{'s' * (len(problems) > 1)}"
        raise InvalidInput(f"{name} is no profile that can be used: {told}", problems)
    return reader.profile(digest=hashlib.sha256(content).hexdigest())


class _Reader:
    """One file: its mistakes first, the profile when there are none."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._table = table
        self._conditions: dict[str, Condition] = {}

    def mistakes(self) -> Iterator[Problem]:
        """All of them."""
        table = self._table
        yield from _unknown_keys(table, "", _TOP)
        yield from _wrong_text(table.get("title", {}), "title")
        yield from _wrong_rates(table.get("probability"))
        yield from _wrong_tiers(table.get("tiers"))
        for section in _LINES:
            lines = table.get(section, [])
            if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
                yield _problem(section, "not_a_list", f"write each line under [[{section}]]")
                continue
            for i, line in enumerate(lines):
                yield from self._wrong_line(line, section, f"{section}[{i}]")
            yield from _doubles(lines, section)
        if not table.get("fit") and not table.get("behaviour"):
            detail = "the profile is empty: no line under [[fit]] or [[behaviour]] gives points"
            yield _problem("fit", "empty_profile", detail)

    def profile(self, *, digest: str) -> Profile:
        """What it says; only without mistakes."""
        table = self._table
        rates = {name: float(table["probability"][name]) for name in _RATES}
        a, b, c = (float(table["tiers"][letter]) for letter in _TIERS)
        return Profile(
            title=_text(table.get("title", {})),
            fit=tuple(
                FitLine(
                    name=line["name"],
                    when=self._conditions[f"fit[{i}].when"],
                    points=float(line["points"]),
                    text=_text(line.get("text", {})),
                )
                for i, line in enumerate(table.get("fit", []))
            ),
            behaviour=tuple(
                Behaviour(
                    kind=line["kind"],
                    points=float(line["points"]),
                    cap=float(line["cap"]),
                    half_life_days=float(line["half_life_days"]),
                )
                for line in table.get("behaviour", [])
            ),
            must_follow=tuple(
                MustFollowLine(
                    name=line["name"],
                    when=self._conditions[f"must_follow[{i}].when"],
                    text=_text(line.get("text", {})),
                )
                for i, line in enumerate(table.get("must_follow", []))
            ),
            probability=Probability(**rates),
            tiers=(a, b, c),
            digest=digest,
        )

    def _wrong_line(self, line: Mapping[str, Any], section: str, pointer: str) -> Iterator[Problem]:
        yield from _unknown_keys(line, f"{pointer}.", _LINES[section])
        if section == "behaviour":
            yield from _wrong_behaviour(line, pointer)
            return
        name = line.get("name")
        if not isinstance(name, str) or not name.strip():
            yield _problem(f"{pointer}.name", "no_name", 'name the line: name = "large company"')
        if section == "fit":
            yield from _wrong_points(line, pointer)
        yield from _wrong_text(line.get("text", {}), f"{pointer}.text")
        if "when" not in line:
            example = 'when = { field = "employees", op = "ge", value = 500 }'
            yield _problem(f"{pointer}.when", "no_condition", f"say of whom: {example}")
            return
        problems: list[Problem] = []
        place = f"{pointer}.when"
        found = read_condition(
            line["when"], pointer=place, problems=problems, fields=PROFILE_FIELDS
        )
        yield from problems
        if found is not None:
            self._conditions[place] = found


def _wrong_behaviour(line: Mapping[str, Any], pointer: str) -> Iterator[Problem]:
    kind = line.get("kind")
    if kind not in BEHAVIOUR_KINDS:
        said = "the kind of act is missing" if kind is None else f"{kind!r} is no kind of act"
        hint = suggestion(str(kind), BEHAVIOUR_KINDS)
        yield _problem(f"{pointer}.kind", "unknown_kind", f"{said}; {hint}")
    yield from _wrong_points(line, pointer)
    points, cap = _number(line.get("points")), _number(line.get("cap"))
    if cap is None or not 0 < cap <= MOST_POINTS:
        detail = f"the most such acts make together, above 0 up to {MOST_POINTS:g}: cap = 20"
        yield _problem(f"{pointer}.cap", "wrong_cap", detail)
    elif points is not None and abs(points) > cap:
        detail = f"one act alone makes {abs(points):g} points, more than the cap {cap:g}"
        yield _problem(f"{pointer}.cap", "impossible_range", detail)
    days = _number(line.get("half_life_days"))
    if days is None or not 0 < days <= LONGEST_HALF_LIFE:
        detail = (
            "after how many days half of an act's points is left, above 0 up to "
            f"{LONGEST_HALF_LIFE:g}: half_life_days = 14"
        )
        yield _problem(f"{pointer}.half_life_days", "wrong_half_life", detail)


def _wrong_points(line: Mapping[str, Any], pointer: str) -> Iterator[Problem]:
    points = _number(line.get("points"))
    if points is None or points == 0 or abs(points) > MOST_POINTS:
        detail = f"points from {-MOST_POINTS:g} to {MOST_POINTS:g}, not 0: points = 10"
        yield _problem(f"{pointer}.points", "wrong_points", detail)


def _wrong_rates(rates: Any) -> Iterator[Problem]:
    if not isinstance(rates, dict):
        detail = "[probability] is missing: the assumed rates average, at_0, at_50 and at_100"
        yield _problem("probability", "no_rates", detail)
        return
    yield from _unknown_keys(rates, "probability.", _RATES)
    found = {name: _number(rates.get(name)) for name in _RATES}
    wrong = [name for name, rate in found.items() if rate is None or not 0 < rate < 1]
    for name in wrong:
        detail = f"{name} is a conversion rate above 0 and below 1: {name} = 0.03"
        yield _problem(f"probability.{name}", "wrong_rate", detail)
    low, middle, high = (found[name] or 0 for name in _RATES[1:])
    if not wrong and not low < middle < high:
        detail = f"the rates must rise: at_0 = {low:g}, at_50 = {middle:g}, at_100 = {high:g}"
        yield _problem("probability", "impossible_range", detail)


def _wrong_tiers(tiers: Any) -> Iterator[Problem]:
    if not isinstance(tiers, dict):
        yield _problem("tiers", "no_tiers", "[tiers] is missing: the fewest points of A, B and C")
        return
    yield from _unknown_keys(tiers, "tiers.", _TIERS)
    found = {letter: _number(tiers.get(letter)) for letter in _TIERS}
    wrong = [name for name, least in found.items() if least is None or not 0 < least <= MOST_POINTS]
    for letter in wrong:
        detail = f"the fewest points of tier {letter}, above 0 up to 100: {letter} = 50"
        yield _problem(f"tiers.{letter}", "wrong_tier", detail)
    a, b, c = (found[letter] or 0 for letter in _TIERS)
    if not wrong and not a > b > c:
        detail = f"A needs more points than B, and B more than C: A = {a:g}, B = {b:g}, C = {c:g}"
        yield _problem("tiers", "impossible_range", detail)


def _doubles(lines: Sequence[Mapping[str, Any]], section: str) -> Iterator[Problem]:
    key = "kind" if section == "behaviour" else "name"
    names = [line.get(key) for line in lines]
    for i, name in enumerate(names):
        if isinstance(name, str) and name in names[:i]:
            detail = f"there is another line called {name!r}: {section}[{names.index(name)}]"
            yield _problem(f"{section}[{i}].{key}", "given_twice", detail)


def _wrong_text(text: Any, pointer: str) -> Iterator[Problem]:
    right = isinstance(text, dict) and all(
        key in set(Locale) and isinstance(value, str) and value.strip()
        for key, value in text.items()
    )
    if not right:
        yield _problem(pointer, "wrong_text", 'write texts by language: { en = "...", zh = "..." }')


def _unknown_keys(table: Mapping[str, Any], prefix: str, known: Sequence[str]) -> Iterator[Problem]:
    for key in table:
        if key not in known:
            detail = f"unknown key {key!r}; {suggestion(str(key), known)}"
            yield _problem(f"{prefix}{key}", "unknown_key", detail)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def _text(told: Mapping[str, str]) -> dict[Locale, str]:
    return {Locale(language): text for language, text in told.items()}


def _problem(pointer: str, code: str, detail: str) -> Problem:
    return Problem(pointer=pointer, code=code, detail=f"{pointer}: {detail}")
