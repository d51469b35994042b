"""What somebody filled in: read from a posted form, and checked against what the form asks.

Two things keep simple robots out without cookies, scripts or signatures. A field that people do
not see must stay empty. And the id of a submission, given out with the page, is a UUID of version
7 and so tells when the page was made: whoever fills it in within two seconds is asked to send it
again. A robot can forge both; the rate limit of the door (serving/routes/forms.py) is the wall.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cleansing.clean import clean
from leads.errors import Problem
from leads.forms import Form, FormKind
from leads.score import Locale

TRAP = "fax_extension"
"""The name of the field that people do not see."""
QUICKEST = timedelta(seconds=2)
LONGEST, LONGEST_NOTE = 300, 4000
NOTES = ("description", "comment")
RATINGS = ("1", "2", "3", "4", "5")
INTERESTS = ("none", "some", "strong")
TIMINGS = ("now", "quarter", "half_year", "later", "never")
UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
_AN_ID = re.compile(r"[A-Za-z0-9._:-]{4,100}")
_A_TOKEN = re.compile(r"[A-Za-z0-9_-]{10,60}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A form as it was sent.

    values          as typed, by the names of the form's fields; empty ones are absent
    submission      the id the page was given out with
    tracked         UTM parameters that came along
    """

    values: Mapping[str, str]
    locale: Locale
    submission: str = ""
    token: str | None = None
    anonymous_id: str | None = None
    tracked: Mapping[str, str]
    agrees: bool = False
    trap: str = ""


def names_of(form: Form) -> list[str]:
    """What a form may be answered with."""
    names = [field["name"] for field in form.definition["fields"]]
    if form.kind is FormKind.FEEDBACK:
        products = range(len(form.definition["products"]))
        names += ["rating", "timing", "comment", *(f"interest_{n}" for n in products)]
    return names


def read_post(form: Form, sent: Mapping[str, str], *, locale: Locale) -> Posted:
    """What was sent, without what was not asked for. Never raises."""
    cleared = {name: _clear(text) for name, text in sent.items()}
    return Posted(
        values={name: cleared[name] for name in names_of(form) if cleared.get(name)},
        locale=locale,
        submission=cleared.get("s", ""),
        agrees="agrees" in sent,
        trap=cleared.get(TRAP, ""),
        **carried(cleared),
    )


def carried(sent: Mapping[str, str]) -> dict[str, Any]:
    """What comes along in the address and goes on in hidden fields; what is malformed is
    not. Any: members of `Posted`.
    """
    token, anonymous_id = sent.get("i", ""), sent.get("aid", "")
    tracked = {name: _clear(sent[name])[:200] for name in UTM if sent.get(name, "").strip()}
    return {
        "token": token if _A_TOKEN.fullmatch(token) else None,
        "anonymous_id": anonymous_id if _AN_ID.fullmatch(anonymous_id) else None,
        "tracked": {name: text for name, text in tracked.items() if text},
    }


def mistakes(form: Form, posted: Posted, *, is_known: bool, now: datetime) -> list[Problem]:
    """What must be put right, by field, in the form's order; `form` is the whole.

    is_known    a valid personal link says who it is, so nobody has to
    """
    found = [_problem("form", "robot")] if posted.trap else []
    for field in form.definition["fields"]:
        name = field["name"]
        needed = field["required"] and not (is_known and form.kind is not FormKind.REGISTRATION)
        code = _mistake(name, posted.values.get(name, ""), is_required=needed)
        found += [_problem(name, code)] if code else []
    if form.kind is FormKind.FEEDBACK:
        found += _feedback_mistakes(form, posted)
    if not found and is_too_quick(posted.submission, now=now):
        found.append(_problem("form", "too_quick"))
    return found


def is_too_quick(submission: str, *, now: datetime) -> bool:
    """Whether the page was filled in faster than people do, or never given out by us."""
    try:
        given = UUID(submission)
    except ValueError:
        return True
    if given.version != 7:
        return True
    made_at = (given.int >> 80) / 1000  # a forged one may lie beyond what a datetime holds
    return made_at > (now - QUICKEST).timestamp()


def _mistake(name: str, text: str, *, is_required: bool) -> str | None:
    if not text:
        return "required" if is_required else None
    if len(text) > (LONGEST_NOTE if name in NOTES else LONGEST):
        return "too_long"
    if name == "email" and clean({"email": text}).fields.get("email_is_valid") is not True:
        return "invalid_email"
    if name in {"phone", "mobile"} and sum(each.isdigit() for each in text) < 5:
        return "invalid_phone"
    return None


def _feedback_mistakes(form: Form, posted: Posted) -> list[Problem]:
    values, found = posted.values, []
    if "rating" not in values:
        found.append(_problem("rating", "required"))
    allowed: dict[str, tuple[str, ...]] = {"rating": RATINGS, "timing": TIMINGS}
    for n in range(len(form.definition["products"])):
        allowed[f"interest_{n}"] = INTERESTS
    for name, choices in allowed.items():
        if name in values and values[name] not in choices:
            found.append(_problem(name, "invalid_choice"))
    if len(values.get("comment", "")) > LONGEST_NOTE:
        found.append(_problem("comment", "too_long"))
    return found


def _clear(text: str) -> str:
    """Without what no text should hold: control characters and halves of characters."""
    kept = (each for each in text if each in "\n\t" or (each.isprintable() or ord(each) > 159))
    return "".join(each for each in kept if not "\ud800" <= each <= "\udfff").strip()


def _problem(name: str, code: str) -> Problem:
    return Problem(pointer=name, code=code, detail=f"{name}: {code.replace('_', ' ')}")
