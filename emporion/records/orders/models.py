"""Orders and the money that follows them (SALE-1).

A foreign key that a unique constraint or another index begins with has no index of its own: a million lines would
keep it twice.
"""

from django.db import models
from django.db.models import F, Q

from emporion.kernel.ledger.vocabulary import CREDITS
from emporion.kernel.models import Record, RemovableRecord, in_bin
from emporion.kernel.money import AmountField, QuantityField, RateField
from emporion.records.catalog.models import Product
from emporion.records.customers.models import Customer
from emporion.records.pipeline.models import Deal
from emporion.records.team.models import Member, Territory


class Contract(Record):
    """A signed agreement under which orders are placed."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT)
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, null=True)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True)
    signed_on = models.DateField()
    ends_on = models.DateField(null=True)
    amount = AmountField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("signed_on")),
                name="contract_ends_after_signing",
            )
        ]


class Order(RemovableRecord):
    """What a customer ordered. `total` is the document's, before tax, in its own currency, rounded once.

    `rate` is the base currency per unit of the document's, fixed when it was entered. An `opening` order is history
    brought in from before: it counts for rhythm and first orders, never as revenue.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True)
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, null=True)
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, null=True)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, null=True)
    placed_on = models.DateField()
    placed_at = models.DateTimeField(null=True)
    channel = models.CharField(max_length=40, blank=True, default="")
    source = models.CharField(max_length=100, blank=True, default="")
    currency = models.CharField(max_length=3)
    rate = RateField(default=1)
    total = AmountField()
    cancelled_on = models.DateField(null=True)
    opening = models.BooleanField(default=False)

    class Meta:
        db_table = "orders_order"
        indexes = [
            models.Index(fields=["customer", "placed_on"], name="order_by_customer"),
            models.Index(fields=["placed_on", "id"], name="order_by_day"),
            models.Index(
                fields=["placed_on", "id"], condition=Q(cancelled_on__isnull=False), name="order_cancelled"
            ),
            models.Index(fields=["placed_on", "id"], condition=Q(opening=True), name="order_opening"),
            in_bin("order_removed"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(rate__gt=0), name="order_rate_positive"),
            models.CheckConstraint(
                condition=Q(cancelled_on__isnull=True) | Q(cancelled_on__gte=F("placed_on")),
                name="order_cancelled_after_placing",
            ),
        ]


class OrderLine(models.Model):
    """A line. `exact_amount` is what the file or the arithmetic says, `amount` its part of the document's total, so
    that lines always sum to their order; `cost` is of the whole line, in the base currency."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines", db_index=False)
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=100, blank=True, default="")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True)
    quantity = QuantityField()
    unit_price = RateField()
    discount = RateField(default=0)
    exact_amount = RateField()
    amount = AmountField()
    cost = AmountField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="order_line_number_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="order_line_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.number}"


class OrderCredit(models.Model):
    """Whose sale it is: direct credits are weighted shares of one whole; an overlay stands beside them."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="credits", db_index=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, db_index=False)
    weight = models.PositiveIntegerField(default=1)
    credit = models.CharField(max_length=10, default="direct")

    class Meta:
        indexes = [models.Index(fields=["member", "order"], name="order_credit_of")]
        constraints = [
            models.UniqueConstraint(fields=["order", "member", "credit"], name="order_credit_once"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="order_credit_weight_positive"),
            models.CheckConstraint(condition=Q(credit__in=CREDITS), name="order_credit_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.member_id} {self.weight}"


class Invoice(Record):
    """An invoice for an order, with the day it falls due."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="invoices")
    issued_on = models.DateField()
    due_on = models.DateField(null=True)
    amount = AmountField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(due_on__gte=F("issued_on")),
                name="invoice_due_after_issue",
            )
        ]


class Payment(RemovableRecord):
    """Money received (or, negative, paid back). What is not allocated to an order is a prepayment."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True)
    received_on = models.DateField()
    currency = models.CharField(max_length=3)
    rate = RateField(default=1)
    amount = AmountField()

    class Meta:
        indexes = [in_bin("payment_removed")]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="payment_not_zero")]


class Allocation(models.Model):
    """A part of a payment for one order."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="allocations", db_index=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="allocations")
    amount = AmountField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["payment", "order"], name="allocation_once")]

    def __str__(self) -> str:
        return f"{self.payment_id} → {self.order_id}"


class AllocationPart(models.Model):
    """What of an allocation went to which line, in base currency: kept, so that editing the order later does not
    spread old payments anew."""

    allocation = models.ForeignKey(Allocation, on_delete=models.CASCADE, related_name="parts", db_index=False)
    line_number = models.PositiveIntegerField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True)
    amount = AmountField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["allocation", "line_number"], name="allocation_part_once")
        ]

    def __str__(self) -> str:
        return f"{self.allocation_id}/{self.line_number}"


class GoodsReturn(Record):
    """Goods of one line that came back, on a day of its own; amount in the document's currency, cost in the base."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="returns")
    line_number = models.PositiveIntegerField()
    returned_on = models.DateField()
    quantity = QuantityField()
    amount = AmountField()
    cost = AmountField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="return_quantity_positive")]
