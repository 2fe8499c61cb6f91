"""Database fields that keep exact numbers as integers, because SQLite keeps decimals as floats."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import Combinable, register_combinable_fields

from emporion.kernel.errors import Refusal
from emporion.kernel.money.amounts import AMOUNT_PLACES, QUANTITY_PLACES, _exact_units


class ScaledField(models.Field[Any, Any]):
    """A Decimal kept as an integer of 10^-places. Not an IntegerField on purpose: the ORM then knows no product
    of two of them, so an amount cannot be multiplied in a query where its scale would be lost."""

    places = 0
    what = "number"

    def get_internal_type(self) -> str:
        return "BigIntegerField"

    def from_db_value(self, value: int | Decimal | None, *_: object) -> Decimal | None:
        return None if value is None else Decimal(int(value)).scaleb(-self.places)

    def to_python(self, value: object) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        if isinstance(value, int | str):
            try:
                return Decimal(value)
            except ArithmeticError:
                raise ValidationError(f"{value!r} is not a number") from None
        raise ValidationError(f"{type(value).__name__} cannot be an exact {self.what}")

    def get_prep_value(self, value: object) -> int | None:
        if value is None:
            return None
        if not isinstance(value, Decimal | int):
            raise TypeError(f"{self.name}: {type(value).__name__} cannot be an exact {self.what}")
        try:
            return _exact_units(value, self.places, self.what)
        except Refusal as refusal:
            raise Refusal(refusal.name, f"{self.name}: {refusal.text}") from None


class AmountField(ScaledField):
    """Money, in ten-thousandths."""

    places = AMOUNT_PLACES
    what = "amount"


class QuantityField(ScaledField):
    """A quantity, in millionths."""

    places = QUANTITY_PLACES
    what = "quantity"


class RateField(ScaledField):
    """A price, rate or share, in 10^-9: these keep their own scale and are never summed as money."""

    places = 9
    what = "rate"


for _field in (AmountField, QuantityField):
    for _connector in (Combinable.ADD, Combinable.SUB):
        register_combinable_fields(_field, _connector, _field, _field)
