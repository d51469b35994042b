"""True companies: their names in one or two languages, domains and switchboards."""

from dataclasses import dataclass

from sandbox.dirt.dice import Dice
from sandbox.dirt.mails import CHINESE_MAIL_FORMS, MAIL_FORMS, MAILBOXES, Taken, plain_letters
from sandbox.dirt.phones import PhoneNumber
from sandbox.dirt.places import CHINESE_SPEAKING, SHARES, Place
from sandbox.dirt.words import words

P_SECOND_DOMAIN = 0.12
P_INVENTED_BRAND = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """One company: `core` is its name without the legal form, `short` the brand in it.

    The English ones are how a Chinese company calls itself abroad, else the same again.
    """

    id: str
    place: Place
    core: str
    short: str
    english_core: str
    english_short: str
    form: tuple[str, ...]
    city: str
    domains: tuple[str, ...]
    mail_form: str
    mailbox: str
    switchboard: PhoneNumber

    @property
    def is_chinese(self) -> bool:
        """Whether its registered name is Chinese."""
        return self.place.code in CHINESE_SPEAKING


def draw_company(number: int, like: Company | None, *, taken: Taken, dice: Dice) -> Company:
    """A new company; if there is one it should be like, of the same brand and not the same."""
    place = dice.weighted(SHARES)
    if like and dice.chance(0.5):
        place = like.place
    is_chinese = place.code in CHINESE_SPEAKING
    names = _chinese_brand(place, like, dice) if is_chinese else _brand(like, dice)
    core, short, english, english_short = names
    domain = taken.domain(plain_letters(english.replace(" ", dice.pick(("", "-", "")))))
    second = (taken.domain(plain_letters(english_short)),) if dice.chance(P_SECOND_DOMAIN) else ()
    return Company(
        id=f"C-{number + 1:06d}",
        place=place,
        core=core,
        short=short,
        english_core=english,
        english_short=english_short,
        form=dice.early(place.forms),
        city=dice.pick(place.cities),
        domains=(domain, *second),
        mail_form=dice.pick(CHINESE_MAIL_FORMS if is_chinese else MAIL_FORMS),
        mailbox=f"{dice.pick(MAILBOXES)}@{domain}",
        switchboard=taken.numbers.fixed(place, dice),
    )


def work_mail(company: Company, first: str, last: str, *, taken: Taken) -> str:
    """A new address at the company, by its own habit."""
    local = company.mail_form.format(f=plain_letters(first), l=plain_letters(last))
    return taken.mail(local, company.domains[0])


def _brand(like: Company | None, dice: Dice) -> tuple[str, str, str, str]:
    lists = words()
    if like and not like.is_chinese:
        brand = like.short
    elif dice.chance(P_INVENTED_BRAND):
        brand = invented_brand(dice)
    elif dice.chance(0.25):
        brand = dice.pick(lists.last[dice.pick(("english", "german", "french"))])
    elif dice.chance(0.2):
        brand = f"{dice.pick(lists.brands)} {dice.pick(lists.brands)}"
    else:
        brand = dice.pick(lists.brands)
    trades = [dice.pick(lists.trades)]
    if dice.chance(0.35):
        trades.append(dice.pick(lists.trades))
    core = " ".join([brand, *dict.fromkeys(trades)])
    return core, brand, core, brand


def invented_brand(dice: Dice) -> str:
    """A brand that is no word of any language."""
    head, middle, tail = (dice.pick(parts) for parts in words().invented)
    return head + (middle if dice.chance(0.7) else "") + tail


def _chinese_brand(place: Place, like: Company | None, dice: Dice) -> tuple[str, str, str, str]:
    lists = words()
    if like and like.is_chinese:
        brand, spelled = like.short, like.english_short
    else:
        signs = [dice.pick(lists.lucky) for _ in range(2 if dice.chance(0.75) else 3)]
        brand = "".join(sign for sign, _ in signs)
        spelled = "".join(sound for _, sound in signs).capitalize()
        if dice.chance(0.35):
            spelled = invented_brand(dice)
            if dice.chance(0.4):
                spelled = dice.pick(lists.english_brands)
    trade, english_trade = dice.early(lists.trades_chinese)
    town, english_town = dice.early(lists.places_chinese)
    if place.code != "CN" or dice.chance(0.25):
        return brand + trade, brand, f"{spelled} {english_trade}", spelled
    return town + brand + trade, brand, f"{english_town} {spelled} {english_trade}", spelled
