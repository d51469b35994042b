"""E-mail addresses: the written form, whether it can be one, and what kind of address it is.

Nothing is asked of the network: valid means well formed. Names reserved for examples and tests
(RFC 2606: `.example`, `.test`) count as valid, those for local networks do not.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from cleansing.texts import narrow, words_of

_DOTS = str.maketrans({"。": ".", "．": ".", "｡": ".", "﹒": ".", "﹫": "@"})
_IN_BRACKETS = re.compile(r"<\s*([^<>\s]+@[^<>]*?)\s*>")
_BETWEEN = re.compile(r"\s*[;,、|#]\s*|\s+/\s+|/(?=[^\s/@]+@)|\s+(?=\S+@)|\s+(?=\()")
_EDGES = " \t.,;:、'\"`“”‘’„«»<>()[]{}#"
_TAG = re.compile(r"\+.*")
_SUFFIX = re.compile(r"(?:com?|net|org|edu|ne)\.[a-z]{2}|com|net|org|me|eu|[a-z]{2}")
_NOT_ROLE = re.compile(r"[._\-]|\d+$")
_LANGUAGE = re.compile(r"(.{3,})[._\-][a-z]{2}")
_USUAL = re.compile(r"[a-z0-9]+(?:[._\-][a-z0-9]+)*")
_USUAL_LENGTH = 60
"""Characters of an address with which no limit is reached, however its domain is written."""
_GMAIL = ("gmail.com", "googlemail.com")


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """One address.

    address          the normal form (domain in small Unicode letters, the local part as typed);
                     the tidied text itself where it is no address
    domain           the part after the @, None where it is no address
    is_free          of a provider where anybody can have one
    is_disposable    of a provider of addresses that live for minutes
    is_role          of a function (info@), not of a person
    has_others       more than one was typed; this is the first
    """

    address: str
    domain: str | None
    is_valid: bool
    is_free: bool
    is_disposable: bool
    is_role: bool
    has_others: bool


def normal_email(text: str) -> Email:
    """The first address in a text: `Ann <ann@x.com>`, `mailto:ann@x.com`, full-width letters."""
    plain = narrow(text.translate(_DOTS))
    candidates = _candidates(plain)
    valid = [address for address in map(_validated, candidates) if address]
    if not valid:
        return Email(
            address=plain,
            domain=None,
            is_valid=False,
            is_free=False,
            is_disposable=False,
            is_role=False,
            has_others=False,
        )
    local, domain = valid[0].rsplit("@", 1)
    return Email(
        address=valid[0],
        domain=domain,
        is_valid=True,
        is_free=is_free(domain),
        is_disposable=is_disposable(domain),
        is_role=is_role(local),
        has_others=len({email_key(address) for address in valid}) > 1,
    )


def email_key(address: str) -> str:
    """What spellings of one mailbox share: small letters, no +tag, no dots at gmail."""
    local, at, domain = address.lower().rpartition("@")
    if not at:
        return domain
    local = _TAG.sub("", local) or local
    if domain in _GMAIL:
        return f"{local.replace('.', '') or local}@gmail.com"
    return f"{local}@{domain}"


def is_free(domain: str) -> bool:
    """Whether anybody can have an address of this domain."""
    name, _, suffix = domain.partition(".")
    return domain in _listed("free") or (
        name in _listed("families") and _SUFFIX.fullmatch(suffix) is not None
    )


def is_disposable(domain: str) -> bool:
    """Whether addresses of this domain, or of one above it, are thrown away after use."""
    listed = _listed("disposable")
    return domain in listed or domain.partition(".")[2] in listed


def is_role(local: str) -> bool:
    """Whether the part before the @ names a function: info, sales-de, support2, 客服."""
    name = _TAG.sub("", local.lower())
    language = _LANGUAGE.fullmatch(name)
    names = {_NOT_ROLE.sub("", name), _NOT_ROLE.sub("", language[1]) if language else ""}
    return not names.isdisjoint(_listed("role"))


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(words_of("emails")[name].split())


def _candidates(plain: str) -> list[str]:
    if plain.count("@") == 1 and " " not in plain and "<" not in plain:
        return [_bare(plain)]
    found = _IN_BRACKETS.findall(plain) or _BETWEEN.split(plain)
    return [_bare(part) for part in found if "@" in part]


def _bare(part: str) -> str:
    part = part.strip(_EDGES)
    scheme, colon, rest = part.partition(":")
    if colon and scheme.lower() in ("mailto", "email", "e-mail", "mail", "邮箱", "smtp"):
        part = rest.partition("?")[0].strip(_EDGES)
    return part


def _validated(address: str) -> str | None:
    """The address as it is written normally; None where it is none.

    Of a usual one only the domain is a question, and colleagues share it.
    """
    local, _, domain = address.rpartition("@")
    if len(address) <= _USUAL_LENGTH and _USUAL.fullmatch(local):
        known = _usual_domain(domain)
        return f"{local}@{known}" if known else None
    return _asked(address)


@lru_cache(maxsize=16384)
def _usual_domain(domain: str) -> str | None:
    found = _asked(f"x@{domain}")
    return found.partition("@")[2] if found else None


def _asked(address: str) -> str | None:
    from email_validator import validate_email

    # A longer one is none (RFC 5321), and the library's patterns need not see it.
    if not 3 <= len(address) <= 320:
        return None
    try:
        found = validate_email(
            address, check_deliverability=False, test_environment=True, strict=True
        )
    except ValueError:
        return None
    return found.normalized if "." in found.domain else None
