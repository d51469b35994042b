"""Amounts of imported rows in minor units."""

from cleansing.money import normal_currency, to_minor
from leads.errors import InvalidInput, Problem
from pipelines.intake.reading import Fact


def minor_of(fact: Fact, name: str, *, default: str | None) -> tuple[int, str] | None:
    """The amount in a field and its currency: the row's, else the one written beside the amount,
    else the default. Raises InvalidInput with what is wrong.
    """
    amount = fact.get(name)
    told = fact.get("currency")
    currency = None if told is None else normal_currency(told, pointer="currency")
    if amount is None:
        return None
    currency = currency or fact.currencies.get(name) or default
    if currency is None:
        detail = f"{amount} of what? Add a column of currencies or say --currency"
        raise InvalidInput(detail, [Problem(pointer="currency", code="no_currency", detail=detail)])
    return to_minor(amount, currency, pointer=name), currency
