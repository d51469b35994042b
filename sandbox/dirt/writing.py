"""One person as one source writes them down: which name, mail and spelling, and what is lost."""

from sandbox.dirt.dice import Dice
from sandbox.dirt.naming import company_as_written, person_as_written
from sandbox.dirt.noise import (
    MISSING_WORDS,
    MISSING_WORDS_CHINESE,
    recased,
    stray_spaces,
    typo,
    wide,
    wrong_digit,
)
from sandbox.dirt.pen import Pen, Row
from sandbox.dirt.people import Job, Person
from sandbox.dirt.phones import written
from sandbox.dirt.sources import CHINESE, EVENT, HABITS, SALESFORCE
from sandbox.dirt.words import words

TEXT_FIELDS = ("first_name", "last_name", "full_name", "company", "job_title", "city")
_WRONG_PROVIDERS = (
    ("gmail.com", "gmial.com"),
    ("gmail.com", "gmail.con"),
    (".example", ".exmaple"),
)


def write_row(person: Person, *, source: str, job: Job, has_later_name: bool, dice: Dice) -> Row:
    """A row under the names of a lead's given fields; what is missing is None or a word for it."""
    habits = HABITS[source]
    in_chinese = person.is_chinese and dice.chance(habits.chinese)
    at_home_traditional = person.place.code in ("TW", "HK")
    later = person.later_name if has_later_name else None
    pen = Pen(
        source=source,
        habits=habits,
        job=job,
        is_in_chinese=in_chinese,
        is_traditional=in_chinese and dice.chance(0.75 if at_home_traditional else 0.02),
        last=later or person.last,
        last_latin=later or person.last_latin,
        dice=dice,
    )
    row = {**person_as_written(person, pen), **_reach(person, pen), **_work(pen)}
    return _spoilt(row, pen)


def _reach(person: Person, pen: Pen) -> Row:
    dice, habits, job = pen.dice, pen.habits, pen.job
    phone_of = {
        "mobile": person.mobile,
        "direct": job.direct,
        "switchboard": job.company.switchboard,
    }
    which = dice.weighted(habits.phone)
    phone = None
    if which:
        extension = job.extension if which == "switchboard" and dice.chance(0.25) else ""
        phone = written(
            phone_of[which], dice=dice, p_international=habits.international, extension=extension
        )
    mobile = None
    if which != "mobile" and dice.chance(habits.second_phone):
        mobile = written(person.mobile, dice=dice, p_international=habits.international)
    return {"email": _mail(person, pen), "phone": phone, "mobile": mobile}


def _mail(person: Person, pen: Pen) -> str | None:
    dice, company = pen.dice, pen.job.company
    which = dice.weighted(pen.habits.mail)
    if which == "role":
        return company.mailbox
    if which == "private" and person.private_mail:
        return person.private_mail
    if not which:
        return None
    if len(company.domains) > 1 and dice.chance(0.3):
        return pen.job.mail.split("@")[0] + "@" + company.domains[1]
    return pen.job.mail


def _work(pen: Pen) -> Row:
    dice, habits, company = pen.dice, pen.habits, pen.job.company
    in_chinese = company.is_chinese and dice.chance(0.93 if pen.is_in_chinese else 0.20)
    title_in_chinese = (pen.is_in_chinese and dice.chance(0.85)) or pen.source == CHINESE
    english, other, chinese = pen.job.title
    title = chinese if title_in_chinese else other if dice.chance(0.3) else english
    place = company.place
    country = place.names[1] if in_chinese and dice.chance(0.8) else dice.early(place.names)
    site = f"{dice.pick(('', 'www.', 'http://www.', 'https://'))}{company.domains[0]}"
    return {
        "company": None
        if dice.chance(habits.no_company)
        else company_as_written(company, pen, in_chinese=in_chinese),
        "job_title": None if dice.chance(habits.no_title) else title,
        "website": None if dice.chance(habits.no_website) else site,
        "city": None if dice.chance(habits.no_place) else company.city,
        "country": None if dice.chance(habits.no_place) else country,
    }


def _spoilt(row: Row, pen: Pen) -> Row:
    dice, habits = pen.dice, pen.habits
    _spoil_words(row, pen)
    _spoil_reach(row, pen)
    for name, text in row.items():
        if text is None:
            row[name] = _missing(name, pen)
        elif dice.chance(habits.spaces):
            row[name] = stray_spaces(text, dice=dice)
        elif dice.chance(habits.wide):
            row[name] = wide(text)
    return row


def _spoil_words(row: Row, pen: Pen) -> None:
    dice, habits = pen.dice, pen.habits
    is_recased = dice.chance(habits.case)
    for name in (*TEXT_FIELDS, "email"):
        text = row[name]
        if text and pen.is_traditional:
            text = text.translate(words().traditional)
        if text and name != "email" and dice.chance(habits.typo):
            text = typo(text, dice=dice, is_scanned=habits.scanned)
        if text and is_recased and dice.chance(0.6):
            text = recased(text, dice=dice)
        row[name] = text


def _spoil_reach(row: Row, pen: Pen) -> None:
    dice, mail = pen.dice, row["email"]
    if mail and dice.chance(pen.habits.typo * 0.8):
        row["email"] = _mistyped(mail, pen)
    for name in ("phone", "mobile"):
        text = row[name]
        if text and dice.chance(pen.habits.typo * 0.6):
            row[name] = wrong_digit(text, dice=dice)


def _mistyped(mail: str, pen: Pen) -> str:
    dice = pen.dice
    right, wrong = dice.pick(_WRONG_PROVIDERS)
    if right in mail and dice.chance(0.3):
        return mail.replace(right, wrong)
    local, domain = mail.split("@")
    slipped = typo(local, dice=dice, is_scanned=pen.habits.scanned)
    if not domain.endswith(".example") and any(
        sign in local and sign not in slipped for sign in "_-."
    ):
        return mail  # what makes the address impossible stays in it
    return f"{slipped}@{domain}"


def _missing(name: str, pen: Pen) -> str | None:
    is_asked = name not in ("first_name", "last_name", "full_name", "mobile", "website")
    if pen.source in (EVENT, SALESFORCE) and name in ("phone", "city"):
        is_asked = False
    if not is_asked or not pen.dice.chance(pen.habits.missing_word):
        return None
    in_chinese = pen.is_in_chinese or pen.source == CHINESE
    return pen.dice.early(MISSING_WORDS_CHINESE if in_chinese else MISSING_WORDS)
