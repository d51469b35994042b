"""Money as the store keeps it: minor units beside a currency that exists (ISO 4217, by Babel)."""

from decimal import Decimal, InvalidOperation
from functools import cache

from babel import Locale
from babel.numbers import get_currency_precision

from leads.errors import InvalidInput, Problem

LARGEST = 10**15
"""Minor units; more than that nobody ever spent on a campaign or earned with a deal."""


def normal_currency(text: str, *, pointer: str = "/currency") -> str:
    """A currency's code. Raises InvalidInput for one that does not exist."""
    code = text.strip().upper()
    if code not in _known():
        detail = f"{text!r} is no currency we know; use an ISO 4217 code such as EUR, USD or CNY"
        raise _refused(pointer, "unknown_currency", detail)
    return code


def to_minor(amount: Decimal | float | str, currency: str, *, pointer: str = "/amount") -> int:
    """An amount in the currency's smallest unit.

    Raises InvalidInput for a negative amount, one that is not a number, and one with more decimals
    than the currency has (JPY has none).
    """
    try:
        exact = Decimal(str(amount).strip())
    except InvalidOperation:
        exact = Decimal("NaN")
    if not exact.is_finite():
        raise _refused(pointer, "not_a_number", f"{amount!r} is not an amount; use 1234.50")
    if exact < 0:
        raise _refused(pointer, "negative", f"{amount} is negative; an amount is 0 or more")
    digits = get_currency_precision(currency)
    if exact.adjusted() > 15:
        raise _refused(pointer, "too_large", f"{amount} {currency} is more than we keep")
    minor = exact.scaleb(digits)
    if minor != minor.to_integral_value():
        detail = f"{amount} {currency} has more decimals than the {digits} of that currency"
        raise _refused(pointer, "too_precise", detail)
    if minor > LARGEST:
        raise _refused(pointer, "too_large", f"{amount} {currency} is more than we keep")
    return int(minor)


def from_minor(minor: int, currency: str) -> Decimal:
    """The amount, with as many decimals as its currency has."""
    return Decimal(minor).scaleb(-get_currency_precision(currency))


@cache
def _known() -> frozenset[str]:
    return frozenset(Locale("en").currencies)


def _refused(pointer: str, code: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, [Problem(pointer=pointer, code=code, detail=detail)])
