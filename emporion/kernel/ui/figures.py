"""A number of a metric in its unit, as text."""

from decimal import Decimal

from emporion.kernel.ui import formats

_PLACES = {"count": 0, "days": 1}


def said(value: Decimal | int | None, unit: str, currency: str = "", *, short: bool = False) -> str:
    """The number in words of its unit: money, share, count, days or quantity; `short` rounds large ones."""
    if unit == "share":
        return formats.share(value, 0 if short else 1)
    if short:
        return formats.short(value) if unit != "days" else formats.number(value, 1)
    if unit == "money" and currency:
        return formats.money(value, currency)
    return formats.number(value, _PLACES.get(unit))
