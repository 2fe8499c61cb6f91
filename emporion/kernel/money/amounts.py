"""Arithmetic of amounts. Nothing here touches a float, and every sum of parts is the whole."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import lru_cache
from typing import TypeVar

from emporion.kernel.errors import Refusal

AMOUNT_PLACES = 4
QUANTITY_PLACES = 6
AMOUNT_UNIT = Decimal(1).scaleb(-AMOUNT_PLACES)
QUANTITY_UNIT = Decimal(1).scaleb(-QUANTITY_PLACES)
LARGEST_UNITS = 2**63 - 1
WIDE = Context(prec=80)  # given to operations one by one: entering a local context costs more than they do

Number = TypeVar("Number", int, Decimal)


def round_amount(value: Decimal) -> Decimal:
    """`value` to ten-thousandths, half away from zero: the one rounding of a document's total."""
    return value.quantize(AMOUNT_UNIT, ROUND_HALF_UP, WIDE)


def amount_units(value: Decimal | int) -> int:
    """Ten-thousandths of `value`; refuses what does not fit exactly, rather than round in passing."""
    return _exact_units(value, AMOUNT_PLACES, "amount")


def quantity_units(value: Decimal | int) -> int:
    """Millionths of `value`; refuses what does not fit exactly."""
    return _exact_units(value, QUANTITY_PLACES, "quantity")


def amount_of(units: int) -> Decimal:
    """The amount that so many ten-thousandths are, with four places."""
    return Decimal(units).scaleb(-AMOUNT_PLACES)


def quantity_of(units: int) -> Decimal:
    """The quantity that so many millionths are, with six places."""
    return Decimal(units).scaleb(-QUANTITY_PLACES)


# Prices, quantities and discounts repeat: an import asks a million times for the same thousand values.
@lru_cache(maxsize=65_536, typed=True)
def _exact_units(value: Decimal | int, places: int, what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise TypeError(f"{what} must be a Decimal or an int, not {type(value).__name__}")
    exact = value if isinstance(value, Decimal) else Decimal(value)
    if not exact.is_finite():
        raise Refusal("not_a_number", f"{value} is not a number that can be an {what}")
    scaled = exact.scaleb(places, WIDE)
    whole = int(scaled)
    if scaled != whole:
        raise Refusal("too_precise", f"{value} has more than {places} decimal places")
    if abs(whole) > LARGEST_UNITS:
        raise Refusal("too_large", f"{value} is too large for an {what}")
    return whole


def spread_units(total: int, weights: Sequence[int]) -> list[int]:
    """`total` units over integer weights by largest remainder; the sum is `total` exactly.

    Ties of remainders go to the earlier place, so that the same input always gives the same parts.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise Refusal("bad_weights", "weights must be at least 0 and one of them more than 0")
    size, sign = abs(total), -1 if total < 0 else 1
    floors = [size * weight // whole for weight in weights]
    remainders = [size * weight % whole for weight in weights]
    short = size - sum(floors)
    for place in sorted(range(len(weights)), key=lambda index: (-remainders[index], index))[:short]:
        floors[place] += 1
    return [sign * part for part in floors]


def allocate(total: Decimal, weights: Sequence[Decimal | int], unit: Decimal = AMOUNT_UNIT) -> list[Decimal]:
    """`total` over weights in whole `unit`s by largest remainder; the sum is `total` exactly.

    Raises Refusal when the total is not a whole number of units.
    """
    with localcontext(prec=80):
        units = total / unit
        if units != units.to_integral_value():
            raise Refusal("not_whole_units", f"{total} cannot be dealt out in units of {unit}")
        parts = spread_units(int(units), _integer_weights(weights))
        return [part * unit for part in parts]


def _integer_weights(weights: Sequence[Decimal | int]) -> list[int]:
    exact = [Decimal(weight) for weight in weights]
    places = max((-_exponent(weight) for weight in exact), default=0)
    return [int(weight.scaleb(max(places, 0))) for weight in exact]


def _exponent(weight: Decimal) -> int:
    exponent = weight.as_tuple().exponent
    if not isinstance(exponent, int):
        raise Refusal("bad_weights", f"{weight} cannot be a weight")
    return exponent
