"""What a hosted form shows: questions in the visitor's language, with what was typed and what was
wrong beside each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from leads.errors import Problem
from leads.forms import Form, FormKind
from leads.messages import messages
from leads.score import Locale
from pipelines.campaigns.answers import INTERESTS, NOTES, RATINGS, TIMINGS, TRAP, Posted
from pipelines.campaigns.forms import said_in, wording_of
from pipelines.campaigns.submitting import Shown
from serving.doors import Answer
from serving.pages.rendering import page

KINDS = {"email": "email", "phone": "tel", "mobile": "tel", "employees": "text"}
AUTOCOMPLETE = {
    "first_name": "given-name",
    "last_name": "family-name",
    "full_name": "name",
    "email": "email",
    "phone": "tel",
    "mobile": "tel",
    "job_title": "organization-title",
    "company": "organization",
    "website": "url",
    "street": "street-address",
    "postal_code": "postal-code",
    "city": "address-level2",
    "region": "address-level1",
    "country": "country-name",
}
OTHER = {Locale.EN: Locale.ZH, Locale.ZH: Locale.EN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing asked; `kind` is an input's type, `note` or `choices`."""

    name: str
    label: str
    kind: str
    is_required: bool
    mark: str
    value: str
    error: str | None
    autocomplete: str | None = None
    choices: Sequence[tuple[str, str]] = ()


def form_page(
    shown: Shown,
    posted: Posted,
    *,
    status: int = 200,
    problems: Sequence[Problem] = (),
    note: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """The form as it was filled in so far; `note` says why it is shown again."""
    form, locale = shown.form, posted.locale
    texts = messages(locale)
    errors = {one.pointer: _error(texts, one) for one in problems}
    questions = _questions(shown, posted, errors)
    of_the_whole = [text for name, text in errors.items() if name not in _names(questions)]
    summary = note or (texts["form.put_right"] if errors else None)
    if of_the_whole and not note:
        summary = " ".join(dict.fromkeys(of_the_whole))
    return page(
        "form.html",
        locale=locale,
        status=status,
        headers=headers,
        title=said_in(form.definition["title"], locale) or texts[f"form.title.{form.kind}"],
        over=shown.campaign.name,
        when=_when(shown, texts),
        intro=said_in(form.definition["intro"], locale),
        known=texts["form.known"] if _is_said_to_be_known(shown) else None,
        summary=summary,
        wrong=[question for question in questions if question.error],
        action=f"/f/{form.form_id}",
        hidden=_hidden(posted),
        questions=questions,
        trap={"name": TRAP, "label": texts["form.skip"], "value": posted.trap},
        consent=_consent(form, posted),
        send=texts[_SEND.get(form.kind, "form.send")],
        other_language=_other_language(f"/f/{form.form_id}", posted),
    )


def done_page(form: Form, locale: Locale) -> Answer:
    """The thanks after a form was taken in."""
    texts = messages(locale)
    return page(
        "notice.html",
        locale=locale,
        title=texts[f"form.done.{form.kind}"],
        lines=[texts["form.done.note"]],
    )


def notice_page(
    locale: Locale,
    title: str,
    *lines: str,
    status: int,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """A page that says why there is no form."""
    return page(
        "notice.html", locale=locale, status=status, headers=headers, title=title, lines=lines
    )


_SEND = {FormKind.REGISTRATION: "form.register", FormKind.CHECK_IN: "form.check_in"}


def _questions(shown: Shown, posted: Posted, errors: Mapping[str, str]) -> list[Question]:
    form, texts = shown.form, messages(posted.locale)

    def question(name: str, label: str, kind: str, *, needed: bool, **more: Any) -> Question:
        mark = texts["form.required" if needed else "form.optional"]
        return Question(
            name=name,
            label=label,
            kind=kind,
            is_required=needed,
            mark=mark,
            value=posted.values.get(name, ""),
            error=errors.get(name),
            **more,
        )

    asked = form.definition["fields"]
    if _is_said_to_be_known(shown):
        asked = [one for one in asked if one["name"] in errors or one["name"] in posted.values]
    found = [
        question(
            one["name"],
            said_in(one.get("label", {}), posted.locale) or texts[f"form.field.{one['name']}"],
            "note" if one["name"] in NOTES else KINDS.get(one["name"], "text"),
            needed=one["required"],
            autocomplete=AUTOCOMPLETE.get(one["name"]),
        )
        for one in asked
    ]
    if form.kind is not FormKind.FEEDBACK:
        return found
    rating, timing, interest = (
        [(word, texts[f"form.{name}.{word}"]) for word in words]
        for name, words in (("rating", RATINGS), ("timing", TIMINGS), ("interest", INTERESTS))
    )
    label = texts["form.field.interest"]
    return [
        question("rating", texts["form.field.rating"], "choices", needed=True, choices=rating),
        *(
            question(
                f"interest_{n}",
                label.format(product=product),
                "choices",
                needed=False,
                choices=interest,
            )
            for n, product in enumerate(form.definition["products"])
        ),
        question("timing", texts["form.field.timing"], "choices", needed=False, choices=timing),
        question("comment", texts["form.field.comment"], "note", needed=False),
        *found,
    ]


def _is_said_to_be_known(shown: Shown) -> bool:
    """A registration asks even invited people: only they know whether the link is still theirs."""
    return shown.is_known and shown.form.kind is not FormKind.REGISTRATION


def _names(questions: Sequence[Question]) -> set[str]:
    return {question.name for question in questions}


def _error(texts: Mapping[str, str], problem: Problem) -> str:
    return texts.get(f"form.error.{problem.code}", texts["form.error.refused"])


def _when(shown: Shown, texts: Mapping[str, str]) -> str | None:
    if shown.campaign.is_online and shown.form.kind is not FormKind.REGISTRATION:
        return None
    return texts["form.starts"].format(when=f"{shown.campaign.starts_at:%Y-%m-%d %H:%M}")


def _hidden(posted: Posted) -> dict[str, str]:
    carried = {"s": posted.submission, "lang": posted.locale.value, **_carried(posted)}
    return {name: text for name, text in carried.items() if text}


def _carried(posted: Posted) -> dict[str, str]:
    told = {"i": posted.token or "", "aid": posted.anonymous_id or "", **posted.tracked}
    return {name: text for name, text in told.items() if text}


def _consent(form: Form, posted: Posted) -> dict[str, Any] | None:
    found = wording_of(form, posted.locale)
    if found is None:
        return None
    return {"wording": found[0], "language": found[1], "is_given": posted.agrees}


def _other_language(path: str, posted: Posted) -> dict[str, str]:
    other = OTHER[posted.locale]
    query = urlencode({"lang": other.value, **_carried(posted)})
    name = messages(posted.locale)["form.other_language"]
    return {"address": f"{path}?{query}", "code": other.value, "name": name}
