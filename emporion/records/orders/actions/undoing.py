"""Taking back what an import created, unless people have touched it since."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.ledger.posting import post_many
from emporion.kernel.record_undoing import rows_of, undo_created
from emporion.records.orders.models import (
    Allocation,
    GoodsReturn,
    Invoice,
    Order,
    OrderCredit,
    OrderLine,
    Payment,
)


def undo_orders(ids: Sequence[int], by: Viewer, at: datetime) -> list[int]:
    """Delete these orders and take back their facts; keeps those touched, paid, invoiced or partly returned."""
    by.require(Permission.IMPORT)
    with transaction.atomic():
        needed = set(Order.objects.filter(id__in=ids, touched_at__isnull=False).values_list("id", flat=True))
        for model in (Allocation, Invoice, GoodsReturn):
            needed |= set(rows_of(model).filter(order_id__in=ids).values_list("order_id", flat=True))
        gone = [found for found in ids if found not in needed]
        post_many("order", {found: [] for found in gone}, at=at)
        OrderLine.objects.filter(order_id__in=gone).delete()
        OrderCredit.objects.filter(order_id__in=gone).delete()
        Order.objects.filter(id__in=gone).delete()
        record("orders.import_undone", by=by, at=at, subject="orders", new={"removed": len(gone)})
    return sorted(needed)


def undo_payments(ids: Sequence[int], by: Viewer, at: datetime) -> list[int]:
    """Delete these payments with their allocations and take back their facts; keeps those touched."""
    with transaction.atomic():
        free = Payment.objects.filter(id__in=ids, touched_at=None).values_list("id", flat=True)
        Allocation.objects.filter(payment_id__in=list(free)).delete()
        return undo_created(Payment, ids, by, at, subject="payment", fact_kind="payment")


def undo_returns(ids: Sequence[int], by: Viewer, at: datetime) -> list[int]:
    """Delete these returns and take back their facts; keeps those touched."""
    return undo_created(GoodsReturn, ids, by, at, subject="return", fact_kind="return")
