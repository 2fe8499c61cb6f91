"""Exact money and quantities: Decimal in Python, integers in the database, every rounding named."""

from emporion.kernel.money.amounts import (
    AMOUNT_UNIT,
    QUANTITY_UNIT,
    allocate,
    amount_of,
    amount_units,
    quantity_of,
    quantity_units,
    round_amount,
    spread_units,
)
from emporion.kernel.money.fields import AmountField, QuantityField, RateField

__all__ = [
    "AMOUNT_UNIT",
    "QUANTITY_UNIT",
    "AmountField",
    "QuantityField",
    "RateField",
    "allocate",
    "amount_of",
    "amount_units",
    "quantity_of",
    "quantity_units",
    "round_amount",
    "spread_units",
]
