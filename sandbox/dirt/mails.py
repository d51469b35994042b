"""Addresses at companies and at free providers; each is given away once."""

from dataclasses import dataclass, field

from sandbox.dirt.dice import Dice
from sandbox.dirt.phones import Numbers
from sandbox.dirt.places import Place

P_PRIVATE_MAIL = 0.45

MAILBOXES = ("info", "sales", "office", "contact", "admin", "marketing")

MAIL_FORMS = ("{f}.{l}", "{f[0]}{l}", "{f}", "{f}{l[0]}", "{l}.{f}", "{f}_{l}", "{l}{f[0]}")

CHINESE_MAIL_FORMS = ("{f}.{l}", "{l}{f}", "{f}{l}", "{l}.{f}", "{f[0]}{l}", "{l}{f[0]}")

# No provider can give these addresses away: Gmail knows no "_" and "-", Yahoo no "-", NetEase no
# "." and "-", and no QQ number begins with 0. So none of them is anybody's.
_FREE_MAIL = ("{f}_{l}#@gmail.com", "{f}-{l}#@gmail.com", "{f}-{l}#@yahoo.com")

_CHINESE_FREE_MAIL = (
    *("0#########@qq.com", "0########@qq.com", "{f}.{l}#@163.com", "{l}-{f}#@126.com"),
    "{f}_{l}#@gmail.com",
)

_PLAIN = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ß": "ss",
        "é": "e",
        "è": "e",
        "ê": "e",
        "ô": "o",
        "ç": "c",
        "ã": "a",
        "á": "a",
        "í": "i",
        "ó": "o",
        "â": "a",
        "ú": "u",
        "ë": "e",
        "'": "",
        " ": "",
        "&": "",
    }
)


@dataclass(slots=True)
class Taken:
    """What is given away once only: domains, mailboxes, telephone numbers."""

    domains: dict[str, int] = field(default_factory=dict)
    mails: dict[str, int] = field(default_factory=dict)
    numbers: Numbers = field(default_factory=Numbers)

    def domain(self, wanted: str) -> str:
        """The domain, with a number if it has gone."""
        return _next_free(self.domains, wanted, "{}{}.example")

    def mail(self, local: str, domain: str) -> str:
        """The address, with a number if it has gone."""
        return _next_free(self.mails, f"{local}@{domain}", None)


def private_mail(
    place: Place, first: str, last: str, *, taken: Taken, dice: Dice, p: float = P_PRIVATE_MAIL
) -> str | None:
    """An address at a free provider, of those who have one."""
    if not dice.chance(p):
        return None
    form = dice.pick(_CHINESE_FREE_MAIL if place.culture == "chinese" else _FREE_MAIL)
    if form[0] != "0":
        form = form.replace("#", dice.pick(("", "", "##", "19##")))
    local, domain = (
        dice.filled(form).format(f=plain_letters(first), l=plain_letters(last)).split("@")
    )
    return taken.mail(local, domain)


def plain_letters(text: str) -> str:
    """The text as it stands in an address: small, no accents, no spaces."""
    return text.lower().translate(_PLAIN)


def _next_free(taken: dict[str, int], wanted: str, form: str | None) -> str:
    n = taken[wanted] = taken.get(wanted, 0) + 1
    number = str(n) if n > 1 else ""
    if form:
        return form.format(wanted, number)
    local, domain = wanted.split("@")
    return f"{local}{number}@{domain}"
