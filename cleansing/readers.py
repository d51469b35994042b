"""How a field of each kind is read: one function a kind, its normal form put into the draft.

Phone numbers, countries and regions need other fields of the record; `clean` reads them last.
"""

from collections.abc import Callable, Mapping

from cleansing.companies import normal_company_name
from cleansing.dates import normal_date
from cleansing.domains import normal_website
from cleansing.draft import Draft, shown
from cleansing.emails import normal_email
from cleansing.numbers import normal_boolean, normal_number
from cleansing.people import normal_full_name, normal_person_name
from cleansing.texts import narrow, tidy
from cleansing.titles import normal_title, read_title
from leads.fields import FieldKind


def _read_text(draft: Draft, name: str, text: str) -> None:
    draft.put(name, tidy(text))


def _read_narrow(draft: Draft, name: str, text: str) -> None:
    draft.put(name, narrow(text))


def _read_paragraphs(draft: Draft, name: str, text: str) -> None:
    lines = [tidy(line) for line in text.splitlines()]
    draft.put(name, "\n".join(lines).strip("\n"))


def _read_person_name(draft: Draft, name: str, text: str) -> None:
    draft.put(name, normal_person_name(text))


def _read_full_name(draft: Draft, name: str, text: str) -> None:
    draft.put(name, normal_full_name(text))


def _read_company_name(draft: Draft, name: str, text: str) -> None:
    draft.put(name, normal_company_name(text))


def _read_title(draft: Draft, name: str, text: str) -> None:
    title = normal_title(text)
    draft.put(name, title)
    said = read_title(title)
    if said.seniority:
        draft.fields["seniority"] = str(said.seniority)
    if said.department:
        draft.fields["department"] = said.department


def _read_email(draft: Draft, name: str, text: str) -> None:
    email = normal_email(text)
    draft.fields["email_is_valid"] = email.is_valid
    if not email.is_valid:
        draft.keep(name, "invalid_email", "an address looks like ann@example.com")
        return
    draft.put(name, email.address)
    draft.fields["email_is_free"] = email.is_free
    draft.fields["email_is_disposable"] = email.is_disposable
    draft.fields["email_is_role"] = email.is_role
    if email.has_others:
        draft.remark(name, "several_values", f"the first address of {shown(text)} is taken")


def _read_website(draft: Draft, name: str, text: str) -> None:
    site = normal_website(text)
    if site is None:
        draft.keep(name, "invalid_domain", "a web address looks like example.com")
        return
    draft.put(name, site.address)
    if site.domain:
        draft.fields["domain"] = site.domain


def _read_number(draft: Draft, name: str, text: str) -> None:
    number = normal_number(text, is_whole=name == "employees")
    if number is None:
        draft.keep(name, "not_a_number", "a number looks like 1200, 1,200, 1.2万 or 50-99")
        return
    if number.value < 0:
        draft.keep(name, "negative_number", f"{name} cannot be less than zero")
        return
    draft.put(name, number.value)
    if not number.is_exact:
        draft.remark(name, "number_range", f"{shown(text)} is taken as {number.value:,}")
    if number.is_ambiguous:
        draft.remark(
            name, "ambiguous_number", f"{shown(text)} has two readings; {number.value:,} is taken"
        )


def _read_date(draft: Draft, name: str, text: str) -> None:
    found = normal_date(text, day_first=draft.day_first)
    if found is None:
        draft.keep(name, "not_a_date", "a date looks like 2026-03-04")
    elif found.text is None:
        draft.keep(name, "ambiguous_date", "day and month could change places; say which is first")
    else:
        draft.put(name, found.text)


def _read_boolean(draft: Draft, name: str, text: str) -> None:
    said = normal_boolean(text)
    if said is None:
        draft.keep(name, "not_a_boolean", "say yes or no, true or false, 是 or 否")
    else:
        draft.put(name, said)


def _later(draft: Draft, name: str, text: str) -> None:
    """Read below, once the other fields are known."""


READERS: Mapping[FieldKind | str, Callable[[Draft, str, str], None]] = {
    FieldKind.PERSON_NAME: _read_person_name,
    FieldKind.COMPANY_NAME: _read_company_name,
    FieldKind.EMAIL: _read_email,
    FieldKind.PHONE: _later,
    FieldKind.DOMAIN: _read_website,
    FieldKind.TITLE: _read_title,
    FieldKind.COUNTRY: _later,
    FieldKind.REGION: _later,
    FieldKind.TEXT: _read_text,
    FieldKind.NUMBER: _read_number,
    FieldKind.MONEY: _read_number,
    FieldKind.DATE: _read_date,
    FieldKind.BOOLEAN: _read_boolean,
    "full_name": _read_full_name,
    "postal_code": _read_narrow,
    "description": _read_paragraphs,
}
READER_OF = {name: name for name in ("full_name", "postal_code", "description")}
