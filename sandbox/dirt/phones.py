"""Telephone numbers of dirty leads, and the many ways people write one."""

from dataclasses import dataclass, field

from sandbox.dirt.dice import Dice
from sandbox.dirt.places import Place

_TRIES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneNumber:
    """One line: country, area (or mobile prefix) and the rest, digits only."""

    place: Place
    area: str
    rest: str

    @property
    def international(self) -> str:
        """With a plus and without spaces."""
        return f"+{self.place.calling}{self.area}{self.rest}"


@dataclass(slots=True)
class Numbers:
    """Gives every line once. When the numbers set aside for fiction run out, the shape decides."""

    given: set[str] = field(default_factory=set)

    def fixed(self, place: Place, dice: Dice) -> PhoneNumber:
        """A fixed line of the country."""
        return self._new(place, place.fixed, dice)

    def mobile(self, place: Place, dice: Dice) -> PhoneNumber:
        """A mobile line of the country."""
        return self._new(place, place.mobile, dice)

    def _new(self, place: Place, patterns: tuple[tuple[str, str], ...], dice: Dice) -> PhoneNumber:
        for _ in range(_TRIES):
            area, pattern = dice.pick(patterns)
            number = PhoneNumber(place=place, area=area, rest=dice.filled(pattern))
            if number.international not in self.given:
                break
        else:
            number = PhoneNumber(
                place=place, area=area, rest=dice.filled("N" + "#" * (len(pattern) - 1))
            )
        self.given.add(number.international)
        return number


def written(number: PhoneNumber, *, dice: Dice, p_international: float, extension: str = "") -> str:
    """The number as somebody types it, with its extension if there is one."""
    text = _abroad(number, dice) if dice.chance(p_international) else _at_home(number, dice)
    if extension:
        text += dice.pick((" ext. ", " x", "-", " ext ", "转", " Ext.", " #")) + extension
    if dice.chance(0.02):
        text = dice.pick(("Tel: ", "T ", "电话：", "tel ")) + text
    return text


def _abroad(number: PhoneNumber, dice: Dice) -> str:
    calling, area, rest = number.place.calling, number.area, number.rest
    spaced = _grouped(rest, dice.pick((" ", "-", "")))
    gap = " " if area else ""
    if dice.chance(0.30):
        return f"+{calling}{area}{rest}"
    if dice.chance(0.40):
        return f"+{calling}{gap}{area} {spaced}"
    if dice.chance(0.35):
        return f"00{calling}{gap}{area}{gap}{rest}"
    if dice.chance(0.35):
        return f"(+{calling}) {area}{gap}{spaced}"
    if number.place.trunk and area and dice.chance(0.3):
        return f"+{calling} (0){area} {spaced}"
    return f"{calling}-{area}{'-' if area else ''}{rest}"


def _at_home(number: PhoneNumber, dice: Dice) -> str:
    place, rest = number.place, number.rest
    is_china_mobile = place.code == "CN" and len(number.area) == 3 and number.area[0] == "1"
    area = number.area if is_china_mobile else place.trunk + number.area
    spaced = _grouped(rest, dice.pick((" ", "-", "")))
    if not area:
        return spaced
    if is_china_mobile:
        return dice.pick((area + rest, area + rest, f"{area} {spaced}", f"{area}-{spaced}"))
    if place.calling == "1":
        spaced = f"{rest[:3]}-{rest[3:]}"
        dotted = f"{area}.{rest[:3]}.{rest[3:]}"
        return dice.pick((f"({area}) {spaced}", f"{area}-{spaced}", dotted, area + rest))
    return dice.pick(
        (
            f"{area} {spaced}",
            f"{area}/{spaced}",
            f"({area}) {spaced}",
            f"{area}-{rest}",
            area + rest,
        )
    )


def _grouped(rest: str, gap: str) -> str:
    size = 4 if len(rest) >= 7 else 3
    head = len(rest) % size or size
    tail = [rest[place : place + size] for place in range(head, len(rest), size)]
    return gap.join([rest[:head], *tail])
