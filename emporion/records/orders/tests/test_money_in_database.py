"""Money in the database: every place kept, nothing multiplied."""

from decimal import Decimal as D

import pytest
from django.core.exceptions import FieldError
from django.db import models
from django.db.models import F, Sum

from emporion.records.orders.models import Allocation, Order, OrderLine


@pytest.mark.spec("SALE-1", "SYS-5")
@pytest.mark.both_databases
@pytest.mark.django_db
def test_the_database_keeps_every_place() -> None:
    """Trap: SQLite keeps Django's DecimalField as a float; a sum over many rows is then off."""
    for number in range(50):
        Order.objects.create(
            code=str(number),
            placed_on="2026-01-01",
            currency="EUR",
            total=D("922337203685.0001"),
            rate=D("0.333333333"),
        )
    assert Order.objects.aggregate(sum=Sum("total"))["sum"] == D("922337203685.0001") * 50
    assert Order.objects.filter(rate=D("0.333333333")).count() == 50


@pytest.mark.spec("SALE-1")
@pytest.mark.parametrize(
    "product", [F("amount") * F("amount"), F("amount") * 2, F("amount") * F("quantity")], ids=str
)
@pytest.mark.django_db
def test_amounts_are_not_multiplied_in_the_database(product: models.expressions.Combinable) -> None:
    # Trap: the product of two scaled integers has the sum of their scales and would read 10,000 times too large.
    with pytest.raises(FieldError):
        list(OrderLine.objects.annotate(wrong=product))


@pytest.mark.django_db
def test_amounts_may_be_added_in_the_database() -> None:
    assert list(Allocation.objects.annotate(twice=F("amount") + F("amount"))) == []
