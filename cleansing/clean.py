"""A record's fields in their normal form, what follows from them, and what was typed.

`clean` loses nothing: where the normal form differs, `typed` has what was there, and a value that
cannot be read stays in the field as it was typed, with a Problem. Problems under FATAL are about
cells no store should hold; the caller keeps such a row apart. The others are remarks.

Cleaning what is clean changes nothing, and no text makes it raise.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cleansing.domains import company_domain
from cleansing.draft import FATAL, MOST_CHARACTERS, Draft, admit, shown, text_of
from cleansing.missing import is_missing
from cleansing.people import joined_name, normal_full_name, normal_person_name, split_name
from cleansing.phones import Phone, normal_phone
from cleansing.places import normal_country, normal_region
from cleansing.readers import READER_OF, READERS
from cleansing.texts import has_han, tidy
from leads.errors import Problem
from leads.fields import GIVEN, Value

__all__ = ["FATAL", "MOST_CHARACTERS", "Cleaned", "clean"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """A clean record.

    fields      given fields in their normal form and derived ones; missing fields are absent
    typed       what was typed, for each given field whose normal form differs from it
    problems    the pointer is the field's name
    """

    fields: dict[str, Value]
    typed: dict[str, str]
    problems: tuple[Problem, ...]

    @property
    def is_fatal(self) -> bool:
        """Whether the row should be put aside."""
        return any(problem.code in FATAL for problem in self.problems)


def clean(
    record: Mapping[str, object],
    *,
    default_country: str | None = None,
    day_first: bool | None = None,
) -> Cleaned:
    """Normalise what is given, work out what follows.

    `default_country` (alpha-2 or a name) reads phone numbers and regions of records without a
    country; it is never entered as theirs. `day_first` settles 3/4/2026 in fields of kind date.
    Names the project does not know are left out: attributes are the caller's.
    """
    home = normal_country(default_country) if default_country else None
    draft = Draft(default_country=home.code if home else None, day_first=day_first)
    for name, kind in GIVEN.items():
        value = record.get(name)
        if value is not None and (text := text_of(value, kind)) is not None:
            admit(draft, name, text)
    for name, text in draft.texts.items():
        if name not in draft.fields:
            READERS[READER_OF.get(name, GIVEN[name])](draft, name, text)
    _complete_names(draft)
    _read_places(draft)
    _read_phones(draft)
    _derive_domain(draft)
    return Cleaned(fields=_ordered(draft.fields), typed=draft.typed, problems=tuple(draft.problems))


def _complete_names(draft: Draft) -> None:
    """The full name from its parts, or the parts from it; never over what was given."""
    fields = draft.fields
    first, last, full = (fields.get(name) for name in ("first_name", "last_name", "full_name"))
    if draft.problems and any(problem.code in FATAL for problem in draft.problems):
        return
    if full is None and (joined := joined_name(_said(first), _said(last))):
        name = normal_full_name(joined)
        if not is_missing(name):
            fields["full_name"] = name
    elif full is not None and first is None and last is None:
        parts = zip(("first_name", "last_name"), split_name(str(full)), strict=True)
        written = {name: normal_person_name(part) for name, part in parts if part}
        fields |= {name: part for name, part in written.items() if not is_missing(part)}


def _said(value: Value) -> str | None:
    return None if value is None else str(value)


def _read_places(draft: Draft) -> None:
    code = draft.default_country
    if (text := _waiting(draft, "country")) is not None:
        country = normal_country(text)
        if country is None:
            draft.keep("country", "unknown_country", "a country looks like Germany, DE or 德国")
        else:
            draft.put("country", country.name)
            draft.fields["country_code"] = code = country.code
    if (text := _waiting(draft, "region")) is not None:
        region = normal_region(text, code) or (normal_region(text) if code is None else None)
        draft.put("region", region.name if region else tidy(text))


def _waiting(draft: Draft, name: str) -> str | None:
    return None if name in draft.fields else draft.texts.get(name)


def _read_phones(draft: Draft) -> None:
    """Both numbers; the derived fields tell of `phone`, of `mobile` where that is all there is."""
    country = str(draft.fields.get("country_code") or draft.default_country or "") or None
    if country is None and any(
        has_han(str(draft.fields.get(name, ""))) for name in ("full_name", "company", "city")
    ):
        country = "CN"
    for name in ("mobile", "phone"):
        if (text := _waiting(draft, name)) is not None:
            _read_phone(draft, name, normal_phone(text, country))


def _read_phone(draft: Draft, name: str, phone: Phone) -> None:
    typed = draft.texts[name]
    derived = {
        "phone_is_valid": phone.is_valid,
        "phone_country": phone.country,
        "phone_region": phone.region,
    }
    for field_name in derived:
        draft.fields.pop(field_name, None)
    draft.fields |= {key: value for key, value in derived.items() if value is not None}
    if phone.e164 is None:
        draft.keep(name, "invalid_phone", "a number looks like +49 30 901820, or give a country")
        return
    draft.put(name, phone.number)
    if not phone.is_valid:
        draft.remark(name, "phone_not_in_plan", f"{shown(typed)} is no number of its country; kept")
    if phone.has_others:
        draft.remark(name, "several_values", f"the first number of {shown(typed)} is taken")


def _derive_domain(draft: Draft) -> None:
    """The company's own domain: the website's, else the mail address's unless anybody has one."""
    fields = draft.fields
    if "domain" in fields or fields.get("email_is_free") is not False:
        return
    domain = company_domain(str(fields["email"]).rpartition("@")[2])
    if domain:
        fields["domain"] = domain


def _ordered(fields: dict[str, Value]) -> dict[str, Value]:
    """Given fields in their usual order, then the derived ones."""
    given = {name: fields[name] for name in GIVEN if name in fields}
    return given | fields
