"""A judged pair as a sentence, in both languages."""

import math

from cleansing.matching.words import Evidence, Level, Pair
from leads.messages import messages
from leads.score import Locale


def sentence_of(pair: Pair, locale: Locale = Locale.EN) -> str:
    """What was decided, how sure it is, and what each field had to say, the weightiest first."""
    texts = messages(locale)
    told = [one for one in pair.evidence if one.level is not Level.MISSING]
    told.sort(key=lambda one: -abs(one.weight))
    parts = (
        [texts["match.forbidden"].format(why=texts[f"match.veto.{pair.veto}"])] if pair.veto else []
    )
    parts += [clause_of(one, locale) for one in told]
    decided = texts[f"match.outcome.{pair.outcome}"].format(percent=_percent(pair.probability))
    return texts["match.sentence"].format(
        decided=decided, reasons=texts["match.between"].join(parts) or texts["match.nothing"]
    )


def clause_of(evidence: Evidence, locale: Locale = Locale.EN) -> str:
    """What one field says."""
    text = messages(locale)[f"match.level.{evidence.level}"]
    field = label_of(evidence.field, locale)
    return text.format(field=field, left=evidence.left or "", right=evidence.right or "")


def label_of(field: str, locale: Locale = Locale.EN) -> str:
    """What people call a field of a lead; a header of any other table is its own label.

    >>> label_of("phone / mobile", Locale.ZH), label_of("Kontakt (given)")
    ('电话 / 手机', 'Kontakt (first name)')
    """
    texts = messages(locale)
    whole, _, part = field.removesuffix(")").partition(" (")
    if f"match.part.{part}" in texts:
        return f"{label_of(whole, locale)} ({texts[f'match.part.{part}']})"
    return " / ".join(texts.get(f"match.field.{one}", one) for one in field.split(" / "))


def _percent(probability: float) -> str:
    """Rounded down: 100 % is said of nothing."""
    return f"{math.floor(1000 * min(probability, 0.999)) / 10:g} %"
