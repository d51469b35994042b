"""The people and companies of a simulated market, as those of dirty leads."""

from datetime import datetime

import pandas as pd

from sandbox.dirt.companies import Company, work_mail
from sandbox.dirt.dice import Dice
from sandbox.dirt.mails import (
    CHINESE_MAIL_FORMS,
    MAIL_FORMS,
    MAILBOXES,
    Taken,
    plain_letters,
    private_mail,
)
from sandbox.dirt.people import P_JOB_CHANGE, Job, Person
from sandbox.dirt.places import PLACE_OF_NAME
from sandbox.dirt.words import words
from sandbox.market import Market

FACTS = (*("industry", "employees", "lead_source", "campaign", "product_interest", "mail_consent"),)
"""What a market knows of a lead besides who it is, under the names of a lead's fields."""


def people_of(market: Market, *, dice: Dice) -> list[Person]:
    """One person for each lead of the market, incoming ones included, in their order."""
    table = pd.concat([market.leads, market.incoming], ignore_index=True)
    table = table.rename(columns={"source": "lead_source"}).astype(object)
    table = table.where(table.notna(), None)
    taken = Taken()
    business = table["email"][table["email_type"] == "business"]
    taken.mails.update(dict.fromkeys(business, 1))
    rows = [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]
    companies: dict[str, Company] = {}
    for row in rows:
        name = str(row["company"])
        if name not in companies:
            companies[name] = _company(name, str(row["country"]), taken=taken, dice=dice)
    everywhere = list(companies.values())
    return [
        _person(row, companies[str(row["company"])], everywhere, taken=taken, dice=dice)
        for row in rows
    ]


def _company(name: str, country: str, *, taken: Taken, dice: Dice) -> Company:
    place = PLACE_OF_NAME[country]
    form = next(
        (forms for forms in place.forms for one in forms if name.endswith(one)), place.forms[0]
    )
    written = next(one for one in form if name.endswith(one))
    core = name.removesuffix(written).strip()
    short = english = english_short = core
    domain = core.lower().replace(" ", "-")
    if place.code == "CN":
        sounds = dict(words().lucky)
        short = core[2:].rstrip("0123456789")
        english_short = "".join(sounds[sign] for sign in short).capitalize()
        english = f"{dict(words().places_chinese)[core[:2]]} {english_short}"
        domain = plain_letters(english.replace(" ", "-"))
    domain = taken.domain(domain)
    return Company(
        id=name,
        place=place,
        core=core,
        short=short,
        english_core=english,
        english_short=english_short,
        form=form,
        city=dice.pick(place.cities) if place.code != "CN" else core[:2],
        domains=(domain,),
        mail_form=dice.pick(CHINESE_MAIL_FORMS if place.code == "CN" else MAIL_FORMS),
        mailbox=f"{dice.pick(MAILBOXES)}@{domain}",
        switchboard=taken.numbers.fixed(place, dice),
    )


def _person(
    row: dict[str, object],
    company: Company,
    everywhere: list[Company],
    *,
    taken: Taken,
    dice: Dice,
) -> Person:
    first, last, mail = (str(row[name]) for name in ("first_name", "last_name", "email"))
    lists = words()
    latin: tuple[str, ...] = (first,)
    last_latin = last
    nicknames = lists.nicknames.get(first, ())
    if company.is_chinese:
        latin = tuple(dict(lists.given_spelled)[first].split("+"))
        last_latin = dict(lists.surnames_spelled)[last]
        nicknames = (dice.pick(lists.english_names),) if dice.chance(0.4) else ()
    own = "".join(latin)
    is_free = row["email_type"] == "free"
    free = private_mail(
        company.place, own, last_latin, taken=taken, dice=dice, p=1.0 if is_free else 0.3
    )
    title = str(row["job_title"])
    at = work_mail(company, own, last_latin, taken=taken) if is_free else mail
    jobs = [_job(company, at, _title(title), taken=taken, dice=dice)]
    if dice.chance(P_JOB_CHANGE):
        other = dice.pick(everywhere)
        new = work_mail(other, own, last_latin, taken=taken)
        jobs.append(_job(other, new, dice.pick(lists.titles), taken=taken, dice=dice))
    return Person(
        id=str(row["lead_id"]),
        place=company.place,
        first=first,
        last=last,
        first_latin=latin,
        last_latin=last_latin,
        later_name=None,
        nicknames=nicknames,
        suffix="",
        jobs=tuple(jobs),
        mobile=taken.numbers.mobile(company.place, dice),
        private_mail=free,
        since=datetime.fromisoformat(str(row["created_at"])),
        facts={name: row[name] for name in FACTS},
    )


def _job(
    company: Company, mail: str, title: tuple[str, str, str], *, taken: Taken, dice: Dice
) -> Job:
    direct = taken.numbers.fixed(company.place, dice)
    return Job(company=company, mail=mail, direct=direct, extension=dice.filled("N##"), title=title)


def _title(title: str) -> tuple[str, str, str]:
    return _TITLES.get(title, (title, title, title))


_TITLES = {
    english: (english, other, chinese)
    for english, other, chinese in (
        ("Intern", "Internship", "实习生"),
        ("Student assistant", "Working student", "学生助理"),
        ("Trainee", "Trainee", "培训生"),
        ("Analyst", "Business Analyst", "分析师"),
        ("Engineer", "Eng.", "工程师"),
        ("Specialist", "Specialist", "专员"),
        ("Buyer", "Purchaser", "采购员"),
        ("Team lead", "Teamleiter", "主管"),
        ("IT manager", "IT Mgr", "IT经理"),
        ("Operations manager", "Ops Manager", "运营经理"),
        ("Marketing manager", "Mktg Mgr", "市场经理"),
        ("Director IT", "IT Director", "信息技术总监"),
        ("Head of operations", "Operations Head", "运营负责人"),
        ("Director procurement", "Procurement Dir.", "采购总监"),
        ("CEO", "Chief Executive Officer", "首席执行官"),
        ("CIO", "Chief Information Officer", "首席信息官"),
        ("Managing director", "MD", "总经理"),
        ("VP operations", "Vice President Operations", "运营副总裁"),
    )
}
