"""A span's plan by its days, exactly: by the weights of the business calendar. Pure (PLAN-3)."""

from collections.abc import Sequence
from decimal import Decimal

from emporion.kernel.money import QUANTITY_UNIT, allocate

UNITS = (Decimal(1), Decimal("0.01"), QUANTITY_UNIT)


def days_of(value: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """The part of each day, by largest remainder; they sum to the value exactly, whatever days are free or shortened.

    Parts are whole, or hundredths, or millionths: the coarsest of which the value is a whole number. Where no day is
    worked all days count alike; without a day there is nothing.
    """
    if not weights:
        return []
    shared = weights if any(weights) else [Decimal(1)] * len(weights)
    return allocate(value, shared, unit_of(value))


def unit_of(value: Decimal) -> Decimal:
    """The coarsest unit of which a number of millionths is a whole number."""
    return next(unit for unit in UNITS if value % unit == 0 or unit == QUANTITY_UNIT)
