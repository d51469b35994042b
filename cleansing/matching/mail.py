"""Comparing e-mail addresses: slips, colleagues, namesakes, and what a name explains."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler

from cleansing import people
from cleansing.emails import email_key, is_free, is_role
from cleansing.matching.comparer import Comparer, Key, text_of
from cleansing.matching.names import Person, person_of
from cleansing.matching.texts import REMEMBERED, squeezed
from cleansing.matching.words import Level
from cleansing.texts import narrow

_COUNTER = re.compile(r"(.*?\D)(\d?)")
_TWO_NAMES = re.compile(r"[a-z]{2,}[._-][a-z]{2,}\d*")
_EDGES = " \t<>,;.\"'()"
_NOT_LETTERS = re.compile(r"[^a-z]+")


class Mail(NamedTuple):
    """An address as compared; `person` is who has it, as far as the record says."""

    local: str
    domain: str
    is_free: bool
    is_role: bool
    person: Person | None


def email() -> Comparer:
    """Compares the address of (address, first name, last name, whole name)."""
    return Comparer(
        name="email",
        levels=EMAIL_LEVELS,
        prepare=mail_of,
        level=_mail_level,
        term=lambda mail: f"{mail.local}@{mail.domain}",
        keys=_mail_keys,
    )


EMAIL_LEVELS = (
    Level.EXACT,
    Level.CLOSE,
    Level.LOCAL,
    Level.FITTING,
    Level.PARTLY,
    Level.COLLEAGUE,
    Level.DIFFERS,
)


def mail_of(values: Sequence[object]) -> Mail | None:
    """The address of (address, first, last, whole name)."""
    address, *names = values
    local, domain, free, role = address_of(text_of(address))
    if not local:
        return None
    return Mail(local, domain, free, role, person_of((*names, None)))


@lru_cache(REMEMBERED)
def address_of(text: str) -> tuple[str, str, bool, bool]:
    """Local part, domain, whether it is free mail, and whether a function's; by what is typed."""
    plain = narrow(text).strip(_EDGES)
    local, at, domain = email_key(plain.rpartition("<")[2]).rpartition("@")
    if not at:
        return "", "", False, False
    return local, domain, is_free(domain), is_role(local)


def _mail_level(left: Mail, right: Mail) -> Level:
    same_domain = left.domain == right.domain
    if same_domain and left.local == right.local:
        # several people read info@; sharing it says as much as sharing the company
        return Level.COLLEAGUE if left.is_role else Level.EXACT
    at_one_company = same_domain and not left.is_free
    if left.is_role or right.is_role:
        return Level.COLLEAGUE if at_one_company else Level.DIFFERS
    near_domain = _near(left.domain, right.domain)
    if near_domain and left.local == right.local:
        return Level.CLOSE
    if differ_in_number(left, right):
        return Level.DIFFERS if left.is_free else Level.COLLEAGUE
    if near_domain and is_slip(left.local, right.local):
        # a.smith@ and b.smith@ are one letter apart and two people
        return Level.COLLEAGUE if _other_initial(left, right) else Level.CLOSE
    if _fits(left.local, right.person) and _fits(right.local, left.person):
        # namesakes have such addresses by right; at one company there are few of them
        return Level.FITTING if at_one_company else Level.DIFFERS
    if at_one_company:
        return Level.COLLEAGUE
    if _is_named(left) or _is_named(right):
        return Level.DIFFERS
    if left.local == right.local:
        return Level.LOCAL if is_own_local(left.local) else Level.DIFFERS
    alike = near_domain and JaroWinkler.similarity(left.local, right.local) >= 0.9
    return Level.PARTLY if alike else Level.DIFFERS


def _is_named(mail: Mail) -> bool:
    """Whether the local part is made of a name: what it has in common, the names have said."""
    if _TWO_NAMES.fullmatch(mail.local):
        return True
    if mail.person is None:
        return False
    letters = squeezed(_NOT_LETTERS.sub("", mail.local))
    names = (mail.person.given, mail.person.family, *people.formal_names(mail.person.first))
    starts = (squeezed(name)[:4] for name in names if len(name) > 2)
    return _fits(mail.local, mail.person) or any(start in letters for start in starts)


def is_own_local(local: str) -> bool:
    """Whether few people would choose it: psmith is many a Smith's, 006959301 is not."""
    return len(local) > 8 or not local.isalpha()


def is_slip(one: str, other: str) -> bool:
    """Whether two words may be one that was mistyped."""
    most = 1 if min(len(one), len(other)) < 8 else 2
    return OSA.distance(one, other, score_cutoff=most) <= most


def _other_initial(left: Mail, right: Mail) -> bool:
    """Whether the slip may be another first name: a.smith and b.smith, smitha and smithb.

    So it is where the letter at one end is another, unless both first names are known and begin
    alike.
    """
    one, other = (_NOT_LETTERS.sub("", mail.local) for mail in (left, right))
    at_an_end = one[1:] == other[1:] or one[:-1] == other[:-1]
    if not at_an_end or one == other:
        return False
    both = left.person, right.person
    initials = [person.given[0] for person in both if person and person.given]
    return len(initials) < 2 or initials[0] != initials[1]


def differ_in_number(left: Mail, right: Mail) -> bool:
    """Whether two addresses are the same but for a small number at the end of one.

    The second john.smith of a company, or of a provider, gets a number: they are two people.
    """
    if left.local == right.local or not _near(left.domain, right.domain):
        return False
    one, other = (_COUNTER.fullmatch(mail.local) for mail in (left, right))
    if one is None or other is None or one[2] == other[2]:
        return False
    if one[2] and other[2]:
        return one[1] == other[1]
    return OSA.distance(one[1], other[1], score_cutoff=1) <= 1


def _near(one: str, other: str) -> bool:
    return one == other or is_slip(one, other)


def _fits(local: str, person: Person | None) -> bool:
    """Whether a local part is made of the person's name: john.smith, jsmith, smith, johns."""
    if person is None:
        return False
    letters = squeezed(_NOT_LETTERS.sub("", local))
    given, family = squeezed(person.given), squeezed(person.family)
    if letters in _short_forms(given, family):
        return True
    if len(family) > 2 and family in letters:
        rest = letters.replace(family, "", 1)
        return not given or _starts(rest, given, person.first)
    if len(given) > 2 and given in letters:
        rest = letters.replace(given, "", 1)
        return not family or family.startswith(rest)
    return False


def _short_forms(given: str, family: str) -> tuple[str, ...]:
    start, end = given[:1], family[:1]
    return (given + family, family + given, start + family, family + start, given + end, family)


def _starts(rest: str, given: str, first: str) -> bool:
    return given.startswith(rest) or rest.startswith(given) or people.same_first_name(rest, first)


def _mail_keys(mail: Mail) -> list[Key]:
    if mail.is_role:
        return []
    letters = _NOT_LETTERS.sub("", mail.local)
    keys = [("mail", f"{mail.local}@{mail.domain}"), ("local", mail.local)]
    return [*keys, ("letters", letters[:5])] if len(letters) > 2 else keys
