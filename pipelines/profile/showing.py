"""A profile as a table in words."""

from typing import Any

from leads.conditions import sentence_of
from leads.score import Locale, Tier
from scoring.profile import Profile
from scoring.profile.following import text_of
from scoring.profile.words import kind_label, signed


def rows_of(profile: Profile, locale: Locale) -> list[dict[str, Any]]:
    """Every line: its section, its name, what it says, and its points."""
    fit = [
        {
            "section": "fit",
            "name": line.name,
            "says": line.text.get(locale) or sentence_of(line.when, locale),
            "when": sentence_of(line.when, locale),
            "points": line.points,
        }
        for line in profile.fit
    ]
    behaviour = [
        {
            "section": "behaviour",
            "name": line.kind,
            "says": kind_label(line.kind, locale),
            "points": line.points,
            "cap": line.cap,
            "half_life_days": line.half_life_days,
        }
        for line in profile.behaviour
    ]
    must_follow = [
        {
            "section": "must_follow",
            "name": line.name,
            "says": text_of(line, locale),
            "when": sentence_of(line.when, locale),
        }
        for line in profile.must_follow
    ]
    return [*fit, *behaviour, *must_follow]


def to_json(profile: Profile, locale: Locale) -> dict[str, Any]:
    """The profile as `leadflow profile show --json` prints it."""
    rates = profile.probability
    return {
        "version": profile.version,
        "title": profile.title.get(locale),
        "calibrated": False,
        "assumed": {
            "average": rates.average,
            "at_0": rates.at_0,
            "at_50": rates.at_50,
            "at_100": rates.at_100,
        },
        "tiers": dict(zip((Tier.A, Tier.B, Tier.C), profile.tiers, strict=True)),
        "lines": rows_of(profile, locale),
    }


def as_text(profile: Profile, locale: Locale) -> str:
    """The profile for a terminal, a line each; whole sentences, however long."""
    rates = profile.probability
    a, b, c = profile.tiers
    lines = [
        f"{profile.title.get(locale, '')} ({profile.version})".strip(),
        (
            f"assumed, not measured: {rates.average:.1%} of all leads convert; {rates.at_0:.1%} at "
            f"0 points, {rates.at_50:.1%} at 50, {rates.at_100:.1%} at 100"
        ),
        f"tier A from {a:g} points, B from {b:g}, C from {c:g}",
    ]
    section = None
    for row in rows_of(profile, locale):
        if row["section"] != section:
            section = row["section"]
            lines += ["", _HEADS[section]]
        lines.append(f"  {_points(row):>7}  {_said(row)}")
    return "\n".join(lines)


_HEADS = {
    "fit": "who they are",
    "behaviour": "what they do",
    "must_follow": "followed up at once, whatever the score",
}


def _points(row: dict[str, Any]) -> str:
    return signed(row["points"]) if "points" in row else "!"


def _said(row: dict[str, Any]) -> str:
    if row["section"] == "behaviour":
        return (
            f"{row['says']}, each time, at most {row['cap']:g} together; half of it is left after "
            f"{row['half_life_days']:g} days"
        )
    said, when = row["says"], row["when"]
    return f"{row['name']}: {said}" if said == when else f"{row['name']}: {said} ({when})"
