"""What a payment lets go of in the recycle bin, and takes back: the parts of it that pay orders."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from emporion.kernel.errors import Refusal
from emporion.records.orders.models import Allocation, AllocationPart, Order


def let_go_of_orders(payment_id: int) -> dict[str, Any]:
    """The payment's allocations, which are deleted: orders count as paid by others only. Three queries."""
    kept = []
    for allocation in (
        Allocation.objects.filter(payment_id=payment_id).order_by("id").prefetch_related("parts")
    ):
        parts = [[one.line_number, one.product_id, str(one.amount)] for one in allocation.parts.all()]
        kept.append([allocation.order_id, str(allocation.amount), parts])
    Allocation.objects.filter(payment_id=payment_id).delete()
    return {"allocations": kept} if kept else {}


def take_orders_back(payment_id: int, kept: Mapping[str, Any]) -> None:
    """The same allocations, over the same lines. Refuses while one of the orders is in the recycle bin."""
    allocations = kept.get("allocations", [])
    orders = [order_id for order_id, *_ in allocations]
    gone = (
        Order.objects.filter(id__in=orders, removed_at__isnull=False).values_list("code", flat=True).first()
    )
    if gone is not None:
        raise Refusal("needs_removed", f"order {gone} is in the recycle bin; restore it first")
    for order_id, amount, parts in allocations:
        made = Allocation.objects.create(payment_id=payment_id, order_id=order_id, amount=Decimal(amount))
        AllocationPart.objects.bulk_create(
            AllocationPart(allocation=made, line_number=number, product_id=product_id, amount=Decimal(part))
            for number, product_id, part in parts
        )
