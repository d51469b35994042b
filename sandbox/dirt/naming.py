"""How one source writes the name of a person and of a company."""

from sandbox.dirt.companies import Company
from sandbox.dirt.dice import Dice
from sandbox.dirt.pen import Pen, Row
from sandbox.dirt.people import Person
from sandbox.dirt.words import words

_ABBREVIATED = {"Technology": "Tech", "International": "Int'l", "Systems": "Sys.", "and": "&"}


def person_as_written(person: Person, pen: Pen) -> Row:
    """The fields of the name: one or two of three."""
    dice, habits = pen.dice, pen.habits
    if pen.is_in_chinese:
        first, last = person.first, pen.last
        if dice.chance(0.01):
            first = ""
    elif person.is_chinese:
        first, last = _pinyin(person, dice), pen.last_latin.capitalize()
    else:
        first, last = _latin_first(person, pen), pen.last
    if dice.chance(habits.no_first):
        first = ""
    if person.suffix and dice.chance(0.4):
        last = f"{last} {person.suffix}"
    if dice.chance(habits.swapped):
        first, last = last, first
    if not habits.one_name:
        return {"first_name": first or None, "last_name": last or None, "full_name": None}
    return {"first_name": None, "last_name": None, "full_name": _whole(first, last, person, pen)}


def company_as_written(company: Company, pen: Pen, *, in_chinese: bool) -> str:
    """The company's name, more or less as it is registered."""
    dice = pen.dice
    is_formal = dice.chance(pen.habits.formal_company)
    if in_chinese:
        return _chinese_company(company, is_formal=is_formal, pen=pen)
    if company.is_chinese:
        form = dice.pick((" Co., Ltd.", " Co.,Ltd", " Co. Ltd", " Ltd.", " Limited", " Group"))
        return company.english_core + (form if is_formal else "")
    name = f"{company.core} {dice.early(company.form)}" if is_formal else company.core
    if dice.chance(0.05):
        name = " ".join(_ABBREVIATED.get(word, word) for word in name.split())
    core = company.core.split()
    if dice.chance(0.03) and len(core) > 2:
        return "".join(word[0] for word in core)
    if dice.chance(0.07):
        return company.short
    if dice.chance(0.04):
        return f"{name} ({company.city})" if dice.chance(0.5) else f"{name}, {company.city} branch"
    return name


def _latin_first(person: Person, pen: Pen) -> str:
    dice, first = pen.dice, person.first
    if person.nicknames and dice.chance(pen.habits.nick):
        return dice.pick(person.nicknames)
    if dice.chance(pen.habits.initial):
        return first[0] + dice.pick((".", ""))
    if dice.chance(0.02):
        return f"{first} {dice.pick('ABCDEFGHJKLMRST')}."
    return first


def _pinyin(person: Person, dice: Dice) -> str:
    if person.nicknames and dice.chance(0.25):
        nick = dice.pick(person.nicknames)
        return nick if dice.chance(0.8) else f"{''.join(person.first_latin).capitalize()} ({nick})"
    if dice.chance(0.03):
        return person.first_latin[0][0].upper() + "."
    parts = [part.capitalize() for part in person.first_latin]
    if len(parts) == 1 or dice.chance(0.60):
        return "".join(person.first_latin).capitalize()
    return dice.pick(
        (" ".join(parts), "-".join(parts), "".join(parts), f"{parts[0]}-{parts[1].lower()}")
    )


def _whole(first: str, last: str, person: Person, pen: Pen) -> str:
    dice = pen.dice
    if not first:
        return last
    if pen.is_in_chinese:
        gap = " " if dice.chance(0.04) else ""
        title = dice.pick(("先生", "女士", "总", "经理")) if dice.chance(0.03) else ""
        return last + gap + first + title
    if person.is_chinese and dice.chance(0.45):
        return f"{last.upper() if dice.chance(0.4) else last} {first}"
    if dice.chance(0.15):
        return f"{last}, {first}"
    if dice.chance(0.05):
        return f"{dice.pick(('Dr.', 'Mr.', 'Ms.', 'Prof. Dr.'))} {first} {last}"
    return f"{first} {last.upper() if dice.chance(0.06) else last}"


def _chinese_company(company: Company, *, is_formal: bool, pen: Pen) -> str:
    dice, core = pen.dice, company.core
    if is_formal:
        name = core + dice.early(company.form)
        if dice.chance(0.06):
            name += dice.pick(("北京分公司", "深圳分公司", "华东分公司", "上海办事处"))
        elif dice.chance(0.10) and core[2:].startswith(company.short):
            town = dice.pick(("（{}）", "({})")).format(core[:2])
            name = core[2:] + town + company.form[0]
    elif dice.chance(0.35):
        name = company.short
    else:
        name = core[core.index(company.short) :] if dice.chance(0.6) else core
    return name.translate(words().traditional) if pen.is_traditional else name
