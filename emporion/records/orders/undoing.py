"""What of orders can be removed. An order's own changes are undone by entering it as it was."""

from collections.abc import Callable, Iterable

from emporion.kernel.record_removing import Removable, register_need, register_removable
from emporion.kernel.record_undoing import rows_of
from emporion.records.orders.actions.removing import let_go_of_orders, take_orders_back
from emporion.records.orders.models import (
    Allocation,
    Contract,
    GoodsReturn,
    Invoice,
    Order,
    OrderCredit,
    OrderLine,
    Payment,
)
from emporion.records.orders.queries import orders_in_reach, payments_in_reach

_NEEDS = (
    ("customer", "orders", Order, "customer_id"),
    ("customer", "contracts", Contract, "customer_id"),
    ("customer", "payments", Payment, "customer_id"),
    ("deal", "orders", Order, "deal_id"),
    ("deal", "contracts", Contract, "deal_id"),
    ("product", "orders", OrderLine, "product_id"),
    ("order", "payments", Allocation, "order_id"),
    ("order", "invoices", Invoice, "order_id"),
    ("order", "returns", GoodsReturn, "order_id"),
)


def register() -> None:
    """Tells the kernel."""
    register_removable(Removable("order", orders_in_reach, people=_sellers))
    register_removable(
        Removable("payment", payments_in_reach, let_go=let_go_of_orders, take_back=take_orders_back)
    )
    for subject, name, model, column in _NEEDS:
        register_need(subject, name, _with(model, column))


def _sellers(order_id: int) -> Iterable[int]:
    return OrderCredit.objects.filter(order_id=order_id).values_list("member_id", flat=True)


def _with(model: type, column: str) -> Callable[[int], bool]:
    rows = rows_of(model)
    if model in (Order, Payment):
        rows = rows.filter(removed_at=None)
    return lambda one: bool(rows.filter(**{column: one}).exists())
