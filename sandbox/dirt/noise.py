"""How a text gets spoilt on its way: fingers, scanners, spreadsheets, and people in a hurry."""

from sandbox.dirt.dice import Dice
from sandbox.dirt.words import words

MISSING_WORDS = ("N/A", "unknown", "-", "n/a", "none", "null", "?", "not provided", "xxx", ".")
MISSING_WORDS_CHINESE = ("无", "未知", "暂无", "不详", "/", "-", "N/A", "没有")

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEAR = {
    sign: "".join(
        other
        for down, keys in enumerate(_ROWS)
        for across, other in enumerate(keys)
        if other != sign and abs(down - row) <= 1 and abs(across - place) <= 1
    )
    for row, line in enumerate(_ROWS)
    for place, sign in enumerate(line)
}
_SCANNED = (
    *(("rn", "m"), ("m", "rn"), ("l", "1"), ("O", "0"), ("o", "0"), ("i", "l"), ("cl", "d")),
    *(("S", "5"), ("B", "8"), ("e", "c"), ("vv", "w"), ("I", "l"), ("h", "b"), ("u", "ii")),
)
_WIDE = {sign: sign + 0xFEE0 for sign in range(0x21, 0x7F)} | {0x20: 0x3000}
_CHINESE_FROM = "\u3400"


def typo(text: str, *, dice: Dice, is_scanned: bool = False) -> str:
    """The text with one slip in it; a text of one character stays, but for a Chinese one."""
    if any(sign >= _CHINESE_FROM for sign in text):
        return _wrong_character(text, dice)
    if len(text) < 3:
        return text
    if is_scanned and dice.chance(0.7):
        fitting = [(good, bad) for good, bad in _SCANNED if good in text[1:]]
        if fitting:
            good, bad = dice.pick(fitting)
            return text[0] + text[1:].replace(good, bad, 1)
    return _slip(text, 1 + dice.below(len(text) - 1), dice)


def _slip(text: str, place: int, dice: Dice) -> str:
    kind = dice.u()
    head, sign, tail = text[:place], text[place], text[place + 1 :]
    if kind < 0.25 and tail:
        return head + tail[0] + sign + tail[1:]  # two letters change places
    if kind < 0.50:
        return head + tail  # one is left out
    if kind < 0.70:
        return head + sign + sign + tail  # one comes twice
    near = _NEAR.get(sign.lower(), "")
    if not near:
        return head + tail
    wrong = dice.pick(near)
    if kind < 0.85:
        return head + wrong + tail
    return head + sign + wrong + tail


def _wrong_character(text: str, dice: Dice) -> str:
    places = [place for place, sign in enumerate(text) if sign in words().confused]
    if not places:
        return text
    place = dice.pick(places)
    return text[:place] + dice.pick(words().confused[text[place]]) + text[place + 1 :]


def wrong_digit(text: str, *, dice: Dice) -> str:
    """The text with two neighbouring digits swapped, or one digit wrong or left out."""
    places = [place for place, sign in enumerate(text) if sign.isdigit()]
    if len(places) < 5:
        return text
    place = dice.pick(places[3:])
    kind = dice.u()
    if kind < 0.4:
        return text[: place - 1] + text[place] + text[place - 1] + text[place + 1 :]
    return text[:place] + ("" if kind < 0.6 else str(dice.below(10))) + text[place + 1 :]


def wide(text: str) -> str:
    """The text in full-width letters and digits."""
    return text.translate(_WIDE)


def stray_spaces(text: str, *, dice: Dice) -> str:
    """The text with spaces where none belong: around it, doubled, not breaking, full-width."""
    kind = dice.below(5)
    if kind == 0:
        return " " + text
    if kind == 1:
        return text + dice.pick((" ", "  ", "\u00a0", "\t"))
    if kind == 2:
        return text.replace(" ", "  ", 1)
    if kind == 3:
        return text.replace(" ", "\u00a0", 1)
    return "\u3000" + text


def recased(text: str, *, dice: Dice) -> str:
    """The text all small, all large, or with the wrong letters large."""
    return dice.pick((text.lower(), text.upper(), text.lower(), text.title()))
