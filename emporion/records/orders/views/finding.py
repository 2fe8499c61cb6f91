"""Records of orders by the number in an address, and codes for new ones."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, Model, QuerySet, Sum, Value

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.record_undoing import rows_of
from emporion.records.orders.models import Allocation, Contract, GoodsReturn, Order, Payment
from emporion.records.orders.queries import visible_contracts, visible_orders, visible_payments


def order_of(viewer: Viewer, pk: int) -> Order:
    """That order; refuses a missing one and one the viewer may not open, without saying which."""
    found: Order = _one(
        visible_orders(viewer).select_related("customer", "deal", "contract", "territory"), pk, "order"
    )
    return found


def payment_of(viewer: Viewer, pk: int) -> Payment:
    """That payment; refuses a missing one and one the viewer may not open, without saying which."""
    found: Payment = _one(visible_payments(viewer).select_related("customer"), pk, "payment")
    return found


def contract_of(viewer: Viewer, pk: int) -> Contract:
    """That contract; refuses a missing one and one the viewer may not open, without saying which."""
    found: Contract = _one(
        visible_contracts(viewer).select_related("customer", "deal", "member"), pk, "contract"
    )
    return found


def _one(records: QuerySet[Any], pk: int, kind: str) -> Any:
    found = records.filter(pk=pk).first()
    if found is None:
        raise Refusal(f"no_such_{kind}", f"there is no {kind} {pk} that you may open")
    return found


def next_code(model: type[Model], letter: str, day: date) -> str:
    """A code that nobody has yet: the day, and the next number of that day. One query."""
    start = f"{letter}-{day:%y%m%d}-"
    taken = rows_of(model).filter(code__startswith=start).values_list("code", flat=True)
    numbers = [
        int(rest) for code in taken if (rest := code.removeprefix(start)).isascii() and rest.isdecimal()
    ]
    return f"{start}{max(numbers, default=0) + 1}"


def paid_and_returned(ids: Sequence[int]) -> dict[int, tuple[Decimal, Decimal]]:
    """By order, what of it is paid and what came back, in its currency. One query."""
    paid = Allocation.objects.filter(order_id__in=ids).values_list("order_id")
    returned = GoodsReturn.objects.filter(order_id__in=ids).values_list("order_id")
    sums = paid.annotate(sum=Sum("amount"), paid=_true(True)).union(
        returned.annotate(sum=Sum("amount"), paid=_true(False)), all=True
    )
    found = dict.fromkeys(ids, (Decimal(0), Decimal(0)))
    for order_id, amount, is_paid in sums:
        before = found[order_id]
        found[order_id] = (amount, before[1]) if is_paid else (before[0], amount)
    return found


def _true(value: bool) -> Value:
    return Value(value, output_field=BooleanField())


def open_amount(order: Order, paid: Decimal, returned: Decimal) -> Decimal:
    """What is still to be paid of an order: nothing of a cancelled one."""
    return Decimal(0) - paid if order.cancelled_on else order.total - returned - paid
