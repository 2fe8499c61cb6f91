"""Money received and goods returned: writes that hang on an order."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.errors import Refusal
from emporion.kernel.money import amount_of, amount_units
from emporion.records.customers.queries import refuse_hidden
from emporion.records.orders.actions.fact_sources import post_for
from emporion.records.orders.models import Allocation, AllocationPart, GoodsReturn, Order, OrderLine, Payment
from emporion.records.orders.queries import visible_order, visible_payment
from emporion.records.orders.rules.amounts import in_base, lines_in_base, next_part, returned_part


def receive_payment(
    *,
    code: str,
    customer_id: int | None,
    received_on: date,
    amount: Decimal,
    currency: str,
    allocations: Mapping[str, Decimal],
    by: Viewer,
    at: datetime,
    rate: Decimal = Decimal(1),
) -> Payment:
    """Write a payment and what of it is for which order (by code); the rest is a prepayment.

    Refuses a code in use, more allocated than was paid, an order in another currency, and a customer or order that
    the viewer may not open.
    """
    by.require(Permission.WRITE)
    with transaction.atomic():
        refuse_hidden(by, customer_id, None)
        if Payment.objects.filter(code=code).exists():
            raise Refusal("code_taken", f"there is a payment {code} already")
        payment = Payment(
            code=code,
            customer_id=customer_id,
            received_on=received_on,
            amount=amount,
            currency=currency,
            rate=rate,
        )
        payment.touched_at = payment.updated_at = at
        payment.save(force_insert=True)
        _allocate(payment, allocations, by)
        post_for("payment", [payment.pk], at=at)
        new = {"amount": amount, "currency": currency, "received_on": received_on, **allocations}
        record("payment.received", by=by, at=at, subject=f"payment:{payment.pk}", new=new)
    return payment


def allocate_payment(*, code: str, allocations: Mapping[str, Decimal], by: Viewer, at: datetime) -> Payment:
    """Use the rest of a payment for orders. Refuses more than the rest, an order it is allocated to already, and a
    payment or order that the viewer may not open."""
    by.require(Permission.WRITE)
    with transaction.atomic():
        payment = visible_payment(by, code)
        _allocate(payment, allocations, by)
        Payment.objects.filter(pk=payment.pk).update(
            version=payment.version + 1, updated_at=at, touched_at=at
        )
        post_for("payment", [payment.pk], at=at)
        record("payment.allocated", by=by, at=at, subject=f"payment:{payment.pk}", new=dict(allocations))
    return payment


def _allocate(payment: Payment, allocations: Mapping[str, Decimal], by: Viewer) -> None:
    used = payment.allocations.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    rest = payment.amount - used
    asked = sum(allocations.values(), Decimal(0))
    if abs(asked) > abs(rest) or any(part * payment.amount <= 0 for part in allocations.values()):
        raise Refusal(
            "more_than_paid", f"{asked} cannot be allocated: {rest} of payment {payment.code} is left"
        )
    for code, amount in allocations.items():
        allocate_to(payment, _order(code, payment, by), amount)


def _order(code: str, payment: Payment, by: Viewer) -> Order:
    order = visible_order(by, code)
    if order.currency != payment.currency:
        raise Refusal(
            "other_currency", f"order {code} is in {order.currency}, the payment in {payment.currency}"
        )
    if Allocation.objects.filter(payment=payment, order=order).exists():
        raise Refusal("allocated_already", f"payment {payment.code} is allocated to order {code} already")
    return order


def allocate_to(payment: Payment, order: Order, amount: Decimal) -> None:
    """Write one allocation with its parts over the order's lines, at the order's rate, cumulatively.

    Cost: five queries. Call it inside the transaction that posts the payment.
    """
    lines = list(OrderLine.objects.filter(order=order).order_by("number"))
    if not lines:
        raise Refusal("no_lines", f"order {order.code} has no lines to pay")
    already = _already_paid(order)
    before = order.allocations.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    made = Allocation.objects.create(payment=payment, order=order, amount=amount)
    gone = sum(paid for number, paid in already.items() if number not in {line.number for line in lines})
    parts = next_part(
        amount_units(in_base(before + amount, order.rate)) - gone,
        [already.get(line.number, 0) for line in lines],
        [
            amount_units(part)
            for part in lines_in_base(order.total, order.rate, [line.amount for line in lines])
        ],
    )
    AllocationPart.objects.bulk_create(
        AllocationPart(
            allocation=made, line_number=line.number, product_id=line.product_id, amount=amount_of(part)
        )
        for line, part in zip(lines, parts, strict=True)
    )


def _already_paid(order: Order) -> dict[int, int]:
    """By line number, the base units that earlier payments gave it."""
    rows = (
        AllocationPart.objects.filter(allocation__order=order)
        .values_list("line_number")
        .annotate(Sum("amount"))
    )
    return {number: amount_units(amount) for number, amount in rows}


def return_goods(
    *,
    code: str,
    order_code: str,
    line_number: int,
    returned_on: date,
    quantity: Decimal,
    by: Viewer,
    at: datetime,
    amount: Decimal | None = None,
) -> GoodsReturn:
    """Take goods of one line back on a day; without an amount, the line's own share of it, cumulatively.

    Refuses more than was sold, a cancelled order, a day before the order, and an order that the viewer may not open.
    """
    by.require(Permission.WRITE)
    with transaction.atomic():
        visible_order(by, order_code)
        if GoodsReturn.objects.filter(code=code).exists():
            raise Refusal("code_taken", f"there is a return {code} already")
        made = returned(code, (order_code, line_number), returned_on, quantity, amount)
        made.touched_at = made.updated_at = at
        made.save(force_insert=True)
        post_for("return", [made.pk], at=at)
        new = {"order": order_code, "line": line_number, "quantity": quantity, "amount": made.amount}
        record("goods.returned", by=by, at=at, subject=f"return:{made.pk}", new=new)
    return made


def returned(
    code: str, line_of: tuple[str, int], returned_on: date, quantity: Decimal, amount: Decimal | None
) -> GoodsReturn:
    """The return of goods of a line (order's code, line's number) as it would be written; not saved. Three queries."""
    order_code, line_number = line_of
    line = (
        OrderLine.objects.select_related("order").filter(order__code=order_code, number=line_number).first()
    )
    if line is None:
        raise Refusal("no_such_line", f"order {order_code} has no line {line_number}")
    if line.order.cancelled_on is not None:
        raise Refusal("order_cancelled", f"order {order_code} was cancelled; nothing of it can come back")
    if returned_on < line.order.placed_on:
        raise Refusal("returned_before", "goods cannot come back before they were ordered")
    if quantity <= 0:
        raise Refusal("bad_quantity", "the quantity that came back must be more than 0")
    earlier = GoodsReturn.objects.filter(order=line.order, line_number=line_number)
    before = earlier.aggregate(sum=Sum("quantity"))["sum"] or Decimal(0)
    share = returned_part(line.amount, line.quantity, before, quantity)
    return GoodsReturn(
        code=code,
        order=line.order,
        line_number=line_number,
        returned_on=returned_on,
        quantity=quantity,
        amount=share if amount is None else amount,
        cost=returned_part(line.cost, line.quantity, before, quantity),
    )
