"""Web addresses and the domain a company owns, by the public suffix list that tldextract brings.

Nothing is fetched and nothing is written. A page on somebody else's site (linkedin.com/company/x)
is kept with its path and says nothing about the company's own domain; nor does a free-mail domain.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from cleansing.emails import is_disposable, is_free
from cleansing.texts import narrow, words_of

if TYPE_CHECKING:
    from tldextract import TLDExtract

_SCHEME = re.compile(r"^(?:(?:[a-z][a-z0-9+.\-]*:)?//+|https?:/?)+", re.IGNORECASE)
_PORT = re.compile(r":\d*$")
_DOTS = str.maketrans({"。": ".", "｡": "."})
_EDGES = " \t.,;'\"`<>()[]{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Website:
    """One web address.

    address     the normal form: the host without "www."; with the path on a platform
    domain      the registrable domain the owner of the site has, None on a platform
    """

    address: str
    domain: str | None


def normal_website(text: str) -> Website | None:
    """The first web address in a text, None if it is none."""
    words = narrow(text.translate(_DOTS)).split()
    word = _SCHEME.sub("", words[0].strip(_EDGES)) if words else ""
    authority, slash, path = re.split(r"[,;|]", word)[0].partition("/")
    host = _PORT.sub("", re.split(r"[?#]", authority)[0])
    if "@" in host or len(host) > 253:
        return None
    found = _site(host.lower().strip("."))
    if found is None or found.domain not in _platforms():
        return found
    path = path.rstrip("/" + _EDGES)
    return Website(address=found.address + (slash + path if path else ""), domain=None)


@lru_cache(maxsize=16384)
def company_domain(host: str) -> str | None:
    """The registrable domain of a host or of a mail address's domain, if a company can own it."""
    parts = _extract()(host)
    if not parts.domain:
        return None
    if not parts.suffix:  # .example, .test and what is newer than the list
        domain = ".".join(host.split(".")[-2:]) if "." in host else ""
    else:
        domain = f"{parts.domain}.{parts.suffix}"
    owned = domain and not is_free(host) and not is_free(domain) and not is_disposable(domain)
    return domain if owned and domain not in _platforms() else None


@lru_cache(maxsize=16384)
def _site(host: str) -> Website | None:
    checked = _checked(host)
    if checked is None:
        return None
    while checked.startswith("www.") and _extract()(checked).subdomain.startswith("www"):
        checked = checked.removeprefix("www.")
        if "." not in checked:
            return None
    registrable = _extract()(checked)
    name = f"{registrable.domain}.{registrable.suffix}"
    if name in _platforms():
        return Website(address=checked, domain=name)
    return Website(address=checked, domain=company_domain(checked))


def _checked(host: str) -> str | None:
    """The host in Unicode letters; None if it cannot be one.

    The rules for a domain after an @ are those for one in a web address, so the library that knows
    them for mail (IDNA 2008, lengths, local names) answers both.
    """
    from email_validator import validate_email

    if "." not in host or host.replace(".", "").isdigit():
        return None
    try:
        return validate_email(
            f"x@{host}", check_deliverability=False, test_environment=True
        ).domain.lower()
    except ValueError:
        return None


@cache
def _platforms() -> frozenset[str]:
    return frozenset(words_of("domains")["platforms"].split())


@cache
def _extract() -> "TLDExtract":
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None)
