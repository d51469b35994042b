"""Who there truly is: people and their jobs, before anybody writes them down.

Hard on purpose: brands and trades are shared between companies, common names between people,
some colleagues have the same name or the same family name, some change their job, some marry.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.dirt.companies import Company, draw_company, work_mail
from sandbox.dirt.dice import Dice
from sandbox.dirt.mails import Taken, private_mail
from sandbox.dirt.phones import PhoneNumber
from sandbox.dirt.places import SHARES, Place
from sandbox.dirt.words import words

PEOPLE_PER_COMPANY = 2.4
P_COUSIN = 0.10  # a company named like another one, and not it
P_NAMESAKE = 0.015  # a colleague of the same name: two 王伟, father and son
P_RELATIVE = 0.03  # a colleague of the same family name
P_RARE_NAME = 0.3
P_JOB_CHANGE = 0.10
P_MARRIES = 0.04


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A person's work at one company."""

    company: Company
    mail: str
    direct: PhoneNumber
    extension: str
    title: tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person. `jobs` holds one or two, the earlier first.

    since, facts    when a market first met the person, and what else it knows
    """

    id: str
    place: Place
    first: str
    last: str
    first_latin: tuple[str, ...]
    last_latin: str
    later_name: str | None
    nicknames: tuple[str, ...]
    suffix: str
    jobs: tuple[Job, ...]
    mobile: PhoneNumber
    private_mail: str | None
    since: datetime | None = None
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_chinese(self) -> bool:
        """Whether the name is written in Chinese characters at home."""
        return self.place.culture == "chinese"


def population(n_people: int, *, dice: Dice) -> list[Person]:
    """So many people of about `n_people / PEOPLE_PER_COMPANY` companies, a few of them large."""
    taken = Taken()
    companies: list[Company] = []
    for number in range(max(2, round(n_people / PEOPLE_PER_COMPANY))):
        like = dice.pick(companies) if companies and dice.chance(P_COUSIN) else None
        companies.append(draw_company(number, like, taken=taken, dice=dice))
    staff: dict[str, list[Person]] = {}
    people = []
    for number in range(n_people):
        company = companies[int(len(companies) * dice.u() ** 1.6)]
        colleagues = staff.setdefault(company.id, [])
        colleague = dice.pick(colleagues) if colleagues else None
        person = _person(number, company, companies, colleague, taken=taken, dice=dice)
        colleagues.append(person)
        people.append(person)
    return people


def _person(
    number: int,
    company: Company,
    companies: list[Company],
    like: Person | None,
    *,
    taken: Taken,
    dice: Dice,
) -> Person:
    place = company.place if dice.chance(0.93) else dice.weighted(SHARES)
    first, latin, last, last_latin, is_female = _name(place, dice)
    suffix = ""
    if like and dice.chance(P_NAMESAKE):
        place, first, latin = like.place, like.first, like.first_latin
        last, last_latin = like.last, like.last_latin
        suffix = dice.pick(("Jr.", "", "II")) if not like.is_chinese else ""
    elif like and like.is_chinese == (place.culture == "chinese") and dice.chance(P_RELATIVE):
        last, last_latin = like.last, like.last_latin
    jobs = [_job(company, "".join(latin), last_latin, taken=taken, dice=dice)]
    if dice.chance(P_JOB_CHANGE):
        other = dice.pick(companies)
        jobs.append(_job(other, "".join(latin), last_latin, taken=taken, dice=dice))
    marries = is_female and place.culture not in ("chinese", "japanese")
    return Person(
        id=f"P-{number + 1:06d}",
        place=place,
        first=first,
        last=last,
        first_latin=latin,
        last_latin=last_latin,
        later_name=_last(place, dice)[0] if marries and dice.chance(P_MARRIES) else None,
        nicknames=_nicknames(first, place, dice),
        suffix=suffix,
        jobs=tuple(jobs),
        mobile=taken.numbers.mobile(place, dice),
        private_mail=private_mail(place, "".join(latin), last_latin, taken=taken, dice=dice),
    )


def _job(company: Company, first: str, last: str, *, taken: Taken, dice: Dice) -> Job:
    return Job(
        company=company,
        mail=work_mail(company, first, last, taken=taken),
        direct=taken.numbers.fixed(company.place, dice),
        extension=dice.filled("N##"),
        title=dice.pick(words().titles),
    )


def _name(place: Place, dice: Dice) -> tuple[str, tuple[str, ...], str, str, bool]:
    last, last_latin = _last(place, dice)
    if place.culture == "chinese":
        first, spelled = _chinese_given(dice)
        return first, spelled, last, last_latin, False
    sex = dice.pick(("female", "male"))
    first = dice.early(words().first[place.culture][sex], 1.5)
    return first, (first,), last, last_latin, sex == "female"


def _chinese_given(dice: Dice) -> tuple[str, tuple[str, ...]]:
    given = words().given_spelled
    if dice.chance(0.5):
        name, spelling = dice.early(given, 1.6)
        return name, tuple(spelling.split("+"))
    one, other = dice.pick(given), dice.pick(given)
    return one[0][0] + other[0][-1], (one[1].split("+")[0], other[1].split("+")[-1])


def _last(place: Place, dice: Dice) -> tuple[str, str]:
    lists = words()
    if place.culture == "chinese":
        return dice.early(lists.surnames_spelled[: 40 if dice.chance(0.6) else None], 1.7)
    name = dice.early(lists.last[place.culture], 1.6)
    if dice.chance(P_RARE_NAME):
        heads, tails = lists.last_parts[place.culture]
        name = dice.pick(heads) + dice.pick(tails)
    return name, name


def _nicknames(first: str, place: Place, dice: Dice) -> tuple[str, ...]:
    if place.culture == "chinese":
        return (dice.pick(words().english_names),) if dice.chance(0.4) else ()
    return words().nicknames.get(first, ())
