"""The keys by which a stored lead is found again."""

from cleansing import people
from cleansing.matching.companies import company_of
from cleansing.matching.contacts import domain_of, phone_ends_of
from cleansing.matching.mail import is_own_local, mail_of
from cleansing.matching.names import Person, person_of
from cleansing.matching.words import Record

LeadKey = tuple[str, str]


def lead_keys(record: Record) -> list[LeadKey]:
    """The keys of a clean lead, each once, the most telling first.

    email          the whole address (info@ is nobody's)
    phone          the last nine digits of each number
    local          what stands before the @, where few people would choose it
    name_domain    both names, in alphabetical order, and the company's domain
    name_company   ... and the company's name in Latin letters
    word_domain    each name alone and the domain: the other one may be new or mistyped
    name           both names
    """
    names = [record.get(name) for name in ("first_name", "last_name", "full_name")]
    address = record.get("email")
    person = person_of((*names, address))
    domain = domain_of((record.get("domain"), record.get("website"), address))
    company = "".join(company_of((record.get("company"),)) or ())
    keys = _contact_keys(record)
    if person is None:
        return list(dict.fromkeys(keys))
    name = _name_of(person)
    if name and domain:
        keys.append(("name_domain", f"{name}@{domain}"))
    if name and company:
        keys.append(("name_company", f"{name}@{company}"))
    if domain:
        parts = [part for part in (person.family, person.first) if len(part) > 1]
        keys += [("word_domain", f"{_formal(part)}@{domain}") for part in parts]
    if name:
        keys.append(("name", name))
    return list(dict.fromkeys(keys))


def _contact_keys(record: Record) -> list[LeadKey]:
    keys: list[LeadKey] = []
    mail = mail_of((record.get("email"), None, None, None))
    if mail and not mail.is_role:
        keys.append(("email", f"{mail.local}@{mail.domain}"))
    ends = phone_ends_of((record.get("phone"), record.get("mobile")))
    keys += [("phone", end) for end in ends]
    if mail and not mail.is_role and is_own_local(mail.local):
        keys.append(("local", mail.local))
    return keys


def _formal(name: str) -> str:
    """A first name, Bob and Robert alike; any other word as it is."""
    longer = people.formal_names(name) - {name}
    return min(longer) if longer else name


def _name_of(person: Person) -> str:
    """Both names in alphabetical order: which is which is often mistaken."""
    if not person.family or len(person.given) < 2:
        return ""
    given = _formal(person.first) if person.first == person.given else person.given
    return " ".join(sorted((_formal(person.family), given)))
